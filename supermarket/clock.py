"""What time it is: nobody else asks the machine."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: Days are the village's days; moments are kept in UTC.
VILLAGE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return this moment in UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Return the date on the village's calendar."""
    return now().astimezone(VILLAGE).date()


def local(moment: datetime) -> datetime:
    """Return a UTC moment as the village's clocks show it."""
    return moment.astimezone(VILLAGE)
