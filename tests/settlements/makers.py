"""Typed makers for what the tests of settlements need."""

from datetime import date, datetime, timedelta

from supermarket.clock import VILLAGE as VILLAGE_TIME
from supermarket.clock import at
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import db, transaction
from supermarket.goods.models import Goods, PointsPrice
from supermarket.settlements import queries
from supermarket.settlements import service as settlements
from supermarket.settlements.models import Settlement
from supermarket.shops.models import Shop
from supermarket.staff.models import Role, Scope, StaffMember
from tests.counter.stalls import Stall, make_stall
from tests.factories import COUNTY, make_goods, make_staff

EVERYWHERE = Scope((COUNTY,), ())


def partner() -> tuple[Stall, Goods]:
    """A merchant's shop with soap at 5 points; a point is worth half a yuan."""
    stall = make_stall(points_held=1000)
    soap = make_goods(price=5, shop=stall.shop, on_hand=100)
    with transaction():
        db.session.get_one(Shop, stall.shop.id).merchant = "好邻居超市"
    with transaction():
        for price in db.session.query(PointsPrice):
            price.since = date(2020, 1, 1)
    return stall, soap


def sell(stall: Stall, goods: Goods, units: int, on: date) -> Receipt:
    """A redemption on a day gone by."""
    with at(datetime(on.year, on.month, on.day, 10, tzinfo=VILLAGE_TIME)):
        return stall.redeem((goods, units))


def month(back: int = 1) -> date:
    """The first day of a month gone by; 1 is the last one."""
    first = queries.last_month()
    for _number in range(back - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def clerk() -> StaffMember:
    """Somebody of the county who settles."""
    return make_staff(Role.COUNTY)


def draft(stall: Stall, of: date, by: StaffMember) -> Settlement:
    with transaction():
        return settlements.draft(db.session.get_one(Shop, stall.shop.id), of, by=by.id)


def pay(made: Settlement, by: StaffMember, fen: int, **how: str) -> Settlement:
    how = how or {"document": "回单1"}
    with transaction():
        return settlements.pay(made.code, expected_fen=fen, by=by.id, scope=EVERYWHERE, **how)
