"""Proposing an event, agreeing to it, refusing it, taking it back."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import DomainError, NotFoundError
from supermarket.household_events import queries
from supermarket.household_events.errors import (
    ApprovedAlreadyError,
    BothVillagesError,
    CancelledAlreadyError,
    NotYourProposalError,
    OwnProposalError,
    ProposerTiedError,
    RefusedAlreadyError,
)
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.household_events.service import asking, finding
from supermarket.household_events.service.asking import Proposal
from supermarket.household_events.service.carrying import carry
from supermarket.household_events.service.weighing import divided, weigh
from supermarket.households import queries as lookup
from supermarket.households import service as households
from supermarket.households.models import Household
from supermarket.households.service import changing
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.staff.models import Permission, StaffMember

#: Days after which an undecided event is late.
DAYS_TO_DECIDE = timedelta(days=14)


def propose(key: str, proposal: Proposal, by: StaffMember) -> HouseholdEvent:
    """Write down what happened to a household, for somebody else to agree to.

    The same key again returns what it made the first time.

    Raises:
        KeyReusedError: the key named something else.
        NotFoundError: a household is not there, or not the proposer's to see.
        TiedHouseholdError: a household is the proposer's own or a relative's.
        EventOpenError: another event of one of the households waits.
        DomainError: it cannot have happened; see ``weigh`` and ``divided``.
    """
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    proposal = asking.checked(proposal)
    fingerprint = _fingerprint(proposal, by)
    if (made := queries.by_key(key)) is not None:
        if made.fingerprint != fingerprint:
            raise KeyReusedError
        return made
    household, other = finding.households(proposal, by)
    number = ledger.number(household.village_code, "household_event")
    changing.hold([one.id for one in (household, other) if one is not None])
    finding.refuse_taken(household, other, by)
    weigh(proposal, household, other)
    if proposal.kind is EventKind.SPLIT:
        divided(proposal, lookup.balance(household))
    event = HouseholdEvent(
        code=f"{household.village_code}B{number}",
        kind=proposal.kind,
        household_id=household.id,
        other_household_id=other.id if other is not None else None,
        village_code=household.village_code,
        to_village=_to_village(proposal, household, other),
        plan=proposal.plan,
        reason=proposal.reason,
        document=proposal.document,
        effective_on=proposal.effective_on,
        state=EventState.PROPOSED,
        key=key,
        fingerprint=fingerprint,
        proposed_by=by.id,
        proposed_at=now(),
    )
    db.session.add(event)
    db.session.flush()
    facts = {"kind": event.kind.value, "household": household.code, "reason": event.reason}
    audit.record("household_event.propose", event.code, by=by.id, after=facts)
    return event


def approve(code: str, by: StaffMember) -> HouseholdEvent:
    """Agree to an event: everything is checked again and done at once, or nothing.

    Raises:
        NotFoundError: it is not there, or concerns no village of the approver's.
        BothVillagesError: one of its villages is not the approver's.
        OwnProposalError: the approver proposed it.
        TiedHouseholdError, ProposerTiedError: a household is a relative's of either.
        ApprovedAlreadyError, RefusedAlreadyError, CancelledAlreadyError: somebody was faster.
        DomainError: it cannot be carried out any more; see ``weigh`` and ``divided``.
    """
    event = _event(code, by)
    _refuse_partial(event, by)
    if event.proposed_by == by.id:
        raise OwnProposalError
    ids = finding.both(event)
    households.refuse_tied(by.id, ids)
    if lookup.tied(event.proposed_by) & set(ids):
        raise ProposerTiedError(who=queries.staff_name(event.proposed_by))
    _decide(event, EventState.APPROVED, by, "")
    held = changing.hold(ids)
    household, other = held[event.household_id], held.get(event.other_household_id or 0)
    queries.balances([one.account_id for one in held.values()], hold=True)
    weighed = weigh(asking.kept(event, household, other), household, other)
    carry(event, weighed, by.id)
    return event


def refuse(code: str, by: StaffMember, *, reason: str) -> HouseholdEvent:
    """Turn an event down, with a reason; nothing changes.

    Raises:
        NotFoundError, BothVillagesError, OwnProposalError: as for ``approve``.
        EventReasonMissingError: nobody said why.
        ApprovedAlreadyError, RefusedAlreadyError, CancelledAlreadyError: somebody was faster.
    """
    event = _event(code, by)
    _refuse_partial(event, by)
    if event.proposed_by == by.id:
        raise OwnProposalError
    households.refuse_tied(by.id, finding.both(event))
    _decide(event, EventState.REFUSED, by, asking.why(reason))
    return event


def cancel(code: str, by: StaffMember, *, reason: str) -> HouseholdEvent:
    """Take back what one proposed oneself, as long as nobody decided it.

    Raises:
        NotFoundError: it is not there.
        NotYourProposalError: somebody else proposed it.
        EventReasonMissingError: nobody said why.
        ApprovedAlreadyError, RefusedAlreadyError, CancelledAlreadyError: it is decided.
    """
    event = queries.event(code, by.scope(Permission.VIEW_HOUSEHOLDS))
    if event is None:
        raise NotFoundError(what=code[:40])
    if event.proposed_by != by.id:
        raise NotYourProposalError
    _decide(event, EventState.CANCELLED, by, asking.why(reason))
    return event


def may_decide(event: HouseholdEvent, by: StaffMember) -> bool:
    """Whether somebody may agree to an event or refuse it, kinship aside."""
    scope = by.scope(Permission.APPROVE_EVENTS)
    places = [event.village_code, event.to_village or event.village_code]
    return event.proposed_by != by.id and all(scope.covers_region(place) for place in places)


def _event(code: str, by: StaffMember) -> HouseholdEvent:
    found = queries.event(code, by.scope(Permission.APPROVE_EVENTS))
    if found is None:
        raise NotFoundError(what=code[:40])
    return found


def _refuse_partial(event: HouseholdEvent, by: StaffMember) -> None:
    scope = by.scope(Permission.APPROVE_EVENTS)
    for place in (event.village_code, event.to_village or event.village_code):
        if not scope.covers_region(place):
            raise BothVillagesError


def _decide(event: HouseholdEvent, state: EventState, by: StaffMember, reason: str) -> None:
    """Move an event out of its waiting, if nobody was faster."""
    decided: Any = db.session.execute(
        update(HouseholdEvent)
        .where(HouseholdEvent.id == event.id, HouseholdEvent.state == EventState.PROPOSED)
        .values(state=state, decided_by=by.id, decided_at=now(), decision_reason=reason)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(event)
    if decided.rowcount != 1:
        raise _faster(event)
    audit.record(
        _ACTIONS[state],
        event.code,
        by=by.id,
        before={"state": EventState.PROPOSED.value},
        after={"state": state.value, **({"reason": reason} if reason else {})},
    )


_ACTIONS = {
    EventState.APPROVED: "household_event.approve",
    EventState.REFUSED: "household_event.refuse",
    EventState.CANCELLED: "household_event.cancel",
}


def _faster(event: HouseholdEvent) -> DomainError:
    kind = {
        EventState.REFUSED: RefusedAlreadyError,
        EventState.CANCELLED: CancelledAlreadyError,
    }.get(event.state, ApprovedAlreadyError)
    return kind(who=queries.staff_name(event.decided_by), event=event.code)


def _fingerprint(proposal: Proposal, by: StaffMember) -> str:
    said = proposal._asdict()
    said |= {"kind": proposal.kind.value, "effective_on": proposal.effective_on.isoformat()}
    return ledger.fingerprint("household-event", [*said.values(), by.id])


def _to_village(proposal: Proposal, household: Household, other: Household | None) -> str | None:
    """Return the other village whose people have a word in it; None if it is one village's."""
    if proposal.kind is EventKind.MOVE:
        return proposal.to_village
    if other is not None and other.village_code != household.village_code:
        return other.village_code
    return None
