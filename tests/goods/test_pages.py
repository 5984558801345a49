"""The catalogue's pages, by role, with what people send wrongly."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.models import Goods
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, TOWNSHIP, make_goods, make_shop, make_staff

CODE = "6901234567892"
NEW = {
    "sku": "g046", "name": "香皂", "specification": "", "unit": "块", "category": "洗护清洁",
    "low_stock_at": "20", "points": "5",
}  # fmt: skip


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.COUNTY, COUNTY))
    return browser


@pytest.fixture
def soap(app: Flask) -> Goods:
    return make_goods(name="肥皂", price=5)


def test_the_catalogue_is_shown_with_prices_and_found_by_barcode(
    office: FlaskClient, soap: Goods
) -> None:
    make_goods(name="大米", price=35)
    with transaction():
        goods.bind_barcode(soap, CODE, by=None)

    everything = pages.get(office, "/goods")
    found = pages.get(office, f"/goods?q={CODE}")
    nothing = pages.get(office, "/goods?q=%00&category=nothing&after=zzz")

    assert "肥皂" in everything.text
    assert "35 分" in everything.text
    assert "肥皂" in found.text
    assert "大米" not in found.text
    assert "没有找到商品" in nothing.text


def test_a_long_catalogue_goes_on_over_the_page(app: Flask, office: FlaskClient) -> None:
    app.config["PAGE_SIZE"] = 2
    made = [make_goods(name=f"商品{number}").sku for number in range(3)]

    first = pages.get(office, "/goods")
    second = pages.get(office, next(link for link in first.links if "after=" in link))

    assert sorted(made)[2] in second.text
    assert sorted(made)[0] not in second.text


def test_goods_are_added_with_their_price_from_today(office: FlaskClient) -> None:
    pages.get(office, "/goods/new")

    answer = office.post("/goods/new", data=NEW)

    item = queries.goods("G046")
    assert answer.location == "/goods/G046"
    assert item is not None
    assert queries.prices(None, [item.id], today()) == {item.id: 5}
    assert "现在分值" in pages.get(office, "/goods/G046").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sku": "12345678"}, "全是数字时最多 7 位"),
        ({"sku": ""}, "请填写商品编号"),
        ({"name": " "}, "请填写名称"),
        ({"name": "长" * 61}, "最多 60 个字"),
        ({"unit": ""}, "请填写单位"),
        ({"points": "0"}, "应为 1 到 100000 的整数"),
        ({"points": "2.5"}, "请填整数"),
        ({"points": "-3"}, "应为 1 到"),
        ({"points": "9" * 50}, "请填整数"),
        ({"points": ""}, "请填整数"),
        ({"low_stock_at": "x"}, "请填整数"),
    ],
)
def test_goods_that_cannot_be_meant_are_refused_and_what_was_typed_stays(
    office: FlaskClient, change: dict[str, str], words: str
) -> None:
    page = pages.post(office, "/goods/new", NEW | change, status=422)

    assert words in page.text
    assert page.field("category") == "洗护清洁"
    assert db.session.query(Goods).count() == 0


def test_a_number_in_use_is_refused_beside_the_field(office: FlaskClient, soap: Goods) -> None:
    page = pages.post(office, "/goods/new", NEW | {"sku": soap.sku}, status=422)

    assert f"“{soap.sku}”已用于“肥皂”" in page.text
    assert page.field("name") == "香皂"


def test_goods_are_changed_and_stopped(office: FlaskClient, soap: Goods) -> None:
    page = pages.get(office, f"/goods/{soap.sku}/edit")
    assert page.field("name") == "肥皂"

    office.post(f"/goods/{soap.sku}/edit", data=NEW | {"name": "透明皂", "has_expiry": "y"})

    db.session.expire_all()
    assert (soap.name, soap.active, soap.has_expiry) == ("透明皂", False, True)
    assert "透明皂" in pages.get(office, "/goods?stopped=1").text
    pages.post(office, f"/goods/{soap.sku}/edit", {}, status=422)


def test_goods_may_be_limited_for_each_household_and_month(
    office: FlaskClient, soap: Goods
) -> None:
    url, form = f"/goods/{soap.sku}/edit", NEW | {"active": "y"}

    for odd in ("0", "-1", "x", "1000"):
        pages.post(office, url, form | {"month_limit": odd}, status=422)
    office.post(url, data=form | {"month_limit": "３"})
    limited = pages.get(office, f"/goods/{soap.sku}").text
    known = pages.get(office, url).field("month_limit")
    office.post(url, data=form | {"month_limit": ""})

    assert "每户每月限兑3 " in limited
    assert known == "3"
    assert "每户每月限兑不限" in pages.get(office, f"/goods/{soap.sku}").text


def test_a_price_is_set_from_a_day_on(office: FlaskClient, soap: Goods) -> None:
    tomorrow = today() + timedelta(days=1)
    pages.get(office, f"/goods/{soap.sku}/price")

    office.post(f"/goods/{soap.sku}/price", data={"points": "６", "since": tomorrow.isoformat()})

    assert queries.prices(None, [soap.id], tomorrow) == {soap.id: 6}
    assert queries.prices(None, [soap.id], today()) == {soap.id: 5}
    assert "还没开始" in pages.get(office, f"/goods/{soap.sku}").text


@pytest.mark.parametrize(
    ("points", "since", "words"),
    [("0", "2099-01-01", "应为 1 到"), ("5", "2020-01-01", "只能从今天或以后"),
     ("5", "tomorrow", "请填日期"), ("5", "", "请填写从哪天起")],
)  # fmt: skip
def test_a_price_that_cannot_be_is_refused(
    office: FlaskClient, soap: Goods, points: str, since: str, words: str
) -> None:
    page = pages.post(
        office, f"/goods/{soap.sku}/price", {"points": points, "since": since}, status=422
    )

    assert words in page.text
    assert len(queries.price_history(soap.id)) == 1


def test_a_barcode_is_bound_shown_and_taken_off(office: FlaskClient, soap: Goods) -> None:
    url = f"/goods/{soap.sku}"

    office.post(f"{url}/barcodes", data={"code": CODE, "units": "12"})

    assert queries.scan(CODE).units == 12
    assert CODE in pages.get(office, url).text
    office.post(f"{url}/barcodes/removal", data={"code": CODE})
    assert CODE not in pages.get(office, url).text.replace("条码已解除绑定", "")


@pytest.mark.parametrize(
    ("code", "units", "words"),
    [
        ("6901234567891", "1", "可能少扫了几位"),
        ("", "1", "请扫描或输入条码"),
        (CODE, "0", "应为 1 到 1000"),
        (CODE, "x", "请填整数"),
    ],
)
def test_a_barcode_that_cannot_be_is_refused_and_stays_in_its_field(
    office: FlaskClient, soap: Goods, code: str, units: str, words: str
) -> None:
    page = pages.post(
        office, f"/goods/{soap.sku}/barcodes", {"code": code, "units": units}, status=422
    )

    assert words in page.text
    assert page.field("code") == code


def test_a_barcode_of_other_goods_names_them(office: FlaskClient, soap: Goods) -> None:
    rice = make_goods(name="大米")
    with transaction():
        goods.bind_barcode(rice, CODE, by=None)

    page = pages.post(
        office, f"/goods/{soap.sku}/barcodes", {"code": CODE, "units": "1"}, status=422
    )

    assert f"已绑定到“大米”（{rice.sku}）" in page.text


@pytest.mark.parametrize(
    "url", ["/goods/NOPE", "/goods/NOPE/edit", "/goods/%00", "/goods/NOPE/price"]
)
def test_goods_that_are_not_there_are_a_404(office: FlaskClient, url: str) -> None:
    pages.get(office, url, status=404)


@pytest.mark.parametrize("role", [Role.SCORER, Role.SHOPKEEPER, Role.SUPERVISOR, Role.AUDITOR])
def test_the_catalogue_is_the_offices(app: Flask, role: Role, soap: Goods) -> None:
    browser = app.test_client()
    shop = make_shop() if role is Role.SHOPKEEPER else None
    pages.sign_in(browser, make_staff(role, shop=shop))

    pages.get(browser, "/goods", status=403)
    pages.post(browser, "/goods/new", NEW, status=403)
    assert queries.goods("G046") is None


def test_a_township_looks_at_the_countys_catalogue_and_binds_codes_only(
    app: Flask, soap: Goods
) -> None:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.TOWNSHIP, TOWNSHIP))

    page = pages.get(browser, f"/goods/{soap.sku}")

    assert f"/goods/{soap.sku}/price" not in page.links
    pages.post(browser, "/goods/new", NEW, status=403)
    pages.post(browser, f"/goods/{soap.sku}/edit", NEW, status=403)
    pages.post(
        browser, f"/goods/{soap.sku}/price",
        {"points": "1", "since": today().isoformat()}, status=403,
    )  # fmt: skip
    browser.post(f"/goods/{soap.sku}/barcodes", data={"code": CODE, "units": "1"})
    assert queries.scan(CODE).goods_id == soap.id


def test_nobody_signed_in_is_asked_to(app: Flask) -> None:
    assert "/sign-in" in (app.test_client().get("/goods").location or "")
