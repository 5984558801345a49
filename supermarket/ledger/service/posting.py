"""The one door: nothing but ``post`` writes entries, lines and cached balances."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, NoReturn

from supermarket.clock import now
from supermarket.ledger.errors import (
    InsufficientPointsError,
    KeyInvalidError,
    KeyReusedError,
    OutOfStockError,
)
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, EntryKind
from supermarket.ledger.queries.seal import SealedPoints, SealedStock, moment_text, seal
from supermarket.statements import Row, Statement, is_postgres, run, run_together

TAKE_POINTS = """
UPDATE account SET balance = balance + :points, last_place = last_place + 1
WHERE id = :account AND balance + :points >= 0 RETURNING balance, last_place
"""
TAKE_STOCK = """
UPDATE lot SET on_hand = on_hand + :quantity, last_place = last_place + 1
WHERE id = :lot AND on_hand + :quantity >= 0 RETURNING on_hand, last_place
"""
BALANCE = "SELECT balance FROM account WHERE id = :account"
ON_HAND = "SELECT l.on_hand, g.name FROM lot l JOIN goods g ON g.id = l.goods_id WHERE l.id = :lot"
HEAD = "SELECT code, last_number, last_hash FROM journal WHERE id = :journal {for_update}"
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
ADD_STOCK = """
INSERT INTO stock_line (entry_id, position, lot_id, quantity, on_hand_after, place,
                        reverses_position)
VALUES (:entry, :position, :lot_id, :quantity, :on_hand_after, :place, :reverses_position)
"""
BY_KEY = "SELECT id, fingerprint FROM entry WHERE key = :key"
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"


class PointsMove(NamedTuple):
    """Whole points into (positive) or out of (negative) an account."""

    account_id: int
    points: int
    member_id: int | None = None
    reverses_position: int | None = None


class StockMove(NamedTuple):
    """Whole units into (positive) or out of (negative) a lot."""

    lot_id: int
    quantity: int
    reverses_position: int | None = None


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


def seen(request: Request) -> int | None:
    """Return the id of the entry this key made before, or None if it is new.

    Must be the first statement of a posting transaction: on PostgreSQL it also makes
    calls with the same key wait for each other, so that the second one finds the first.

    Raises:
        KeyInvalidError: the key is not 8 to 100 plain characters.
        KeyReusedError: the key named another request.
    """
    key = request.key
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
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
    reverses: int | None = None,
    document: str = "",
    note: str = "",
    also: Callable[[Posted], list[Statement]] = lambda _posted: [],
) -> Posted:
    """Write one entry: take points and stock, add its lines, seal it into its journal.

    Points must sum to zero; the caller names both sides. Accounts and lots are taken in
    ascending id with one guarded statement each, the journal's head last, so that two
    postings never wait for each other in a circle. Nothing is kept if anything is refused.
    ``also`` returns what else is to be written about the entry, in the same round trip.

    Raises:
        InsufficientPointsError: a household has fewer points than are taken.
        OutOfStockError: a lot has fewer units than are taken.
    """
    if sum(move.points for move in points) != 0:
        raise ValueError("the points of an entry must sum to zero")
    if not points and not stock:
        raise ValueError("an entry moves something")
    sealed_points, sealed_stock, (code, last_number, prev_hash) = _take(
        sorted(points, key=lambda move: move.account_id),
        sorted(stock, key=lambda move: move.lot_id),
        journal_id,
    )
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
        hash=seal(head, sealed_points, sealed_stock),
        points=sealed_points,
        stock=sealed_stock,
    )
    run_together([*_written(journal_id, posted, head, occurred_on), *also(posted)])
    return posted


def _take(
    points: list[PointsMove], stock: list[StockMove], journal_id: int
) -> tuple[list[SealedPoints], list[SealedStock], Row]:
    """Change the kept balances and lots; return the lines to write and the journal's head."""
    kept = [move for move in points if move.account_id > 0]
    statements: list[Statement] = [
        *((TAKE_POINTS, {"account": move.account_id, "points": move.points}) for move in kept),
        *((TAKE_STOCK, {"lot": move.lot_id, "quantity": move.quantity}) for move in stock),
        (HEAD, {"journal": journal_id}),
    ]
    *results, head = run_together(statements)
    moves: list[PointsMove | StockMove] = [*kept, *stock]
    taken = [rows[0] if rows else _refuse(move) for move, rows in zip(moves, results, strict=True)]
    # System accounts are numbered below zero, so they stand first and keep no balance.
    after = [(None, None)] * (len(points) - len(kept)) + taken[: len(kept)]
    sealed_points = [
        SealedPoints(
            position,
            move.account_id,
            move.points,
            balance,
            place,
            move.member_id,
            move.reverses_position,
        )
        for position, (move, (balance, place)) in enumerate(
            zip(points, after, strict=True), start=1
        )
    ]
    sealed_stock = [
        SealedStock(position, move.lot_id, move.quantity, on_hand, place, move.reverses_position)
        for position, (move, (on_hand, place)) in enumerate(
            zip(stock, taken[len(kept) :], strict=True), start=1
        )
    ]
    return sealed_points, sealed_stock, head[0]


def _refuse(move: PointsMove | StockMove) -> NoReturn:
    """Say what there is and what was asked for."""
    if isinstance(move, PointsMove):
        balance = run(BALANCE, {"account": move.account_id})[0][0]
        raise InsufficientPointsError(balance=balance, needed=-move.points)
    on_hand, name = run(ON_HAND, {"lot": move.lot_id})[0]
    raise OutOfStockError(goods=name, on_hand=on_hand, needed=-move.quantity)


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
    for sql, lines in ((ADD_POINTS, posted.points), (ADD_STOCK, posted.stock)):
        if lines:
            statements.append(
                (sql, [{"entry": posted.entry_id, **line._asdict()} for line in lines])
            )
    return statements
