"""The books as one file that a stand-alone script checks: docs/auditing.md has the format."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from supermarket.ledger.models import ENTRIES_PER_JOURNAL
from supermarket.ledger.queries.seal import day_text, moment_text
from supermarket.statements import Row, run, stream

#: What the first line calls the format; another number, another format.
FORMAT = "爱心超市台账 1"
JOURNALS = "SELECT id, code, last_number, last_hash FROM journal ORDER BY code"
ENTRIES = """
SELECT id, number, kind, occurred_on, posted_at, actor_id, key, fingerprint, reverses_id,
       document, note, prev_hash, hash
FROM entry WHERE id > :low AND id <= :high ORDER BY id
"""
POINTS = """
SELECT entry_id, position, account_id, points, balance_after, place, member_id,
       reverses_position
FROM points_line WHERE entry_id > :low AND entry_id <= :high ORDER BY entry_id, position
"""
STOCK = """
SELECT entry_id, position, lot_id, quantity, on_hand_after, place, reverses_position
FROM stock_line WHERE entry_id > :low AND entry_id <= :high ORDER BY entry_id, position
"""
MONEY = """
SELECT entry_id, position, account_id, fen, balance_after, place, reverses_position
FROM money_line WHERE entry_id > :low AND entry_id <= :high ORDER BY entry_id, position
"""
#: How many lines of which account, lot or fund a journal holds.
COUNTS = (
    ("points", "SELECT account_id, COUNT(*) FROM points_line "
     "WHERE entry_id > :low AND entry_id <= :high GROUP BY account_id"),
    ("stock", "SELECT lot_id, COUNT(*) FROM stock_line "
     "WHERE entry_id > :low AND entry_id <= :high GROUP BY lot_id"),
    ("money", "SELECT account_id, COUNT(*) FROM money_line "
     "WHERE entry_id > :low AND entry_id <= :high GROUP BY account_id"),
)  # fmt: skip
#: What an account, lot or fund is, whose it is, what it holds, and its lines in all journals.
HOLDERS = {
    "points": "SELECT id, kind, owner_code, balance, last_place FROM account ORDER BY id",
    "stock": "SELECT l.id, 'lot', s.code || ' ' || g.sku, l.on_hand, l.last_place FROM lot l "
    "JOIN shop s ON s.id = l.shop_id JOIN goods g ON g.id = l.goods_id ORDER BY l.id",
    "money": "SELECT id, kind, owner_code, balance_fen, last_place FROM money_account ORDER BY id",
}
#: How many entries pass between two reports of progress.
STEP = 1000

_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Head(NamedTuple):
    """A journal and its newest entry."""

    id: int
    code: str
    entries: int
    hash: str

    @property
    def range(self) -> dict[str, int]:
        """The ids that the entries of this journal lie between."""
        first = self.id * ENTRIES_PER_JOURNAL
        return {"low": first, "high": first + self.entries}


def heads(under: Sequence[str] = ()) -> list[Head]:
    """Return the journals whose codes begin with one of ``under``, by code; of none: all."""
    rows = [Head(*row) for row in run(JOURNALS, {})]
    return [row for row in rows if not under or row.code.startswith(tuple(under))]


def lines(
    journals: Sequence[Head], progress: Callable[[int], None] = lambda _entries: None
) -> Iterator[str]:
    """Yield the file line by line: the same books give the same bytes.

    The caller holds one snapshot of the database. ``progress`` is told how many more
    entries were written; in memory is one entry at a time, and a number for each account.
    """
    digest = hashlib.sha256()
    for row in _rows(journals, progress):
        line = _write(row) + "\n"
        digest.update(line.encode())
        yield line
    yield _write({"end": digest.hexdigest()}) + "\n"


def _rows(journals: Sequence[Head], progress: Callable[[int], None]) -> Iterator[object]:
    yield {"format": FORMAT, "journals": len(journals), "entries": sum(j.entries for j in journals)}
    yield from _holders(journals)
    for journal in journals:
        yield {"journal": journal.code, "id": journal.id, "entries": journal.entries,
               "head": journal.hash}  # fmt: skip
        books = [_ByEntry(sql, journal) for sql in (POINTS, STOCK, MONEY)]
        written = 0
        for entry_id, *head, hashed in stream(ENTRIES, journal.range):
            points, stock, money = (book.of(entry_id) for book in books)
            sealed = [[journal.code, *map(_plain, head)], points, stock]
            yield {"entry": [*sealed, money] if money else sealed, "hash": hashed}
            written += 1
            if written % STEP == 0:
                progress(STEP)
        progress(written % STEP)


def _holders(journals: Sequence[Head]) -> Iterator[object]:
    """Yield what the lines are about: nobody's name, the codes of households and shops."""
    counts: dict[str, Counter[int]] = {book: Counter() for book, _sql in COUNTS}
    for journal in journals:
        for book, sql in COUNTS:
            for holder, count in run(sql, journal.range):
                counts[book][holder] += count
    for book, found in counts.items():
        for holder, kind, owner, balance, last_place in stream(HOLDERS[book], {}):
            if holder in found:
                kept = holder > 0
                yield {
                    "account": [book, holder], "kind": kind, "owner": owner,
                    "balance": balance if kept else None, "lines": found[holder],
                    "elsewhere": last_place - found[holder] if kept else None,
                }  # fmt: skip


class _ByEntry:
    """The lines of a journal in order, handed out entry by entry."""

    def __init__(self, sql: str, journal: Head) -> None:
        self._rows = stream(sql, journal.range)
        self._next: Row | None = next(self._rows, None)

    def of(self, entry_id: int) -> list[Row]:
        found = []
        while self._next is not None and self._next[0] == entry_id:
            found.append(self._next[1:])
            self._next = next(self._rows, None)
        return found


def _plain(value: object) -> object:
    """Write days and moments as they were hashed; SQLite gives them so."""
    if isinstance(value, datetime):
        return moment_text(value)
    return day_text(value) if isinstance(value, date) else value
