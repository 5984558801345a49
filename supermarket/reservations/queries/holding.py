"""How many units are kept for whom: fixed SQL for the counter, expressions for lists."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select

from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot
from supermarket.reservations.models import Reservation, ReservationState
from supermarket.shops.models import Shop
from supermarket.shops.queries.lots import recalled
from supermarket.statements import run

#: Whether a shop ``s`` keeps anything for anybody today; part of a longer statement.
SHOP_KEEPS = """EXISTS (SELECT 1 FROM reservation r WHERE r.shop_id = s.id
    AND r.state = 'held' AND r.until >= :today)"""
#: What is kept of some goods, held so that nobody ends it meanwhile. Run it once the lots
#: are held: whoever keeps units holds the same lots, so that nothing is added behind it.
HELD = """
SELECT r.id, r.goods_id, r.household_id, r.units - r.taken FROM reservation r
WHERE r.shop_id = :shop AND r.goods_id {among} AND r.state = 'held' AND r.until >= :today
ORDER BY r.id {for_update}
"""
#: What may be handed over of one goods today, held in ascending id as the counter holds it.
USABLE = """
SELECT l.id, l.on_hand FROM lot l
WHERE l.shop_id = :shop AND l.goods_id = :goods AND l.on_hand > 0
  AND (l.best_before IS NULL OR l.best_before >= :today)
  AND NOT EXISTS (SELECT 1 FROM recall c
                  WHERE c.lot_id = COALESCE(l.origin_id, l.id) AND c.lifted_at IS NULL)
ORDER BY l.id {for_update}
"""
_HELD_OF_ONE = HELD.replace("{among}", "= :goods")


class Kept(NamedTuple):
    """Units that one reservation keeps."""

    reservation_id: int
    goods_id: int
    household_id: int
    #: Whole units still to be collected.
    units: int


class Free(NamedTuple):
    """Goods on a shelf of which something is kept for nobody."""

    sku: str
    #: Name and specification.
    name: str
    unit: str
    #: Whole points for one unit.
    points: int
    #: Whole units.
    free: int


def free_units(shop_id: int, goods_id: int, on: date) -> int:
    """Hold the lots of some goods; return the units that are kept for nobody, never below 0."""
    asked = {"shop": shop_id, "goods": goods_id, "today": on}
    usable = sum(int(lot[1]) for lot in run(USABLE, asked))
    return max(0, usable - sum(int(kept[3]) for kept in run(_HELD_OF_ONE, asked)))


def live(on: date) -> ColumnElement[bool]:
    """Return the condition that a reservation keeps its goods on a day."""
    return (Reservation.state == ReservationState.HELD) & (Reservation.until >= on)


def units_held(
    shop_id: int,
    goods_id: Any,
    on: date,
    *,
    but_for: int | None = None,
    only_for: int | None = None,
) -> ScalarSelect[int]:
    """Return the units of some goods kept in a shop, as SQL.

    ``but_for`` leaves a household's out, ``only_for`` counts nobody else's.
    """
    wanted = select(func.coalesce(func.sum(Reservation.units - Reservation.taken), 0)).where(
        Reservation.shop_id == shop_id, Reservation.goods_id == goods_id, live(on)
    )
    if but_for is not None:
        wanted = wanted.where(Reservation.household_id != but_for)
    if only_for is not None:
        wanted = wanted.where(Reservation.household_id == only_for)
    return wanted.scalar_subquery()


def free_shelf(shop: Shop, on: date) -> list[Free]:
    """Return the goods of a shop that can still be kept for somebody, by name."""
    usable = (
        select(Lot.goods_id, func.sum(Lot.on_hand).label("units"))
        .where(
            Lot.shop_id == shop.id,
            Lot.on_hand > 0,
            or_(Lot.best_before.is_(None), Lot.best_before >= on),
            ~recalled(),
        )
        .group_by(Lot.goods_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Goods, usable.c.units - units_held(shop.id, Goods.id, on))
        .join(usable, usable.c.goods_id == Goods.id)
        .where(Goods.active)
        .order_by(Goods.name, Goods.sku)
    ).all()
    prices = goods_queries.prices(shop.id, [goods.id for goods, _free in rows], on)
    return [
        Free(
            goods.sku,
            " ".join(filter(None, [goods.name, goods.specification])),
            goods.unit,
            prices[goods.id],
            int(free),
        )
        for goods, free in rows
        if goods.id in prices and free > 0
    ]


def held_units(shop_id: int, goods_ids: Sequence[int], on: date) -> dict[int, int]:
    """Return the units kept in a shop by goods; those of which nothing is kept are left out."""
    rows: Any = db.session.execute(
        select(Reservation.goods_id, func.sum(Reservation.units - Reservation.taken))
        .where(Reservation.shop_id == shop_id, Reservation.goods_id.in_(goods_ids), live(on))
        .group_by(Reservation.goods_id)
    )
    return {goods_id: int(units) for goods_id, units in rows}


def kept_points(household_id: int, on: date) -> tuple[int, int]:
    """Return how many reservations a household has, and the points they take at today's prices.

    Goods without a price any more count nothing: they cannot be collected.
    """
    rows = db.session.execute(
        select(Reservation.shop_id, Reservation.goods_id, Reservation.units - Reservation.taken)
        .where(Reservation.household_id == household_id, live(on))
        .order_by(Reservation.id)
    ).all()
    by_shop: dict[int, list[tuple[int, int]]] = {}
    for shop_id, goods_id, units in rows:
        by_shop.setdefault(shop_id, []).append((goods_id, units))
    points = 0
    for shop_id, kept in by_shop.items():
        prices = goods_queries.prices(shop_id, [goods_id for goods_id, _units in kept], on)
        points += sum(prices.get(goods_id, 0) * units for goods_id, units in kept)
    return len(rows), points
