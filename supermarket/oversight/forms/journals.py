"""Which entries of a journal somebody wants to read."""

from collections.abc import Mapping
from datetime import date

from supermarket.ledger.models import EntryKind
from supermarket.oversight.errors import SpanError
from supermarket.oversight.queries.journals import Narrow
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.queries.names import normal

#: Days that anything can have happened between.
FIRST, LAST = date(2000, 1, 1), date(2999, 12, 31)
#: Days a list or file may span where nothing else bounds it.
LONGEST = 50 * 366


def read(args: Mapping[str, str]) -> Narrow:
    """Read a choice from query parameters.

    Raises:
        SpanError: a day cannot be read, or the first is after the last.
    """
    since, until = day(args.get("since", "")), day(args.get("until", ""))
    if since and until and since > until:
        raise SpanError(days=LONGEST)
    kinds = {kind.value: kind for kind in EntryKind}
    return Narrow(
        kind=kinds.get(args.get("kind", "")),
        since=since,
        until=until,
        actor=normal(_text(args, "actor")),
        household=_text(args, "household"),
        goods=_text(args, "goods").upper(),
        document=_text(args, "document"),
    )


def place(text: str) -> int:
    """Return the number a page begins after; 0 for the first page or what is no number."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def day(text: str) -> date | None:
    """Read a day; None for an empty one.

    Raises:
        SpanError: it is none, or of another age.
    """
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise SpanError(days=LONGEST) from None
    if not FIRST <= found <= LAST:
        raise SpanError(days=LONGEST)
    return found


def _text(args: Mapping[str, str], name: str) -> str:
    return cleaned(args.get(name, ""))[:64]
