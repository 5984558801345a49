"""What people choose to see of the log."""

from collections.abc import Mapping
from datetime import date

from supermarket.staff.errors import DaysError
from supermarket.staff.queries.audit_log import Asked

#: Years that an event can have happened in.
FIRST_YEAR, LAST_YEAR = 2000, 2999


def read(args: Mapping[str, str]) -> Asked:
    """Read a choice from query parameters.

    Raises:
        DaysError: a day cannot be read, or the first is after the last.
    """
    since, until = _day(args.get("since", "")), _day(args.get("until", ""))
    if since and until and since > until:
        raise DaysError
    return Asked(
        username=_text(args, "who"),
        action=_text(args, "action"),
        subject=_text(args, "subject"),
        since=since,
        until=until,
    )


def place(text: str) -> int | None:
    """Return where a page begins; None for the first page or what is no place."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _text(args: Mapping[str, str], name: str) -> str:
    return "".join(letter for letter in args.get(name, "").strip() if letter.isprintable())[:64]


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DaysError from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise DaysError
    return day
