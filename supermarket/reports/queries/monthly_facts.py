"""What households got and spent, straight from the books: the one definition.

Ranges of entries go in, sums by month, household and village come out. Folding, the edges
of a window and a plain recomputation differ in nothing but their ranges.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    column,
    extract,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import TextClause

from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import Household
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.regions.models import TOWNSHIP

#: Every entry there is or will be.
ALL = ((0, 2**62),)
#: The sums, in the order in which rows hold them.
SUMS = ("times", "units", "points", "fen", "awarded", "deducted", "expired", "change")


class Fact(NamedTuple):
    """What one household got and spent in a month while it lived in one village."""

    month: int
    household_id: int
    village_code: str
    times: int
    units: int
    points: int
    fen: int
    awarded: int
    deducted: int
    expired: int
    change: int


def month_of(day: Any) -> ColumnElement[int]:
    """Return the month of a day column as 202610."""
    return cast(extract("year", day), Integer) * 100 + cast(extract("month", day), Integer)


#: What a day column is counted by.
TimeOf = Callable[[Any], ColumnElement[Any]]


def month_number(day: date) -> int:
    """Return the month of a day as 202610."""
    return day.year * 100 + day.month


class _Pairs(TextClause):
    """Numbers written into the statement; a pair of bound values each costs more than the reading.

    The statement is never kept for later, for other numbers make another one.
    """

    inherit_cache = False


def ranges(bounds: Sequence[tuple[int, int]]) -> CTE:
    """Return entry ids from the first to the last of each pair, both included, as a table."""
    pairs = ", ".join(f"({int(low)}, {int(high)})" for low, high in bounds)
    text = _Pairs(
        f"SELECT column1 AS low, column2 AS high FROM (VALUES {pairs}) AS pairs"  # noqa: S608 - whole numbers
    )
    return text.columns(column("low", BigInteger), column("high", BigInteger)).cte()


def facts(
    bounds: Sequence[tuple[int, int]],
    *,
    since: date | None = None,
    until: date | None = None,
    time_of: TimeOf = month_of,
) -> Select[*tuple[Any, ...]]:
    """Return the sums of what lies in the ranges and days, by month, household and village.

    ``time_of`` makes another time than the month of a day column; it stands in its place.
    """
    both = union_all(
        _redeemed(bounds, since, until, time_of), _posted(bounds, since, until, time_of)
    ).subquery()
    keys = (both.c.month, both.c.household_id, both.c.village_code)
    sums = [cast(func.sum(both.c[name]), BigInteger).label(name) for name in SUMS]
    return select(*keys, *sums).group_by(*keys)


def _redeemed(
    bounds: Sequence[tuple[int, int]], since: date | None, until: date | None, time_of: TimeOf
) -> Select[*tuple[Any, ...]]:
    """What was redeemed: a plain sum, for a reversal is a row with the signs turned (ADR 8)."""
    span = ranges(bounds)
    units = (
        select(func.coalesce(func.sum(RedemptionLine.quantity), 0))
        .where(RedemptionLine.entry_id == Redemption.entry_id)
        .correlate(Redemption)
        .scalar_subquery()
    )
    none = literal(0, Integer)
    return (
        select(
            time_of(Redemption.occurred_on).label("month"),
            Redemption.household_id.label("household_id"),
            Redemption.village_code.label("village_code"),
            Redemption.times.label("times"),
            units.label("units"),
            Redemption.points.label("points"),
            Redemption.fen.label("fen"),
            none.label("awarded"),
            none.label("deducted"),
            none.label("expired"),
            none.label("change"),
        )
        .select_from(span)
        .join(Redemption, Redemption.entry_id.between(span.c.low, span.c.high))
        .where(*days(Redemption.occurred_on, since, until))
    )


def _posted(
    bounds: Sequence[tuple[int, int]], since: date | None, until: date | None, time_of: TimeOf
) -> Select[*tuple[Any, ...]]:
    """What households gained and lost, by what it was for; a reversal counts for its original."""
    span = ranges(bounds)
    original = aliased(Entry)
    kind = case((Entry.kind == EntryKind.REVERSAL, original.kind), else_=Entry.kind)
    none = literal(0, Integer)

    def of(one: EntryKind, sign: int) -> ColumnElement[int]:
        return case((kind == one, PointsLine.points * sign), else_=0)

    own = case((Account.kind == AccountKind.HOUSEHOLD, PointsLine.points), else_=0)
    return (
        select(
            time_of(Entry.occurred_on).label("month"),
            Household.id.label("household_id"),
            village_then().label("village_code"),
            none.label("times"),
            none.label("units"),
            none.label("points"),
            none.label("fen"),
            of(EntryKind.AWARD, 1).label("awarded"),
            of(EntryKind.DEDUCTION, -1).label("deducted"),
            of(EntryKind.EXPIRY, -1).label("expired"),
            own.label("change"),
        )
        .select_from(span)
        .join(Entry, Entry.id.between(span.c.low, span.c.high))
        .join(PointsLine, and_(PointsLine.entry_id == Entry.id, PointsLine.account_id > 0))
        .join(Account, Account.id == PointsLine.account_id)
        .join(Household, Household.code == Account.owner_code)
        .outerjoin(original, original.id == Entry.reverses_id)
        .where(*days(Entry.occurred_on, since, until))
    )


def village_then() -> ColumnElement[str]:
    """Return the village a household lived in when the entry was posted.

    What happened to the household later moves nothing that was counted before.
    """
    left = (
        select(HouseholdEvent.village_code)
        .where(
            HouseholdEvent.household_id == Household.id,
            HouseholdEvent.state == EventState.APPROVED,
            HouseholdEvent.kind == EventKind.MOVE,
            HouseholdEvent.decided_at > Entry.posted_at,
        )
        .order_by(HouseholdEvent.decided_at)
        .limit(1)
        .correlate(Household, Entry)
        .scalar_subquery()
    )
    return func.coalesce(left, Household.village_code)


def days(day: Any, since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    """Return the conditions that a day lies in a window; an end that is None is open."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(day >= since)
    if until is not None:
        found.append(day <= until)
    return found


def goods_facts(
    bounds: Sequence[tuple[int, int]], *, since: date | None = None, until: date | None = None
) -> Select[*tuple[Any, ...]]:
    """Return units, points and fen of each goods in the ranges, by month and township."""
    span = ranges(bounds)
    keys = (
        month_of(Redemption.occurred_on).label("month"),
        func.substr(Redemption.village_code, 1, TOWNSHIP).label("township"),
        RedemptionLine.goods_id.label("goods_id"),
    )
    sums = [
        cast(func.sum(getattr(RedemptionLine, source)), BigInteger).label(name)
        for source, name in (("quantity", "units"), ("points", "points"), ("fen", "fen"))
    ]
    return (
        select(*keys, *sums)
        .select_from(span)
        .join(Redemption, Redemption.entry_id.between(span.c.low, span.c.high))
        .join(RedemptionLine, RedemptionLine.entry_id == Redemption.entry_id)
        .where(*days(Redemption.occurred_on, since, until))
        .group_by(*keys)
    )
