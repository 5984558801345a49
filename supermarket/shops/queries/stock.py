"""What is on the shelves of shops."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, case, func, or_, select

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.regions.models import Region
from supermarket.shops.models import Shop
from supermarket.shops.queries.lots import LotRow, lot_row, recalled, with_codes
from supermarket.shops.queries.shops import shops_in
from supermarket.staff.models import Scope

#: Days before its date from which a lot should go first, and be moved or given away.
SOON, VERY_SOON = 60, 30


class StockRow(NamedTuple):
    """Goods of a shop: those that were ever on its shelf."""

    goods_id: int
    sku: str
    name: str
    unit: str
    specification: str
    category: str
    low_stock_at: int
    #: Whether it is still in the catalogue.
    active: bool
    #: Whole units on the shelf, expired ones too.
    on_hand: int
    #: Whole units that may be handed over.
    usable: int
    #: Those with units left, in the order in which they go out.
    lots: list[LotRow]

    @property
    def expired(self) -> int:
        """Units past their date."""
        return sum(lot.on_hand for lot in self.lots if lot.expired)

    @property
    def recalled(self) -> int:
        """Units held back by a recall."""
        return sum(lot.on_hand for lot in self.lots if lot.recalled)

    @property
    def next_lot(self) -> LotRow | None:
        """The lot that goes out next: the first that may still be handed over."""
        return next((lot for lot in self.lots if lot.usable), None)

    def within(self, days: int) -> int:
        """Units still good, but not for longer than ``days``."""
        return sum(lot.on_hand for lot in self.lots if lot.within(days))

    @property
    def low(self) -> bool:
        """Whether the shop should order more."""
        return self.active and self.usable <= self.low_stock_at


class ShopStock(NamedTuple):
    """How a shop's shelves are, in numbers."""

    code: str
    name: str
    region_name: str
    active: bool
    #: Whole units on the shelf, expired ones too.
    on_hand: int
    expired: int
    #: Units good for 30 days or less, and for 60 or less.
    very_soon: int
    soon: int
    #: Goods of which it should order more.
    low: int


def stock(shop_id: int, on: date) -> list[StockRow]:
    """Return the goods that were ever on a shop's shelf, with their lots, by number."""
    ever = select(Lot.goods_id).where(Lot.shop_id == shop_id)
    found = db.session.execute(
        with_codes(
            select(Goods, Lot, Entry.number, StockLine.position, Journal.code.label("journal_code"))
            .select_from(Goods)
            .outerjoin(
                Lot, (Lot.goods_id == Goods.id) & (Lot.shop_id == shop_id) & (Lot.on_hand > 0)
            ),
            outer=True,
        )
        .where(Goods.id.in_(ever))
        .order_by(Goods.sku, Lot.best_before.is_(None), Lot.best_before, Lot.id)
    )
    lots: dict[Goods, list[LotRow]] = {}
    for row in found:
        shelf = lots.setdefault(row.Goods, [])
        if row.Lot is not None:
            shelf.append(lot_row(row, on))
    return [_stock_row(goods, shelf) for goods, shelf in lots.items()]


def _stock_row(goods: Goods, lots: list[LotRow]) -> StockRow:
    return StockRow(
        goods_id=goods.id,
        sku=goods.sku,
        name=goods.name,
        unit=goods.unit,
        specification=goods.specification,
        category=goods.category,
        low_stock_at=goods.low_stock_at,
        active=goods.active,
        on_hand=sum(lot.on_hand for lot in lots),
        usable=sum(lot.on_hand for lot in lots if lot.usable),
        lots=lots,
    )


def overview(scope: Scope, on: date) -> list[ShopStock]:
    """Return how the shelves of every shop of a scope are, in the order of the shops."""
    good = or_(Lot.best_before.is_(None), Lot.best_before >= on)
    usable = case((good & ~recalled(), Lot.on_hand), else_=0)
    by_goods = (
        select(
            Lot.shop_id,
            Lot.goods_id,
            func.sum(Lot.on_hand).label("on_hand"),
            func.sum(usable).label("usable"),
            func.sum(case((good, 0), else_=Lot.on_hand)).label("expired"),
            func.sum(_good_until(on, VERY_SOON)).label("very_soon"),
            func.sum(_good_until(on, SOON)).label("soon"),
        )
        .group_by(Lot.shop_id, Lot.goods_id)
        .subquery()
    )
    low = case((Goods.active & (by_goods.c.usable <= Goods.low_stock_at), 1), else_=0)
    figures = (
        select(
            by_goods.c.shop_id,
            func.sum(by_goods.c.on_hand).label("on_hand"),
            func.sum(by_goods.c.expired).label("expired"),
            func.sum(by_goods.c.very_soon).label("very_soon"),
            func.sum(by_goods.c.soon).label("soon"),
            func.sum(low).label("low"),
        )
        .join(Goods, Goods.id == by_goods.c.goods_id)
        .group_by(by_goods.c.shop_id)
        .subquery()
    )
    rows = db.session.execute(
        shops_in(scope)
        .join(Region, Region.code == Shop.region_code)
        .outerjoin(figures, figures.c.shop_id == Shop.id)
        .with_only_columns(
            Shop.code,
            Shop.name,
            Region.name.label("region_name"),
            Shop.active,
            *(
                func.coalesce(figures.c[name], 0).label(name)
                for name in ("on_hand", "expired", "very_soon", "soon", "low")
            ),
        )
    )
    return [ShopStock(*row) for row in rows]


def _good_until(on: date, days: int) -> ColumnElement[int]:
    near = (Lot.best_before >= on) & (Lot.best_before <= on + timedelta(days=days))
    return case((near, Lot.on_hand), else_=0)
