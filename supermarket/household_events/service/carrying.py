"""Carrying an approved event out: people, belongings, then points, all in one transaction.

The caller has taken the households and then their accounts; what hangs on them comes next,
the journal last, as when awards are posted.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from supermarket.database import db
from supermarket.household_events import queries
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.household_events.service import belongings, finding
from supermarket.household_events.service.weighing import Weighed, divided
from supermarket.households import queries as lookup
from supermarket.households.models import Household
from supermarket.households.service import changing
from supermarket.ledger import service as ledger
from supermarket.ledger.service import AccountKind, EntryKind, PointsMove, Posted


class _Work(NamedTuple):
    """An event being carried out."""

    event: HouseholdEvent
    weighed: Weighed
    by: int

    @property
    def why(self) -> str:
        """What is written wherever something ends because of the event."""
        return f"{self.event.kind.label}（{self.event.code}）"


class _Done(NamedTuple):
    """What carrying an event out did: facts for its page, the entry, who else is concerned."""

    facts: dict[str, Any]
    posted: Posted | None = None
    other: Household | None = None


def carry(event: HouseholdEvent, weighed: Weighed, by: int) -> None:
    """Do what an event says, and keep on it what it did.

    The caller has taken the event and its households, and weighed it. The new telephone of
    a split is kept by its household alone.

    Raises:
        DivisionError, DivisionTooLargeError: the balance is not what was divided any more.
    """
    household = weighed.household
    touched = [one for one in (household, weighed.other) if one is not None]
    done = _carrier(weighed)(_Work(event, weighed, by))
    if done.other is not None and done.other not in touched:
        touched.append(done.other)
    after = queries.balances([one.account_id for one in touched])
    moved = {line.account_id: line.points for line in done.posted.points} if done.posted else {}
    event.outcome = {
        "before": {o.code: after[o.account_id] - moved.get(o.account_id, 0) for o in touched},
        "after": {one.code: after[one.account_id] for one in touched},
        "heads": {one.code: one.head for one in touched},
        "ended": weighed.ends,
        **done.facts,
    }
    event.plan = {name: value for name, value in event.plan.items() if name != "phone"}
    event.entry_id = done.posted.entry_id if done.posted is not None else None
    if done.other is not None:
        event.other_household_id = done.other.id
    db.session.flush()


def _carrier(weighed: Weighed) -> Callable[[_Work], _Done]:
    kind = weighed.proposal.kind
    if kind is EventKind.DEATH:
        return _die
    return {
        EventKind.MOVE: _move,
        EventKind.SPLIT: _split,
        EventKind.MERGE: _merge,
        EventKind.LEAVE: _leave,
        EventKind.REJOIN: _rejoin,
    }[kind]


def _move(work: _Work) -> _Done:
    household, proposal = work.weighed.household, work.weighed.proposal
    old, new = household.village_code, proposal.to_village
    changing.move_to_village(household, new, proposal.group, work.by)
    sides = (_issued(old), _issued(new))
    balance = lookup.balance(household)
    moves = [PointsMove(sides[0], balance), PointsMove(sides[1], -balance)] if balance else []
    return _Done({"points": balance}, _post(work, new, moves))


def _split(work: _Work) -> _Done:
    weighed, household = work.weighed, work.weighed.household
    if weighed.head is None:
        raise ValueError("a split names the new household's head")
    made = changing.split_off(
        household,
        weighed.going,
        weighed.head,
        work.by,
        group=weighed.proposal.group,
        phone=weighed.proposal.phone,
    )
    if weighed.next_head is not None:
        changing.set_head(household, weighed.next_head, work.by)
    balance = lookup.balance(household)
    given = divided(weighed.proposal, balance)
    moves = [PointsMove(household.account_id, -given), PointsMove(made.account_id, given)]
    posted = _post(work, household.village_code, moves if given else [])
    return _Done({"points": given}, posted, made)


def _die(work: _Work) -> _Done:
    weighed, household = work.weighed, work.weighed.household
    changing.end_member(household, weighed.going[0], work.by)
    if weighed.next_head is not None:
        changing.set_head(household, weighed.next_head, work.by)
        return _Done({"points": 0, "new_head": weighed.next_head.name})
    if not weighed.ends:
        return _Done({"points": 0})
    return _take_over(work) if weighed.other is not None else _leave(work)


def _merge(work: _Work) -> _Done:
    weighed = work.weighed
    if weighed.other is None:
        raise ValueError("a merge names who takes the household in")
    changing.join(weighed.going, weighed.household, weighed.other, work.by)
    return _take_over(work)


def _take_over(work: _Work) -> _Done:
    """Let the other household have what the one that ends had."""
    household, other = work.weighed.household, work.weighed.other
    if other is None:
        raise ValueError("nobody takes it over")
    declarations, deductions = belongings.hand_over(household, other, work.by)
    facts = {"declarations": declarations, "deductions": deductions, **_end(work)}
    sides = (
        (_issued(household.village_code), _issued(other.village_code))
        if household.village_code != other.village_code
        else None
    )
    balance = lookup.balance(household)
    moves = [PointsMove(household.account_id, -balance), PointsMove(other.account_id, balance)]
    if sides is not None:
        moves += [PointsMove(sides[0], balance), PointsMove(sides[1], -balance)]
    posted = _post(work, other.village_code, moves if balance else [])
    return _Done({"points": balance, **facts}, posted, other)


def _leave(work: _Work) -> _Done:
    household = work.weighed.household
    refused = belongings.refuse_declarations(household, work.why, work.by)
    facts = {"declarations": refused, **_end(work)}
    expired = ledger.open_system_account(AccountKind.EXPIRED, household.village_code)
    balance = lookup.balance(household)
    moves = [PointsMove(household.account_id, -balance), PointsMove(expired, balance)]
    posted = _post(work, household.village_code, moves if balance else [])
    return _Done({"points": balance, **facts}, posted)


def _rejoin(work: _Work) -> _Done:
    household = work.weighed.household
    changing.come_back(household, work.by)
    left = finding.left_entry(work.weighed)
    if left is None:
        return _Done({"points": 0})
    back = sum(-line.points for line in left.points if line.account_id == household.account_id)
    posted = ledger.reverse(
        left, request=_request(work), occurred_on=work.event.effective_on, note=work.event.code
    )
    return _Done({"points": back}, posted)


def _end(work: _Work) -> dict[str, Any]:
    """Let the household take part no more; return what ended with it."""
    household, weighed = work.weighed.household, work.weighed
    numbers = belongings.end_cards(household, work.why, work.by)
    changing.leave(household, work.by, weighed.proposal.effective_on, reason=work.why)
    return {"cards": numbers}


def _issued(village_code: str) -> int:
    return ledger.open_system_account(AccountKind.ISSUED, village_code)


def _request(work: _Work) -> ledger.Request:
    event = work.event
    return ledger.Request(f"household-event:{event.code}", event.fingerprint, work.by)


def _post(work: _Work, region_code: str, moves: list[PointsMove]) -> Posted | None:
    """Write the event's one entry; None if no points move."""
    if not moves:
        return None
    event = work.event
    return ledger.post(
        ledger.open_journal(region_code).id,
        kind=EntryKind.HOUSEHOLD_EVENT,
        occurred_on=event.effective_on,
        request=_request(work),
        points=moves,
        document=event.document,
        note=event.code,
    )
