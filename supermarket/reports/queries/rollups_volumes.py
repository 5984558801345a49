"""Sums of each month and place: those that were folded, and what came since (ADR 14)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.regions.queries import under
from supermarket.reports.models import HouseholdMonth, PlaceMonth
from supermarket.reports.queries import monthly_facts, rollups
from supermarket.reports.queries.monthly_facts import SUMS, Fact

#: Households asked for in one statement.
BATCH = 5000


class Volume(NamedTuple):
    """What the households of one place got and spent in one month."""

    month: int
    place: str
    #: Distinct households that kept a redemption, and that were awarded points.
    households: int
    earners: int
    times: int
    units: int
    points: int
    fen: int
    awarded: int
    deducted: int
    expired: int
    change: int


def volumes(since: int, until: int, level: int, scopes: Sequence[str] = ("",)) -> list[Volume]:
    """Return the sums of each month and place of a level under ``scopes``, in order.

    ``since`` and ``until`` are months as 202610, both included; ``level`` is one of
    ``rollups.KEPT``.
    """
    return rollups.steadily(lambda: _volumes(since, until, level, scopes))


def _volumes(since: int, until: int, level: int, scopes: Sequence[str]) -> list[Volume]:
    kept = db.session.execute(
        select(
            PlaceMonth.month,
            PlaceMonth.place,
            PlaceMonth.households,
            PlaceMonth.earners,
            *(getattr(PlaceMonth, name) for name in SUMS),
        ).where(
            PlaceMonth.month.between(since, until),
            func.length(PlaceMonth.place) == level,
            under(PlaceMonth.place, scopes),
        )
    )
    found = {(row[0], row[1]): Volume(*row) for row in kept}
    for volume in deltas(fresh(since, until), (level,)):
        if not volume.place.startswith(tuple(scopes)):
            continue
        key = volume.month, volume.place
        found[key] = _plus(found[key], volume) if key in found else volume
    return [found[key] for key in sorted(found)]


def fresh(since: int, until: int) -> list[Fact]:
    """Return what the entries behind the last fold add to the months."""
    spans = [row.span for row in rollups.behind()]
    if not spans:
        return []
    first, last = rollups.first_day(since), rollups.last_day(until)
    rows = db.session.execute(monthly_facts.facts(spans, since=first, until=last))
    return [Fact(*row) for row in rows]


def deltas(added: Sequence[Fact], levels: Sequence[int] = rollups.KEPT) -> list[Volume]:
    """Return by how much facts that are not yet in the sums change those of places.

    A household counts once in each place however many entries it has: what it had in the
    month before decides whether it is new there.
    """
    if not added:
        return []
    known = _known(added)
    sums: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * (2 + len(SUMS)))
    for level in levels:
        news: dict[tuple[int, str, int], list[int]] = defaultdict(lambda: [0, 0])
        for fact in added:
            key = fact.month, fact.village_code[:level]
            row = sums[key]
            for place, value in enumerate(fact[3:], start=2):
                row[place] += value
            new = news[*key, fact.household_id]
            new[0] += fact.times
            new[1] += fact.awarded
        for (month, place_code, household), (times, awarded) in news.items():
            had, got = 0, 0
            for village, old_times, old_awarded in known.get((month, household), ()):
                if village.startswith(place_code):
                    had += old_times
                    got += old_awarded
            row = sums[month, place_code]
            row[0] += (had + times > 0) - (had > 0)
            row[1] += (got + awarded > 0) - (got > 0)
    return [Volume(month, place, *row) for (month, place), row in sums.items()]


def _known(added: Sequence[Fact]) -> dict[tuple[int, int], list[tuple[str, int, int]]]:
    """Return what the sums hold of the households of the facts: village, times and points."""
    wanted: dict[int, set[int]] = defaultdict(set)
    for fact in added:
        wanted[fact.month].add(fact.household_id)
    found: dict[tuple[int, int], list[tuple[str, int, int]]] = defaultdict(list)
    for month, households in wanted.items():
        for some in _batches(sorted(households)):
            rows = db.session.execute(
                select(
                    HouseholdMonth.household_id,
                    HouseholdMonth.village_code,
                    HouseholdMonth.times,
                    HouseholdMonth.awarded,
                ).where(HouseholdMonth.month == month, HouseholdMonth.household_id.in_(some))
            )
            for household, village, times, awarded in rows:
                found[month, household].append((village, times, awarded))
    return found


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _plus(one: Volume, other: Volume) -> Volume:
    return Volume(one.month, one.place, *(a + b for a, b in zip(one[2:], other[2:], strict=True)))
