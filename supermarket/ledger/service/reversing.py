"""Taking back a posted entry: whole or by line, never more than it moved."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from supermarket.ledger.errors import (
    AlreadyReversedError,
    NotReversibleError,
    ReversalTooLargeError,
)
from supermarket.ledger.models import EntryKind
from supermarket.ledger.service.posting import Posted, Request, post
from supermarket.ledger.service.taking import MoneyMove, PointsMove, StockMove
from supermarket.statements import run, run_together

HOLD = """
SELECT e.kind, e.journal_id, e.number, j.code
FROM entry e JOIN journal j ON j.id = e.journal_id WHERE e.id = :entry
"""
HOLD_ROW = "SELECT id FROM entry WHERE id = :entry {for_update}"
POINTS_LEFT = """
SELECT o.position, o.account_id, o.member_id, o.points + COALESCE((
    SELECT SUM(r.points) FROM points_line r JOIN entry e ON e.id = r.entry_id
    WHERE e.reverses_id = :entry AND r.reverses_position = o.position), 0)
FROM points_line o WHERE o.entry_id = :entry ORDER BY o.position
"""
STOCK_LEFT = """
SELECT o.position, o.lot_id, o.quantity + COALESCE((
    SELECT SUM(r.quantity) FROM stock_line r JOIN entry e ON e.id = r.entry_id
    WHERE e.reverses_id = :entry AND r.reverses_position = o.position), 0)
FROM stock_line o WHERE o.entry_id = :entry ORDER BY o.position
"""

MONEY_LEFT = """
SELECT o.position, o.account_id, o.fen + COALESCE((
    SELECT CAST(SUM(r.fen) AS BIGINT) FROM money_line r JOIN entry e ON e.id = r.entry_id
    WHERE e.reverses_id = :entry AND r.reverses_position = o.position), 0)
FROM money_line o WHERE o.entry_id = :entry ORDER BY o.position
"""


class PointsLeft(NamedTuple):
    """What is left of an entry's points line after earlier reversals; signed as the line."""

    position: int
    account_id: int
    member_id: int | None
    points: int


class StockLeft(NamedTuple):
    """What is left of an entry's stock line after earlier reversals; signed as the line."""

    position: int
    lot_id: int
    quantity: int


class MoneyLeft(NamedTuple):
    """What is left of an entry's money line after earlier reversals; signed as the line."""

    position: int
    account_id: int
    fen: int


class Left(NamedTuple):
    """An entry held for reversal and what may still be taken back of it."""

    entry_id: int
    journal_id: int
    reference: str
    points: list[PointsLeft]
    stock: list[StockLeft]
    money: list[MoneyLeft]


def hold(entry_id: int) -> Left:
    """Hold an entry so that nobody else reverses it meanwhile; return what is left of it.

    Raises:
        NotReversibleError: the entry is itself a reversal.
        AlreadyReversedError: nothing is left.
    """
    parameters = {"entry": entry_id}
    run(HOLD_ROW, parameters)  # on PostgreSQL the next statement must see who was first
    head, points, stock, money = run_together(
        [(sql, parameters) for sql in (HOLD, POINTS_LEFT, STOCK_LEFT, MONEY_LEFT)]
    )
    kind, journal_id, number, code = head[0]
    reference = f"{code}-{number}"
    if kind == EntryKind.REVERSAL.value:
        raise NotReversibleError
    left = Left(
        entry_id,
        journal_id,
        reference,
        [PointsLeft(*row) for row in points],
        [StockLeft(*row) for row in stock],
        [MoneyLeft(*row) for row in money],
    )
    if not any(row[-1] for row in (*points, *stock, *money)):
        raise AlreadyReversedError(reference=reference)
    return left


def reverse(
    left: Left,
    *,
    request: Request,
    occurred_on: date,
    note: str,
    points: Mapping[int, int] | None = None,
    stock: Mapping[int, int] | None = None,
    money: Mapping[int, int] | None = None,
) -> Posted:
    """Post the opposite of what ``left`` holds: all of it, or a part by line.

    ``points``, ``stock`` and ``money`` map a line's position to how much of it to take back,
    as a positive number; without any, everything left is taken back. A part must itself
    sum to zero in points and in money.

    Raises:
        AlreadyReversedError: nothing is left of a named line.
        ReversalTooLargeError: more is asked for than is left of a line.
        InsufficientPointsError: the household has already spent what is taken back.
        OutOfStockError: the goods taken back out have already been handed out.
        InsufficientFundsError: the fund has already spent what is taken back.
    """
    if points is None and stock is None and money is None:
        points = {line.position: abs(line.points) for line in left.points if line.points}
        stock = {line.position: abs(line.quantity) for line in left.stock if line.quantity}
        money = {line.position: abs(line.fen) for line in left.money if line.fen}
    points_left = {line.position: line for line in left.points}
    stock_left = {line.position: line for line in left.stock}
    money_left = {line.position: line for line in left.money}
    return post(
        left.journal_id,
        kind=EntryKind.REVERSAL,
        occurred_on=occurred_on,
        request=request,
        points=[
            PointsMove(
                points_left[position].account_id,
                _opposite(left.reference, points_left[position].points, asked),
                points_left[position].member_id,
                position,
            )
            for position, asked in (points or {}).items()
        ],
        stock=[
            StockMove(
                stock_left[position].lot_id,
                _opposite(left.reference, stock_left[position].quantity, asked),
                position,
            )
            for position, asked in (stock or {}).items()
        ],
        money=[
            MoneyMove(
                money_left[position].account_id,
                _opposite(left.reference, money_left[position].fen, asked),
                position,
            )
            for position, asked in (money or {}).items()
        ],
        reverses=left.entry_id,
        note=note,
    )


def _opposite(reference: str, left: int, asked: int) -> int:
    if left == 0:
        raise AlreadyReversedError(reference=reference)
    if not 0 < asked <= abs(left):
        raise ReversalTooLargeError(left=abs(left), asked=asked)
    return -asked if left > 0 else asked
