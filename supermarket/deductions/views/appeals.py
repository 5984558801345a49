"""Appeals: written down on a household's behalf, listed, answered."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.deductions import queries
from supermarket.deductions import service as deductions
from supermarket.deductions.errors import AppealWordsError, FewerPointsError
from supermarket.deductions.forms import AnswerForm, AppealForm
from supermarket.deductions.models import AppealState
from supermarket.deductions.views.doing import may
from supermarket.deductions.views.pages import one
from supermarket.errors import DomainError
from supermarket.households.models import Household
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("appeals", __name__)


@bp.get("/appeals")
@requires(Permission.DECIDE_OBJECTIONS)
def index() -> ResponseReturnValue:
    """List the appeals that wait for an answer, the oldest first."""
    after = request.args.get("after", "")
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 18 else None
    size: int = current_app.config["PAGE_SIZE"]
    scope = current_user.scope(Permission.DECIDE_OBJECTIONS)
    found = queries.open_appeals(scope, limit=size + 1, after=place)
    return render_template(
        "deductions/appeals.html",
        appeals=found[:size],
        today=today(),
        next_url=url_for(".index", after=found[size - 1].id) if len(found) > size else None,
        first_url=url_for(".index") if place is not None else None,
    )


@bp.route("/deductions/<code>/appeal", methods=["GET", "POST"])
@requires(Permission.VIEW_HOUSEHOLDS)
def raise_one(code: str) -> ResponseReturnValue:
    """Write down what a household says against a deduction."""
    deduction, household = one(code)
    form = AppealForm()
    if request.method == "GET":
        form.name.data = household.head
    status = 200
    if form.validate_on_submit():
        try:
            once_more(
                lambda: deductions.appeal(
                    code,
                    form.text.data or "",
                    form.name.data or "",
                    by=current_user.member,
                    channel=form.channel.data,
                )
            )
        except DomainError as error:
            if isinstance(error, AppealWordsError):
                form.text.errors = [say(error)]
            else:
                form.form_errors.append(say(error))
            status = error.status
            deduction, household = one(code)
        else:
            flash(_("申诉已登记，答复以前不扣分"), "success")
            return redirect(url_for("deductions.show", code=code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "deductions/appeal.html",
        form=form,
        deduction=deduction,
        household=household,
        title=queries.rule_of(deduction)[1].title,
    )
    return page, status


@bp.route("/appeals/<code>", methods=["GET", "POST"])
@requires(Permission.DECIDE_OBJECTIONS)
def answer(code: str) -> ResponseReturnValue:
    """Answer an appeal; the household reads the reason."""
    found = queries.appeal(code, current_user.scope(Permission.DECIDE_OBJECTIONS))
    if found is None:
        abort(404)
    appeal, deduction = found
    household = db.session.get_one(Household, deduction.household_id)
    seen.note("household.view", household.code)
    form, status = AnswerForm(), 200
    form.offer(deductions.standing(deduction, appeal))
    if form.validate_on_submit():
        verdict = AppealState(form.verdict.data)
        points = form.points.data if "points" in form else None
        reason, by = form.reason.data or "", current_user.member
        try:
            once_more(
                lambda: deductions.decide_appeal(code, verdict, reason=reason, points=points, by=by)
            )
        except DomainError as error:
            if isinstance(error, FewerPointsError) and "points" in form:
                form.points.errors = [say(error)]
            else:
                form.form_errors.append(say(error))
            status = error.status
            db.session.refresh(appeal)
            db.session.refresh(deduction)
        else:
            flash(_("已答复，请把结果和理由告诉农户"), "success")
            return redirect(url_for("deductions.show", code=deduction.code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "deductions/answer.html",
        form=form,
        appeal=appeal,
        deduction=deduction,
        household=household,
        title=queries.rule_of(deduction)[1].title,
        may="answer" in may(deduction, appeal),
        most=deductions.standing(deduction, appeal) - 1,
    )
    return page, status
