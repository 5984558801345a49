"""The second person's word, the township's, and taking a proposal back before anything is taken."""

from datetime import date, timedelta

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.deductions import queries
from supermarket.deductions.errors import (
    HouseholdLeftError,
    NotYoursToCancelError,
    ReminderUsedError,
)
from supermarket.deductions.models import (
    OPEN,
    Appeal,
    AppealState,
    Deduction,
    DeductionState,
    Step,
)
from supermarket.deductions.service.acts import check_rule
from supermarket.deductions.service.steps import held, move, refuse_own, words_of
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdState
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Permission, StaffMember


def notify(code: str, *, by: StaffMember, words: str = "") -> Deduction:
    """Approve a deduction; its household has a private notice from now on and may appeal.

    At level C it first goes to the township. Whoever proposed it may not approve it.

    Raises:
        NotFoundError: no such deduction where ``by`` may approve.
        OwnProposalError, TiedHouseholdError: not by this person.
        RuleDisabledError, NoBasisError: the rule was switched off meanwhile.
        HouseholdLeftError: the household has left.
        StateError: somebody decided before.
    """
    deduction = held(code, by.scope(Permission.APPROVE_DEDUCTIONS))
    refuse_own(deduction, by)
    rule_code, version = queries.rule_of(deduction)
    check_rule(schemes.rule(rule_code, deduction.village_code, today()))
    _refuse_left(deduction)
    to_township = version.review_level is ReviewLevel.C
    move(
        deduction,
        (DeductionState.PROPOSED,),
        DeductionState.APPROVED if to_township else DeductionState.NOTIFIED,
        Step.APPROVE if to_township else Step.NOTIFY,
        by=by.id,
        words=words[:200].strip(),
        approved_by=by.id,
        approved_at=now(),
        appeal_until=None if to_township else _window(deduction),
    )
    audit.record("deduction.notify", code, by=by.id, after={"points": deduction.points})
    return deduction


def confirm(code: str, *, by: StaffMember, words: str = "") -> Deduction:
    """Confirm for the township what was approved at level C; now the household has its notice.

    Raises:
        NotFoundError: no such deduction where ``by`` may confirm.
        OwnProposalError, TiedHouseholdError: not by this person.
        HouseholdLeftError: the household has left.
        StateError: it does not wait for the township.
    """
    deduction = held(code, by.scope(Permission.CONFIRM_AWARDS))
    refuse_own(deduction, by)
    _refuse_left(deduction)
    move(
        deduction,
        (DeductionState.APPROVED,),
        DeductionState.NOTIFIED,
        Step.NOTIFY,
        by=by.id,
        words=words[:200].strip(),
        township_by=by.id,
        appeal_until=_window(deduction),
    )
    audit.record("deduction.confirm", code, by=by.id, after={"points": deduction.points})
    return deduction


def cancel(code: str, *, reason: str, by: StaffMember) -> Deduction:
    """Take back a reminder or a deduction before it is posted; an open appeal has won.

    Raises:
        NotFoundError: no such deduction in sight.
        NotYoursToCancelError: neither its proposer nor somebody who approves there.
        TiedHouseholdError: it is ``by``'s own household or a relative's.
        ReminderUsedError: a deduction rests on the reminder.
        ReasonNeededError: no reason is given.
        StateError: it was posted or cancelled.
    """
    deduction = held(code, by.scope(Permission.VIEW_HOUSEHOLDS))
    approves = by.scope(Permission.APPROVE_DEDUCTIONS).covers_region(deduction.village_code)
    if not (approves or deduction.proposed_by == by.id):
        raise NotYoursToCancelError
    households.refuse_tied(by.id, [deduction.household_id])
    reason = words_of(reason)
    resting = db.session.scalar(
        select(Deduction.code).where(
            Deduction.reminder_id == deduction.id, Deduction.state != DeductionState.CANCELLED
        )
    )
    if resting is not None:
        raise ReminderUsedError(deduction=resting)
    move(
        deduction,
        (DeductionState.REMINDED, *OPEN),
        DeductionState.CANCELLED,
        Step.CANCEL,
        by=by.id,
        words=reason,
        settled_at=now(),
    )
    db.session.execute(
        update(Appeal)
        .where(Appeal.deduction_id == deduction.id, Appeal.state == AppealState.OPEN)
        .values(state=AppealState.CANCELLED, decided_by=by.id, decided_at=now(), reason=reason)
        .execution_options(synchronize_session="fetch")
    )
    audit.record("deduction.cancel", code, by=by.id, after={"reason": reason})
    return deduction


def _window(deduction: Deduction) -> date:
    """Return the last day on which the household may appeal."""
    days = schemes.scheme(deduction.village_code, today()).appeal_days
    return today() + timedelta(days=days)


def _refuse_left(deduction: Deduction) -> None:
    household = db.session.get_one(Household, deduction.household_id)
    if household.state is HouseholdState.LEFT:
        raise HouseholdLeftError(head=household.head, household=household.code)
