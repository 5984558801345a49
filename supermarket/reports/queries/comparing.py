"""Windows beside a window: the one before it, the next, the same of last year, its pieces."""

import calendar
from datetime import date, timedelta
from typing import NamedTuple

from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.window import LONGEST

#: The middle of a month as half-months have it.
MIDDLE = 15
#: The most days shown one by one, and the most shown in half-months.
DAYS_ONE_BY_ONE, DAYS_IN_HALVES = 45, 200


class Days(NamedTuple):
    """Days from the first to the last, both included."""

    since: date
    until: date


def shifted(since: date, until: date, steps: int) -> Days | None:
    """Return the window as many steps later: whole months by months, halves by halves.

    Any other window moves by its own number of days. None where the calendar ends.
    """
    months = (until.year - since.year) * 12 + until.month - since.month
    try:
        if since.day == 1 and until == month_end(until):
            return _months(since, months + 1, steps)
        if months == 0 and _is_half(since, until):
            return _half(since, steps)
        length = timedelta(days=((until - since).days + 1) * steps)
        return Days(since + length, until + length)
    except (ValueError, OverflowError):
        return None


def last_year(since: date, until: date) -> Days | None:
    """Return the same window a year before; a month's end stays its end."""
    try:
        first, last = _year_before(since), _year_before(until)
    except ValueError:
        return None
    if until == month_end(until):
        last = month_end(last)
    return Days(first, last)


def so_far(since: date, until: date, today: date, beside: Days) -> Days:
    """Return as much of ``beside`` as has passed of a window that is not over yet.

    A month half gone is compared with half a month, else every month would seem to shrink.
    """
    if not since <= today < until:
        return beside
    return Days(beside.since, min(beside.until, beside.since + (today - since)))


def pieces(since: date, until: date) -> By:
    """Return how a window is cut for a line over time: days, half-months or months."""
    length = (until - since).days + 1
    if length <= DAYS_ONE_BY_ONE:
        return By.DAY
    return By.HALF_MONTH if length <= DAYS_IN_HALVES else By.MONTH


def groups(since: date, until: date, by: By) -> list[str]:
    """Return the names of all pieces of a window in order: 2026-11-22, 2026-11-H2, 2026-11."""
    if (until - since).days > LONGEST * 366:
        return []
    if by is By.DAY:
        days = (until - since).days
        return [(since + timedelta(days=number)).isoformat() for number in range(days + 1)]
    first, last = since.year * 12 + since.month - 1, until.year * 12 + until.month - 1
    months = [f"{number // 12:04}-{number % 12 + 1:02}" for number in range(first, last + 1)]
    if by is By.MONTH:
        return months
    halves = [f"{month}-H{half}" for month in months for half in (1, 2)]
    return halves[since.day > MIDDLE : len(halves) - (until.day <= MIDDLE)]


def _months(since: date, count: int, steps: int) -> Days:
    start = since.year * 12 + since.month - 1 + count * steps
    end = start + count - 1
    last = date(end // 12, end % 12 + 1, 1)
    return Days(date(start // 12, start % 12 + 1, 1), month_end(last))


def _is_half(since: date, until: date) -> bool:
    first = since.day == 1 and until.day == MIDDLE
    return first or (since.day == MIDDLE + 1 and until == month_end(until))


def _half(since: date, steps: int) -> Days:
    number = (since.year * 12 + since.month - 1) * 2 + (since.day > MIDDLE) + steps
    first = date(number // 24, number // 2 % 12 + 1, 1)
    if number % 2:
        return Days(first.replace(day=MIDDLE + 1), month_end(first))
    return Days(first, first.replace(day=MIDDLE))


def _year_before(day: date) -> date:
    if (day.month, day.day) == (2, 29):
        return date(day.year - 1, 2, 28)
    return day.replace(year=day.year - 1)


def month_end(day: date) -> date:
    """Return the last day of the month a day lies in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
