"""Taking the points, by the job that comes round every day; giving them back."""

from datetime import date

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.deductions.errors import GivenToNobodyError, NothingTakenError
from supermarket.deductions.models import Deduction, DeductionState, Step
from supermarket.deductions.service.steps import held, move, note, refuse_own, words_of
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account
from supermarket.ledger.service import AccountKind, EntryKind, PointsMove
from supermarket.staff.models import Permission, StaffMember

#: States in which nobody disputes what is to be taken.
UNDISPUTED = (DeductionState.NOTIFIED, DeductionState.UPHELD)


def post(code: str, on: date | None = None) -> Deduction | None:
    """Take the points of a deduction whose window is over; None if there is nothing to do.

    At most what the household has: with 0 points nothing is taken and no entry is made.
    Run again, late or by two at once, it takes nothing twice. ``on`` None is today.
    """
    on = on or today()
    key = f"deduction:{code}"
    if ledger.named_by(key) is not None:
        return None
    deduction = held(code, None)
    if not (
        deduction.state in UNDISPUTED
        and deduction.appeal_until is not None
        and deduction.appeal_until < on
        and deduction.approved_by is not None
    ):
        return None
    household = db.session.get_one(Household, deduction.household_id)
    deducted = ledger.open_system_account(AccountKind.DEDUCTED, deduction.village_code)
    journal_id = ledger.open_journal(deduction.village_code).id
    balance = db.session.scalars(
        select(Account.balance).where(Account.id == household.account_id).with_for_update()
    ).one()
    taken, entry_id = min(deduction.points, balance), None
    if taken:
        actor = deduction.township_by or deduction.approved_by
        entry_id = ledger.post(
            journal_id,
            kind=EntryKind.DEDUCTION,
            occurred_on=on,
            request=ledger.Request(key, ledger.fingerprint("deduction", code), actor),
            points=[
                PointsMove(household.account_id, -taken, deduction.member_id),
                PointsMove(deducted, taken),
            ],
            document=code,
        ).entry_id
    move(
        deduction,
        UNDISPUTED,
        DeductionState.POSTED,
        Step.POST,
        by=None,
        entry_id=entry_id,
        points_posted=taken,
        settled_at=now(),
    )
    return deduction


def asked_back(key: str, code: str, reason: str, by: int) -> ledger.Request:
    """Name a reversal for ``reverse``."""
    return ledger.Request(key, ledger.fingerprint("reverse_deduction", [code, reason, by]), by)


def reverse(request: ledger.Request, code: str, *, reason: str, by: StaffMember) -> Deduction:
    """Give back what a deduction took and was not given back yet; ``request`` is ``asked_back``'s.

    Raises:
        NotFoundError: no such deduction where ``by`` may reverse.
        OwnProposalError, TiedHouseholdError: not by this person.
        NothingTakenError: nothing was taken, or all of it went back.
        ReasonNeededError: no reason is given.
    """
    replayed = ledger.seen(request) is not None
    deduction = held(code, by.scope(Permission.REVERSE_AWARDS))
    if replayed:
        return deduction
    refuse_own(deduction, by)
    reason = words_of(reason)
    back = deduction.points_posted - deduction.reversed_points
    if back <= 0:
        raise NothingTakenError(deduction=code)
    give_back(deduction, back, request, reason)
    note(deduction, Step.REVERSE, by=by.id, words=reason)
    audit.record("deduction.reverse", code, by=by.id, after={"points": back, "reason": reason})
    return deduction


def give_back(deduction: Deduction, back: int, request: ledger.Request, reason: str) -> None:
    """Post the opposite of ``back`` points of a posted deduction, which the caller holds.

    Raises:
        NothingTakenError: it took nothing.
        GivenToNobodyError: the household has left.
    """
    if deduction.entry_id is None:
        raise NothingTakenError(deduction=deduction.code)
    household = households.hold([deduction.household_id])[deduction.household_id]
    if household.state is HouseholdState.LEFT:  # nobody could spend what went back
        raise GivenToNobodyError(head=household.head, household=household.code)
    left = ledger.hold(deduction.entry_id)
    ledger.reverse(
        left,
        request=request,
        occurred_on=today(),
        note=reason,
        points={line.position: back for line in left.points if line.points},
    )
    deduction.reversed_points += back
    db.session.flush()
