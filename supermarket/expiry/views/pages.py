"""What will end when, what ended, and giving it back."""

from functools import partial
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import once_more, transaction
from supermarket.errors import N_, DomainError
from supermarket.expiry import queries
from supermarket.expiry import service as expiry
from supermarket.expiry.forms import ReasonForm
from supermarket.expiry.models import ExpiryRun, RunState
from supermarket.expiry.views import hooks
from supermarket.regions import queries as regions
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("expiry", __name__, url_prefix="/expiry")
NAVIGATION = [
    NavigationItem(N_("积分过期"), "calendar-event", "expiry.index", Permission.MANAGE_POINTS, 83)
]
HOOKS = hooks
#: What the two lists of runs show.
OPEN, DONE = (RunState.ANNOUNCED,), (RunState.POSTED, RunState.REVERSED, RunState.CANCELLED)


@bp.get("")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List what will end when; ``state=done`` what ended."""
    scope, done = current_user.scope(Permission.VIEW_HOUSEHOLDS), request.args.get("state")
    before, size = request.args.get("before", type=int), current_app.config["PAGE_SIZE"]
    place = None if before is None else max(0, min(before, 2**31))
    found = queries.runs(scope, DONE if done == "done" else OPEN, before=place, limit=size + 1)
    mine = current_user.scope(Permission.MANAGE_POINTS)
    return render_template(
        "expiry/index.html",
        runs=found[:size],
        done=done == "done",
        today=today(),
        missing=queries.unannounced(mine, today()) if mine.regions else [],
        may_manage=bool(mine.regions),
        next_url=url_for(".index", state=done, before=found[size - 1].run.id)
        if len(found) > size
        else None,
        first_url=url_for(".index", state=done) if before is not None else None,
    )


@bp.post("/announce")
@requires(Permission.MANAGE_POINTS)
def announce() -> ResponseReturnValue:
    """Announce what is to be announced in the villages of one's scope."""
    scope, by = current_user.scope(Permission.MANAGE_POINTS), current_user.id
    made: list[ExpiryRun] = []
    for village in queries.unannounced(scope, today()):
        try:
            made += once_more(partial(expiry.announce, village, by=by))
        except DomainError as error:
            flash(say(error), "danger")
    if made:
        count = sum(run.state is RunState.ANNOUNCED for run in made)
        flash(_("已预告 %(count)s 批，请打印名单通知农户", count=count), "success")
    return redirect(url_for(".index"))


@bp.get("/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show what ends, or ended, for each household of a village."""
    run = _run(code)
    seen.note("household.view", run.village_code)
    member = current_user.member
    mine = current_user.scope(Permission.MANAGE_POINTS).covers_region(run.village_code)
    return render_template(
        "expiry/show.html",
        **_facts(run),
        may_manage=mine,
        may_give_back=expiry.may_give_back(run.village_code, member),
        due=run.due_on <= today(),
    )


@bp.get("/<code>/print")
@requires(Permission.VIEW_HOUSEHOLDS)
def paper(code: str) -> ResponseReturnValue:
    """Show the list as it is printed for those who tell the households; never hung up."""
    run = _run(code)
    seen.note("household.view", run.village_code)
    return render_template("expiry/paper.html", **_facts(run), now=now())


@bp.post("/<code>/post")
@requires(Permission.MANAGE_POINTS)
def post(code: str) -> ResponseReturnValue:
    """Post an expiry whose day has come."""
    scope, by = current_user.scope(Permission.MANAGE_POINTS), current_user.id
    try:
        done = once_more(lambda: expiry.expire(code, by=by, scope=scope))
    except DomainError as error:
        if error.status == 404:
            raise
        flash(say(error), "danger")
    else:
        called_off = done.state is RunState.CANCELLED
        flash(
            _("这一批已取消：积分方案已改为长期有效")
            if called_off
            else _(
                "已过期入账：%(count)s 户 %(points)s 分", count=done.households, points=done.points
            ),
            "success",
        )
    return redirect(url_for(".show", code=code))


@bp.route("/<code>/cancel", methods=["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def cancel(code: str) -> ResponseReturnValue:
    """Call an announced expiry off, with a reason."""
    scope = current_user.scope(Permission.MANAGE_POINTS)
    run, form, status = queries.run_or_404(code, scope), ReasonForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                expiry.call_off(
                    code, reason=form.reason.data or "", by=current_user.id, scope=scope
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已取消，这一批积分继续有效"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    return render_template("expiry/cancel.html", form=form, **_facts(run)), status


@bp.route("/<code>/return", methods=["GET", "POST"])
@requires(Permission.VIEW_HOUSEHOLDS)
def give_back(code: str) -> ResponseReturnValue:
    """Give ended points back: to one household, or to all."""
    run, form, status = _run(code), ReasonForm(), 200
    household, by = request.args.get("household", ""), current_user.member
    wanted = [household] if household else None
    if form.validate_on_submit():
        asked = expiry.asked_back(form.key.data or "", code, form.reason.data or "", wanted, by.id)
        try:
            once_more(
                lambda: expiry.give_back(
                    asked, code, reason=form.reason.data or "", wanted=wanted, by=by
                )
            )
        except DomainError as error:
            if error.status == 404:
                raise
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已退回，积分回到农户账上"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    facts = _facts(run)
    meant = [
        line
        for line in facts["lines"]
        if line.points_posted > line.reversed_points
        and (not household or line.household_code == household)
    ]
    page = render_template(
        "expiry/return.html", form=form, meant=meant, household=household, **facts
    )
    return page, status


def _run(code: str) -> ExpiryRun:
    return queries.run_or_404(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))


def _facts(run: ExpiryRun) -> dict[str, Any]:
    """Return what every page of one expiry shows."""
    lines = queries.lines(run.id)
    return {
        "run": run,
        "village": regions.names([run.village_code]).get(run.village_code, ""),
        "lines": lines,
        "announced": sum(line.points_announced for line in lines),
        "posted": sum(line.points_posted for line in lines),
        "given_back": sum(line.reversed_points for line in lines),
    }
