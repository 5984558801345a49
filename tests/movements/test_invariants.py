"""Whatever papers are written in whatever order, units are neither made nor lost on the way."""

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from supermarket.database import db
from supermarket.errors import DomainError
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, EntryKind, Lot, StockLine
from supermarket.movements.models import Outcome, Transfer, TransferLine, WriteOff
from tests.factories import add_lot, make_goods
from tests.movements.makers import (
    Cast,
    approve,
    ask,
    cancel,
    find_out,
    holds,
    make_cast,
    propose,
    receive,
    reverse,
    send,
)
from tests.shops.makers import days, hand_out

SMALL = st.integers(0, 12)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("in"), st.sampled_from([None, -1, 3, 40]), st.integers(1, 20)),
        st.tuples(st.just("out"), SMALL, SMALL),
        st.tuples(st.just("send"), st.integers(1, 15), st.booleans()),
        st.tuples(st.just("receive"), SMALL, st.integers(0, 15)),
        st.tuples(st.just("cancel"), SMALL, SMALL),
        st.tuples(st.just("find"), st.sampled_from(Outcome), st.integers(1, 9)),
        st.tuples(st.just("propose"), SMALL, st.integers(1, 9)),
        st.tuples(st.just("approve"), SMALL, SMALL),
        st.tuples(st.just("reverse"), SMALL, SMALL),
    ),
    min_size=4,
    max_size=25,
)


def newest(model: type[Any], back: int) -> Any:
    """A paper counted back from the newest; the oldest if there are not so many."""
    rows = list(db.session.scalars(select(model).order_by(model.id.desc()).limit(back + 1)))
    return rows[-1] if rows else None


def lot_at(place: int) -> Lot | None:
    """Some lot with units left."""
    rows = list(db.session.scalars(select(Lot).where(Lot.on_hand > 0).order_by(Lot.id)))
    return rows[place % len(rows)] if rows else None


def do(cast: Cast, goods: Goods, step: tuple[Any, ...]) -> None:
    """Write one paper."""
    verb, first, second = step
    lot = lot_at(first) if verb in {"out", "propose"} else None
    match verb:
        case "in":
            fields = {} if first is None else {"best_before": days(first)}
            add_lot(cast.depot, goods, second, **fields)
        case "out" if lot is not None and second:
            shop = {s.id: s for s in (cast.depot, cast.shop)}[lot.shop_id]
            hand_out(shop, lot.id, second)
        case "send" if second:
            send(cast, ask(goods, first))
        case "send":
            send(cast, ask(goods, first), shop=cast.shop, to=cast.depot)
        case "receive" if transfer := newest(Transfer, first % 3):
            receive(cast, transfer, {1: second}, by=cast.township)
        case "cancel" if transfer := newest(Transfer, first % 3):
            cancel(transfer, cast.township)
        case "find" if transfer := newest(Transfer, 0):
            find_out(transfer, first, second, cast.county)
        case "propose" if lot is not None:
            shop = {s.id: s for s in (cast.depot, cast.shop)}[lot.shop_id]
            propose(shop, cast.keeper, ask(goods, second, lot))
        case "approve" if paper := newest(WriteOff, first % 3):
            approve(paper, cast.supervisor if first % 2 else cast.township)
        case "reverse" if paper := newest(WriteOff, first % 3):
            reverse(paper, cast.county)


def accounted(goods: Goods) -> tuple[int, int]:
    """Units that came in less those that went out, and units on shelves and on the way."""
    db.session.rollback()
    outside = (EntryKind.GOODS_IN, EntryKind.WRITE_OFF)
    moved = db.session.execute(
        select(Entry.kind, Entry.reverses_id, func.sum(StockLine.quantity))
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .where(Lot.goods_id == goods.id)
        .group_by(Entry.kind, Entry.reverses_id)
    ).all()
    kinds = dict(db.session.execute(select(Entry.id, Entry.kind)).all())
    came = sum(
        units
        for kind, reverses, units in moved
        if kind in outside or (reverses and kinds[reverses] in outside)
    )
    lost = db.session.scalar(select(func.coalesce(func.sum(TransferLine.lost), 0)))
    here = db.session.scalar(
        select(func.coalesce(func.sum(Lot.on_hand), 0)).where(Lot.goods_id == goods.id)
    )
    lines = db.session.scalars(select(TransferLine).where(TransferLine.goods_id == goods.id))
    on_the_way = sum(line.in_transit for line in lines)
    return int(came), int(here or 0) + on_the_way + int(lost or 0)


def test_units_are_the_same_by_lots_by_movements_and_by_papers_at_every_step(app: Flask) -> None:
    cast = make_cast()

    @settings(
        max_examples=25,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(STEPS)
    def run(steps: list[tuple[Any, ...]]) -> None:
        goods = make_goods()
        for step in steps:
            try:
                do(cast, goods, step)
            except DomainError:
                db.session.rollback()
            holds()
            came, there = accounted(goods)
            lost_of_others = there - came
            assert lost_of_others == _lost_elsewhere(goods)

    run()


def _lost_elsewhere(goods: Goods) -> int:
    """Units of other goods given up, which ``accounted`` counted too."""
    lost = db.session.scalar(
        select(func.coalesce(func.sum(TransferLine.lost), 0)).where(
            TransferLine.goods_id != goods.id
        )
    )
    return int(lost or 0)
