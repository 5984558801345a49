"""Which lots a basket comes from: first expired, first out, never expired."""

from collections import Counter
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supermarket.clock import today
from supermarket.counter.queries.selling import hold_and_pick
from supermarket.database import db, transaction
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import OutOfStockError
from supermarket.ledger.models import EntryKind, Lot, StockLine
from supermarket.ledger.service import StockMove
from supermarket.shops.models import Shop
from tests.factories import add_lot, make_goods, make_household, make_shop, request_for
from tests.shops.makers import days, lots, make_rice

pytestmark = pytest.mark.usefixtures("app")


def pick(shop: Shop, wanted: dict[Goods, int], on: date) -> list[StockMove]:
    account_id, shop_id = make_household().account_id, shop.id
    units = {goods.id: count for goods, count in wanted.items()}
    names = {goods.id: goods.name for goods in wanted}
    with transaction():
        return hold_and_pick(account_id, shop_id, units, names, on).moves


def test_the_first_to_expire_goes_first_and_undated_goods_last() -> None:
    shop, rice = make_shop(), make_rice()
    undated = add_lot(shop, rice, 5)
    late = add_lot(shop, rice, 5, best_before=days(60))
    soon = add_lot(shop, rice, 5, best_before=days(3))
    as_soon = add_lot(shop, rice, 5, best_before=days(3))

    moves = pick(shop, {rice: 17}, today())

    assert moves == [
        StockMove(soon.id, -5),
        StockMove(as_soon.id, -5),
        StockMove(late.id, -5),
        StockMove(undated.id, -2),
    ]


def test_a_lot_goes_out_on_its_last_day_and_never_after() -> None:
    shop, rice = make_shop(), make_rice()
    add_lot(shop, rice, 5, best_before=today())

    assert pick(shop, {rice: 1}, today())[0].quantity == -1
    with pytest.raises(OutOfStockError, match="只有 0 件能兑，需要 1 件"):
        pick(shop, {rice: 1}, days(1))


def test_the_refusal_counts_what_may_be_handed_over() -> None:
    shop, rice = make_shop(), make_rice()
    add_lot(shop, rice, 50, best_before=days(-1))
    add_lot(shop, rice, 4, best_before=days(9))

    with pytest.raises(OutOfStockError, match="“大米”库存不够：只有 4 件能兑，需要 5 件"):
        pick(shop, {rice: 5}, today())


def test_another_shops_shelf_is_not_touched() -> None:
    shop, other, soap = make_shop(), make_shop(), make_goods()
    add_lot(other, soap, 5)

    with pytest.raises(OutOfStockError):
        pick(shop, {soap: 1}, today())


RECEIPT = st.tuples(st.just("in"), st.sampled_from([None, -2, -1, 0, 1, 5, 40]), st.integers(1, 30))
BASKET = st.tuples(st.just("out"), st.integers(-1, 3), st.integers(1, 40))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.one_of(RECEIPT, BASKET), min_size=1, max_size=12))
def test_whatever_comes_and_goes_the_earliest_good_lot_is_taken_and_the_books_add_up(
    app: Flask, steps: list[tuple[str, int | None, int]]
) -> None:
    shop, rice = make_shop(), make_rice()
    for kind, day, units in steps:
        if kind == "in":
            add_lot(shop, rice, units, best_before=None if day is None else days(day))
        else:
            _take_and_check(shop, rice, units, days(day or 0))

    for lot in lots():
        moved = db.session.query(StockLine).filter_by(lot_id=lot.id).all()
        assert lot.on_hand == sum(line.quantity for line in moved) >= 0


def _take_and_check(shop: Shop, goods: Goods, units: int, on: date) -> None:
    shop_id, journal_id, goods_id, name = shop.id, shop.journal_id, goods.id, goods.name
    account_id = make_household().account_id
    shelf = [lot for lot in lots() if lot.shop_id == shop_id]
    good = [lot for lot in shelf if lot.best_before is None or lot.best_before >= on]
    request = request_for("basket")
    try:
        with transaction():
            picked = hold_and_pick(account_id, shop_id, {goods_id: units}, {goods_id: name}, on)
            ledger.post(
                journal_id,
                kind=EntryKind.WRITE_OFF,
                occurred_on=today(),
                request=request,
                stock=picked.moves,
            )
    except OutOfStockError:
        assert sum(lot.on_hand for lot in good) < units
        return
    expected = _first_expired_first_out(good, units)
    assert {move.lot_id: -move.quantity for move in picked.moves} == expected


def _first_expired_first_out(good: list[Lot], units: int) -> dict[int, int]:
    """One unit at a time: the plainest way to say which lot is next."""
    left = {lot.id: lot.on_hand for lot in lots() if lot in good}
    # What the posting took is put back: the lots are read after it.
    taken: Counter[int] = Counter()
    for line in db.session.query(StockLine).order_by(StockLine.entry_id.desc()):
        if line.entry_id == _newest_entry():
            left[line.lot_id] -= line.quantity
    for _unit in range(units):
        lot = min(
            (lot for lot in good if left[lot.id] > 0),
            key=lambda lot: (lot.best_before is None, lot.best_before or date.max, lot.id),
        )
        left[lot.id] -= 1
        taken[lot.id] += 1
    return dict(taken)


def _newest_entry() -> int:
    newest = db.session.query(StockLine).order_by(StockLine.entry_id.desc()).first()
    assert newest is not None
    return newest.entry_id
