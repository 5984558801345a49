"""What should leave the shelves soon, and what they run out of, across shops."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.goods.queries import matching
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.shops.models import Shop
from supermarket.shops.queries.lots import LotRow, lot_row, recalled, with_codes
from supermarket.shops.queries.shops import shops_in
from supermarket.staff.models import Scope


class Narrow(NamedTuple):
    """Which shelves and which goods."""

    scope: Scope
    #: A place; empty for the whole scope.
    region: str = ""
    #: Code of one shop; empty for every one.
    shop: str = ""
    #: Name, initials, number or barcode; empty for all goods.
    text: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return the conditions on shop and goods."""
        mine = shops_in(self.scope).with_only_columns(Shop.id).order_by(None)
        found: list[ColumnElement[bool]] = [Shop.id.in_(mine)]
        if self.region:
            found.append(under(Shop.region_code, [self.region]))
        if self.shop:
            found.append(Shop.code == self.shop)
        if self.text:
            found.append(matching(self.text))
        return found


class ShelfLot(NamedTuple):
    """A lot whose day is near or gone."""

    shop_code: str
    shop_name: str
    place: str
    sku: str
    name: str
    specification: str
    unit: str
    row: LotRow


class LowGoods(NamedTuple):
    """Goods of which a shop should order more."""

    shop_code: str
    shop_name: str
    place: str
    sku: str
    name: str
    specification: str
    unit: str
    #: Whole units that may be handed over, and at how many to order.
    usable: int
    low_stock_at: int


def near_expiry(
    narrow: Narrow,
    on: date,
    days: int | None,
    *,
    after: tuple[date, int] | None = None,
    limit: int | None = None,
) -> list[ShelfLot]:
    """Return lots good for ``days`` or fewer, the first to expire in front; None is the expired.

    ``after`` is the best-before date and id of the last lot of the page before.
    """
    wanted = (
        with_codes(
            select(
                Lot,
                Shop.code.label("shop_code"),
                Shop.name.label("shop_name"),
                Region.name.label("place"),
                Goods.sku,
                Goods.name,
                Goods.specification,
                Goods.unit,
                Entry.number,
                StockLine.position,
                Journal.code.label("journal_code"),
            )
            .join(Shop, Shop.id == Lot.shop_id)
            .join(Region, Region.code == Shop.region_code)
            .join(Goods, Goods.id == Lot.goods_id)
        )
        .where(*narrow.conditions(), Lot.on_hand > 0, _within(on, days))
        .order_by(Lot.best_before, Lot.id)
        .limit(limit)
    )
    if after is not None:
        day, lot_id = after
        wanted = wanted.where(
            or_(Lot.best_before > day, and_(Lot.best_before == day, Lot.id > lot_id))
        )
    return [
        ShelfLot(
            row.shop_code,
            row.shop_name,
            row.place,
            row.sku,
            row.name,
            row.specification,
            row.unit,
            lot_row(row, on),
        )
        for row in db.session.execute(wanted)
    ]


def low(
    narrow: Narrow, on: date, *, after: tuple[str, str] | None = None, limit: int | None = None
) -> list[LowGoods]:
    """Return what shops run out of, by shop and number of the goods.

    ``after`` is the code of the shop and the number of the goods of the page before's last.
    """
    wanted = _low(narrow, on).order_by(Shop.code, Goods.sku).limit(limit)
    if after is not None:
        shop, sku = after
        wanted = wanted.where(or_(Shop.code > shop, and_(Shop.code == shop, Goods.sku > sku)))
    return [LowGoods._make(row) for row in db.session.execute(wanted)]


def lots_within(narrow: Narrow, on: date, days: int | None) -> int:
    """Return how many lots ``near_expiry`` would show."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Lot)
            .join(Shop, Shop.id == Lot.shop_id)
            .join(Goods, Goods.id == Lot.goods_id)
            .where(*narrow.conditions(), Lot.on_hand > 0, _within(on, days))
        )
        or 0
    )


def count_low(narrow: Narrow, on: date) -> int:
    """Return how many rows ``low`` would show."""
    return db.session.scalar(select(func.count()).select_from(_low(narrow, on).subquery())) or 0


def _low(narrow: Narrow, on: date) -> Select[str, str, str, str, str, str, str, int, int]:
    good = or_(Lot.best_before.is_(None), Lot.best_before >= on) & ~recalled()
    usable = func.sum(case((good, Lot.on_hand), else_=0))
    shelves = (
        select(Lot.shop_id, Lot.goods_id, usable.label("usable"))
        .group_by(Lot.shop_id, Lot.goods_id)
        .subquery()
    )
    return (
        select(
            Shop.code,
            Shop.name,
            Region.name,
            Goods.sku,
            Goods.name,
            Goods.specification,
            Goods.unit,
            shelves.c.usable,
            Goods.low_stock_at,
        )
        .join(shelves, shelves.c.shop_id == Shop.id)
        .join(Region, Region.code == Shop.region_code)
        .join(Goods, Goods.id == shelves.c.goods_id)
        .where(
            *narrow.conditions(),
            Shop.active,
            Goods.active,
            shelves.c.usable <= Goods.low_stock_at,
        )
    )


def _within(on: date, days: int | None) -> ColumnElement[bool]:
    if days is None:
        return Lot.best_before < on
    return and_(Lot.best_before >= on, Lot.best_before <= on + timedelta(days=days))
