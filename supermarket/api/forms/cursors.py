"""Cursors: where the next page begins, opaque to programs."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from supermarket.api.errors import CursorError

Row = TypeVar("Row")


def write(of: str, place: object) -> str:
    """Return the cursor of a place in the list called ``of``."""
    return base64.urlsafe_b64encode(f"{of} {place}".encode()).decode().rstrip("=")


def read(of: str, cursor: str | None) -> str | None:
    """Return the place a cursor of the list called ``of`` stands for; None without one.

    Raises:
        CursorError: it is no cursor of that list.
    """
    if not cursor:
        return None
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        text = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (UnicodeError, binascii.Error):
        raise CursorError from None
    kind, space, place = text.partition(" ")
    if kind != of or not space or not place.isprintable():
        raise CursorError
    return place


def read_number(of: str, cursor: str | None) -> int | None:
    """Return the place of a list counted in whole numbers.

    Raises:
        CursorError: it is no cursor of that list.
    """
    place = read(of, cursor)
    if place is None:
        return None
    if not (place.isascii() and place.isdigit() and len(place) <= 18):
        raise CursorError
    return int(place)


def page(
    of: str, found: Sequence[Row], limit: int, place: Callable[[Row], object]
) -> dict[str, Any]:
    """Return what a list answers: ``limit`` rows, and the cursor of the page after them if any.

    ``found`` holds one row more than ``limit`` when there is another page; ``place`` tells
    where a row stands in the list called ``of``.
    """
    items = found[:limit]
    more = len(found) > limit
    return {"items": items, "next": write(of, place(items[-1])) if more else None}
