"""How places stood at the end of a day: households, balances, goods, money, budgets.

What is cached (balances, units on hand) is taken back by what was posted about later days,
so that an old day is answered without adding up the books from their beginning.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import case, func, select, union_all

from supermarket.budgets import queries as budgets
from supermarket.budgets.queries.coverage import areas_of
from supermarket.database import db
from supermarket.donors.models import Fund
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger.models import Account, Entry, MoneyLine
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE, after, within
from supermarket.regions.queries import under
from supermarket.reports.queries import monthly_shelves, rollups
from supermarket.reports.queries.monthly_goods import Rows, moments
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop

#: A day after all others.
NEVER = date(9999, 12, 31)


class State(NamedTuple):
    """How the places of a reach stood at the end of a day; values by region code."""

    shops: Rows
    covered: Rows
    outstanding: Rows
    #: Goods on the shelves, in fen.
    stock_fen: Rows
    #: What covers points: unexpired goods at their points, funds in fen. Beyond the reach
    #: where the area of one of its villages is. Each code once, in order.
    stock_points: Rows
    funds_fen: Rows
    balances: Rows
    #: The area of each village, whose goods and money cover its points.
    areas: dict[str, str]
    #: By village, in order.
    schemes: dict[str, Scheme]
    #: Points a village may issue, what it issued of them by then, and when it is warned (%).
    budgets: dict[str, tuple[int, int, int]]

    def coverage(self, place: str, reach: Sequence[str]) -> int | None:
        """Return goods and money per hundred points out of a place; None if none are out.

        A village stands in its area (``budgets.queries.coverages``); a larger place, and
        several together (""), with all that is in it.
        """
        inside = [self.areas.get(place, place)] if place else list(reach)
        out, stock, money = (
            sum(_within(rows, one) for one in _topmost(inside))
            for rows in (self.balances, self.stock_points, self.funds_fen)
        )
        rate = self._rate(inside)
        if out <= 0 or rate is None:
            return None
        return (stock * rate + money) * 100 // (out * rate)

    def _rate(self, inside: Sequence[str]) -> int | None:
        """Return what a point is worth there: the rate of the first village, by code."""
        codes = list(self.schemes)
        firsts = [(bisect_left(codes, one), one) for one in inside]
        found = [at for at, one in firsts if at < len(codes) and within(codes[at], one)]
        return self.schemes[codes[min(found)]].fen_per_point if found else None


def state(reach: Sequence[str], on: date) -> State:
    """Return how the places of ``reach`` stood at the end of a day."""
    villages = [place.code for code in reach for place in regions.below(code, VILLAGE)]
    areas = areas_of(villages)
    wide = _topmost([*reach, *areas.values()])
    programmes = programmes_of(villages, on)
    balances = balances_at(wide, on)
    shelves = monthly_shelves.shelves(wide, on)
    prices = monthly_shelves.prices(on)
    shops = db.session.execute(
        select(Shop.region_code, func.count())
        .where(under(Shop.region_code, reach), Shop.active)
        .group_by(Shop.region_code)
    )
    rates = _rates({row.region_code for row in shelves}, on)
    return State(
        shops=[(code, int(number)) for code, number in shops],
        covered=covered_at(reach, on),
        outstanding=[row for row in balances if _inside(row[0], reach)],
        stock_fen=[
            (row.region_code, row.units * monthly_shelves.worth(row, prices, rates))
            for row in shelves
            if _inside(row.region_code, reach)
        ],
        stock_points=_by_code(
            (row.region_code, row.units * monthly_shelves.price(row, prices))
            for row in shelves
            if row.open and (row.best_before is None or row.best_before >= on)
        ),
        funds_fen=_by_code(_funds(wide, on)),
        balances=_by_code(balances),
        areas=areas,
        schemes=dict(sorted(programmes.items())),
        budgets=_budgets(villages, programmes, on),
    )


def balances_at(reach: Sequence[str], on: date) -> Rows:
    """Return what the households held at the end of a day, by the village they lived in then."""
    elsewhere = _villages_then(on)
    found: dict[str, int] = defaultdict(int)
    for village, single, points in rollups.steadily(lambda: _held(on, elsewhere)):
        code = elsewhere.get(single, village)
        if _inside(code, reach):
            found[code] += points
    return sorted(found.items())


def _held(on: date, moved: Collection[int]) -> list[tuple[str, int, int]]:
    """Return what villages of today held at the end of a day: village, 0, points.

    Households of ``moved`` have a row of their own, with their id instead of 0.
    """
    rows = [
        select(
            Household.id.label("household"),
            Household.village_code.label("village"),
            Account.balance.label("points"),
        ).join(Account, Account.id == Household.account_id)
    ]
    if late := rollups.parts(on + timedelta(days=1), NEVER, rollups.unfolded()):
        both = union_all(*late).subquery()
        rows.append(
            select(Household.id, Household.village_code, -both.c.change).join(
                both, both.c.household_id == Household.id
            )
        )
    both = union_all(*rows).subquery()
    single = case((both.c.household.in_(moved), both.c.household), else_=0).label("single")
    found = db.session.execute(
        select(both.c.village, single, func.sum(both.c.points)).group_by(both.c.village, "single")
    )
    return [(row[0], int(row[1]), int(row[2])) for row in found]


def _villages_then(on: date) -> dict[int, str]:
    """Return the households that moved after a day, and the village each lived in on it."""
    rows = db.session.execute(
        select(HouseholdEvent.household_id, HouseholdEvent.village_code)
        .where(
            HouseholdEvent.kind == EventKind.MOVE,
            HouseholdEvent.state == EventState.APPROVED,
            HouseholdEvent.effective_on > on,
        )
        .order_by(HouseholdEvent.decided_at.desc())
    )
    return {row.household_id: row.village_code for row in rows}  # the earliest stays


def covered_at(reach: Sequence[str], on: date) -> Rows:
    """Return how many households were in the register at the end of a day, by village then."""
    end = moments(on, on)[1]
    elsewhere = _villages_then(on)
    rows = db.session.execute(
        select(HouseholdEvent.household_id, HouseholdEvent.kind)
        .where(HouseholdEvent.state == EventState.APPROVED, HouseholdEvent.effective_on > on)
        .order_by(HouseholdEvent.decided_at.desc())
    )
    first_event = {row.household_id: row.kind for row in rows}
    changed = set(first_event) | set(elsewhere)
    found: dict[str, int] = defaultdict(int)
    counted = db.session.execute(
        select(Household.village_code, func.count())
        .where(
            Household.created_at < end,
            Household.state == HouseholdState.ACTIVE,
            Household.id.not_in(changed),
        )
        .group_by(Household.village_code)
    )
    for village, number in counted:
        found[village] += number
    for row in db.session.execute(
        select(Household.id, Household.village_code, Household.state).where(
            Household.created_at < end, Household.id.in_(changed)
        )
    ):
        event = first_event.get(row.id)
        if event is None:
            there = row.state is HouseholdState.ACTIVE
        else:  # only who had left comes back
            there = event is not EventKind.REJOIN
        if there:
            found[elsewhere.get(row.id, row.village_code)] += 1
    return sorted((code, number) for code, number in found.items() if _inside(code, reach))


def _rates(codes: Collection[str], on: date) -> dict[str, int]:
    """Return the fen of a point in each of the regions that has a programme."""
    return {code: scheme.fen_per_point for code, scheme in programmes_of(codes, on).items()}


def programmes_of(codes: Collection[str], on: date) -> dict[str, Scheme]:
    """Return the programme of each region on a day; those without are left out."""
    try:
        return schemes.schemes_in(codes, on)
    except NoSchemeError:  # rare: a county that has only begun
        found: dict[str, Scheme] = {}
        for code in codes:
            with suppress(NoSchemeError):
                found |= schemes.schemes_in([code], on)
        return found


def _funds(reach: Sequence[str], on: date) -> Rows:
    """Return what the funds of each region held at the end of a day, in fen."""
    rows = db.session.execute(
        select(Fund.region_code, func.sum(MoneyLine.fen))
        .join(MoneyLine, MoneyLine.account_id == Fund.account_id)
        .join(Entry, Entry.id == MoneyLine.entry_id)
        .where(under(Fund.region_code, reach), Entry.occurred_on <= on)
        .group_by(Fund.region_code)
    )
    return [(code, int(fen)) for code, fen in rows]


def _budgets(
    villages: Sequence[str], programmes: dict[str, Scheme], on: date
) -> dict[str, tuple[int, int, int]]:
    """Return the budget of a day, what was issued of it by then, and when it warns."""
    found = budgets.budgets_in(villages, on)
    used = budgets.issued([row._replace(ends_on=on) for row in found.values()])
    return {
        code: (row.points, used.get(code, 0), programmes[code].budget_warn)
        for code, row in found.items()
        if code in programmes
    }


def _by_code(rows: Iterable[tuple[str, int]]) -> Rows:
    """Return the sum of each code, in order."""
    found: dict[str, int] = {}
    for code, value in rows:
        found[code] = found.get(code, 0) + value
    return sorted(found.items())


def _within(rows: Rows, place: str) -> int:
    """Return the sum of the codes in a place; ``rows`` are in order."""
    first = bisect_left(rows, place, key=itemgetter(0))
    last = bisect_left(rows, after(place), key=itemgetter(0))
    return sum(value for _code, value in rows[first:last])


def _inside(code: str, reach: Iterable[str]) -> bool:
    return code.startswith(tuple(reach))


def _topmost(codes: Iterable[str]) -> list[str]:
    """Return the codes that lie in none of the others."""
    found: list[str] = []
    for code in sorted(set(codes)):
        if not found or not within(code, found[-1]):
            found.append(code)
    return found
