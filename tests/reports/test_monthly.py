"""What stands in a village's monthly report: goods and money, how things stood, what warns."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from supermarket.budgets import queries as budgets
from supermarket.clock import at, now, today
from supermarket.database import db, transaction
from supermarket.ledger.models import LotSource
from supermarket.reports.queries import monthly, monthly_compared, monthly_year
from supermarket.reports.queries.monthly import Alert
from supermarket.reports.queries.window import Window, window
from supermarket.schemes.models import Scheme
from supermarket.shops.service import GoodsInAsk, GoodsInRequest, Received
from supermarket.staff.models import Role, Scope
from tests.budgets.makers import set_budget
from tests.donors.test_funds import make_donor, make_fund, take_in
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)
from tests.honours.makers import make_honour
from tests.movements.makers import approve, ask, propose
from tests.movements.makers import reverse as put_back
from tests.reports.test_redemptions import redeem
from tests.shops.makers import lots, receive, reverse

pytestmark = pytest.mark.usefixtures("app")
DAY = timedelta(days=1)


def of(region: str, since: date | None = None, until: date | None = None) -> Window:
    """A window of days, today if none are named, as the county asks for it."""
    return window(since or today(), until or today(), Scope((COUNTY,), ()), region=region)


def test_goods_and_money_count_on_their_day_and_stand_at_its_end(app: Flask) -> None:
    make_scheme(fen_per_point=50)
    shop, rice = make_shop(), make_goods(price=10, name="大米")
    home = make_household(points_held=200)
    keeper, second = make_staff(Role.SHOPKEEPER, shop=shop), make_staff(Role.SUPERVISOR, TOWNSHIP)
    third, donor, fund = make_staff(Role.SUPERVISOR, TOWNSHIP), make_donor(), make_fund(VILLAGE)

    def bring(source: LotSource, units: int, fen: int | None, partner: str) -> Received:
        lines = [GoodsInAsk(rice.sku, units, unit_cost_fen=fen)]
        return receive(shop, GoodsInRequest(source, lines, partner=partner))

    bring(LotSource.PURCHASE, 10, 30_00, "粮站")
    bring(LotSource.DONATION, 4, 20_00, "李老板")
    wrong = bring(LotSource.DONATION, 7, 20_00, "王老板")
    reverse(wrong)
    take_in(fund, 500_00, donor=donor)
    redeem(shop.code, home.code, [(rice.sku, 2)], keeper.id)
    paper = propose(shop, keeper, ask(rice, 3, lots()[0]))
    approve(paper, second)

    row = monthly.total(of(VILLAGE))
    yesterday = monthly.total(of(VILLAGE, today() - DAY, today() - DAY))
    township = monthly.figures(of(COUNTY), 9)

    assert (row.shops, row.covered, row.households, row.times, row.units) == (1, 1, 1, 1, 2)
    assert (row.points, row.fen, row.outstanding) == (20, 10_00, 180)
    assert (row.purchased_fen, row.donated_fen) == (300_00, 80_00 + 500_00)
    assert row.written_off_fen + row.stock_fen == 300_00 + 80_00 - 2 * 30_00
    assert row.written_off_fen == 3 * 30_00
    live = budgets.coverages([VILLAGE], today())[VILLAGE]
    assert row.coverage_percent == live.percent(50)
    assert (yesterday.outstanding, yesterday.stock_fen, yesterday.covered) == (0, 0, 1)
    assert yesterday.coverage_percent is None
    assert [one.place for one in township] == [TOWNSHIP, OTHER_TOWNSHIP]
    assert township[0][2:] == row[2:]
    put_back(paper, third)
    assert monthly.total(of(VILLAGE)).written_off_fen == 0


def test_goods_put_back_are_worth_what_they_were_whatever_a_point_is_worth_by_then(
    app: Flask,
) -> None:
    make_scheme(fen_per_point=50)
    shop, rice = make_shop(), make_goods(price=10, name="大米")
    keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    second, third = (make_staff(Role.SUPERVISOR, TOWNSHIP) for _ in range(2))
    gift = GoodsInRequest(LotSource.DONATION, [GoodsInAsk(rice.sku, 4)], partner="李老板")
    receive(shop, gift)
    paper = propose(shop, keeper, ask(rice, 3, lots()[0]))
    approve(paper, second)
    with transaction():
        db.session.add(
            Scheme(
                region_code=COUNTY,
                since=today() + DAY,
                programme_name="爱心超市",
                fen_per_point=80,
                created_at=now(),
            )
        )
    with at(now() + DAY):
        put_back(paper, third)
        both = monthly.total(of(VILLAGE, today() - DAY, today()))

    assert monthly.total(of(VILLAGE)).written_off_fen == 3 * 10 * 50
    assert both.written_off_fen == 0


def test_a_township_names_what_ran_out_what_went_and_where_nothing_began(app: Flask) -> None:
    make_scheme()
    shop = make_shop(TOWNSHIP, name="镇上店")
    soap = make_goods(price=2, shop=shop, on_hand=3, name="肥皂")
    salt = make_goods(price=3, shop=shop, on_hand=5, name="食盐")
    home = make_household(points_held=100)
    keeper = make_staff(Role.SHOPKEEPER, shop=shop)
    redeem(shop.code, home.code, [(soap.sku, 3), (salt.sku, 1)], keeper.id)
    asked = of(TOWNSHIP)

    compared = monthly_compared.compared_total(asked)
    idle, out = monthly_compared.not_started(asked), monthly_compared.run_out(asked)
    top = monthly_compared.top_goods(asked)

    assert (compared.now.points, compared.before and compared.before.points) == (9, 0)
    assert compared.change("points") is None
    assert [(row.name, row.shops) for row in idle] == [("北邻村民委员会", ("镇上店",))]
    assert [(row.name, row.times, row.goods) for row in out] == [("镇上店", 1, 1)]
    assert [(row.name, row.units, row.points) for row in top] == [("肥皂", 3, 6), ("食盐", 1, 3)]
    assert monthly_compared.top_goods(of(VILLAGE)) == top


def test_a_village_warns_of_its_budget_and_its_coverage_and_the_year_of_its_honours(
    app: Flask,
) -> None:
    make_scheme()
    set_budget(100)
    home = make_household(points_held=50)
    make_honour(home, make_staff(Role.COUNTY, COUNTY))
    take_in(make_fund(VILLAGE), 10_00)
    year = of(COUNTY, date(today().year, 1, 1), today())

    [row] = [row for row in monthly.figures(of(TOWNSHIP), 12) if row.place == VILLAGE]
    honours, sources = monthly_year.honours(year), monthly_year.sources(year)

    assert Alert.COVERAGE_LOW in row.alerts
    assert row.coverage_percent == 20
    assert monthly.total(of(TOWNSHIP)).alerted == 1
    assert [one.head for one in honours] == [home.head]
    assert [(one.received, one.spent, one.left) for one in sources] == [(10_00, 0, 10_00)]
    assert monthly_year.next_budget(year) == 0
    with at(datetime(2020, 1, 1, tzinfo=UTC)):
        assert monthly.total(of(VILLAGE)).outstanding == 0


def test_who_may_see_one_place_gets_that_and_a_keeper_none(app: Flask) -> None:
    make_scheme()
    shop = make_shop()
    scorer = Scope((VILLAGE,), ())
    elsewhere = Scope(("411025",), ())

    own = monthly.figures(Window(today(), today(), scorer), 12)
    above = monthly.figures(Window(today(), today(), scorer), 9)
    theirs = monthly.figures(Window(today(), today(), elsewhere, COUNTY), 12)
    keeper = monthly.figures(Window(today(), today(), Scope((), (shop.code,))), 12)

    assert [row.place for row in own] == [VILLAGE]
    assert above == theirs == keeper == []
