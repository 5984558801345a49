"""A shop that is counted while it trades: two keepers, a second person, rice and soap."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import func, select

from supermarket.database import db, once_more, transaction
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot, StockLine
from supermarket.staff.models import Permission, Role, StaffMember
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.models import LineDecision, Stocktake
from supermarket.stocktakes.queries import LineRow
from tests.counter.stalls import make_stall
from tests.factories import TOWNSHIP, make_goods, make_staff

Made = TypeVar("Made")


class Counted:
    """A stall with 20 rice and 10 soap, and a stocktake just begun."""

    def __init__(self, *, points_held: int = 1000) -> None:
        self.stall = make_stall(points_held=points_held)
        self.shop = self.stall.shop
        self.keeper = self.stall.keeper
        self.helper = make_staff(Role.SHOPKEEPER, shop=self.shop)
        self.second = make_staff(Role.TOWNSHIP, TOWNSHIP)
        self.rice = make_goods(name="大米", price=10, shop=self.shop, on_hand=20)
        self.soap = make_goods(name="肥皂", price=2, shop=self.shop, on_hand=10)
        self.code = act(lambda: stocktakes.open_stocktake(self.shop, by=self.keeper)).code

    def lot(self, goods: Goods) -> str:
        """The code of the goods' only lot."""
        return next(row.lot for row in self.lines() if row.sku == goods.sku)

    def stocktake(self) -> Stocktake:
        """The stocktake as it is now."""
        db.session.rollback()
        return queries.stocktake_or_404(self.code, self.second.scope(Permission.VIEW_STOCK)).found

    def lines(self) -> list[LineRow]:
        """Its lots as they are now."""
        return queries.lines(self.stocktake())

    def count(self, goods: Goods, units: int, **more: Any) -> LineRow:
        """Count the goods' only lot."""
        return self.count_lot(self.lot(goods), units, **more)

    def count_lot(self, lot: str, units: int, **more: Any) -> LineRow:
        """Count a lot by its code."""
        ask = {"by": self.keeper, **more}
        return act(lambda: stocktakes.count(self.code, lot, units, **ask))

    def keep(self, goods: Goods) -> LineRow:
        """Say that the count of the goods' only lot stands."""
        lot = self.lot(goods)
        return act(lambda: stocktakes.decide(self.code, lot, LineDecision.KEEP, by=self.keeper))

    def hand_in(self, **more: Any) -> Stocktake:
        """Give it to the second person."""
        ask = {"by": self.keeper, **more}
        return act(lambda: stocktakes.hand_in(self.code, **ask))

    def approve(self, by: StaffMember | None = None, **more: Any) -> Stocktake:
        """Approve what was handed in last."""
        read = more.pop("read", self.stocktake().round)
        actor = by or self.second
        return once_more(lambda: stocktakes.approve(self.code, read=read, by=actor))

    def sell(self, goods: Goods, units: int = 1) -> None:
        """Hand goods over at the counter."""
        self.stall.redeem((goods, units))


def act(work: Callable[[], Made]) -> Made:
    """Do what a view does: one service in one transaction."""
    with transaction():
        return work()


def held_by(goods: Goods) -> int:
    """Units of the goods on all shelves, checked against their movements."""
    db.session.rollback()
    lots = db.session.scalar(select(func.sum(Lot.on_hand)).where(Lot.goods_id == goods.id))
    moved = db.session.scalar(
        select(func.sum(StockLine.quantity))
        .join(Lot, Lot.id == StockLine.lot_id)
        .where(Lot.goods_id == goods.id)
    )
    assert (lots or 0) == (moved or 0)
    return int(lots or 0)
