"""When households last earned or spent points, and which have been quiet for long."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select, tuple_

from supermarket.clock import VILLAGE, local, today
from supermarket.database import db
from supermarket.households.models import HelperPairing, Household, HouseholdState
from supermarket.households.queries.finding import narrowed
from supermarket.households.queries.pairing import helpers_of
from supermarket.households.queries.visits import VisitDays, visit_days
from supermarket.ledger.models import Account, Entry, EntryKind, PointsLine
from supermarket.regions import queries as regions
from supermarket.regions.queries import under
from supermarket.staff.models import Scope

#: What counts as taking part.
_ACTIVE_KINDS = (EntryKind.AWARD, EntryKind.REDEMPTION)


class LastMoves(NamedTuple):
    """The day a household last earned points, and the day it last spent some."""

    award_on: date | None = None
    redemption_on: date | None = None


class Standing(NamedTuple):
    """How a household is doing."""

    id: int
    code: str
    head: str
    group: str
    phone: str
    village_code: str
    village_name: str
    #: Its helper: who is paired, else who the roster names; empty if nobody.
    helper: str
    #: Whole points.
    balance: int
    moves: LastMoves
    visits: VisitDays
    #: Days since it last earned or spent points, or was written down.
    quiet_days: int


def last_moves(account_ids: Collection[int]) -> dict[int, LastMoves]:
    """Return the last award and redemption of accounts, by account; those without have none."""
    rows = db.session.execute(
        select(PointsLine.account_id, Entry.kind, func.max(Entry.occurred_on))
        .join(Entry, Entry.id == PointsLine.entry_id)
        .where(PointsLine.account_id.in_(account_ids), Entry.kind.in_(_ACTIVE_KINDS))
        .group_by(PointsLine.account_id, Entry.kind)
    )
    found: dict[int, LastMoves] = {}
    for account_id, kind, last in rows:
        moves = found.get(account_id, LastMoves())
        found[account_id] = (
            moves._replace(award_on=last)
            if kind is EntryKind.AWARD
            else moves._replace(redemption_on=last)
        )
    return found


def standings(households: Sequence[Household]) -> list[Standing]:
    """Return how households are doing, in their order, in a constant number of statements."""
    ids = [household.id for household in households]
    accounts = [household.account_id for household in households]
    moves, visits, helpers = last_moves(accounts), visit_days(ids), helpers_of(ids)
    held = db.session.execute(select(Account.id, Account.balance).where(Account.id.in_(accounts)))
    balances = {row[0]: row[1] for row in held}
    names = regions.names(sorted({household.village_code for household in households}))
    return [
        Standing(
            id=household.id,
            code=household.code,
            head=household.head,
            group=household.group,
            phone=household.phone,
            village_code=household.village_code,
            village_name=names.get(household.village_code, ""),
            helper=helpers[household.id].name if household.id in helpers else household.helper,
            balance=balances.get(household.account_id, 0),
            moves=moves.get(household.account_id, LastMoves()),
            visits=visits.get(household.id, VisitDays()),
            quiet_days=_quiet(household, moves.get(household.account_id, LastMoves())),
        )
        for household in households
    ]


def inactive(
    scope: Scope,
    days: int,
    *,
    region: str | None = None,
    helped: bool | None = None,
    after: str | None = None,
    limit: int | None = None,
) -> list[Standing]:
    """Return the households that for ``days`` days neither earned nor spent points, by code.

    Those written down since are not among them. ``helped`` narrows to households with a
    paired helper, or to those without; ``after`` is the last code of the page before.
    """
    areas = narrowed(scope.regions, region)
    wanted = select(Household).where(
        under(Household.village_code, areas),
        Household.state == HouseholdState.ACTIVE,
        *_quiet_since(today() - timedelta(days=days)),
    )
    if helped is not None:
        paired = exists().where(
            HelperPairing.household_id == Household.id, HelperPairing.until.is_(None)
        )
        wanted = wanted.where(paired if helped else ~paired)
    if after is not None:
        start = select(Household.village_code).where(Household.code == after).scalar_subquery()
        wanted = wanted.where(tuple_(Household.village_code, Household.code) > tuple_(start, after))
    wanted = wanted.order_by(Household.village_code, Household.code)
    if limit is not None:
        wanted = wanted.limit(limit)
    return _in_parts(db.session.scalars(wanted).all())


def _in_parts(households: Sequence[Household]) -> list[Standing]:
    """Return the standings of households that may be many, a thousand at a time."""
    parts: Iterable[Sequence[Household]] = (
        households[start : start + 1000] for start in range(0, len(households), 1000)
    )
    return [standing for part in parts for standing in standings(part)]


def _quiet_since(day: date) -> list[ColumnElement[bool]]:
    """Return the conditions that a household was there, and quiet, after a day.

    The newest line is looked at first: it alone tells of most households.
    """
    moved = (
        PointsLine.account_id == Household.account_id,
        Entry.id == PointsLine.entry_id,
        Entry.kind.in_(_ACTIVE_KINDS),
        Entry.occurred_on > day,
    )
    newest = (Account.id == Household.account_id, PointsLine.place == Account.last_place)
    midnight = datetime.combine(day + timedelta(days=1), time(), VILLAGE)
    return [
        Household.created_at < midnight,
        ~exists().where(*newest, *moved),
        ~exists().where(*moved),
    ]


def _quiet(household: Household, moves: LastMoves) -> int:
    days = [local(household.created_at).date(), *(day for day in moves if day is not None)]
    return max(0, (today() - max(days)).days)
