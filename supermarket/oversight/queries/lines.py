"""What entries moved: points, goods and money, line by line, and whether the seal holds."""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.donors.models import Fund
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import (
    Account,
    AccountKind,
    Entry,
    Journal,
    Lot,
    MoneyAccount,
    MoneyKind,
    MoneyLine,
    PointsLine,
    StockLine,
)
from supermarket.ledger.queries import seal
from supermarket.masking import masked
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope


class Book(Enum):
    """Which of an entry's books a line stands in."""

    POINTS = "points"
    STOCK = "stock"
    MONEY = "money"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {Book.POINTS: N_("积分"), Book.STOCK: N_("库存"), Book.MONEY: N_("资金")}[self]


#: What the sides of the books are called that nobody owns.
SIDES = {
    AccountKind.HOUSEHOLD: N_("农户"),
    AccountKind.DEBT: N_("农户欠分"),
    AccountKind.ISSUED: N_("发放"),
    AccountKind.REDEEMED: N_("兑付"),
    AccountKind.EXPIRED: N_("过期"),
    AccountKind.DEDUCTED: N_("扣分"),
    AccountKind.OPENING: N_("期初"),
    MoneyKind.FUND: N_("资金"),
    MoneyKind.INCOME: N_("收入"),
    MoneyKind.SPENDING: N_("支出"),
}


class LineRow(NamedTuple):
    """One line of an entry."""

    book: Book
    position: int
    #: What kind of account, untranslated; "" for goods.
    side: str
    #: Code of the household, region, shop, fund or goods.
    code: str
    #: The household's head, masked where it may not be read; the goods' or fund's name.
    name: str
    #: Whole points or units; fen of money.
    moved: int
    #: What was left in the account, lot or fund; None for the sides that keep nothing.
    after: int | None
    #: In a reversal: the position of the line it takes back.
    reverses_position: int | None


def lines(entry_ids: Sequence[int], named: Scope) -> dict[int, list[LineRow]]:
    """Return the lines of entries, by entry, in three statements.

    Heads of households are in full where ``named`` covers their village, else masked.
    """
    found: dict[int, list[LineRow]] = {entry_id: [] for entry_id in entry_ids}
    for entry_id, row in (*_points(entry_ids, named), *_stock(entry_ids), *_money(entry_ids)):
        found[entry_id].append(row)
    return found


def _points(entry_ids: Sequence[int], named: Scope) -> list[tuple[int, LineRow]]:
    rows = db.session.execute(
        select(PointsLine, Account.kind, Account.owner_code, Household.head, Household.village_code)
        .join(Account, Account.id == PointsLine.account_id)
        .outerjoin(Household, Household.code == Account.owner_code)
        .where(PointsLine.entry_id.in_(entry_ids))
        .order_by(PointsLine.entry_id, PointsLine.position)
    )
    return [
        (
            line.entry_id,
            LineRow(
                Book.POINTS,
                line.position,
                SIDES[kind],
                owner,
                _head(head, village, named),
                line.points,
                line.balance_after,
                line.reverses_position,
            ),
        )
        for line, kind, owner, head, village in rows
    ]


def _head(head: str | None, village: str | None, named: Scope) -> str:
    if not head or not village:
        return ""
    return head if named.covers_region(village) else masked(head)


def _stock(entry_ids: Sequence[int]) -> list[tuple[int, LineRow]]:
    rows = db.session.execute(
        select(StockLine, Goods.sku, Goods.name, Shop.name)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .join(Shop, Shop.id == Lot.shop_id)
        .where(StockLine.entry_id.in_(entry_ids))
        .order_by(StockLine.entry_id, StockLine.position)
    )
    return [
        (
            line.entry_id,
            LineRow(
                Book.STOCK,
                line.position,
                shop,
                sku,
                name,
                line.quantity,
                line.on_hand_after,
                line.reverses_position,
            ),
        )
        for line, sku, name, shop in rows
    ]


def _money(entry_ids: Sequence[int]) -> list[tuple[int, LineRow]]:
    rows = db.session.execute(
        select(MoneyLine, MoneyAccount.kind, MoneyAccount.owner_code, Fund.name)
        .join(MoneyAccount, MoneyAccount.id == MoneyLine.account_id)
        .outerjoin(Fund, Fund.account_id == MoneyAccount.id)
        .where(MoneyLine.entry_id.in_(entry_ids))
        .order_by(MoneyLine.entry_id, MoneyLine.position)
    )
    return [
        (
            line.entry_id,
            LineRow(
                Book.MONEY,
                line.position,
                SIDES[kind],
                owner,
                name or "",
                line.fen,
                line.balance_after,
                line.reverses_position,
            ),
        )
        for line, kind, owner, name in rows
    ]


def sealed(entry_id: int) -> bool:
    """Whether an entry and its lines are still what was hashed."""
    entry, code = db.session.execute(
        select(Entry, Journal.code)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Entry.id == entry_id)
    ).one()
    head = [
        code, entry.number, entry.kind.value, seal.day_text(entry.occurred_on),
        seal.moment_text(entry.posted_at), entry.actor_id, entry.key, entry.fingerprint,
        entry.reverses_id, entry.document, entry.note, entry.prev_hash,
    ]  # fmt: skip
    books = [
        db.session.execute(select(*columns).where(of == entry_id).order_by(columns[0])).all()
        for of, columns in _SEALED
    ]
    return seal.seal(head, *([tuple(line) for line in book] for book in books)) == entry.hash


#: What of each line is hashed, in the order of ``seal``.
_SEALED = (
    (
        PointsLine.entry_id,
        [PointsLine.position, PointsLine.account_id, PointsLine.points, PointsLine.balance_after,
         PointsLine.place, PointsLine.member_id, PointsLine.reverses_position],
    ),
    (
        StockLine.entry_id,
        [StockLine.position, StockLine.lot_id, StockLine.quantity, StockLine.on_hand_after,
         StockLine.place, StockLine.reverses_position],
    ),
    (
        MoneyLine.entry_id,
        [MoneyLine.position, MoneyLine.account_id, MoneyLine.fen, MoneyLine.balance_after,
         MoneyLine.place, MoneyLine.reverses_position],
    ),
)  # fmt: skip
