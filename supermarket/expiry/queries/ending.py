"""Which points end when.

What ends at a cut-off is what came in before it and was not used, the oldest being used
first: ``max(0, credits before it - all debits so far)``, which is the balance less what came
in since. A reversal counts with the line it takes back, at that line's moment: points that a
reversed redemption returns are as old as they were. Moments are those of posting, so that
points last their full time in the household's hands however late they were recorded.
"""

from calendar import monthrange
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import VILLAGE
from supermarket.database import db
from supermarket.expiry.models import ExpiryLine, ExpiryRun, RunState
from supermarket.households.models import Household
from supermarket.ledger.models import Account, Entry, PointsLine
from supermarket.regions.models import above
from supermarket.schemes.models import Expiry, Scheme

#: A year end that nobody announced in this many days after it is let be: the next one follows.
LATEST = 92


class Expiring(NamedTuple):
    """What ends for a household next."""

    on: date
    #: Whole points; what is spent before the day does not end.
    points: int


class Announceable(NamedTuple):
    """An end that is to be announced now."""

    #: Points that came in until the end of this day.
    cutoff_on: date
    #: The day they end, moved if the notice would be too short.
    due_on: date


def ending(
    household_ids: Collection[int], cutoff_on: date, announced_at: datetime | None = None
) -> dict[int, int]:
    """Return the points of each household that a cut-off ends; households without are left out.

    What came in after ``announced_at`` does not end.
    """
    return _ending(Household.id.in_(household_ids), cutoff_on, announced_at)


def ending_in(village_code: str, cutoff_on: date) -> dict[int, int]:
    """Return the points of each household of a village that a cut-off ends."""
    return _ending(Household.village_code == village_code, cutoff_on, None)


def _ending(
    meant: ColumnElement[bool], cutoff_on: date, announced_at: datetime | None
) -> dict[int, int]:
    day_after = datetime.combine(cutoff_on + timedelta(days=1), time(), VILLAGE)
    original, original_entry = aliased(PointsLine), aliased(Entry)
    came = func.coalesce(original_entry.posted_at, Entry.posted_at)
    since = came >= day_after
    if announced_at is not None:
        since = or_(since, came > announced_at)
    recent = (
        select(PointsLine.account_id, func.sum(PointsLine.points).label("points"))
        .join(Household, Household.account_id == PointsLine.account_id)
        .join(Entry, Entry.id == PointsLine.entry_id)
        .outerjoin(original_entry, original_entry.id == Entry.reverses_id)
        .outerjoin(
            original,
            (original.entry_id == Entry.reverses_id)
            & (original.position == PointsLine.reverses_position),
        )
        .where(
            meant,
            func.coalesce(original.points, PointsLine.points) > 0,
            since,
        )
        .group_by(PointsLine.account_id)
        .subquery()
    )
    old = Account.balance - func.coalesce(recent.c.points, 0)
    rows = db.session.execute(
        select(Household.id, old)
        .join(Account, Account.id == Household.account_id)
        .outerjoin(recent, recent.c.account_id == Account.id)
        .where(meant, old > 0)
        .order_by(Household.id)
    )
    return {household_id: int(points) for household_id, points in rows}


def announceable(village_code: str, on: date) -> list[Announceable]:
    """Return what a village's programme wants announced on a day, oldest first.

    What is announced too late ends later: never without the notice the programme promises.
    Nothing is announced twice.
    """
    return announceables([village_code], on).get(village_code, [])


def announceables(village_codes: Collection[str], on: date) -> dict[str, list[Announceable]]:
    """Return what is to be announced in each village, in a few statements however many.

    Villages without, or without a programme, are left out.
    """
    programmes = _programmes(village_codes, on)
    days = {code: _days(scheme, on) for code, scheme in programmes.items()}
    ruling = {day: _programmes(days, day) for day in {d for found in days.values() for d in found}}
    wanted: dict[str, list[Announceable]] = {}
    for code, found in days.items():
        for day in found:
            rules = ruling[day].get(code)
            if rules is None or rules.expiry is not programmes[code].expiry:
                continue
            notice = on + timedelta(days=rules.expiry_notice_days)
            if day <= notice:
                cutoff = _months_before(day, rules.expiry_months or 0)
                wanted.setdefault(code, []).append(Announceable(cutoff, max(day, notice)))
    if not wanted:
        return {}
    known = {
        (code, cutoff)
        for code, cutoff in db.session.execute(
            select(ExpiryRun.village_code, ExpiryRun.cutoff_on).where(
                ExpiryRun.village_code.in_(wanted)
            )
        )
    }
    new = {
        code: [row for row in rows if (code, row.cutoff_on) not in known]
        for code, rows in wanted.items()
    }
    return {code: rows for code, rows in new.items() if rows}


def _programmes(village_codes: Collection[str], on: date) -> dict[str, Scheme]:
    """Return the programme that applies in each village on a day; those without are left out."""
    places = {place for code in village_codes for place in above(code)}
    rows = db.session.scalars(
        select(Scheme)
        .where(Scheme.region_code.in_(places), Scheme.since <= on)
        .order_by(Scheme.since)
    )
    newest = {row.region_code: row for row in rows}
    found = {}
    for code in village_codes:
        nearest = next((newest[place] for place in above(code) if place in newest), None)
        if nearest is not None:
            found[code] = nearest
    return found


def _days(scheme: Scheme, on: date) -> list[date]:
    """Return the days on which points may end by a programme, as far as notice reaches."""
    match scheme.expiry:
        case Expiry.YEAR_END:
            last = date(on.year - 1, 12, 31)
            return [*([last] if (on - last).days <= LATEST else []), date(on.year, 12, 31)]
        case Expiry.ROLLING:
            days = [_end_of_month(on)]
            while days[-1] - timedelta(days=scheme.expiry_notice_days) <= on:
                days.append(_end_of_month(days[-1] + timedelta(days=1)))
            return days
        case _:
            return []


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _months_before(day: date, months: int) -> date:
    """Return the same day some months before, or the last of that month if it has none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def upcoming(household_ids: Collection[int], on: date) -> dict[int, Expiring]:
    """Return what was announced to end next for each household, if anything is left to end.

    At most what was announced, less what was spent since. What should have ended before
    ``on`` and was not posted ends on that day.
    """
    rows = db.session.execute(
        select(ExpiryRun, ExpiryLine.household_id, ExpiryLine.points_announced)
        .join(ExpiryLine, ExpiryLine.run_id == ExpiryRun.id)
        .where(
            ExpiryRun.state == RunState.ANNOUNCED,
            ExpiryLine.household_id.in_(household_ids),
        )
        .order_by(ExpiryRun.due_on, ExpiryRun.cutoff_on)
    ).all()
    found: dict[int, Expiring] = {}
    for run, announced in _by_run(rows):
        left = ending(announced, run.cutoff_on, run.announced_at)
        for household_id, points in announced.items():
            ends = min(points, left.get(household_id, 0))
            if ends:
                found.setdefault(household_id, Expiring(max(run.due_on, on), ends))
    return found


def _by_run(rows: Sequence[tuple[ExpiryRun, int, int]]) -> list[tuple[ExpiryRun, dict[int, int]]]:
    """Gather the announced points by run, keeping the order."""
    gathered: dict[int, tuple[ExpiryRun, dict[int, int]]] = {}
    for run, household_id, points in rows:
        gathered.setdefault(run.id, (run, {}))[1][household_id] = points
    return list(gathered.values())
