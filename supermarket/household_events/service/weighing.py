"""Whether what is said to have happened can have happened; the same at proposal and approval."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import local, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.household_events import queries
from supermarket.household_events.errors import (
    AlreadyLeftError,
    BeforeHouseholdError,
    DivisionError,
    DivisionMissingError,
    DivisionTooLargeError,
    EventDayError,
    HeadMissingError,
    HouseholdFrozenError,
    HouseholdGoesOnError,
    MembersMissingError,
    MergedAwayError,
    NewHeadMissingError,
    NotAMemberError,
    NotLeftError,
    ObjectionsOpenError,
    OtherCountyError,
    SameVillageError,
    WithItselfError,
)
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.household_events.service.asking import Proposal
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.households.queries import frozen
from supermarket.ledger import service as ledger
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, VILLAGE


class Weighed(NamedTuple):
    """A proposal that can be carried out, with the rows it is about."""

    proposal: Proposal
    household: Household
    #: Who takes the household in; None if nobody does.
    other: Household | None
    #: Split: who goes. Merge: everybody. Death: who died.
    going: tuple[HouseholdMember, ...]
    #: Split: the new household's head.
    head: HouseholdMember | None
    #: The household's own head from now on, if that changes.
    next_head: HouseholdMember | None
    #: Whether the household takes part no more afterwards.
    ends: bool
    #: Rejoin: the event by which it left; None if it left without one.
    left_by: HouseholdEvent | None = None

    @property
    def moves_points(self) -> bool:
        """Whether it is more than a change of people."""
        return self.proposal.kind is not EventKind.DEATH or self.ends


def present(household: Household) -> list[HouseholdMember]:
    """Return the members who are there."""
    return [member for member in household.members if member.present]


def weigh(proposal: Proposal, household: Household, other: Household | None) -> Weighed:
    """Check a proposal against the books as they are now; change nothing.

    ``other`` is who takes the household in, if anybody is named.

    Raises:
        MonthClosedError: the day lies in a month that is final.
        InvalidError: the day, a person, a place cannot be meant; the subclass says why.
        DomainError: the state of a household does not allow it; the subclass says why.
    """
    _check_states(proposal, household, other)
    if other is not None:
        _check_other(household, other)
    weighed = _BY_KIND[proposal.kind](proposal, household, other)
    _check_day(proposal, household, other)
    if weighed.moves_points:
        _refuse_frozen(household, other)
    if weighed.ends and other is None and (count := queries.open_objections([household.id])):
        raise ObjectionsOpenError(head=household.head, count=count)
    return weighed


def divided(proposal: Proposal, balance: int) -> int:
    """Return the points that go to the new household, out of what there is.

    Raises:
        DivisionMissingError: neither side was said.
        DivisionTooLargeError: one side is more than there is.
        DivisionError: both sides together are not what there is.
    """
    given, kept = proposal.given, proposal.kept
    if given is None and kept is None:
        raise DivisionMissingError
    if given is None or kept is None:
        asked = kept if given is None else given
        if (asked or 0) > balance:
            raise DivisionTooLargeError(balance=balance, asked=asked)
        return balance - (kept or 0) if given is None else given
    if given + kept != balance:
        raise DivisionError(balance=balance, kept=kept, given=given, total=given + kept)
    return given


def _check_states(proposal: Proposal, household: Household, other: Household | None) -> None:
    if proposal.kind is EventKind.REJOIN:
        if household.state is not HouseholdState.LEFT:
            raise NotLeftError(head=household.head)
    elif household.state is not HouseholdState.ACTIVE:
        raise AlreadyLeftError(head=household.head)
    if other is not None and other.state is not HouseholdState.ACTIVE:
        raise AlreadyLeftError(head=other.head)


def _check_other(household: Household, other: Household) -> None:
    if other.id == household.id:
        raise WithItselfError
    if other.village_code[:COUNTY] != household.village_code[:COUNTY]:
        raise OtherCountyError


def _check_day(proposal: Proposal, household: Household, other: Household | None) -> None:
    on = proposal.effective_on
    if on > today():
        raise EventDayError
    for one in (household, other):
        if one is not None and on < (since := local(one.created_at).date()):
            raise BeforeHouseholdError(head=one.head, since=since)
    ledger.refuse_closed(household.village_code, on)


def _refuse_frozen(household: Household, other: Household | None) -> None:
    for one in (household, other):
        if one is not None and frozen(one.id, today()) is not None:
            raise HouseholdFrozenError(head=one.head)


def _move(proposal: Proposal, household: Household, _other: Household | None) -> Weighed:
    code = proposal.to_village
    if len(code) != VILLAGE or regions.region(code) is None:
        raise NotFoundError(what=code[:20])
    if code == household.village_code:
        raise SameVillageError(head=household.head)
    if code[:COUNTY] != household.village_code[:COUNTY]:
        raise OtherCountyError
    return Weighed(proposal, household, None, (), None, None, False)


def _split(proposal: Proposal, household: Household, _other: Household | None) -> Weighed:
    there = present(household)
    going = _named(proposal.members, there)
    staying = [member for member in there if member not in going]
    if not going or not staying:
        raise MembersMissingError
    head = next((member for member in going if member.id == proposal.head), None)
    if head is None:
        raise NewHeadMissingError
    next_head = _next_head(proposal, household, staying) if _head_of(household) in going else None
    return Weighed(proposal, household, None, tuple(going), head, next_head, False)


def _merge(proposal: Proposal, household: Household, other: Household | None) -> Weighed:
    if other is None:
        raise NotFoundError(what=proposal.other_code[:20])
    return Weighed(proposal, household, other, tuple(present(household)), None, None, True)


def _death(proposal: Proposal, household: Household, other: Household | None) -> Weighed:
    there = present(household)
    [died] = _named([proposal.member or 0], there)
    staying = [member for member in there if member is not died]
    if staying and other is not None:
        raise HouseholdGoesOnError
    goes_on_under = (
        _next_head(proposal, household, staying)
        if staying and died is _head_of(household)
        else None
    )
    return Weighed(proposal, household, other, (died,), None, goes_on_under, not staying)


def _leave(proposal: Proposal, household: Household, _other: Household | None) -> Weighed:
    return Weighed(proposal, household, None, (), None, None, True)


def _rejoin(proposal: Proposal, household: Household, _other: Household | None) -> Weighed:
    left_by = queries.left_by(household.id)
    if left_by is not None and left_by.other_household_id is not None:
        taker = db.session.scalar(
            select(Household.head).where(Household.id == left_by.other_household_id)
        )
        raise MergedAwayError(head=household.head, other=taker)
    return Weighed(proposal, household, None, (), None, None, False, left_by)


_BY_KIND = {
    EventKind.MOVE: _move,
    EventKind.SPLIT: _split,
    EventKind.MERGE: _merge,
    EventKind.DEATH: _death,
    EventKind.LEAVE: _leave,
    EventKind.REJOIN: _rejoin,
}


def _named(ids: Sequence[int], there: Sequence[HouseholdMember]) -> list[HouseholdMember]:
    found = [member for member in there if member.id in ids]
    if len(found) != len(set(ids)):
        raise NotAMemberError
    return found


def _head_of(household: Household) -> HouseholdMember | None:
    """Return the member who is the head; the first of that name."""
    return next((m for m in present(household) if m.name == household.head), None)


def _next_head(
    proposal: Proposal, household: Household, staying: Sequence[HouseholdMember]
) -> HouseholdMember:
    for member in staying:
        if member.id == proposal.next_head:
            return member
    raise HeadMissingError(head=household.head)
