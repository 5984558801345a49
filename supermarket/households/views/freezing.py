"""Stopping a household's redemptions for a time: proposed, approved by another, lifted."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import FreezeDatesError
from supermarket.households.forms.freezing import DecideFreezeForm, FreezeForm, LiftFreezeForm
from supermarket.households.models import Household, HouseholdFreeze
from supermarket.households.queries import freezes
from supermarket.households.queries.freezes import FreezeState
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.staff.models import Permission, StaffMember
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import say

bp = Blueprint("freezes", __name__)
household_actions.append(
    HouseholdAction(N_("暂停兑换"), "lock", "freezes.of_household", Permission.FREEZE, order=70)
)
#: Freezes on the page of a place.
MOST = 200


def _what_waits() -> list[Waiting]:
    """Return the freezes that wait for their second person."""
    if not current_user.may(Permission.FREEZE):
        return []
    queue = freezes.waiting(current_user.scope(Permission.FREEZE), current_user.id)
    return [Waiting(_("待审批的暂停兑换"), queue.size, queue.since, url_for("freezes.index"))]


waiting.append(_what_waits)


@bp.get("/freezes")
@requires(Permission.FREEZE)
def index() -> ResponseReturnValue:
    """List the freezes that wait, are to come or in force in one's places."""
    found = freezes.listed(current_user.scope(Permission.FREEZE), today(), limit=MOST)
    return render_template(
        "households/freezes.html",
        found=[(freeze, household, _state(freeze)) for freeze, household in found],
    )


@bp.get("/households/<code>/freezes")
@requires(Permission.VIEW_HOUSEHOLDS)
def of_household(code: str) -> ResponseReturnValue:
    """Show every freeze a household had, and propose one."""
    household = _household(code)
    form = FreezeForm(formdata=None)
    form.propose_days()
    return _page(household, form)


@bp.post("/households/<code>/freezes")
@requires(Permission.FREEZE)
def propose(code: str) -> ResponseReturnValue:
    """Propose a freeze."""
    household, form = _household(code), FreezeForm()
    if not form.validate():
        return _page(household, form, 422)
    starts_on, ends_on = form.days
    try:
        with transaction():
            freeze = households.propose_freeze(
                code,
                basis=form.basis.data or "",
                document_number=form.document_number.data or "",
                reason=form.reason.data or "",
                starts_on=starts_on,
                ends_on=ends_on,
                by=current_user.member,
            )
    except DomainError as error:
        if isinstance(error, FreezeDatesError):
            form.ends_on.errors = [say(error)]
        else:
            form.form_errors.append(say(error))
        return _page(_household(code), form, error.status)
    flash(_("已提出，要另一个人审批后才生效"), "success")
    return redirect(url_for(".show", code=freeze.code))


@bp.get("/freezes/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a freeze, its grounds and who decided."""
    freeze, household = _freeze(code)
    return _one(freeze, household, DecideFreezeForm(formdata=None), LiftFreezeForm(formdata=None))


@bp.post("/freezes/<code>/decision")
@requires(Permission.FREEZE)
def decide(code: str) -> ResponseReturnValue:
    """Approve or refuse a freeze as its second person."""
    freeze, household = _freeze(code)
    form, lift_form = DecideFreezeForm(), LiftFreezeForm(formdata=None)
    if not form.validate():
        return _one(freeze, household, form, lift_form, 422)
    approved, words, by = form.verdict.data == "yes", form.note.data or "", current_user.member
    try:
        with transaction():
            households.decide_freeze(code, approved=approved, words=words, by=by)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _one(*_freeze(code), form, lift_form, error.status)
    flash(_("已同意，到期自动恢复兑换") if approved else _("已记下，不暂停"), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/freezes/<code>/lifting")
@requires(Permission.FREEZE)
def lift(code: str) -> ResponseReturnValue:
    """End a freeze early."""
    freeze, household = _freeze(code)
    form, decide_form = LiftFreezeForm(), DecideFreezeForm(formdata=None)
    if not form.validate():
        return _one(freeze, household, decide_form, form, 422)
    try:
        with transaction():
            households.lift_freeze(code, reason=form.reason.data or "", by=current_user.member)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _one(*_freeze(code), decide_form, form, error.status)
    flash(_("已解除，今天起可以兑换"), "success")
    return redirect(url_for(".show", code=code))


def _household(code: str) -> Household:
    found = queries.household(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    seen.note("household.view", found.code)
    return found


def _freeze(code: str) -> tuple[HouseholdFreeze, Household]:
    found = freezes.freeze(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    seen.note("household.view", found[1].code)
    return found


def _state(freeze: HouseholdFreeze) -> FreezeState:
    return freezes.state_of(freeze, today())


def _page(household: Household, form: FreezeForm, status: int = 200) -> ResponseReturnValue:
    found = freezes.of_household(household.id)
    scope = current_user.scope(Permission.FREEZE)
    page = render_template(
        "households/freeze_new.html",
        household=household,
        found=[(freeze, _state(freeze)) for freeze in found],
        form=form,
        may_freeze=scope.covers_region(household.village_code)
        and freezes.unsettled(household.id, today()) is None,
    )
    return page, status


def _one(
    freeze: HouseholdFreeze,
    household: Household,
    decide_form: DecideFreezeForm,
    lift_form: LiftFreezeForm,
    status: int = 200,
) -> ResponseReturnValue:
    state = _state(freeze)
    mine = current_user.scope(Permission.FREEZE).covers_region(household.village_code)
    tied = household.id in queries.tied(current_user.id)
    page = render_template(
        "households/freeze.html",
        freeze=freeze,
        household=household,
        state=state,
        proposer=_name(freeze.proposed_by),
        decider=_name(freeze.decided_by),
        lifter=_name(freeze.lifted_by),
        decide_form=decide_form,
        lift_form=lift_form,
        may_decide=mine
        and not tied
        and state is FreezeState.PROPOSED
        and freeze.proposed_by != current_user.id,
        may_lift=mine and not tied and state in (FreezeState.TO_COME, FreezeState.IN_FORCE),
    )
    return page, status


def _name(staff_id: int | None) -> str:
    member = db.session.get(StaffMember, staff_id) if staff_id else None
    return member.name if member else ""
