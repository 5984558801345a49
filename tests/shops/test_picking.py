from collections import Counter
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import OutOfStockError
from supermarket.ledger.models import EntryKind, Lot, StockLine
from supermarket.shops import queries
from supermarket.shops.queries import Pick
from tests.factories import add_lot, make_goods, make_shop, request_for
from tests.shops.makers import begin_reading, days, lots, make_rice

pytestmark = pytest.mark.usefixtures("app")


def test_the_first_to_expire_goes_first_and_undated_goods_last() -> None:
    shop, rice = make_shop(), make_rice()
    undated = add_lot(shop, rice, 5)
    late = add_lot(shop, rice, 5, best_before=days(60))
    soon = add_lot(shop, rice, 5, best_before=days(3))
    as_soon = add_lot(shop, rice, 5, best_before=days(3))

    picks = queries.pick(shop.id, {rice.id: 17}, today())

    assert picks == [
        Pick(rice.id, soon.id, 5),
        Pick(rice.id, as_soon.id, 5),
        Pick(rice.id, late.id, 5),
        Pick(rice.id, undated.id, 2),
    ]


def test_a_lot_goes_out_on_its_last_day_and_never_after() -> None:
    shop, rice = make_shop(), make_rice()
    add_lot(shop, rice, 5, best_before=today())

    assert queries.pick(shop.id, {rice.id: 1}, today())[0].quantity == 1
    with pytest.raises(OutOfStockError, match="只有 0 件能兑，需要 1 件"):
        queries.pick(shop.id, {rice.id: 1}, days(1))


def test_the_refusal_counts_what_may_be_handed_over() -> None:
    shop, rice = make_shop(), make_rice()
    add_lot(shop, rice, 50, best_before=days(-1))
    add_lot(shop, rice, 4, best_before=days(9))

    with pytest.raises(OutOfStockError, match="“大米”库存不够：只有 4 件能兑，需要 5 件"):
        queries.pick(shop.id, {rice.id: 5}, today())


def test_another_shops_shelf_is_not_touched() -> None:
    shop, other, soap = make_shop(), make_shop(), make_goods()
    add_lot(other, soap, 5)

    with pytest.raises(OutOfStockError):
        queries.pick(shop.id, {soap.id: 1}, today())


def test_a_basket_is_picked_in_one_statement(statements: Callable[[], int]) -> None:
    shop = make_shop()
    basket = {make_goods(shop=shop, on_hand=5, name=f"商品{i}").id: 2 for i in range(6)}
    shop_id = shop.id
    begin_reading()
    before = statements()

    picks = queries.pick(shop_id, basket, today())

    assert Counter({pick.goods_id: pick.quantity for pick in picks}) == Counter(basket)
    assert statements() - before == 1


@pytest.mark.parametrize("units", [0, -1])
def test_a_basket_of_nothing_is_a_mistake_of_the_program(units: int) -> None:
    shop, soap = make_shop(), make_goods()

    with pytest.raises(ValueError, match="at least one unit"):
        queries.pick(shop.id, {soap.id: units}, today())


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
            _take_and_check(shop.id, shop.journal_id, rice.id, units, days(day or 0))

    for lot in lots():
        moved = db.session.query(StockLine).filter_by(lot_id=lot.id).all()
        assert lot.on_hand == sum(line.quantity for line in moved) >= 0


def _take_and_check(shop_id: int, journal_id: int, goods_id: int, units: int, on: date) -> None:
    shelf = [lot for lot in lots() if lot.shop_id == shop_id]
    good = [lot for lot in shelf if lot.best_before is None or lot.best_before >= on]
    request = request_for("basket")
    try:
        with transaction():
            picks = queries.pick(shop_id, {goods_id: units}, on)
            ledger.post(
                journal_id,
                kind=EntryKind.WRITE_OFF,
                occurred_on=today(),
                request=request,
                stock=[ledger.StockMove(pick.lot_id, -pick.quantity) for pick in picks],
            )
    except OutOfStockError:
        assert sum(lot.on_hand for lot in good) < units
        return
    expected = _first_expired_first_out(good, units)
    assert {pick.lot_id: pick.quantity for pick in picks} == expected


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
