"""Questions about household events, and about what hangs on a household when one happens."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.awards.models import PENDING, Declaration, DeclarationState
from supermarket.cards.models import Card, CardState
from supermarket.database import db
from supermarket.deductions.models import OPEN, Deduction
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import HelperPairing, Household, HouseholdMember, Proxy
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Account, Entry, Journal
from supermarket.notices.models import Objection, ObjectionState
from supermarket.regions.queries import under
from supermarket.staff.models import Scope, StaffMember

#: Declared and neither posted nor turned down.
UNDECIDED = (DeclarationState.SUBMITTED, *PENDING)
#: Cards that a household may still hold in its hands and use, or find and use again.
HELD = (CardState.ACTIVE, CardState.LOST)
#: What a list asks for: what ``EventFound`` holds, its last field in two parts.
_Listed = Select[HouseholdEvent, str, str, str, str, str, str | None, int | None]
_LEAVING_AND_BACK = (EventKind.LEAVE, EventKind.MERGE, EventKind.DEATH, EventKind.REJOIN)


class EventFound(NamedTuple):
    """An event in a list."""

    event: HouseholdEvent
    household_code: str
    head: str
    #: Empty if there is none.
    other_head: str
    proposer: str
    #: Empty while nobody decided.
    decider: str
    #: Number of the entry it posted; None if it posted none.
    reference: str | None


class Along(NamedTuple):
    """What hangs on a household and must go somewhere when it changes."""

    declarations: int
    deductions: int
    objections: int
    proxies: int
    helpers: int
    #: Numbers of the cards it holds.
    cards: list[str]


class Waiting(NamedTuple):
    """Events that wait for somebody's word."""

    number: int
    since: datetime | None


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that an event concerns a village inside ``scope``."""
    return or_(
        under(HouseholdEvent.village_code, scope.regions),
        _inside(scope),
    )


def _inside(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that the other village concerned, if any, lies inside ``scope``."""
    return under(HouseholdEvent.to_village, scope.regions)  # type: ignore[arg-type]  # or no row


def event(code: str, scope: Scope) -> HouseholdEvent | None:
    """Return an event by its number, if it concerns a village inside ``scope``."""
    return db.session.scalar(
        select(HouseholdEvent).where(HouseholdEvent.code == code[:64], seen_by(scope))
    )


def by_key(key: str) -> HouseholdEvent | None:
    """Return the event that a client's key made."""
    return db.session.scalar(select(HouseholdEvent).where(HouseholdEvent.key == key))


def open_event(household_ids: Collection[int]) -> HouseholdEvent | None:
    """Return an event of one of the households that waits for its decision."""
    return db.session.scalar(
        select(HouseholdEvent)
        .where(
            HouseholdEvent.state == EventState.PROPOSED,
            or_(
                HouseholdEvent.household_id.in_(household_ids),
                HouseholdEvent.other_household_id.in_(household_ids),
            ),
        )
        .limit(1)
    )


def left_by(household_id: int) -> HouseholdEvent | None:
    """Return the event by which a household that is not there left; None if it left without."""
    newest = db.session.scalars(
        select(HouseholdEvent)
        .where(
            HouseholdEvent.household_id == household_id,
            HouseholdEvent.state == EventState.APPROVED,
            HouseholdEvent.kind.in_(_LEAVING_AND_BACK),
        )
        .order_by(HouseholdEvent.decided_at.desc(), HouseholdEvent.id.desc())
    ).all()
    for found in newest:
        outcome = found.outcome or {}  # one that is being carried out has none yet
        if outcome and found.kind is EventKind.REJOIN:
            return None
        if outcome.get("ended"):
            return found
    return None


def events(
    scope: Scope,
    *,
    state: EventState | None = None,
    household_id: int | None = None,
    before: int | None = None,
    limit: int,
) -> list[EventFound]:
    """Return events inside ``scope``, newest first; ``before`` is the last id of a page."""
    wanted = _listed().where(seen_by(scope)).order_by(HouseholdEvent.id.desc()).limit(limit)
    if state is not None:
        wanted = wanted.where(HouseholdEvent.state == state)
    if before is not None:
        wanted = wanted.where(HouseholdEvent.id < before)
    if household_id is not None:
        wanted = wanted.where(
            or_(
                HouseholdEvent.household_id == household_id,
                HouseholdEvent.other_household_id == household_id,
            )
        )
    return _found(wanted)


