"""The one text of an entry that is hashed; posting, verifying and exporting share it."""

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple


class SealedPoints(NamedTuple):
    """A points line as it is hashed, in its entry's order."""

    position: int
    account_id: int
    points: int
    balance_after: int | None
    place: int | None
    member_id: int | None
    reverses_position: int | None


class SealedStock(NamedTuple):
    """A stock line as it is hashed, in its entry's order."""

    position: int
    lot_id: int
    quantity: int
    on_hand_after: int
    place: int
    reverses_position: int | None


class SealedMoney(NamedTuple):
    """A money line as it is hashed, in its entry's order."""

    position: int
    account_id: int
    fen: int
    balance_after: int | None
    place: int | None
    reverses_position: int | None


#: An encoder of one's own is faster than ``json.dumps``, which makes one each time.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def seal(
    head: Sequence[object],
    points: Sequence[tuple[object, ...]],
    stock: Sequence[tuple[object, ...]],
    money: Sequence[tuple[object, ...]] = (),
) -> str:
    """Return the SHA-256, 64 hex digits, of an entry.

    ``head`` is (journal code, number, kind, occurred_on, posted_at, actor id, key,
    fingerprint, reverses id, document, note, prev_hash), days as YYYY-MM-DD and the
    moment as ``moment_text`` gives it; the text is a JSON array without spaces, in UTF-8.
    An entry without money lines has no fourth part, as before there were any.
    """
    text = _write([head, points, stock, money] if money else [head, points, stock])
    return hashlib.sha256(text.encode()).hexdigest()


def moment_text(moment: datetime) -> str:
    """Write a moment as both databases give it back: UTC, to the microsecond."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def day_text(day: date) -> str:
    """Write a day as YYYY-MM-DD."""
    return day.isoformat()


def fingerprint(kind: str, request: object) -> str:
    """Return the SHA-256 of what a call asks for: equal requests, equal fingerprints.

    ``request`` is made of lists, dictionaries, text, whole numbers and None.
    """
    text = json.dumps([kind, request], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
