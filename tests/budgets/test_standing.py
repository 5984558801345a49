"""What was issued of a budget, what covers the points that are out, when issuing stops."""

from datetime import timedelta

import pytest
from flask import Flask

from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.budgets.errors import BudgetSpentError, CoverageStoppedError
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods.models import PointsPrice
from supermarket.shops.models import Shop
from tests.budgets.makers import EVERYWHERE, give, programme, set_budget, take_back, year
from tests.donors.test_funds import make_fund
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    add_lot,
    make_goods,
    make_household,
    make_shop,
    the_actor,
)


def test_without_a_budget_nothing_warns_and_nothing_stops(app: Flask) -> None:
    programme()
    give(make_household(), 1000)

    found = queries.standing(VILLAGE, today())

    assert (found.budget, found.used, found.left) == (None, 0, None)
    assert not found.stopped
    budgets.check([VILLAGE], today())


def test_used_is_what_awards_gave_less_what_was_taken_back(app: Flask) -> None:
    programme()
    set_budget(100)
    household = make_household(points_held=500)
    give(household, 30)
    entry = give(household, 20)
    take_back(entry.entry_id)
    give(household, 7, on=year()[0] - timedelta(days=1))

    found = queries.standing(VILLAGE, today())

    assert (found.budget, found.used, found.left, found.budget_percent) == (100, 30, 70, 30)


def test_a_budget_warns_at_its_share_and_stops_when_spent(app: Flask) -> None:
    programme(budget_warn=80)
    set_budget(100)
    household = make_household()

    give(household, 79)
    calm = queries.standing(VILLAGE, today())
    give(household, 1)
    near = queries.standing(VILLAGE, today())
    give(household, 20)
    spent = queries.standing(VILLAGE, today())

    assert not calm.budget_low
    assert (near.budget_low, near.warn, near.stopped) == (True, True, False)
    assert (spent.budget_spent, spent.stopped, spent.left) == (True, True, 0)


def test_check_lets_the_last_point_pass_and_refuses_the_next(app: Flask) -> None:
    programme()
    set_budget(100)
    household = make_household()
    give(household, 100)
    budgets.check([VILLAGE], today())
    give(household, 1)

    with pytest.raises(
        BudgetSpentError, match="发放预算是 100 分，算上这次要发到 101 分，超出 1 分"
    ):
        budgets.check([VILLAGE], today())


def test_pending_points_count_as_issued(app: Flask) -> None:
    programme()
    set_budget(100)
    give(make_household(), 60)

    with pytest.raises(BudgetSpentError):
        budgets.check([VILLAGE], today(), {VILLAGE: 41})

    budgets.check([VILLAGE], today(), {VILLAGE: 40})
    assert queries.standing(VILLAGE, today(), 40).left == 0


def test_another_villages_awards_use_nothing(app: Flask) -> None:
    programme()
    set_budget(100)
    give(make_household(village=OTHER_VILLAGE), 500)

    assert queries.standing(VILLAGE, today()).used == 0


def test_coverage_is_goods_at_todays_price_per_points_out(app: Flask) -> None:
    programme(fen_per_point=100)
    shop = make_shop()
    soap = make_goods(price=5, shop=shop, on_hand=10)
    add_lot(shop, soap, 100, best_before=today() - timedelta(days=1))
    make_household(points_held=200)

    found = queries.coverages([VILLAGE], today())[VILLAGE]

    assert (found.area, found.stock_points, found.outstanding) == (VILLAGE, 50, 200)
    assert queries.standing(VILLAGE, today()).coverage_percent == 25


def test_a_shops_own_price_goes_before_the_general_one(app: Flask) -> None:
    programme()
    shop = make_shop()
    soap = make_goods(price=5, shop=shop, on_hand=10)
    moment = the_actor().created_at
    with transaction():
        db.session.add(
            PointsPrice(
                goods_id=soap.id,
                shop_id=shop.id,
                since=today(),
                points=8,
                created_at=moment,
            )
        )

    assert queries.coverages([VILLAGE], today())[VILLAGE].stock_points == 80


