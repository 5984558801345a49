"""What a household may earn: by rule and period, and by month.

What was posted counts, less what was taken back, and what was declared and accepted but
is not posted yet.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, func, select, union_all

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
from supermarket.awards.models import PENDING, AwardLine, Declaration
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

    def without(self, lines: Sequence["NewLine"]) -> "Used":
        """Return what it was before ``lines`` were counted."""
        points = sum(line.points for line in lines)
        return Used(self.times - len(lines), self.points - points)


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
    version: RuleVersion,
    rule_ids: Sequence[int],
    on: date,
    lines: Sequence[NewLine],
    *,
    counted: bool = False,
) -> None:
    """Refuse what passes the caps of a rule.

    Must run while the households' accounts are held, so that nobody else counts or adds
    for them meanwhile; ``counted`` says that the lines are in the books already.

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
        asked = sum(line.points for line in new)
        before = used.get(key, Used(0, 0)).without(new if counted else ())
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


def check_month(
    caps: Mapping[str, int | None],
    on: date,
    lines: Sequence[NewLine],
    *,
    counted: bool = False,
) -> None:
    """Refuse what passes the programme's cap per household and calendar month.

    ``caps`` maps village codes to whole points; None for no limit. When to run it, and
    ``counted``: as ``check_rule``.

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
        asked = sum(line.points for line in new)
        before = used.get(key, Used(0, 0)).without(new if counted else ())
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


def so_far(version: RuleVersion, rule_ids: Sequence[int], on: date, household_id: int) -> Used:
    """Return what a household earned by a rule in the period that a day belongs to.

    A rule without a period counts the calendar month.
    """
    days = span(version.cap_period or CapPeriod.MONTH, on)
    earned = _earned({household_id}, rule_ids, days)
    times, points = db.session.execute(
        select(func.count(), func.coalesce(func.sum(earned.c.points), 0)).select_from(earned)
    ).one()
    return Used(times, int(points))


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
    earned = _earned({line.household.id for line in lines}, rule_ids, days)
    keys = [earned.c.household_id, earned.c.member_id] if by_member else [earned.c.household_id]
    rows = db.session.execute(
        select(*keys, func.count(), func.sum(earned.c.points)).group_by(*keys)
    )
    return {
        (row[0], row[1] if by_member else None): Used(int(row[-2]), int(row[-1])) for row in rows
    }


def _earned(
    household_ids: Collection[int], rule_ids: Sequence[int] | None, days: Span | None
) -> Subquery:
    """Return what households earned line by line: posted and not taken back, or accepted."""
    posted = select(
        AwardLine.household_id,
        AwardLine.member_id,
        (AwardLine.points - AwardLine.reversed_points).label("points"),
    ).where(AwardLine.household_id.in_(household_ids), AwardLine.reversed_points < AwardLine.points)
    accepted = select(Declaration.household_id, Declaration.member_id, Declaration.points).where(
        Declaration.household_id.in_(household_ids), Declaration.state.in_(PENDING)
    )
    return union_all(
        _narrowed(posted, AwardLine, rule_ids, days),
        _narrowed(accepted, Declaration, rule_ids, days),
    ).subquery()


def _narrowed(
    wanted: Select[*tuple[Any, ...]],
    kind: type[AwardLine] | type[Declaration],
    rule_ids: Sequence[int] | None,
    days: Span | None,
) -> Select[*tuple[Any, ...]]:
    if rule_ids is not None:
        wanted = wanted.where(kind.rule_id.in_(rule_ids))
    if days is not None:
        wanted = wanted.where(kind.occurred_on.between(days.since, days.until))
    return wanted
