"""Stopping a household's redemptions for a time, on grounds, by two people (冻结).

Awards go on meanwhile, and no welfare outside this programme is touched.
"""

from datetime import date

from sqlalchemy import update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.errors import (
    FreezeDatesError,
    FreezeDecidedError,
    FreezeNotInForceError,
    FreezePresentError,
    FreezeSamePersonError,
    FreezeWordsError,
    FrozenHouseholdLeftError,
    HouseholdFrozenError,
)
from supermarket.households.models import Household, HouseholdFreeze, HouseholdState
from supermarket.households.queries import freezes
from supermarket.households.queries.lookup import household as find
from supermarket.households.service.changing import hold
from supermarket.households.service.ties import refuse_tied
from supermarket.ledger import service as ledger
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember

#: Characters of the basis, the document's number, and of a reason.
BASIS, DOCUMENT, REASON = 120, 64, 200


def propose_freeze(
    household_code: str,
    *,
    basis: str,
    document_number: str,
    reason: str,
    starts_on: date,
    ends_on: date,
    by: StaffMember,
) -> HouseholdFreeze:
    """Propose that a household shall not redeem from one day to another, both included.

    Raises:
        NotFoundError: no such household where ``by`` may freeze.
        FrozenHouseholdLeftError, FreezePresentError: it left, or has a freeze already.
        TiedHouseholdError: it is the proposer's own or a relative's.
        FreezeWordsError: basis, document or reason is missing.
        FreezeDatesError: it starts in the past, ends before it starts or lasts over a year.
    """
    household = find(household_code, by.scope(Permission.FREEZE))
    if household is None:
        raise NotFoundError(what=household_code[:40])
    if household.state is HouseholdState.LEFT:
        raise FrozenHouseholdLeftError(head=household.head)
    refuse_tied(by.id, [household.id])
    basis = _words(basis, BASIS)
    document_number = _words(document_number, DOCUMENT)
    reason = _words(reason, REASON)
    _check_days(starts_on, ends_on)
    _refuse_second(household)
    made = HouseholdFreeze(
        code=f"{household.village_code}F{ledger.number(household.village_code, 'freeze')}",
        household_id=household.id,
        basis=basis,
        document_number=document_number,
        reason=reason,
        starts_on=starts_on,
        ends_on=ends_on,
        proposed_by=by.id,
        proposed_at=now(),
    )
    _refuse_second(household)  # of two at once the second had to wait for its number
    db.session.add(made)
    db.session.flush()
    audit.record("freeze.propose", household.code, by=by.id, after=_facts(made))
    return made


def decide_freeze(
    code: str, *, approved: bool, words: str = "", by: StaffMember
) -> HouseholdFreeze:
    """Approve or refuse a freeze as its second person; a late approval starts it today.

    Raises:
        NotFoundError: no such freeze where ``by`` may freeze.
        FreezeSamePersonError: ``by`` proposed it.
        TiedHouseholdError: it is ``by``'s own household or a relative's.
        FreezeDecidedError: somebody decided it before.
        FreezeWordsError: it is refused without a reason.
        FreezeDatesError: its last day has passed.
    """
    freeze, household = _found(code, by)
    if freeze.proposed_by == by.id:
        raise FreezeSamePersonError
    refuse_tied(by.id, [household.id])
    words = cleaned(words)[:REASON] if approved else _words(words, REASON)
    hold([household.id])  # so that no event lets its points slip away meanwhile
    starts_on = max(freeze.starts_on, today())
    if approved and freeze.ends_on < starts_on:
        raise FreezeDatesError
    values = {"approved": approved, "decided_by": by.id, "decided_at": now(), "words": words}
    decided = db.session.execute(
        update(HouseholdFreeze)
        .where(HouseholdFreeze.id == freeze.id, HouseholdFreeze.approved.is_(None))
        .values(**values, starts_on=starts_on if approved else freeze.starts_on)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(freeze)
    if decided.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise FreezeDecidedError(who=_name(freeze.decided_by))
    audit.record(
        "freeze.decide",
        household.code,
        by=by.id,
        after=_facts(freeze) | {"approved": approved, "reason": words},
    )
    return freeze


def lift_freeze(code: str, *, reason: str, by: StaffMember) -> HouseholdFreeze:
    """End a freeze before its last day: from today the household may redeem again.

    Raises:
        NotFoundError: no such freeze where ``by`` may freeze.
        TiedHouseholdError: it is ``by``'s own household or a relative's.
        FreezeWordsError: no reason is given.
        FreezeNotInForceError: it was not approved, is over, or was lifted before.
    """
    freeze, household = _found(code, by)
    refuse_tied(by.id, [household.id])
    reason = _words(reason, REASON)
    lifted = db.session.execute(
        update(HouseholdFreeze)
        .where(
            HouseholdFreeze.id == freeze.id,
            HouseholdFreeze.approved.is_(True),
            HouseholdFreeze.lifted_on.is_(None),
            HouseholdFreeze.ends_on >= today(),
        )
        .values(lifted_on=today(), lifted_by=by.id, words=reason)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(freeze)
    if lifted.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise FreezeNotInForceError
    audit.record("freeze.lift", household.code, by=by.id, after={"reason": reason})
    return freeze


def refuse_frozen(household: Household, on: date) -> None:
    """Refuse a household that may not redeem on a day.

    Raises:
        HouseholdFrozenError: it may not; the sentence says until when and whom to ask.
    """
    freeze = freezes.frozen(household.id, on)
    if freeze is not None:
        raise HouseholdFrozenError(
            until=freeze.ends_on, contact=freezes.contact(household.village_code)
        )


def _found(code: str, by: StaffMember) -> tuple[HouseholdFreeze, Household]:
    found = freezes.freeze(code, by.scope(Permission.FREEZE))
    if found is None:
        raise NotFoundError(what=code[:40])
    return found


def _refuse_second(household: Household) -> None:
    """Refuse a freeze beside another that is proposed, to come or in force."""
    other = freezes.unsettled(household.id, today())
    if other is not None:
        raise FreezePresentError(head=household.head, until=other.ends_on)


def _words(text: str, most: int) -> str:
    text = cleaned(text)
    if not 2 <= len(text) <= most:
        raise FreezeWordsError(most=most)
    return text


def _check_days(starts_on: date, ends_on: date) -> None:
    """Refuse days that no freeze can have: never backwards, never for more than a year."""
    try:
        longest = starts_on.replace(year=starts_on.year + 1)
    except ValueError:  # the 29th of February, or the end of the calendar
        if starts_on.year >= date.max.year:
            raise FreezeDatesError from None
        longest = starts_on.replace(year=starts_on.year + 1, day=28)
    if not today() <= starts_on <= ends_on <= longest:
        raise FreezeDatesError


def _name(staff_id: int | None) -> str:
    member = db.session.get(StaffMember, staff_id) if staff_id else None
    return member.name if member else ""


def _facts(freeze: HouseholdFreeze) -> dict[str, object]:
    """Return what the audit log keeps of a freeze."""
    return {
        "basis": freeze.basis,
        "document_number": freeze.document_number,
        "reason": freeze.reason,
        "starts_on": freeze.starts_on.isoformat(),
        "ends_on": freeze.ends_on.isoformat(),
    }
