"""Typed makers for what the tests of transfers, write-offs and recalls need."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import func, select

from supermarket.database import db, once_more, transaction
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot, StockLine
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.models import (
    Outcome,
    Transfer,
    TransferLine,
    TransferState,
    WriteOff,
    WriteOffKind,
)
from supermarket.movements.queries.naming import lot_codes
from supermarket.movements.service import MoveAsk, WriteOffAsk
from supermarket.shops.models import Recall, Shop
from supermarket.staff.models import Permission, Role, StaffMember
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_shop,
    make_staff,
)


class Cast(NamedTuple):
    """A township shop, two village shops, and the people round them."""

    depot: Shop
    shop: Shop
    other: Shop
    #: Keepers of the three, in that order.
    sender: StaffMember
    keeper: StaffMember
    other_keeper: StaffMember
    #: Supervisor of the first village; township and county staff.
    supervisor: StaffMember
    township: StaffMember
    county: StaffMember


def make_cast() -> Cast:
    """Everybody who has a hand in moving goods."""
    depot = make_shop(TOWNSHIP, name="寄料镇爱心超市")
    shop, other = make_shop(VILLAGE), make_shop(OTHER_VILLAGE, name="北邻村爱心超市")
    return Cast(
        depot,
        shop,
        other,
        make_staff(Role.SHOPKEEPER, shop=depot),
        make_staff(Role.SHOPKEEPER, shop=shop),
        make_staff(Role.SHOPKEEPER, shop=other),
        make_staff(Role.SUPERVISOR, VILLAGE),
        make_staff(Role.TOWNSHIP, TOWNSHIP),
        make_staff(Role.COUNTY, COUNTY),
    )


def code_of(lot: Lot) -> str:
    """How people name a lot."""
    return lot_codes([lot.id])[lot.id]


def ask(goods: Goods, quantity: int, lot: Lot | None = None) -> MoveAsk:
    """A line of a paper."""
    return MoveAsk(goods.sku, quantity, code_of(lot) if lot else "")


def send(
    cast: Cast,
    *lines: MoveAsk,
    to: Shop | None = None,
    shop: Shop | None = None,
    key: str | None = None,
    note: str = "",
) -> Transfer:
    """Send from the township's shop to the village's, as a view does."""
    receiver, by, name = to or cast.shop, cast.sender.id, key or uuid4().hex
    sender = shop or cast.depot
    return once_more(lambda: movements.send(sender, receiver, lines, key=name, by=by, note=note))


def receive(
    cast: Cast,
    transfer: Transfer,
    quantities: Mapping[int, int] | None = None,
    *,
    by: StaffMember | None = None,
    key: str | None = None,
    notes: Mapping[int, str] | None = None,
) -> Transfer:
    """Receive as the village's keeper, as a view does."""
    member, name, code = by or cast.keeper, key or uuid4().hex, transfer.code
    return once_more(lambda: movements.receive(code, quantities, key=name, by=member, notes=notes))


def cancel(transfer: Transfer, by: StaffMember, *, key: str | None = None) -> Transfer:
    """Take a transfer back."""
    name, code = key or uuid4().hex, transfer.code
    return once_more(lambda: movements.cancel(code, reason="发错店了", key=name, by=by))


def find_out(
    transfer: Transfer,
    outcome: Outcome,
    quantity: int,
    by: StaffMember,
    *,
    position: int = 1,
    key: str | None = None,
) -> Transfer:
    """Decide about missing units."""
    name, code = key or uuid4().hex, transfer.code
    return once_more(
        lambda: movements.decide_missing(
            code, position, outcome, quantity, reason="问过司机", key=name, by=by
        )
    )


def propose(
    shop: Shop,
    by: StaffMember,
    *lines: MoveAsk,
    kind: WriteOffKind = WriteOffKind.EXPIRED,
    words: str = "",
    key: str | None = None,
) -> WriteOff:
    """Propose to write off."""
    name, actor, asked = key or uuid4().hex, by.id, WriteOffAsk(kind, lines, words, "销毁")
    return once_more(lambda: movements.propose_write_off(shop, asked, key=name, by=actor))


def approve(
    paper: WriteOff,
    by: StaffMember,
    quantities: Mapping[int, int] | None = None,
    *,
    key: str | None = None,
) -> WriteOff:
    """Approve a write-off."""
    name, code = key or uuid4().hex, paper.code
    return once_more(lambda: movements.approve(code, key=name, by=by, quantities=quantities))


def reverse(paper: WriteOff, by: StaffMember, *, key: str | None = None) -> WriteOff:
    """Take an approved write-off back."""
    name, code = key or uuid4().hex, paper.code
    return once_more(lambda: movements.reverse_write_off(code, reason="批错了", key=name, by=by))


def recall(lot: Lot, by: StaffMember) -> Recall:
    """Hold a delivery back."""
    with transaction():
        return movements.recall(lot.id, reason="厂家通知有异物", by=by)


def lift(found: Recall, by: StaffMember) -> Recall:
    """End a recall."""
    with transaction():
        return movements.lift(found.code, reason="检验合格", by=by)


def lines_of(transfer: Transfer) -> list[tuple[int, int, int, int, int]]:
    """Sent, received, returned, lost and in transit of each line, as the database has them."""
    db.session.rollback()
    db.session.expire_all()
    rows = db.session.scalars(
        select(TransferLine)
        .where(TransferLine.transfer_id == transfer.id)
        .order_by(TransferLine.position)
    )
    return [(r.quantity, r.received, r.returned, r.lost, r.in_transit) for r in rows]


def on_shelf(shop: Shop, goods: Goods | None = None) -> int:
    """Units in a shop now."""
    db.session.rollback()
    wanted = select(func.coalesce(func.sum(Lot.on_hand), 0)).where(Lot.shop_id == shop.id)
    if goods is not None:
        wanted = wanted.where(Lot.goods_id == goods.id)
    return int(db.session.scalar(wanted) or 0)


def holds() -> None:
    """Assert what must be true after every step: units by lots, movements and transfers agree."""
    db.session.rollback()
    db.session.expire_all()
    moved = dict(
        db.session.execute(
            select(StockLine.lot_id, func.sum(StockLine.quantity)).group_by(StockLine.lot_id)
        ).all()
    )
    for lot in db.session.scalars(select(Lot)):
        assert lot.on_hand == moved.get(lot.id, 0) >= 0
    missing: dict[int, int] = {}
    for line in db.session.scalars(select(TransferLine)):
        assert line.quantity == line.received + line.returned + line.lost + line.in_transit
        assert line.in_transit >= 0
        missing[line.transfer_id] = missing.get(line.transfer_id, 0) + line.in_transit
    for transfer in db.session.scalars(select(Transfer)):
        expected = missing[transfer.id] if transfer.state is TransferState.RECEIVED else 0
        assert transfer.missing == expected


def receivers(found: Recall, by: StaffMember) -> dict[str, int]:
    """Units of a recalled delivery by household."""
    db.session.rollback()
    rows = queries.receivers(found, by.scope(Permission.RECALL))
    return {row.household_code: row.units for row in rows}
