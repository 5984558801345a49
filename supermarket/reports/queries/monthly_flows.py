"""What the households of places got and spent in a window, each household counted once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import BigInteger, case, cast, func, literal, or_, select, union_all

from supermarket.database import db
from supermarket.regions.models import after
from supermarket.reports.queries import monthly_facts, rollups, rollups_volumes
from supermarket.reports.queries.monthly_facts import SUMS


class Flow(NamedTuple):
    """What the households of one place got and spent; points whole, money in fen."""

    households: int
    earners: int
    times: int
    units: int
    points: int
    fen: int
    awarded: int
    deducted: int
    expired: int


def flows(since: date, until: date, reach: Sequence[str], level: int) -> dict[str, Flow]:
    """Return the flows of each place of a level under ``reach``; level 0 is all together.

    Read from the sums by month as far as they go (``rollups``).
    """
    whole, edges = rollups.split(since, until)
    if whole is not None and whole[0] == whole[1] and not edges and level in rollups.KEPT:
        found = rollups_volumes.volumes(*whole, level, reach)
        return {row.place: Flow(*row[2:11]) for row in found}
    return rollups.steadily(lambda: _counted(rollups.parts(since, until), reach, level))


def recomputed(since: date, until: date, reach: Sequence[str], level: int) -> dict[str, Flow]:
    """Return the same as ``flows`` from the journals alone: slow, and what it must equal."""
    plain = monthly_facts.facts(monthly_facts.ALL, since=since, until=until)
    return _counted([plain], reach, level)


def _counted(parts: Sequence[rollups.Part], reach: Sequence[str], level: int) -> dict[str, Flow]:
    """Add facts up by household, then by place: who gave all of it back is not counted."""
    if not parts:
        return {}
    both = union_all(*parts).subquery()
    place = func.substr(both.c.village_code, 1, level) if level else literal("")
    village = both.c.village_code
    inside = [(village >= code) & (village < after(code)) for code in reach]
    inner = (
        select(
            place.label("place"),
            both.c.household_id,
            *(func.sum(both.c[name]).label(name) for name in SUMS),
        )
        .where(or_(False, *inside))
        .group_by("place", both.c.household_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            inner.c.place,
            func.sum(case((inner.c.times > 0, 1), else_=0)),
            func.sum(case((inner.c.awarded > 0, 1), else_=0)),
            *(cast(func.sum(inner.c[name]), BigInteger) for name in SUMS[:-1]),
        ).group_by(inner.c.place)
    )
    return {row[0]: Flow(*(int(value) for value in row[1:])) for row in rows}
