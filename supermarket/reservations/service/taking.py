"""What a redemption takes: nothing that is kept for others, one's own reservations first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from supermarket.clock import today
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.reservations.errors import HeldForOthersError, KeptError
from supermarket.reservations.queries.holding import Kept, held_units
from supermarket.statements import Statement

ADD_TAKING = """
INSERT INTO reservation_taking (entry_id, reservation_id, units)
VALUES (:entry, :reservation, :units)
"""
FULFIL = """
UPDATE reservation SET taken = taken + :units,
    state = CASE WHEN taken + :units = units THEN 'fulfilled' ELSE state END,
    closed_at = CASE WHEN taken + :units = units THEN :moment ELSE closed_at END
WHERE id = :reservation AND state = 'held'
"""


def free_for(
    household_id: int,
    wanted: Mapping[int, int],
    usable: Mapping[int, int],
    kept: Sequence[Kept],
    *,
    gone: bool = False,
) -> list[Kept]:
    """Refuse units that are kept for others; return what the household takes out of its own.

    All by goods id: ``wanted`` units, ``usable`` ones in the shop's lots, both held now;
    ``kept`` is what HELD found after that. Goods that are ``gone``, handed over on paper
    before it could be asked, are never refused: the reservation is short then.

    Raises:
        HeldForOthersError: too few are left beside what others keep.
    """
    for goods_id, units in wanted.items():
        held = sum(
            row.units
            for row in kept
            if row.goods_id == goods_id and row.household_id != household_id
        )
        free = max(0, usable.get(goods_id, 0) - held)
        if held and not gone and free < units <= usable.get(goods_id, 0):
            goods = db.session.get_one(Goods, goods_id)
            raise HeldForOthersError(
                goods=goods.name,
                unit=goods.unit,
                on_hand=usable.get(goods_id, 0),
                held=held,
                free=free,
            )
    return _own(household_id, wanted, kept)


def refuse_kept(shop_id: int, leaving: Mapping[int, int], usable: Mapping[int, int]) -> None:
    """Refuse to send away, by goods id, units that are kept for households; the lots are held.

    What is written off, counted, recalled or past its day is gone whether it was kept or not;
    such reservations are short and stand marked in the shop's list.

    Raises:
        KeptError: fewer units would stay than are kept.
    """
    for goods_id, held in held_units(shop_id, list(leaving), today()).items():
        free = max(0, usable.get(goods_id, 0) - held)
        if leaving[goods_id] > free:
            goods = db.session.get_one(Goods, goods_id)
            raise KeptError(goods=goods.name, unit=goods.unit, held=held, free=free)


def _own(household_id: int, wanted: Mapping[int, int], kept: Sequence[Kept]) -> list[Kept]:
    missing = dict(wanted)
    own = []
    for row in kept:
        units = min(row.units, missing.get(row.goods_id, 0))
        if row.household_id == household_id and units:
            own.append(row._replace(units=units))
            missing[row.goods_id] -= units
    return own


def fulfilled(entry_id: int, own: Sequence[Kept], moment: datetime) -> list[Statement]:
    """Return what notes that an entry took units out of reservations."""
    rows: list[dict[str, Any]] = [
        {"entry": entry_id, "reservation": row.reservation_id, "units": row.units} for row in own
    ]
    if not rows:
        return []
    return [(ADD_TAKING, rows), (FULFIL, [{**row, "moment": moment} for row in rows])]
