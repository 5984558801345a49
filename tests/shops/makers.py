"""Typed makers for what the tests of shops need."""

from datetime import date, timedelta
from uuid import uuid4

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import EntryKind, Lot, LotSource
from supermarket.shops import service as shops
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest, Received
from tests.factories import make_goods, request_for, the_actor


def days(count: int) -> date:
    """The day so many days from today."""
    return today() + timedelta(days=count)


def make_rice(name: str = "大米") -> Goods:
    """Goods that perish."""
    rice = make_goods(name=name, price=35)
    with transaction():
        rice.has_expiry = True
        rice.low_stock_at = 10
    return rice


def delivery(*lines: GoodsInAsk, **fields: object) -> GoodsInRequest:
    """A purchase of ``lines`` received today."""
    return GoodsInRequest(LotSource.PURCHASE, lines, **fields)  # type: ignore[arg-type]


def receive(shop: Shop, asked: GoodsInRequest, key: str | None = None) -> Received:
    """Take a delivery in, as a view does."""
    actor = the_actor().id
    key = key or uuid4().hex
    return once_more(lambda: shops.receive(shop, asked, key=key, by=actor))


def reverse(
    received: Received,
    lines: dict[int, int] | None = None,
    *,
    reason: str = "录错了",
    key: str | None = None,
) -> Received:
    """Take a delivery back out, as a view does."""
    actor = the_actor().id
    key = key or uuid4().hex
    return once_more(
        lambda: shops.reverse_goods_in(
            received.entry_id, lines=lines, reason=reason, key=key, by=actor
        )
    )


def hand_out(shop: Shop, lot_id: int, quantity: int) -> None:
    """Take units off a lot, as a redemption does."""
    request = request_for("hand out")
    with transaction():
        ledger.post(
            shop.journal_id,
            kind=EntryKind.WRITE_OFF,
            occurred_on=today(),
            request=request,
            stock=[ledger.StockMove(lot_id, -quantity)],
        )


def lots() -> list[Lot]:
    """Every lot, oldest first, as the database has it now."""
    db.session.expire_all()
    return db.session.query(Lot).order_by(Lot.id).all()


def begin_reading() -> None:
    """Begin the transaction, so that a count of statements holds no BEGIN."""
    db.session.rollback()
    db.session.connection()
