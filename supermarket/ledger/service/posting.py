"""The one door: nothing but ``post`` writes entries, lines and cached balances."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from supermarket.clock import now
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, EntryKind
from supermarket.ledger.queries.seal import (
    SealedMoney,
    SealedPoints,
    SealedStock,
    moment_text,
    seal,
)
from supermarket.ledger.service.taking import MoneyMove, PointsMove, StockMove, take
from supermarket.statements import Statement, is_postgres, run_together

ADVANCE = "UPDATE journal SET last_number = :number, last_hash = :hash WHERE id = :journal"
ADD_ENTRY = """
INSERT INTO entry (id, journal_id, number, kind, occurred_on, posted_at, actor_id, key,
                   fingerprint, reverses_id, document, note, prev_hash, hash)
VALUES (:id, :journal, :number, :kind, :occurred_on, :posted_at, :actor, :key,
        :fingerprint, :reverses, :document, :note, :prev_hash, :hash)
"""
ADD_POINTS = """
INSERT INTO points_line (entry_id, position, account_id, points, balance_after, place,
                         member_id, reverses_position)
VALUES (:entry, :position, :account_id, :points, :balance_after, :place,
        :member_id, :reverses_position)
"""
ADD_MONEY = """
INSERT INTO money_line (entry_id, position, account_id, fen, balance_after, place,
                        reverses_position)
VALUES (:entry, :position, :account_id, :fen, :balance_after, :place, :reverses_position)
"""
ADD_STOCK = """
INSERT INTO stock_line (entry_id, position, lot_id, quantity, on_hand_after, place,
                        reverses_position)
VALUES (:entry, :position, :lot_id, :quantity, :on_hand_after, :place, :reverses_position)
"""
BY_KEY = "SELECT id, fingerprint FROM entry WHERE key = :key"
#: How the key of a paper of the system's own begins: ``expiry:…``, ``household-event:…``.
OWN_KEY = re.compile(r"[a-z-]+:")
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"


class Request(NamedTuple):
    """Who asks for a posting, under which key, for what."""

    key: str
    fingerprint: str
    actor_id: int


class Posted(NamedTuple):
    """What a posting left behind."""

    entry_id: int
    journal_code: str
    number: int
    posted_at: datetime
    hash: str
    #: Lines as written, in the entry's order.
    points: list[SealedPoints]
    stock: list[SealedStock]
    money: list[SealedMoney]

    @property
    def reference(self) -> str:
        """The number people see (单号)."""
        return f"{self.journal_code}-{self.number}"

    def balance_of(self, account_id: int) -> int:
        """Return the points in a household's account after the posting."""
        return next(
            line.balance_after or 0
            for line in reversed(self.points)
            if line.account_id == account_id
        )


def seen(request: Request, *, own: bool = False) -> int | None:
    """Return the id of the entry this key made before, or None if it is new.

    A key that begins with a word and a colon names a paper of the system's ``own``, which
    posts once: a client that could take ``deduction:…`` would stop that deduction for ever.
    Must be the first statement of a posting transaction: on PostgreSQL it also makes
    calls with the same key wait for each other, so that the second one finds the first.

    Raises:
        KeyInvalidError: the key is not 8 to 100 plain characters, or is no client's to use.
        KeyReusedError: the key named another request.
    """
    key = request.key
    plain = 8 <= len(key) <= 100 and key.isascii() and key.isprintable()
    if not plain or (OWN_KEY.match(key) and not own):
        raise KeyInvalidError
    found = named_by(key)
    if found is None:
        return None
    entry_id, known = found
    if known != request.fingerprint:
        raise KeyReusedError
    return entry_id


def named_by(key: str) -> tuple[int, str] | None:
    """Return the id and fingerprint of the entry that has this key, if any.

    On PostgreSQL calls with the same key wait here for each other until their transactions
    end, so that of many at once exactly one finds nothing.
    """
    known = (BY_KEY, {"key": key})
    if is_postgres():
        rows = run_together([(ONE_AT_A_TIME, {"key": key}), known])[1]
    else:
        rows = run_together([known])[0]
    return (int(rows[0][0]), rows[0][1]) if rows else None


def post(
    journal_id: int,
    *,
    kind: EntryKind,
    occurred_on: date,
    request: Request,
    points: Sequence[PointsMove] = (),
    stock: Sequence[StockMove] = (),
    money: Sequence[MoneyMove] = (),
    reverses: int | None = None,
    document: str = "",
    note: str = "",
    also: Callable[[Posted], list[Statement]] = lambda _posted: [],
) -> Posted:
    """Write one entry: take points, stock and money, add its lines, seal it into its journal.

    Points must sum to zero, and so must money; the caller names both sides. Accounts, lots
    and funds are taken in
    ascending id with one guarded statement each, the journal's head last, so that two
    postings never wait for each other in a circle. Nothing is kept if anything is refused.
    ``also`` returns what else is to be written about the entry, in the same round trip.

    Raises:
        InsufficientPointsError: a household has fewer points than are taken.
        OutOfStockError: a lot has fewer units than are taken.
        InsufficientFundsError: a fund has less money than is taken.
    """
    if sum(move.points for move in points) != 0 or sum(move.fen for move in money) != 0:
        raise ValueError("the points and the money of an entry must each sum to zero")
    if not points and not stock and not money:
        raise ValueError("an entry moves something")
    taken = take(points, stock, money, journal_id)
    code, last_number, prev_hash = taken.head
    number, moment = last_number + 1, now()
    head = (
        code,
        number,
        kind.value,
        occurred_on.isoformat(),
        moment_text(moment),
        request.actor_id,
        request.key,
        request.fingerprint,
        reverses,
        document,
        note,
        prev_hash,
    )
    posted = Posted(
        entry_id=journal_id * ENTRIES_PER_JOURNAL + number,
        journal_code=code,
        number=number,
        posted_at=moment,
        hash=seal(head, taken.points, taken.stock, taken.money),
        points=taken.points,
        stock=taken.stock,
        money=taken.money,
    )
    run_together([*_written(journal_id, posted, head, occurred_on), *also(posted)])
    return posted


def _written(
    journal_id: int, posted: Posted, head: Sequence[Any], occurred_on: date
) -> list[Statement]:
    """Return what adds the entry and its lines and advances the journal."""
    entry = {
        "id": posted.entry_id,
        "journal": journal_id,
        "number": posted.number,
        "kind": head[2],
        "occurred_on": occurred_on,
        "posted_at": posted.posted_at,
        "actor": head[5],
        "key": head[6],
        "fingerprint": head[7],
        "reverses": head[8],
        "document": head[9],
        "note": head[10],
        "prev_hash": head[11],
        "hash": posted.hash,
    }
    advance = {"number": posted.number, "hash": posted.hash, "journal": journal_id}
    statements: list[Statement] = [(ADD_ENTRY, entry), (ADVANCE, advance)]
    written = ((ADD_POINTS, posted.points), (ADD_STOCK, posted.stock), (ADD_MONEY, posted.money))
    for sql, lines in written:
        if lines:
            statements.append(
                (sql, [{"entry": posted.entry_id, **line._asdict()} for line in lines])
            )
    return statements
