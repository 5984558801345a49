"""What was on the shelves at the end of a day, and what a unit of it was worth."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.goods.models import Goods, PointsPrice
from supermarket.ledger.models import Entry, Lot, StockLine
from supermarket.regions.queries import under
from supermarket.reports.queries import monthly_facts, rollups
from supermarket.shops.models import GoodsInLine, Shop

#: Points of a unit by goods and shop; shop None is everywhere else.
Prices = Mapping[tuple[int, int | None], int]


class Units(NamedTuple):
    """Units of one lot in its shop."""

    shop_id: int
    region_code: str
    goods_id: int
    best_before: date | None
    #: Cost or valuation of a unit in fen; None if nobody said.
    cost: int | None
    #: Whether shop and goods are in use.
    open: bool
    units: int


def shelves(reach: Sequence[str], on: date) -> list[Units]:
    """Return the lots of the shops below ``reach`` that had units at the end of a day."""
    return rollups.steadily(lambda: _shelves(reach, on))


def _shelves(reach: Sequence[str], on: date) -> list[Units]:
    """Take what later days moved off what is there, in one statement."""
    span = monthly_facts.ranges(rollups.spans_from(on + timedelta(days=1)) or [(0, 0)])
    later = (
        select(StockLine.lot_id, func.sum(StockLine.quantity).label("quantity"))
        .select_from(span)
        .join(Entry, Entry.id.between(span.c.low, span.c.high))
        .join(StockLine, StockLine.entry_id == Entry.id)
        .where(Entry.occurred_on > on)
        .group_by(StockLine.lot_id)
        .subquery()
    )
    units = Lot.on_hand - func.coalesce(later.c.quantity, 0)
    root = func.coalesce(Lot.origin_id, Lot.id)
    rows = db.session.execute(
        select(
            Lot.shop_id,
            Shop.region_code,
            Lot.goods_id,
            Lot.best_before,
            GoodsInLine.unit_cost_fen,
            Shop.active & Goods.active,
            units,
        )
        .join(Shop, Shop.id == Lot.shop_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .outerjoin(GoodsInLine, GoodsInLine.lot_id == root)
        .outerjoin(later, later.c.lot_id == Lot.id)
        .where(under(Shop.region_code, reach), units != 0)
    )
    return [Units(*row[:5], bool(row[5]), int(row[6])) for row in rows]


def prices(on: date) -> Prices:
    """Return the points of a unit of all goods on a day."""
    rows = db.session.execute(
        select(PointsPrice.goods_id, PointsPrice.shop_id, PointsPrice.points)
        .where(PointsPrice.since <= on)
        .order_by(PointsPrice.since, PointsPrice.id)
    )
    return {(goods, shop): points for goods, shop, points in rows}  # the newest stays


def price(row: Units, known: Prices) -> int:
    """Return the points of a unit in its shop; 0 without a price."""
    return known.get((row.goods_id, row.shop_id), known.get((row.goods_id, None), 0))


def worth(row: Units, known: Prices, rates: Mapping[str, int]) -> int:
    """Return the fen of a unit: its cost or valuation, else its points at the day's rate."""
    if row.cost is not None:
        return row.cost
    return price(row, known) * rates.get(row.region_code, 0)