def found(event: HouseholdEvent) -> EventFound:
    """Return an event as it stands in a list."""
    return _found(_listed().where(HouseholdEvent.id == event.id))[0]


def _found(wanted: _Listed) -> list[EventFound]:
    """Return the rows of a list with the numbers of their entries."""
    return [
        EventFound(*row[:-2], f"{row[-2]}-{row[-1] % ENTRIES_PER_JOURNAL}" if row[-1] else None)
        for row in db.session.execute(wanted)
    ]


def _listed() -> _Listed:
    other, decider = aliased(Household), aliased(StaffMember)
    return (
        select(
            HouseholdEvent,
            Household.code,
            Household.head,
            func.coalesce(other.head, ""),
            StaffMember.name,
            func.coalesce(decider.name, ""),
            Journal.code,
            HouseholdEvent.entry_id,
        )
        .join(Household, Household.id == HouseholdEvent.household_id)
        .outerjoin(other, other.id == HouseholdEvent.other_household_id)
        .join(StaffMember, StaffMember.id == HouseholdEvent.proposed_by)
        .outerjoin(decider, decider.id == HouseholdEvent.decided_by)
        .outerjoin(Entry, Entry.id == HouseholdEvent.entry_id)
        .outerjoin(Journal, Journal.id == Entry.journal_id)
    )


def to_decide(scope: Scope, staff_id: int) -> Waiting:
    """Return how many events wait for somebody whose word is enough for both villages."""
    row = db.session.execute(
        select(func.count(), func.min(HouseholdEvent.proposed_at)).where(
            HouseholdEvent.state == EventState.PROPOSED,
            HouseholdEvent.proposed_by != staff_id,
            under(HouseholdEvent.village_code, scope.regions),
            or_(HouseholdEvent.to_village.is_(None), _inside(scope)),
        )
    ).one()
    return Waiting(*row)


def told(entry_ids: Sequence[int]) -> dict[int, EventFound]:
    """Return the event behind each of those entries that an event posted."""
    rows = _found(_listed().where(HouseholdEvent.entry_id.in_(entry_ids)))
    return {row.event.entry_id: row for row in rows if row.event.entry_id is not None}


def balances(account_ids: Collection[int], *, hold: bool = False) -> dict[int, int]:
    """Return the points in household accounts by id, held in ascending order if asked for."""
    wanted = (
        select(Account.id, Account.balance).where(Account.id.in_(account_ids)).order_by(Account.id)
    )
    rows = db.session.execute(wanted.with_for_update() if hold else wanted)
    return {row.id: row.balance for row in rows}


def open_objections(household_ids: Collection[int]) -> int:
    """Return how many objections against lines of the households wait for their answer."""
    return db.session.scalars(
        select(func.count())
        .select_from(Objection)
        .join(Declaration, Declaration.id == Objection.declaration_id)
        .where(Declaration.household_id.in_(household_ids), Objection.state == ObjectionState.OPEN)
    ).one()


def along(household_id: int) -> Along:
    """Return what hangs on a household now."""
    counts = [
        select(func.count())
        .select_from(Declaration)
        .where(Declaration.household_id == household_id, Declaration.state.in_(UNDECIDED)),
        select(func.count())
        .select_from(Deduction)
        .where(Deduction.household_id == household_id, Deduction.state.in_(OPEN)),
        select(func.count())
        .select_from(Proxy)
        .where(Proxy.household_id == household_id, Proxy.ended_at.is_(None)),
        select(func.count())
        .select_from(HelperPairing)
        .where(HelperPairing.household_id == household_id, HelperPairing.until.is_(None)),
    ]
    declarations, deductions, proxies, helpers = db.session.execute(
        select(*(count.scalar_subquery() for count in counts))
    ).one()
    cards = db.session.scalars(
        select(Card.card_number).where(Card.household_id == household_id, Card.state.in_(HELD))
    ).all()
    return Along(
        declarations, deductions, open_objections([household_id]), proxies, helpers, list(cards)
    )


def member_names(ids: Collection[int]) -> dict[int, str]:
    """Return the names of members, wherever they belong now."""
    rows = db.session.execute(
        select(HouseholdMember.id, HouseholdMember.name).where(HouseholdMember.id.in_(ids))
    )
    return {row.id: row.name for row in rows}


def staff_name(staff_id: int | None) -> str:
    """Return somebody's name; empty for nobody."""
    found = db.session.get(StaffMember, staff_id) if staff_id is not None else None
    return found.name if found is not None else ""
