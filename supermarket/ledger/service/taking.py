"""Changing the kept balances: one guarded statement each, in ascending id."""

from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from supermarket.ledger.errors import (
    InsufficientFundsError,
    InsufficientPointsError,
    OutOfStockError,
)
from supermarket.ledger.queries.seal import SealedMoney, SealedPoints, SealedStock
from supermarket.statements import Row, Statement, run, run_together

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
TAKE_MONEY = """
UPDATE money_account SET balance_fen = balance_fen + :fen, last_place = last_place + 1
WHERE id = :account AND balance_fen + :fen >= 0 RETURNING balance_fen, last_place
"""
FUND = "SELECT owner_code, balance_fen FROM money_account WHERE id = :account"
HEAD = "SELECT code, last_number, last_hash FROM journal WHERE id = :journal {for_update}"


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


class MoneyMove(NamedTuple):
    """Whole fen into (positive) or out of (negative) a fund or the other side."""

    account_id: int
    fen: int
    reverses_position: int | None = None


Move = PointsMove | StockMove | MoneyMove


class Taken(NamedTuple):
    """The lines to write and the journal's head, held."""

    points: list[SealedPoints]
    stock: list[SealedStock]
    money: list[SealedMoney]
    #: Code, last number and last hash of the journal.
    head: Row


def take(
    points: Sequence[PointsMove],
    stock: Sequence[StockMove],
    money: Sequence[MoneyMove],
    journal_id: int,
) -> Taken:
    """Change the kept balances, lots and funds, then hold the journal's head.

    Raises:
        InsufficientPointsError, OutOfStockError, InsufficientFundsError: not enough there.
    """
    points = sorted(points, key=lambda move: move.account_id)
    stock = sorted(stock, key=lambda move: move.lot_id)
    money = sorted(money, key=lambda move: move.account_id)
    # The other sides are numbered below zero, so they stand first and keep no balance.
    kept_points = [move for move in points if move.account_id > 0]
    kept_money = [move for move in money if move.account_id > 0]
    statements: list[Statement] = [
        *((TAKE_POINTS, {"account": m.account_id, "points": m.points}) for m in kept_points),
        *((TAKE_STOCK, {"lot": move.lot_id, "quantity": move.quantity}) for move in stock),
        *((TAKE_MONEY, {"account": move.account_id, "fen": move.fen}) for move in kept_money),
        (HEAD, {"journal": journal_id}),
    ]
    *results, head = run_together(statements)
    moves: list[Move] = [*kept_points, *stock, *kept_money]
    after = iter(
        [rows[0] if rows else _refuse(move) for move, rows in zip(moves, results, strict=True)]
    )

    def left(account_id: int) -> tuple[int | None, int | None]:
        """Return the next kept balance and its place; the other sides have none."""
        balance, place = next(after) if account_id > 0 else (None, None)
        return balance, place

    def shelf() -> tuple[int, int]:
        on_hand, place = next(after)
        return on_hand, place

    return Taken(
        [
            SealedPoints(
                n, m.account_id, m.points, *left(m.account_id), m.member_id, m.reverses_position
            )
            for n, m in enumerate(points, start=1)
        ],
        [
            SealedStock(n, m.lot_id, m.quantity, *shelf(), m.reverses_position)
            for n, m in enumerate(stock, start=1)
        ],
        [
            SealedMoney(n, m.account_id, m.fen, *left(m.account_id), m.reverses_position)
            for n, m in enumerate(money, start=1)
        ],
        head[0],
    )


def _refuse(move: Move) -> NoReturn:
    """Say what there is and what was asked for."""
    if isinstance(move, PointsMove):
        balance = run(BALANCE, {"account": move.account_id})[0][0]
        raise InsufficientPointsError(balance=balance, needed=-move.points)
    if isinstance(move, MoneyMove):
        fund, fen = run(FUND, {"account": move.account_id})[0]
        raise InsufficientFundsError(fund=fund, balance_fen=fen, needed_fen=-move.fen)
    on_hand, name = run(ON_HAND, {"lot": move.lot_id})[0]
    raise OutOfStockError(goods=name, on_hand=on_hand, needed=-move.quantity)
