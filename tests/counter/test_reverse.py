from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from supermarket.clock import today
from supermarket.counter.errors import (
    PointsToNobodyError,
    QuantityError,
    ReasonMissingError,
    VoidTooLateError,
)
from supermarket.counter.models import Redemption
from supermarket.counter.queries import receipts
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.goods.models import PointsPrice
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger.errors import (
    AlreadyReversedError,
    KeyReusedError,
    NotReversibleError,
    ReversalTooLargeError,
)
from supermarket.staff.models import Permission
from tests.counter.stalls import NOWHERE, make_stall, on_hand
from tests.factories import add_lot, balance, make_goods

pytestmark = pytest.mark.usefixtures("app")


def total(column: str) -> int:
    return db.session.scalar(select(func.sum(getattr(Redemption, column)))) or 0


def test_a_whole_redemption_comes_back_to_its_lots_and_its_household() -> None:
    stall = make_stall(points_held=100)
    day = today()
    milk = make_goods(price=3)
    add_lot(stall.shop, milk, 2, best_before=day)
    add_lot(stall.shop, milk, 9, best_before=day + timedelta(days=5))
    receipt = stall.redeem((milk, 4))

    back = stall.reverse(receipt.reference)

    assert (back.points, back.fen, back.balance_before, back.balance_after) == (-12, -600, 88, 100)
    assert back.reverses == receipt.reference
    assert back.reason == "商品有破损"
    assert [(line.quantity, line.points) for line in back.lines] == [(-4, -12)]
    assert on_hand(milk) == {day: 2, day + timedelta(days=5): 9}
    assert balance(stall.household) == 100
    assert (total("times"), total("points"), total("fen")) == (0, 0, 0)


def test_the_first_receipt_says_what_was_taken_back() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 3))

    back = stall.reverse(receipt.reference, (soap, 1))

    again = receipts.receipt_of(receipt.entry_id)
    assert [(r.reference, r.points, r.reason) for r in again.reversals] == [
        (back.reference, 5, "商品有破损")
    ]


def test_parts_come_back_line_by_line_and_add_up_to_the_whole() -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=7, shop=stall.shop, on_hand=10)
    rice = make_goods(price=13, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 3), (rice, 2))

    parts = [
        stall.reverse(receipt.reference, (soap, 1)),
        stall.reverse(receipt.reference, (soap, 2), (rice, 1)),
        stall.reverse(receipt.reference),
    ]

    assert [part.points for part in parts] == [-7, -27, -13]
    times = select(Redemption.times).order_by(Redemption.entry_id)
    assert db.session.scalars(times).all() == [1, 0, 0, -1]
    assert (total("points"), total("fen")) == (0, 0)
    assert on_hand(soap) == on_hand(rice) == {None: 10}


def test_what_was_handed_over_last_goes_back_first() -> None:
    stall = make_stall()
    day = today()
    milk = make_goods(price=1)
    for days, units in ((9, 3), (1, 2), (5, 2)):
        add_lot(stall.shop, milk, units, best_before=day + timedelta(days=days))
    add_lot(stall.shop, milk, 3, best_before=None)
    receipt = stall.redeem((milk, 9))

    stall.reverse(receipt.reference, (milk, 4))

    left = [on_hand(milk)[day + timedelta(days=days)] for days in (1, 5, 9)]
    assert left == [0, 0, 2]
    assert on_hand(milk)[None] == 3


def test_the_price_and_the_rate_of_the_day_come_back_not_todays() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 2))
    with transaction():
        db.session.query(PointsPrice).update({"points": 50})

    assert stall.reverse(receipt.reference, (soap, 1)).points == -5


def test_nothing_comes_back_twice() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10, name="肥皂")
    rice = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 2), (rice, 2))
    stall.reverse(receipt.reference, (soap, 2))

    with pytest.raises(AlreadyReversedError, match="肥皂"):
        stall.reverse(receipt.reference, (soap, 1))
    with pytest.raises(ReversalTooLargeError, match="最多还能退 2，不能退 3"):
        stall.reverse(receipt.reference, (rice, 2), (rice, 1))
    back = stall.reverse(receipt.reference)
    with pytest.raises(AlreadyReversedError, match=receipt.reference):
        stall.reverse(receipt.reference)
    with pytest.raises(NotReversibleError):
        stall.reverse(back.reference)


def test_a_reversals_key_sent_again_returns_its_receipt() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 2))
    first = stall.reverse(receipt.reference, key="back-0000001")

    assert stall.reverse(receipt.reference, key="back-0000001") == first
    with pytest.raises(KeyReusedError):
        stall.reverse(receipt.reference, (soap, 1), key="back-0000001")


def test_the_keeper_voids_todays_and_the_supervisor_any_days() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    with transaction():
        db.session.query(PointsPrice).update({"since": today() - timedelta(days=9)})
    old = stall.redeem((soap, 1), occurred_on=today() - timedelta(days=1))
    new = stall.redeem((soap, 1))
    keeper: dict[str, Any] = {
        "reverse_scope": NOWHERE,
        "void_scope": stall.keeper.scope(Permission.REDEEM),
    }

    assert stall.reverse(new.reference, **keeper).points == -5
    with pytest.raises(VoidTooLateError):
        stall.reverse(old.reference, **keeper)
    assert stall.reverse(old.reference).points == -5


def test_another_shops_redemption_is_not_found() -> None:
    stall, other = make_stall(), make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 1))
    theirs: dict[str, Any] = {
        "reverse_scope": NOWHERE,
        "void_scope": other.keeper.scope(Permission.REDEEM),
    }

    with pytest.raises(NotFoundError):
        other.reverse(receipt.reference, **theirs)
    for reference in (
        "",
        "-",
        "NOSUCH-1",
        f"{stall.shop.code}-x",
        f"{stall.shop.code}-1",
        "9" * 99,
    ):
        with pytest.raises(NotFoundError):
            stall.reverse(reference)


def test_a_reversal_needs_a_reason_and_units_of_goods_that_were_taken() -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    rice = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 2))

    for reason in ("", "  ", "长" * 101):
        with pytest.raises(ReasonMissingError):
            stall.reverse(receipt.reference, reason=reason)
    for units in (0, -1, 1.5, True, 1000):
        with pytest.raises(QuantityError):
            stall.reverse(receipt.reference, lines=[(soap.sku, units)])
    with pytest.raises(QuantityError):
        stall.reverse(receipt.reference, lines=[])
    with pytest.raises(NotFoundError):
        stall.reverse(receipt.reference, (rice, 1))


def test_points_do_not_go_back_to_a_household_that_left() -> None:
    stall = make_stall(points_held=20)
    soap = make_goods(price=5, shop=stall.shop, on_hand=10)
    receipt = stall.redeem((soap, 3))
    with transaction():
        db.session.execute(update(Household).values(state=HouseholdState.LEFT))

    with pytest.raises(PointsToNobodyError):
        stall.reverse(receipt.reference)

    assert balance(stall.household) == 5
    assert on_hand(soap) == {None: 7}
