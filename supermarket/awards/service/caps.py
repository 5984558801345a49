"""What a household may earn: by rule and period, and by month."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.awards.errors import (
    LimitReachedError,
    MemberPointsReachedError,
    MemberReachedError,
    MonthReachedError,
    OncePointsReachedError,
    OnceReachedError,
    PointsReachedError,
    TimesReachedError,
)
from supermarket.awards.models import AwardLine
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.schemes.models import CapPeriod, RuleVersion

#: Months a period of the calendar lasts.
_MONTHS = {CapPeriod.MONTH: 1, CapPeriod.QUARTER: 3, CapPeriod.YEAR: 12}


class NewLine(NamedTuple):
    """What one household is to get."""

    household: Household
    member_id: int | None
    #: Whole points.
    points: int


class Used(NamedTuple):
    """What was earned already: times and whole points, without what was taken back."""

    times: int
    points: int


class Span(NamedTuple):
    """The days a cap counts over, both included; None for all there are."""

    since: date
    until: date

    @property
    def opens(self) -> date:
        """The first day after it."""
        return self.until + timedelta(days=1)


def span(period: CapPeriod, on: date) -> Span | None:
    """Return the days that count together with ``on``; None for all days.

    An event is what happened on one day.
    """
    if period is CapPeriod.EVENT:
        return Span(on, on)
    if period not in _MONTHS:
        return None
    months = _MONTHS[period]
    first = (on.month - 1) // months * months + 1
    after = date(on.year + (first + months > 12), (first + months - 1) % 12 + 1, 1)
    return Span(date(on.year, first, 1), after - timedelta(days=1))


def check_rule(
    version: RuleVersion, rule_ids: Sequence[int], on: date, lines: Sequence[NewLine]
) -> None:
    """Refuse what passes the caps of a rule.

    Must run after the households' accounts were taken, so that nobody else counts or
    adds for them meanwhile, and before the new lines are written.

    Raises:
        LimitReachedError: the subclass says which cap, and when it opens again.
    """
    if version.cap_period is None:
        return
    each = version.cap_period is CapPeriod.ONCE_PER_MEMBER
    days = span(version.cap_period, on)
    used = _used(lines, rule_ids, days, by_member=each)
    for key, new in _together(lines, by_member=each).items():
        household = new[0].household
        before = used.get(key, Used(0, 0))
        asked = sum(line.points for line in new)
        facts: dict[str, object] = {
            "title": version.title,
            "head": household.head,
            "household": household.code,
        }
        if days is not None:
            facts |= {"since": days.since, "until": days.until, "opens": days.opens}
        times, points = _kinds(each=each, ever=days is None)
        if version.cap_times is not None and before.times + len(new) > version.cap_times:
            raise times(cap=version.cap_times, used=before.times, asked=len(new), **facts)
        if version.cap_points is not None and before.points + asked > version.cap_points:
            raise points(cap=version.cap_points, used=before.points, asked=asked, **facts)


def check_month(caps: Mapping[str, int | None], on: date, lines: Sequence[NewLine]) -> None:
    """Refuse what passes the programme's cap per household and calendar month.

    ``caps`` maps village codes to whole points; None for no limit. When to run it: as
    ``check_rule``.

    Raises:
        MonthReachedError: it says when the month ends.
    """
    capped = [line for line in lines if caps[line.household.village_code] is not None]
    if not capped:
        return
    month = Span(on.replace(day=1), _end_of_month(on))
    used = _used(capped, None, month, by_member=False)
    for key, new in _together(capped, by_member=False).items():
        household = new[0].household
        cap = caps[household.village_code] or 0
        before = used.get(key, Used(0, 0))
        asked = sum(line.points for line in new)
        if before.points + asked > cap:
            raise MonthReachedError(
                cap=cap,
                used=before.points,
                asked=asked,
                head=household.head,
                household=household.code,
                since=month.since,
                opens=month.opens,
            )


def _end_of_month(on: date) -> date:
    whole = span(CapPeriod.MONTH, on)
    return whole.until if whole else on


def _kinds(*, each: bool, ever: bool) -> tuple[type[LimitReachedError], type[LimitReachedError]]:
    """Return which sentences tell of too many times and of too many points."""
    if each:
        return MemberReachedError, MemberPointsReachedError
    if ever:
        return OnceReachedError, OncePointsReachedError
    return TimesReachedError, PointsReachedError


def _together(
    lines: Sequence[NewLine], *, by_member: bool
) -> dict[tuple[int, int | None], list[NewLine]]:
    """Gather the new lines that count against one cap."""
    gathered: dict[tuple[int, int | None], list[NewLine]] = {}
    for line in lines:
        key = (line.household.id, line.member_id if by_member else None)
        gathered.setdefault(key, []).append(line)
    return gathered


def _used(
    lines: Sequence[NewLine],
    rule_ids: Sequence[int] | None,
    days: Span | None,
    *,
    by_member: bool,
) -> dict[tuple[int, int | None], Used]:
    """Count what the households earned already; ``rule_ids`` None counts every rule."""
    keys = [AwardLine.household_id, AwardLine.member_id] if by_member else [AwardLine.household_id]
    wanted = (
        select(*keys, func.count(), func.sum(AwardLine.points - AwardLine.reversed_points))
        .where(
            AwardLine.household_id.in_({line.household.id for line in lines}),
            AwardLine.reversed_points < AwardLine.points,
        )
        .group_by(*keys)
    )
    if rule_ids is not None:
        wanted = wanted.where(AwardLine.rule_id.in_(rule_ids))
    if days is not None:
        wanted = wanted.where(AwardLine.occurred_on.between(days.since, days.until))
    return {
        (row[0], row[1] if by_member else None): Used(int(row[-2]), int(row[-1]))
        for row in db.session.execute(wanted)
    }
