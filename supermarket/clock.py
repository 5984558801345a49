"""What time it is: nobody else asks the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Days are the village's days; moments are kept in UTC.
VILLAGE = ZoneInfo("Asia/Shanghai")

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return this moment in UTC, to the microsecond."""
    return _told.get() or datetime.now(UTC)


def today() -> date:
    """Return the date on the village's calendar."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """Return a UTC moment as the village's clocks show it."""
    return moment.astimezone(VILLAGE)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let it be ``moment`` inside the block: how the demo makes its history, and tests their days.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    token = _told.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)
