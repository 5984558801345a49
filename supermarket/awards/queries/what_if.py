"""What past awards would have come to under a changed rule: nothing is written."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards.models import AwardLine
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.regions.models import above
from supermarket.regions.queries import under
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import CapPeriod, Rule

#: Rows fetched at a time.
PIECE = 5000
#: Fen a point is worth, by village.
Worth = dict[str, int]


class Change(NamedTuple):
    """What of a rule decides how many points it gives; see ``RuleVersion``."""

    points_min: int | None
    points_max: int | None
    cap_times: int | None
    cap_period: CapPeriod | None
    cap_points: int | None
    enabled: bool


class Line(NamedTuple):
    """What a household got on a day, without what was taken back since."""

    household_id: int
    member_id: int | None
    village: str
    occurred_on: date
    points: int


class Sum(NamedTuple):
    """What lines come to."""

    times: int
    households: int
    #: Whole points.
    points: int
    #: What they are worth; None where a village has no programme.
    fen: int | None


class Comparison(NamedTuple):
    """A window of the past as it was, and as it would have been."""

    since: date
    until: date
    old: Sum
    new: Sum
    #: Lines that a cap would have kept back.
    capped: int

    @property
    def points(self) -> int:
        """How many points more the change would have given; less is negative."""
        return self.new.points - self.old.points

    @property
    def fen(self) -> int | None:
        """How much more it would have cost."""
        if self.new.fen is None or self.old.fen is None:
            return None
        return self.new.fen - self.old.fen


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the last quarter that is over."""
    first = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    until = first - timedelta(days=1)
    return date(until.year, until.month - 2, 1), until


def what_if(
    code: str, region_code: str, change: Change, since: date, until: date, *, on: date
) -> Comparison:
    """Reckon a window of awards of a rule in a region anew, as if the change had applied.

    Counted are the households of the villages the region's rule reaches on the day ``on``:
    who has a nearer rule of that code would not notice. Each line's points are put into
    the new range; lines that pass the new cap are left out, the earlier ones first served.
    What was given before the window fills the cap as it was given. The programme's own cap
    by month is not looked at.
    """
    nearer = {place for place, _name, _count in schemes.rule_reach(code, region_code, on).own}
    reached = (
        line
        for line in _lines(code, region_code, change, since, until)
        if nearer.isdisjoint(above(line.village))
    )
    return compare(reached, change, since, until, lambda villages: _worth(villages, on))


def compare(
    lines: Iterable[Line],
    change: Change,
    since: date,
    until: date,
    worth_in: Callable[[set[str]], Worth | None],
) -> Comparison:
    """Reckon lines that come by household and day; those before ``since`` only fill caps.

    ``worth_in`` returns what a point is worth in each of some villages, if it is known.
    """
    old, new = _Tally(), _Tally()
    filled: dict[tuple[int | None, date | None], tuple[int, int]] = {}
    household, capped = 0, 0
    for line in lines:
        if line.household_id != household:
            filled, household = {}, line.household_id
        key = _cap_key(change, line)
        times, points = filled.get(key, (0, 0))
        if line.occurred_on < since:
            filled[key] = (times + 1, points + line.points)
            continue
        old.add(line, line.points)
        given = _within(line.points, change)
        if not change.enabled:
            continue
        if _passes(change, times + 1, points + given):
            capped += 1
            continue
        filled[key] = (times + 1, points + given)
        new.add(line, given)
    worth = worth_in({*old.points, *new.points})
    return Comparison(since, until, old.sum(worth), new.sum(worth), capped)


class _Tally:
    """Adds lines up by village."""

    def __init__(self) -> None:
        self.times = 0
        self.households = 0
        self.points: dict[str, int] = {}
        self._last = 0

    def add(self, line: Line, points: int) -> None:
        """Count a line; a household's lines come together."""
        self.times += 1
        self.households += line.household_id != self._last
        self._last = line.household_id
        self.points[line.village] = self.points.get(line.village, 0) + points

    def sum(self, worth: Worth | None) -> Sum:
        """Return what was added."""
        fen = None
        if worth is not None:
            fen = sum(points * worth[village] for village, points in self.points.items())
        return Sum(self.times, self.households, sum(self.points.values()), fen)


def _lines(code: str, region_code: str, change: Change, since: date, until: date) -> Iterator[Line]:
    """Yield what was given by a rule in a region by household and day, one statement."""
    over = Rule.region_code.in_(above(region_code))
    rules = select(Rule.id).where(Rule.code == code, over | under(Rule.region_code, [region_code]))
    wanted = (
        select(
            AwardLine.household_id,
            AwardLine.member_id,
            Household.village_code,
            AwardLine.occurred_on,
            AwardLine.points - AwardLine.reversed_points,
        )
        .join(Household, Household.id == AwardLine.household_id)
        .where(
            AwardLine.rule_id.in_(rules),
            AwardLine.occurred_on <= until,
            AwardLine.reversed_points < AwardLine.points,
            under(Household.village_code, [region_code]),
        )
        .order_by(AwardLine.household_id, AwardLine.occurred_on, AwardLine.id)
        .execution_options(yield_per=PIECE)
    )
    first = _first_day(change, since)
    if first is not None:
        wanted = wanted.where(AwardLine.occurred_on >= first)
    for row in db.session.execute(wanted):
        yield Line(*row)


def _first_day(change: Change, since: date) -> date | None:
    """Return the first day that can fill a cap of the window; None for every day there is."""
    if change.cap_period is None:
        return since
    return _start(change.cap_period, since)


def _cap_key(change: Change, line: Line) -> tuple[int | None, date | None]:
    """Name what counts against one cap of a household: a member, a time."""
    if change.cap_period is None:
        return None, None
    each = change.cap_period is CapPeriod.ONCE_PER_MEMBER
    return line.member_id if each else None, _start(change.cap_period, line.occurred_on)


def _start(period: CapPeriod, on: date) -> date | None:
    """Return the first of the days that count together with ``on``; None for all days."""
    match period:
        case CapPeriod.MONTH:
            return on.replace(day=1)
        case CapPeriod.QUARTER:
            return date(on.year, (on.month - 1) // 3 * 3 + 1, 1)
        case CapPeriod.YEAR:
            return date(on.year, 1, 1)
        case CapPeriod.EVENT:
            return on
    return None


def _within(points: int, change: Change) -> int:
    """Return points put into the new range; a decision names them where there is none."""
    if change.points_min is None or change.points_max is None:
        return points
    return min(max(points, change.points_min), change.points_max)


def _passes(change: Change, times: int, points: int) -> bool:
    return (change.cap_times is not None and times > change.cap_times) or (
        change.cap_points is not None and points > change.cap_points
    )


def _worth(villages: set[str], on: date) -> Worth | None:
    """Return the fen a point is worth in each village on a day."""
    try:
        programmes = schemes.schemes_in(villages, on) if villages else {}
    except NoSchemeError:
        return None
    return {village: scheme.fen_per_point for village, scheme in programmes.items()}
