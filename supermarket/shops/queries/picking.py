"""Which lots a basket comes from: first expired, first out, never expired."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.ledger.errors import OutOfStockError
from supermarket.ledger.models import Lot


class Pick(NamedTuple):
    """Units to take from one lot."""

    goods_id: int
    lot_id: int
    quantity: int


def pick(shop_id: int, wanted: Mapping[int, int], on: date) -> list[Pick]:
    """Return the lots from which units of each goods (id to units, above 0) are taken.

    The lot with the earliest best-before date goes first, one without a date last, of
    equals the older; a lot past its date on that day is never taken. On PostgreSQL
    the lots are held in ascending id until the transaction ends, so that what is
    returned is still there when it is posted.

    Raises:
        OutOfStockError: the shop holds fewer units that may be handed over.
    """
    shelf: dict[int, list[tuple[date, int, int]]] = defaultdict(list)
    rows = db.session.execute(
        select(Lot.id, Lot.goods_id, Lot.best_before, Lot.on_hand)
        .where(
            Lot.shop_id == shop_id,
            Lot.goods_id.in_(sorted(wanted)),
            Lot.on_hand > 0,
            or_(Lot.best_before.is_(None), Lot.best_before >= on),
        )
        .order_by(Lot.id)
        .with_for_update()
    )
    for row in rows:
        shelf[row.goods_id].append((row.best_before or date.max, row.id, row.on_hand))
    picks = []
    for goods_id, units in sorted(wanted.items()):
        if units <= 0:
            raise ValueError("a basket holds at least one unit of each goods")
        picks += _from_shelf(goods_id, units, sorted(shelf[goods_id]))
    return picks


def _from_shelf(goods_id: int, units: int, lots: list[tuple[date, int, int]]) -> list[Pick]:
    picks = []
    missing = units
    for _best_before, lot_id, on_hand in lots:
        if missing:
            taken = min(missing, on_hand)
            picks.append(Pick(goods_id, lot_id, taken))
            missing -= taken
    if missing:
        name = db.session.scalar(select(Goods.name).where(Goods.id == goods_id))
        raise OutOfStockError(goods=name or "", on_hand=units - missing, needed=units)
    return picks
