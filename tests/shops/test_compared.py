"""Prices side by side: what is given away and what is too dear stands out."""

import pytest
from flask import Flask

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.goods import service as goods
from supermarket.shops.queries.compared import compared
from supermarket.shops.service import GoodsInAsk
from supermarket.staff.models import Role, Scope
from tests import pages
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_scheme,
    make_shop,
    make_staff,
)
from tests.shops.makers import delivery, receive

pytestmark = pytest.mark.usefixtures("app")
EVERYWHERE = Scope((COUNTY,), ())


def test_a_price_is_compared_with_what_was_paid_last() -> None:
    make_scheme()
    shop, soap = make_shop(), make_goods(name="肥皂", price=5)
    receive(shop, delivery(GoodsInAsk(soap.sku, 10, unit_cost_fen=900), document="1"))
    receive(shop, delivery(GoodsInAsk(soap.sku, 10, unit_cost_fen=500), document="2"))

    [row] = compared(EVERYWHERE, today())

    assert (row.worth_fen, row.cost_fen, row.percent, row.odd) == (500, 500, 100, False)


@pytest.mark.parametrize(
    ("cost", "cheap", "dear"), [(626, True, False), (625, False, False), (384, False, True)]
)
def test_too_cheap_and_too_dear_are_flagged(cost: int, cheap: bool, dear: bool) -> None:
    make_scheme()
    shop, soap = make_shop(), make_goods(price=5)
    receive(shop, delivery(GoodsInAsk(soap.sku, 1, unit_cost_fen=cost)))

    [row] = compared(EVERYWHERE, today())

    assert (row.too_cheap, row.too_dear) == (cheap, dear)


def test_a_shops_own_price_stands_beside_the_others() -> None:
    make_scheme()
    here, there, soap = make_shop(), make_shop(OTHER_VILLAGE, name="北邻村店"), make_goods(price=5)
    for shop in (here, there):
        receive(shop, delivery(GoodsInAsk(soap.sku, 1)))
    with transaction():
        goods.set_price(soap, 8, since=today(), by=None, shop_id=there.id, shop_code=there.code)

    rows = compared(EVERYWHERE, today())

    assert [(row.shop_code, row.points, row.own, row.least, row.most) for row in rows] == [
        (there.code, 8, True, 5, 8),
        (here.code, 5, False, 5, 8),
    ]
    assert rows[0].percent is None


def test_only_shops_in_scope_are_compared(app: Flask) -> None:
    make_scheme()
    shop, soap = make_shop(), make_goods(price=5)
    receive(shop, delivery(GoodsInAsk(soap.sku, 1, unit_cost_fen=100)))
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, OTHER_COUNTY))

    page = pages.get(browser, "/shops/prices?all=1")

    assert shop.name not in page.text
    assert compared(Scope((OTHER_VILLAGE,), ()), today()) == []
    assert len(compared(Scope((VILLAGE,), ()), today())) == 1


def test_the_page_shows_odd_prices_first_and_all_on_request(app: Flask) -> None:
    make_scheme()
    shop = make_shop()
    dear, fair = make_goods(name="贵皂", price=50), make_goods(name="好皂", price=5)
    for item in (dear, fair):
        receive(shop, delivery(GoodsInAsk(item.sku, 1, unit_cost_fen=500), document=item.sku))
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))

    odd = pages.get(browser, "/shops/prices")
    everything = pages.get(browser, "/shops/prices?all=1&q=皂")

    assert "偏高" in odd.text
    assert "好皂" not in odd.text
    assert "好皂" in everything.text
