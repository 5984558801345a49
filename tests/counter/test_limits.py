"""What a programme and goods allow a household in a calendar month."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from supermarket import clock
from supermarket.counter.errors import GoodsLimitError, MinimumError, MonthCapError
from supermarket.counter.queries import limits
from supermarket.database import db, transaction
from supermarket.goods.models import Goods
from supermarket.ledger.errors import OutOfStockError
from tests.counter.stalls import Stall, make_scheme, make_stall, on_hand
from tests.counter.test_races import codes, spending, together
from tests.factories import balance, make_goods

pytestmark = pytest.mark.usefixtures("app")

#: Noon of a village's day in the middle of a month.
MIDDLE = datetime(2031, 11, 19, 4, tzinfo=UTC)


def limited(goods: Goods, units: int) -> Goods:
    """Let a household take so many units a month."""
    with transaction():
        db.session.execute(update(Goods).where(Goods.id == goods.id).values(month_limit=units))
    return goods


def test_a_household_below_the_minimum_redeems_nothing() -> None:
    make_scheme(redeem_minimum=30)
    poor, able = make_stall(points_held=29), make_stall(points_held=30)
    soap = make_goods(price=5, shop=poor.shop, on_hand=9)
    rice = make_goods(price=30, shop=able.shop, on_hand=9)

    with pytest.raises(MinimumError) as refused:
        poor.redeem((soap, 1))
    able.redeem((rice, 1))

    assert str(refused.value) == "这户现有 29 分，满 30 分才能兑换，还差 1 分，攒够了再来"
    assert (balance(poor.household), balance(able.household)) == (29, 0)
    assert on_hand(soap) == {None: 9}


def test_a_household_spends_no_more_than_the_cap_in_a_month() -> None:
    make_scheme(redeem_month_cap=50)
    stall = make_stall(points_held=200)
    soap = make_goods(price=10, shop=stall.shop, on_hand=30)

    with clock.at(MIDDLE):
        stall.redeem((soap, 3))
        with pytest.raises(MonthCapError) as refused:
            stall.redeem((soap, 3))
        stall.redeem((soap, 2))
    with clock.at(MIDDLE + timedelta(days=13)):
        stall.redeem((soap, 5))

    assert str(refused.value) == (
        "每户每月最多兑 50 分，这户这个月还可兑 20 分，这次要 30 分；2031-12-01 起又可以兑"
    )
    assert refused.value.code == "limit_reached"
    assert balance(stall.household) == 100


def test_what_came_back_frees_the_month_it_was_taken_in() -> None:
    make_scheme(redeem_month_cap=50)
    stall = make_stall(points_held=200)
    soap = limited(make_goods(price=10, shop=stall.shop, on_hand=30), 5)
    with clock.at(MIDDLE):
        first = stall.redeem((soap, 5))
        stall.reverse(first.reference, (soap, 2))
        stall.redeem((soap, 2))
        with pytest.raises(MonthCapError):
            stall.redeem((soap, 1))
    december = MIDDLE + timedelta(days=15)

    with clock.at(december):
        stall.reverse(first.reference)
        stall.redeem((soap, 5))
        with pytest.raises(MonthCapError):
            stall.redeem((soap, 1))

    november = limits.spent(stall.household.id, date(2031, 11, 30), [soap.id])
    this = limits.spent(stall.household.id, date(2031, 12, 3), [soap.id])
    assert (november.points, november.units) == (20, {soap.id: 2})
    assert (this.points, this.units) == (50, {soap.id: 5})


def test_goods_have_a_limit_for_each_household_and_month() -> None:
    stall = make_stall(points_held=100)
    other = make_stall(points_held=100)._replace(shop=stall.shop, keeper=stall.keeper)
    oil = limited(make_goods(price=5, shop=stall.shop, on_hand=30, name="食用油"), 2)
    soap = make_goods(price=1, shop=stall.shop, on_hand=30)

    with clock.at(MIDDLE):
        stall.redeem((oil, 1), (soap, 9))
        with pytest.raises(GoodsLimitError) as refused:
            stall.redeem((soap, 1), (oil, 2))
        stall.redeem((oil, 1))
        other.redeem((oil, 2))

    assert "食用油”每户每月最多兑 2 " in str(refused.value)
    assert "还可兑 1 " in str(refused.value)
    assert "2031-12-01 起" in str(refused.value)
    assert on_hand(oil) == {None: 26}
    assert on_hand(soap) == {None: 21}


def test_a_limit_says_nothing_of_what_is_not_there() -> None:
    make_scheme(redeem_month_cap=5)
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=1)

    with pytest.raises(OutOfStockError):
        stall.redeem((soap, 2))


def test_the_nearest_programme_counts_and_without_a_limit_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stall = make_stall(points_held=100)
    soap = make_goods(price=5, shop=stall.shop, on_hand=9)
    monkeypatch.setattr(limits, "run", None)

    receipt = stall.redeem((soap, 2))

    assert receipt.points == 10


def six_at_once(app: Flask, stall: Stall, goods: Goods, units: int) -> Counter[str]:
    works = [spending(stall, [(goods.sku, units)], f"month-limit-{n:03}") for n in range(6)]
    return codes(together(app, works))


def test_of_many_tills_at_once_the_cap_is_never_passed(app: Flask) -> None:
    make_scheme(redeem_month_cap=50)
    stall = make_stall(points_held=500)
    soap = make_goods(price=10, shop=stall.shop, on_hand=90)

    outcomes = six_at_once(app, stall, soap, 2)

    assert outcomes == {"done": 2, "limit_reached": 4}
    assert balance(stall.household) == 460


def test_of_many_tills_at_once_the_limit_of_goods_is_never_passed(app: Flask) -> None:
    stall = make_stall(points_held=500)
    soap = limited(make_goods(price=10, shop=stall.shop, on_hand=90), 3)

    outcomes = six_at_once(app, stall, soap, 1)

    assert outcomes == {"done": 3, "limit_reached": 3}
    assert on_hand(soap) == {None: 87}
