"""Objections for staff: writing one down, the book of them (F6), deciding one."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import DomainError
from supermarket.filters import day
from supermarket.notices import queries
from supermarket.notices import service as notices
from supermarket.notices.errors import (
    LateRaiseError,
    PointsNotChangeableError,
    PointsOutsideRuleError,
    PointsToSayError,
    PointsUnchangedError,
)
from supermarket.notices.forms import DecisionForm, ObjectionForm
from supermarket.notices.models import Notice, ObjectionChannel, ObjectionState
from supermarket.notices.queries import AnnouncedLine, ObjectionFound
from supermarket.notices.views.pages import may_record, notice_or_404, village_words
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("objections", __name__)
_ABOUT_POINTS = (
    LateRaiseError,
    PointsNotChangeableError,
    PointsOutsideRuleError,
    PointsToSayError,
    PointsUnchangedError,
)


@bp.route("/notices/<reference>/lines/<int:position>/objection", methods=["GET", "POST"])
@requires(Permission.VIEW_HOUSEHOLDS)
def new(reference: str, position: int) -> ResponseReturnValue:
    """Write down what somebody doubts about one line."""
    notice = notice_or_404(reference)
    line = queries.line(notice.id, position) if position < 10**9 else None
    if line is None:
        abort(404)
    if not may_record(notice):
        abort(403)
    form = ObjectionForm()
    if request.method == "GET":
        return _ask(notice, line, form)
    if not form.validate():
        return _ask(notice, line, form, 422)
    channel, scope = ObjectionChannel(form.channel.data), Scope((notice.village_code,), ())
    by, key = current_user.id, form.key.data or ""
    try:
        raised = once_more(
            lambda: notices.raise_objection(
                key,
                line.declaration,
                text=form.text.data or "",
                channel=channel,
                by=by,
                scope=scope,
                name=form.raised_by_name.data or "",
                contact=form.contact.data or "",
            )
        )
    except DomainError as error:
        form.form_errors.append(say(error))
        return _ask(notice, line, form, error.status)
    due = day(raised.answer_due_on)
    if raised.late:
        words = _(
            "已记下异议 %(code)s。这一笔已经入账，请在 %(due)s 前答复", code=raised.code, due=due
        )
    else:
        words = _(
            "已记下异议 %(code)s，这一行暂缓入账，请在 %(due)s 前答复", code=raised.code, due=due
        )
    flash(words, "success")
    return redirect(url_for("notices.show", reference=reference))


def _ask(
    notice: Notice, line: AnnouncedLine, form: ObjectionForm, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "notices/objection_new.html",
        notice=notice,
        village=village_words(notice),
        line=line,
        form=form,
    )
    return page, status


@bp.get("/objections")
@requires(Permission.DECIDE_OBJECTIONS)
def index() -> ResponseReturnValue:
    """List the objections (异议台账), those that wait or all of them."""
    scope = current_user.scope(Permission.DECIDE_OBJECTIONS)
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    everything = request.args.get("state") == "all"
    state = "all" if everything else None
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.objections(scope, open_only=not everything, before=place, limit=size + 1)
    return render_template(
        "notices/objections.html",
        found=found[:size],
        everything=everything,
        today=today(),
        next_url=url_for(".index", state=state, before=found[size - 1].objection.id)
        if len(found) > size
        else None,
        first_url=url_for(".index", state=state) if place is not None else None,
    )


@bp.get("/objections/<code>")
@requires(Permission.DECIDE_OBJECTIONS)
def show(code: str) -> ResponseReturnValue:
    """Show an objection, and ask what becomes of it."""
    found = _objection(code)
    seen.note("objection.view", code)
    return _page(_objection(found.objection.code), DecisionForm(formdata=None))


@bp.post("/objections/<code>")
@requires(Permission.DECIDE_OBJECTIONS)
def decide(code: str) -> ResponseReturnValue:
    """Decide an objection."""
    found, form = _objection(code), DecisionForm()
    if not form.validate_on_submit():
        return _page(found, form, 422)
    verdict, by = ObjectionState(form.verdict.data), current_user.member
    points = form.points.data if verdict is ObjectionState.CORRECTED else None
    try:
        with transaction():
            notices.decide(code, verdict, by=by, reason=form.reason.data or "", points=points)
    except DomainError as error:
        if isinstance(error, _ABOUT_POINTS):
            form.points.errors = [say(error)]
        else:
            form.form_errors.append(say(error))
        return _page(_objection(code), form, error.status)
    flash(_("已处理异议 %(code)s：%(verdict)s", code=code, verdict=_(verdict.label)), "success")
    return redirect(url_for(".show", code=code))


def _objection(code: str) -> ObjectionFound:
    found = queries.objection(code, current_user.scope(Permission.DECIDE_OBJECTIONS))
    if found is None:
        abort(404)
    return found


def _page(found: ObjectionFound, form: DecisionForm, status: int = 200) -> ResponseReturnValue:
    recorded_by = found.objection.recorded_by
    version = db.session.get_one(RuleVersion, found.rule_version_id)
    fixed = version.points_min == version.points_max == found.points
    if fixed and form.verdict.data != ObjectionState.CORRECTED.value:
        form.without_correcting()
    page = render_template(
        "notices/objection.html",
        found=found,
        form=form,
        version=version,
        recorder=db.session.get_one(StaffMember, recorded_by).name if recorded_by else "",
        late=found.objection.answer_due_on < today(),
    )
    return page, status