def test_a_village_without_a_shop_shares_its_townships(app: Flask) -> None:
    programme()
    make_goods(price=10, shop=make_shop(TOWNSHIP), on_hand=10)
    make_goods(price=10, shop=make_shop(OTHER_VILLAGE), on_hand=2)
    make_household(points_held=60)
    make_household(points_held=60, village=OTHER_VILLAGE)

    found = queries.coverages([VILLAGE, OTHER_VILLAGE], today())

    assert found[VILLAGE][:2] == (TOWNSHIP, 120)
    assert found[VILLAGE].outstanding == 120
    assert found[OTHER_VILLAGE][:2] == (OTHER_VILLAGE, 20)


def test_money_of_the_area_covers_at_the_worth_of_a_point(app: Flask) -> None:
    programme(fen_per_point=50)
    make_shop()
    make_household(points_held=200)
    make_fund(VILLAGE, fen=2_000)
    make_fund(COUNTY, fen=1_000_000)
    make_fund(OTHER_VILLAGE, fen=1_000_000)

    assert queries.coverages([VILLAGE], today())[VILLAGE].funds_fen == 2_000
    assert queries.standing(VILLAGE, today()).coverage_percent == 20


def test_a_closed_shop_covers_nothing(app: Flask) -> None:
    programme()
    shop = make_shop()
    make_goods(price=10, shop=shop, on_hand=10)
    with transaction():
        db.session.get_one(Shop, shop.id).active = False
    make_household(points_held=10)

    assert queries.standing(VILLAGE, today()).coverage_percent == 0


def test_no_points_out_is_no_coverage_rather_than_none(app: Flask) -> None:
    programme(coverage_stop=100)
    make_household()

    found = queries.standing(VILLAGE, today())

    assert found.coverage_percent is None
    assert not found.stopped
    budgets.check([VILLAGE], today())


def test_coverage_warns_and_below_the_stop_nothing_more_is_issued(app: Flask) -> None:
    programme(coverage_warn=100, coverage_stop=50)
    make_goods(price=10, shop=make_shop(), on_hand=10)
    household = make_household()
    give(household, 200)
    budgets.check([VILLAGE], today())
    warned = queries.standing(VILLAGE, today())
    give(household, 1)

    with pytest.raises(CoverageStoppedError, match="会降到 49%，低于停发线 50%"):
        budgets.check([VILLAGE], today())

    assert (warned.coverage_percent, warned.coverage_low, warned.stopped) == (50, True, False)
    assert queries.standing(VILLAGE, today()).coverage_stopped


def test_an_override_lets_everything_pass_and_its_use_is_counted(app: Flask) -> None:
    programme(coverage_stop=50)
    set_budget(10)
    household = make_household()
    give(household, 5)
    actor = the_actor().id
    with transaction():
        budgets.lift(
            TOWNSHIP,
            from_on=today(),
            until_on=today(),
            reason="秋收表彰，县里研究同意",
            by=actor,
            scope=EVERYWHERE,
        )
    give(household, 95)

    budgets.check([VILLAGE], today())

    found = queries.standing(VILLAGE, today())
    assert found.override is not None
    assert (found.stopped, found.warn) == (False, True)
    (row,) = queries.overrides(EVERYWHERE)
    assert (row.region_name, row.points) == ("寄料镇", 95)


def test_a_withdrawn_override_lets_nothing_pass(app: Flask) -> None:
    programme()
    set_budget(10)
    give(make_household(), 20)
    actor = the_actor().id
    with transaction():
        made = budgets.lift(
            COUNTY, from_on=today(), until_on=today(), reason="同意", by=actor, scope=EVERYWHERE
        )
    with transaction():
        budgets.withdraw(made.id, by=actor, scope=EVERYWHERE)

    with pytest.raises(BudgetSpentError):
        budgets.check([VILLAGE], today())


def test_all_villages_stand_in_a_constant_number_of_statements(
    app: Flask, statements: object
) -> None:
    programme()
    villages = [VILLAGE, OTHER_VILLAGE, "410482101201"]
    for village in villages:
        make_household(points_held=5, village=village)
        set_budget(10, village)
    db.session.rollback()

    before = statements()  # type: ignore[operator]
    queries.standings(villages, today())
    after = statements()  # type: ignore[operator]

    assert after - before <= 10
