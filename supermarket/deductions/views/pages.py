"""The list of deductions, one of them, and what its people do with it."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import db, once_more
from supermarket.deductions import queries
from supermarket.deductions import service as deductions
from supermarket.deductions.forms import ReasonForm
from supermarket.deductions.models import Deduction, DeductionState
from supermarket.deductions.queries import Section
from supermarket.deductions.views.doing import may, next_words
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household, HouseholdMember
from supermarket.households.views.registry import (
    HouseholdAction,
    entry_words,
    household_actions,
)
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("deductions", __name__)
NAVIGATION = [
    NavigationItem(
        N_("提醒与扣分"), "alert-circle", "deductions.index", Permission.VIEW_HOUSEHOLDS, 36
    )
]
household_actions.append(
    HouseholdAction(
        N_("提醒与扣分记录"),
        "alert-circle",
        "deductions.index",
        Permission.VIEW_HOUSEHOLDS,
        "household",
        45,
    )
)
entry_words.append(queries.titles)


def _what_waits() -> list[Waiting]:
    """Return the approvals, confirmations and appeals that wait for this person."""
    me, found = current_user.id, []
    if current_user.may(Permission.APPROVE_DEDUCTIONS):
        queue = queries.to_approve(current_user.scope(Permission.APPROVE_DEDUCTIONS), me)
        url = url_for("deductions.index", state=DeductionState.PROPOSED.value)
        found.append(Waiting(_("待审批的扣分"), queue.size, queue.since, url))
    if current_user.may(Permission.CONFIRM_AWARDS):
        queue = queries.to_confirm(current_user.scope(Permission.CONFIRM_AWARDS), me)
        url = url_for("deductions.index", state=DeductionState.APPROVED.value)
        found.append(Waiting(_("待乡镇确认的扣分"), queue.size, queue.since, url))
    if current_user.may(Permission.DECIDE_OBJECTIONS):
        scope = current_user.scope(Permission.DECIDE_OBJECTIONS)
        queue = queries.to_answer(scope, me, today())
        url = url_for("appeals.index")
        found.append(Waiting(_("待答复的申诉"), queue.size, queue.since, url, queue.late > 0))
    return found


waiting.append(_what_waits)


@bp.get("/deductions")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List reminders and deductions by how far they have come; ``household`` narrows to one."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    section, states = _asked()
    household = _household_asked()
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.listed(
        scope,
        states,
        household_id=household.id if household else None,
        before=place,
        limit=size + 1,
    )
    code = household.code if household else None
    narrow: dict[str, Any] = {
        "section": request.args.get("section"),
        "state": request.args.get("state"),
        "household": code,
    }
    return render_template(
        "deductions/index.html",
        found=found[:size],
        household=household,
        tabs=[
            (_(part.label), url_for(".index", section=part.value, household=code), part is section)
            for part in Section
        ],
        next_url=url_for(".index", before=found[size - 1].id, **narrow)
        if len(found) > size
        else None,
        first_url=url_for(".index", **narrow) if place is not None else None,
        may_deduct=current_user.may(Permission.DEDUCT),
        may_answer=current_user.may(Permission.DECIDE_OBJECTIONS),
        today=today(),
    )


def _asked() -> tuple[Section | None, tuple[DeductionState, ...]]:
    """Read which part of the list is wanted; what is no part is the open one.

    Of one household everything is shown, unless a part is asked for.
    """
    states = {state.value: state for state in DeductionState}
    if state := states.get(request.args.get("state", "")):
        section = next((part for part in Section if state in part.states), Section.OPEN)
        return section, (state,)
    if "household" in request.args and "section" not in request.args:
        return None, tuple(DeductionState)
    sections = {section.value: section for section in Section}
    wanted = sections.get(request.args.get("section", ""), Section.OPEN)
    return wanted, tuple(wanted.states)


def _household_asked() -> Household | None:
    code = request.args.get("household", "")
    if not code:
        return None
    found = households.household(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    seen.note("household.view", found.code)
    return found


@bp.get("/deductions/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a deduction, its way so far and what comes next."""
    deduction, household = one(code)
    return _page(deduction, household, [])


