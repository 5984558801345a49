"""Keeping goods in a test: one call, in one transaction."""

from datetime import date
from uuid import uuid4

from sqlalchemy import func, select

from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Lot
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.models import Channel, Reservation
from supermarket.reservations.service import Ask
from supermarket.shops.models import Shop
from supermarket.staff.models import StaffMember
from tests.counter.stalls import Stall


def keep(
    stall: Stall,
    goods: Goods,
    units: int = 1,
    *,
    key: str | None = None,
    household: Household | None = None,
    until: date | None = None,
    channel: Channel = Channel.COUNTER,
    by: StaffMember | None = None,
    by_card: bool = False,
    shop: Shop | None = None,
) -> Reservation:
    """Keep goods for the stall's household, by its keeper unless somebody else is named."""
    ask = Ask(
        (shop or stall.shop).code, (household or stall.household).code, goods.sku, units, until
    )
    name = key or uuid4().hex
    who = by or (stall.keeper if channel is Channel.COUNTER else None)
    return once_more(
        lambda: reservations.reserve(name, ask, channel=channel, by=who, by_card=by_card)
    )


def held(stall: Stall, goods: Goods) -> int:
    """Units of some goods that the stall's shop keeps for anybody today."""
    db.session.rollback()
    return queries.held_units(stall.shop.id, [goods.id], today()).get(goods.id, 0)


def shelf(stall: Stall, goods: Goods) -> int:
    """Units of some goods on the stall's shelf."""
    db.session.rollback()
    wanted = select(func.sum(Lot.on_hand)).where(
        Lot.goods_id == goods.id, Lot.shop_id == stall.shop.id
    )
    return int(db.session.scalar(wanted) or 0)


def state(reservation: Reservation) -> str:
    """How a reservation stands in the books, marked or not."""
    db.session.rollback()
    db.session.refresh(reservation)
    return reservation.state.value
