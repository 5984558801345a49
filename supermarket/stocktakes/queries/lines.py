"""The lots of a stocktake: what is to be counted, what was, what it differs by."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from supermarket.clock import today
from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.shops.queries.lots import with_codes
from supermarket.staff.models import StaffMember
from supermarket.stocktakes.models import LineDecision, Stocktake, StocktakeLine
from supermarket.stocktakes.queries.stocktakes import UNDER_WAY

#: Lots the books say are empty that are offered if the shelf has some after all.
MOST_EMPTY = 10


class LineRow(NamedTuple):
    """One lot of a stocktake. Whoever still counts is shown no figure but their own."""

    lot_id: int
    #: How people name the lot: the reference of the entry that made it and the line.
    lot: str
    goods_id: int
    sku: str
    name: str
    specification: str
    unit: str
    category: str
    best_before: date | None
    received_on: date
    #: Whole units in the books now.
    on_hand: int
    #: Whole units counted; None if nobody has counted it.
    counted: int | None
    #: Whole units in the books when it was counted; those of now if nobody has.
    book: int
    counter: str
    counted_at: datetime | None
    #: Whether the lot moved since it was counted.
    moved: bool
    decision: LineDecision | None
    note: str
    #: How often it was counted from the start, and what the first count said.
    times: int
    first_counted: int | None
    #: Points of one unit: today's, or those of the day it was posted; None without a price.
    points_price: int | None

    @property
    def difference(self) -> int:
        """Units more (or fewer, below zero) than in the books when it was counted."""
        return 0 if self.counted is None else self.counted - self.book

    @property
    def value(self) -> int | None:
        """The difference in points; None if the goods have no price."""
        return None if self.points_price is None else self.difference * self.points_price

    @property
    def becomes(self) -> int:
        """Units in the books once the difference is posted on what is there now."""
        return self.on_hand + self.difference

    @property
    def to_decide(self) -> bool:
        """Whether somebody must say if the count stands."""
        if self.counted is None:
            return False
        waits = self.moved and self.decision is None
        return waits or self.decision is LineDecision.RECOUNT

    @property
    def full_name(self) -> str:
        """The goods with their specification."""
        return " ".join(filter(None, (self.name, self.specification)))


class Shelf(NamedTuple):
    """One category and how far its lots are counted."""

    category: str
    lots: int
    counted: int


def _question(stocktake: Stocktake) -> Select[Any]:
    """Return the question for the lots of a stocktake, in the order of the shelves.

    While it is under way these are the lots the books say hold units and those counted;
    later those that were written down when it was posted.
    """
    question = with_codes(
        select(
            Lot,
            Goods,
            StocktakeLine,
            StaffMember.name.label("counter"),
            Entry.number,
            StockLine.position,
            Journal.code.label("journal_code"),
        )
    )
    mine = (StocktakeLine.lot_id == Lot.id) & (StocktakeLine.stocktake_id == stocktake.id)
    there = StocktakeLine.lot_id.is_not(None)
    wanted: Select[Any] = (
        question.join(Goods, Goods.id == Lot.goods_id)
        .outerjoin(StocktakeLine, mine)
        .outerjoin(StaffMember, StaffMember.id == StocktakeLine.counted_by)
        .where(Lot.shop_id == stocktake.shop_id)
        .where((Lot.on_hand > 0) | there if stocktake.state in UNDER_WAY else there)
        .order_by(Goods.category, Goods.sku, Lot.best_before.is_(None), Lot.best_before, Lot.id)
    )
    return wanted


def lines(
    stocktake: Stocktake, *, category: str | None = None, goods_id: int | None = None
) -> list[LineRow]:
    """Return the lots of a stocktake, counted or not, of one shelf or some goods if asked."""
    wanted = _question(stocktake)
    if category is not None:
        wanted = wanted.where(Goods.category == category)
    if goods_id is not None:
        wanted = wanted.where(Lot.goods_id == goods_id)
    return _read(stocktake, wanted)


def line(stocktake: Stocktake, lot_id: int) -> LineRow | None:
    """Return one lot of a stocktake, if it is one of its lots."""
    return next(iter(_read(stocktake, _question(stocktake).where(Lot.id == lot_id))), None)


def empty_lots(stocktake: Stocktake, goods_id: int) -> list[LineRow]:
    """Return lots of some goods the books say are empty, newest first: a shelf may hold more."""
    full = _question(stocktake).with_only_columns(Lot.id).order_by(None)
    mine = (StocktakeLine.lot_id == Lot.id) & (StocktakeLine.stocktake_id == stocktake.id)
    wanted = (
        with_codes(
            select(
                Lot,
                Goods,
                StocktakeLine,
                StaffMember.name.label("counter"),
                Entry.number,
                StockLine.position,
                Journal.code.label("journal_code"),
            )
        )
        .join(Goods, Goods.id == Lot.goods_id)
        .outerjoin(StocktakeLine, mine)
        .outerjoin(StaffMember, StaffMember.id == StocktakeLine.counted_by)
        .where(Lot.shop_id == stocktake.shop_id, Lot.goods_id == goods_id, Lot.id.not_in(full))
        .order_by(Lot.id.desc())
        .limit(MOST_EMPTY)
    )
    return _read(stocktake, wanted)


def uncounted(stocktake: Stocktake) -> list[LineRow]:
    """Return the lots nobody has counted."""
    return [row for row in lines(stocktake) if row.counted is None]


def shelves(rows: list[LineRow]) -> list[Shelf]:
    """Return how far each category of a stocktake is counted, in order."""
    found: dict[str, list[LineRow]] = {}
    for row in rows:
        found.setdefault(row.category, []).append(row)
    return [
        Shelf(category, len(lots), sum(lot.counted is not None for lot in lots))
        for category, lots in found.items()
    ]


def _read(stocktake: Stocktake, wanted: Select[Any]) -> list[LineRow]:
    found = db.session.execute(wanted.execution_options(populate_existing=True)).all()
    prices = {}
    if stocktake.state in UNDER_WAY:
        ids = {row.Lot.goods_id for row in found}
        prices = goods_queries.prices(stocktake.shop_id, ids, today())
    return [_row(row, stocktake, prices) for row in found]


def _row(row: Any, stocktake: Stocktake, prices: dict[int, int]) -> LineRow:
    lot: Lot = row.Lot
    goods: Goods = row.Goods
    line: StocktakeLine | None = row.StocktakeLine
    under_way = stocktake.state in UNDER_WAY
    price = prices.get(goods.id) if under_way or line is None else line.points_price
    counted = line is not None and line.counted is not None
    return LineRow(
        lot_id=lot.id,
        lot=f"{row.journal_code}-{row.number}-{row.position}",
        goods_id=goods.id,
        sku=goods.sku,
        name=goods.name,
        specification=goods.specification,
        unit=goods.unit,
        category=goods.category,
        best_before=lot.best_before,
        received_on=lot.received_on,
        on_hand=lot.on_hand,
        counted=line.counted if line else None,
        book=line.book_at_count if line else lot.on_hand,
        counter=row.counter or "",
        counted_at=line.counted_at if line else None,
        moved=bool(under_way and counted and line and line.last_place_at_count != lot.last_place),
        decision=line.decision if line else None,
        note=line.note if line else "",
        times=line.times if line and counted else 0,
        first_counted=line.first_counted if line else None,
        points_price=price,
    )