def one(code: str) -> tuple[Deduction, Household]:
    """Return a deduction in sight and its household, noted as seen; else answer 404."""
    found = queries.deduction(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    household = db.session.get_one(Household, found.household_id)
    seen.note("household.view", household.code)
    return found, household


def _page(
    deduction: Deduction, household: Household, errors: list[str], status: int = 200
) -> ResponseReturnValue:
    appeal = queries.appeal_of(deduction.id)
    rule_code, version = queries.rule_of(deduction)
    member = db.session.get(HouseholdMember, deduction.member_id) if deduction.member_id else None
    reminder = db.session.get(Deduction, deduction.reminder_id) if deduction.reminder_id else None
    page = render_template(
        "deductions/show.html",
        deduction=deduction,
        household=household,
        village=regions.names([deduction.village_code]).get(deduction.village_code, ""),
        rule_code=rule_code,
        version=version,
        member=member,
        reminder=reminder,
        appeal=appeal,
        steps=queries.steps(deduction.id),
        may=may(deduction, appeal),
        next_words=next_words(deduction, appeal),
        errors=errors,
    )
    return page, status


@bp.post("/deductions/<code>/notice")
@requires(Permission.APPROVE_DEDUCTIONS)
def notify(code: str) -> ResponseReturnValue:
    """Approve a deduction."""
    return _decide(code, lambda: deductions.notify(code, by=current_user.member))


@bp.post("/deductions/<code>/confirmation")
@requires(Permission.CONFIRM_AWARDS)
def confirm(code: str) -> ResponseReturnValue:
    """Confirm a deduction for the township."""
    return _decide(code, lambda: deductions.confirm(code, by=current_user.member))


def _decide(code: str, verb: Callable[[], Deduction]) -> ResponseReturnValue:
    """Run a verb without fields; say what came of it on the page it was pressed on."""
    one(code)
    try:
        done = once_more(verb)
    except DomainError as error:
        deduction, household = one(code)
        return _page(deduction, household, [say(error)], error.status)
    if done.state is DeductionState.NOTIFIED:
        flash(_("已同意，请打印告知单当面交给农户"), "success")
    else:
        flash(_("已同意，等乡镇确认"), "success")
    return redirect(url_for(".show", code=code))


@bp.route("/deductions/<code>/cancellation", methods=["GET", "POST"])
@requires(Permission.VIEW_HOUSEHOLDS)
def cancel(code: str) -> ResponseReturnValue:
    """Take a reminder or a deduction back before anything is taken."""
    form = ReasonForm()
    reason = form.reason.data or ""
    return _with_reason(
        code,
        form,
        "cancel",
        lambda: deductions.cancel(code, reason=reason, by=current_user.member),
    )


@bp.route("/deductions/<code>/reversal", methods=["GET", "POST"])
@requires(Permission.REVERSE_AWARDS)
def reverse(code: str) -> ResponseReturnValue:
    """Give back what was taken."""
    form = ReasonForm()
    reason, by = form.reason.data or "", current_user.member
    asked = deductions.asked_back(form.key.data or "", code, reason, by.id)
    return _with_reason(
        code,
        form,
        "reverse",
        lambda: deductions.reverse(asked, code, reason=reason, by=by),
    )


def _with_reason(
    code: str, form: ReasonForm, verb: str, work: Callable[[], Deduction]
) -> ResponseReturnValue:
    """Ask why, then do it."""
    deduction, household = one(code)
    status = 200
    if form.validate_on_submit():
        try:
            once_more(work)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
            deduction, household = one(code)
        else:
            flash(_("已撤销") if verb == "cancel" else _("已退回"), "success")
            return redirect(url_for(".show", code=code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "deductions/reason.html",
        form=form,
        deduction=deduction,
        household=household,
        verb=verb,
        title=queries.rule_of(deduction)[1].title,
    )
    return page, status


@bp.get("/deductions/<code>/paper")
@requires(Permission.VIEW_HOUSEHOLDS)
def paper(code: str) -> ResponseReturnValue:
    """Show the private notice as it is printed and handed to the household alone."""
    deduction, household = one(code)
    if deduction.appeal_until is None:
        abort(404)
    crumbs = regions.path(deduction.village_code, top=TOWNSHIP)
    return render_template(
        "deductions/paper.html",
        deduction=deduction,
        household=household,
        place=" ".join(crumb.name for crumb in crumbs),
        version=queries.rule_of(deduction)[1],
        reminder=db.session.get(Deduction, deduction.reminder_id),
        appeal=queries.appeal_of(deduction.id),
        township=crumbs[0].name if crumbs else "",
        printed_at=now(),
    )
