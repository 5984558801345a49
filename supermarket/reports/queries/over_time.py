"""What households were awarded and redeemed from day to day, half to half, month to month.

The same facts as the monthly figures, cut finer: the pieces of a window add up to it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, case, cast, extract, func, select, union_all

from supermarket.database import db
from supermarket.regions.queries import under
from supermarket.reports.queries import monthly_facts, rollups
from supermarket.reports.queries.comparing import MIDDLE, groups, month_end
from supermarket.reports.queries.monthly_facts import month_number, month_of
from supermarket.reports.queries.redemptions import By

#: The most pieces shown with their empty ones; a longer row begins and ends where something was.
WHOLE = 60


class Piece(NamedTuple):
    """What one day, half-month or month of a window saw; net of what was taken back."""

    #: 2026-11-22, 2026-11-H2 or 2026-11.
    group: str
    #: Whole points awarded and redeemed.
    awarded: int
    points: int
    #: Redemptions (次).
    times: int

    @property
    def empty(self) -> bool:
        """Whether nothing happened."""
        return not (self.awarded or self.points or self.times)


def over_time(since: date, until: date, reach: Sequence[str], by: By) -> list[Piece]:
    """Return the pieces of a window in the places of ``reach``, in order, empty ones too."""
    found = {
        piece.group: piece for piece in rollups.steadily(lambda: _read(since, until, reach, by))
    }
    return filled(since, until, by, found)


def filled(since: date, until: date, by: By, found: dict[str, Piece]) -> list[Piece]:
    """Return all pieces of a window in order; of a long one those from the first to the last."""
    every = [found.get(name, Piece(name, 0, 0, 0)) for name in groups(since, until, by)]
    if len(every) <= WHOLE:
        return every
    some = [number for number, piece in enumerate(every) if not piece.empty]
    return every[some[0] : some[-1] + 1] if some else []


def _read(since: date, until: date, reach: Sequence[str], by: By) -> list[Piece]:
    parts = rollups.parts(since, until) if by is By.MONTH else _fine(since, until, by)
    if not parts:
        return []
    both = union_all(*parts).subquery()
    sums = [cast(func.sum(both.c[name]), BigInteger) for name in ("awarded", "points", "times")]
    village: Any = both.c.village_code
    rows = db.session.execute(
        select(both.c.month, *sums).where(under(village, reach)).group_by(both.c.month)
    )
    return [
        Piece(_name(by, time), int(awarded), int(points), int(times))
        for time, awarded, points, times in rows
    ]


def _fine(since: date, until: date, by: By) -> list[rollups.Part]:
    """Return selects whose rows together are the facts of a window by day or half-month."""
    time_of = _day if by is By.DAY else _half
    found: list[rollups.Part] = []
    month, last = month_number(since), month_number(until)
    while month <= last:
        first_day = max(since, date(month // 100, month % 100, 1))
        if spans := rollups.spans_of(month):
            last_day = min(until, month_end(first_day))
            found.append(
                monthly_facts.facts(spans, since=first_day, until=last_day, time_of=time_of)
            )
        month = rollups.following(month)
    if spans := [row.span for row in rollups.behind()]:
        found.append(monthly_facts.facts(spans, since=since, until=until, time_of=time_of))
    return found


def _day(day: Any) -> ColumnElement[Any]:
    return month_of(day) * 100 + cast(extract("day", day), BigInteger)


def _half(day: Any) -> ColumnElement[Any]:
    return month_of(day) * 100 + case((extract("day", day) <= MIDDLE, 1), else_=2)


def _name(by: By, time: int) -> str:
    """Write a time as reports name it."""
    if by is By.MONTH:
        return f"{time // 100:04}-{time % 100:02}"
    month = f"{time // 10000:04}-{time // 100 % 100:02}"
    return f"{month}-{time % 100:02}" if by is By.DAY else f"{month}-H{time % 100}"
