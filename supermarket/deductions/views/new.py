"""A reminder or a proposal in three steps: which household, which rule, what happened."""

from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import once_more
from supermarket.deductions import queries
from supermarket.deductions import service as deductions
from supermarket.deductions.errors import (
    BeforeHouseholdError,
    DocumentNeededError,
    FutureDayError,
    MemberNotInHouseholdError,
    PointsNeededError,
    PointsOutOfRangeError,
    WordsNeededError,
)
from supermarket.deductions.forms import ActForm
from supermarket.deductions.models import Deduction
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.ledger.errors import MonthClosedError
from supermarket.regions import queries as regions
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Category, RuleVersion
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("new_deduction", __name__)
household_actions.append(
    HouseholdAction(
        N_("提醒或提出扣分"), "clipboard-check", "new_deduction.new", Permission.DEDUCT,
        "household", 44,
    )
)  # fmt: skip
#: Households a search shows.
FOUND = 20


class Step(NamedTuple):
    """A household, a rule, and whether it is the reminder that is written down."""

    household: Household
    version: RuleVersion
    #: The reminder that a proposal would follow; None if there is none yet.
    reminder: Deduction | None
    reminding: bool


@bp.get("/deductions/new")
@requires(Permission.DEDUCT)
def new() -> ResponseReturnValue:
    """Ask which household, then which rule, then what happened."""
    household = _household()
    if household is None:
        return _who()
    step = _step(household)
    if step is None:
        return _which_rule(household)
    form = ActForm(formdata=None)
    form.offer(step.household, step.version, reminder=step.reminding)
    form.occurred_on.data = today()
    if "points" in form and step.version.points_max is not None:
        form.points.data = -step.version.points_max
    return _what(step, form)


@bp.post("/deductions/new")
@requires(Permission.DEDUCT)
def write() -> ResponseReturnValue:
    """Write the reminder or the proposal down; the same press twice makes one."""
    household = _household()
    step = _step(household) if household else None
    if household is None or step is None:
        abort(404)
    form = ActForm()
    form.offer(step.household, step.version, reminder=step.reminding)
    if not form.validate_on_submit():
        return _what(step, form, 422)
    try:
        made = once_more(lambda: _write(step, form))
    except DomainError as error:
        _beside(form, error)
        again = _step(household)
        return _what(again or step, form, error.status)
    if step.reminding:
        flash(_("已登记提醒，请当面说清楚。这次不扣分"), "success")
    else:
        flash(_("已提出，等评议组或乡镇审批"), "success")
    return redirect(url_for("deductions.show", code=made.code))


def _write(step: Step, form: ActForm) -> Deduction:
    key, by = form.key.data or "", current_user.member
    household, rule = step.household.code, step.version.rule.code
    on, words = form.occurred_on.data or today(), form.happened.data or ""
    member = form.member.data
    if step.reminding:
        return deductions.remind(key, household, rule, on, words=words, member_id=member, by=by)
    return deductions.propose(
        key,
        household,
        rule,
        on,
        words=words,
        points=form.points.data if "points" in form else None,
        document_number=(form.document_number.data or "") if "document_number" in form else "",
        member_id=member,
        by=by,
    )


def _household() -> Household | None:
    """Return the household in the address; one that is not the scorer's is not found."""
    code = request.args.get("household", "")
    if not code:
        return None
    found = households.household(code, current_user.scope(Permission.DEDUCT))
    if found is None:
        abort(404)
    seen.note("household.view", found.code)
    return found


def _rules(household: Household) -> list[RuleVersion]:
    """Return the deduction rules that may be used where the household lives."""
    return [
        version
        for version in schemes.rules(household.village_code, today())
        if version.category is Category.DEDUCTION and version.basis.strip()
    ]


def _step(household: Household) -> Step | None:
    """Return how far the page has come; None until a rule is chosen."""
    code = request.args.get("rule", "")
    version = next((v for v in _rules(household) if v.rule.code == code), None)
    if version is None:
        return None
    ids = schemes.rule_ids(code, [household.village_code])
    reminder = queries.last_reminder(household.id, ids, today())
    reminding = reminder is None or request.args.get("act") == "remind"
    return Step(household, version, reminder, reminding)


def _who() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:60]
    scope = current_user.scope(Permission.DEDUCT)
    return render_template(
        "deductions/who.html",
        text=text,
        found=households.search(text, scope, limit=FOUND) if text else [],
    )


def _which_rule(household: Household) -> ResponseReturnValue:
    return render_template(
        "deductions/rule.html",
        household=household,
        village=_village(household),
        rules=_rules(household),
    )


def _what(step: Step, form: ActForm, status: int = 200) -> ResponseReturnValue:
    version = step.version
    page = render_template(
        "deductions/new.html",
        step=step,
        form=form,
        household=step.household,
        village=_village(step.household),
        version=version,
        least=-(version.points_max or -1),
        most=-(version.points_min or -deductions.MOST_POINTS),
        today=today(),
        earliest=today() - timedelta(days=366),
    )
    return page, status


def _village(household: Household) -> str:
    return regions.names([household.village_code]).get(household.village_code, "")


def _beside(form: ActForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    if isinstance(error, PointsNeededError | PointsOutOfRangeError) and "points" in form:
        form.points.errors = [say(error)]
    elif isinstance(error, FutureDayError | BeforeHouseholdError | MonthClosedError):
        form.occurred_on.errors = [say(error)]
    elif isinstance(error, WordsNeededError):
        form.happened.errors = [say(error)]
    elif isinstance(error, DocumentNeededError) and "document_number" in form:
        form.document_number.errors = [say(error)]
    elif isinstance(error, MemberNotInHouseholdError):
        form.member.errors = [say(error)]
    else:
        form.form_errors.append(say(error))
