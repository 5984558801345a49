from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods.models import Goods, PointsPrice
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall, on_hand
from tests.factories import (
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    balance,
    make_goods,
    make_staff,
)


@pytest.fixture
def stall(app: Flask) -> Stall:
    return make_stall(points_held=100)


@pytest.fixture
def soap(stall: Stall) -> Goods:
    return make_goods(price=5, shop=stall.shop, on_hand=20, name="肥皂")


@pytest.fixture
def keeper(app: Flask, stall: Stall) -> FlaskClient:
    return somebody(app, stall.keeper)


def somebody(app: Flask, member: Any) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, member)
    return client


def void(client: FlaskClient, reference: str, **typed: Any) -> dict[str, Any]:
    page = pages.get(client, f"/redemptions/{reference}/reversal")
    names = {
        element.get("name", "")
        for element in page.all("input")
        if element.get("type") in {"hidden", "text"}
    }
    form = {name: page.field(name) for name in names - {"csrf_token"}}
    return {**form, "reason": "拿错商品", **typed}


def test_a_receipt_says_everything_and_masks_the_name(
    keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    reference = stall.redeem((soap, 3)).reference

    page = pages.get(keeper, f"/redemptions/{reference}")

    for words in (reference, "李**", "肥皂", "15 分", "100 分", "85 分", stall.shop.name, "王秀英"):
        assert words in page.text
    assert "李建国" not in page.text


@pytest.mark.parametrize("width", ["58", "80", "a4", "'; DROP TABLE"])
def test_a_receipt_is_printed_on_any_paper(
    keeper: FlaskClient, stall: Stall, soap: Goods, width: str
) -> None:
    reference = stall.redeem((soap, 3)).reference

    page = pages.get(keeper, f"/redemptions/{reference}/paper", query_string={"width": width})

    paper = 'class="paper"' if width == "a4" else f"receipt-{'80' if width == '80' else '58'}"
    assert paper in page.html
    assert f"{today().year}年" in page.text
    assert "data-print" in page.html


def test_a_sheet_of_a4_says_all_that_the_register_asks(
    keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    reference = stall.redeem((soap, 3)).reference

    page = pages.get(keeper, f"/redemptions/{reference}/paper?width=a4")

    for words in (
        "规格",
        "单位",
        "单价（分）",
        "合计分",
        "折合 7.50 元",
        "经办人 王秀英",
        "领取人",
    ):
        assert words in page.text
    assert "原有积分 100 分现有积分 85 分" in page.text


def test_what_was_taken_back_whole_offers_no_more(
    keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    reference = stall.redeem((soap, 3)).reference
    back = stall.reverse(reference).reference
    url = f"/redemptions/{reference}/reversal"

    assert url not in pages.get(keeper, f"/redemptions/{reference}").links
    page = pages.get(keeper, url, status=409)
    assert "已经冲正过" in page.text
    assert "确认退回" not in page.text
    assert "不能再冲正" in pages.get(keeper, f"/redemptions/{back}/reversal", status=409).text


def test_the_keeper_voids_todays_redemption_and_prints_the_reversal(
    keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    reference = stall.redeem((soap, 3)).reference
    form = void(keeper, reference, detail="顾客要大米")

    answer = keeper.post(f"/redemptions/{reference}/reversal", data=form)
    again = keeper.post(f"/redemptions/{reference}/reversal", data=form)

    assert (answer.status_code, again.location) == (302, answer.location)
    page = pages.get(keeper, answer.location or "")
    assert "已冲正，退回 15 分，现有 100 分" in page.text
    assert reference in page.text
    assert "拿错商品：顾客要大米" in page.text
    assert balance(stall.household) == 100
    assert on_hand(soap) == {None: 20}
    assert "已退回" in pages.get(keeper, f"/redemptions/{reference}").text


def test_a_part_is_taken_back(keeper: FlaskClient, stall: Stall, soap: Goods) -> None:
    reference = stall.redeem((soap, 3)).reference
    form = void(keeper, reference, **{"lines-0-quantity": "1"})

    keeper.post(f"/redemptions/{reference}/reversal", data=form)

    assert balance(stall.household) == 90
    assert pages.get(keeper, f"/redemptions/{reference}/reversal").field("lines-0-quantity") == "2"


@pytest.mark.parametrize(
    "typed",
    [
        {"lines-0-quantity": "4"},
        {"lines-0-quantity": "-1"},
        {"lines-0-quantity": "1.5"},
        {"lines-0-quantity": "0"},
        {"reason": ""},
        {"reason": "不在表里"},
        {"detail": "长" * 81},
        {"key": ""},
        {"lines-0-sku": "NOSUCH"},
    ],
)
def test_what_cannot_be_taken_back_is_told_and_nothing_changes(
    keeper: FlaskClient, stall: Stall, soap: Goods, typed: dict[str, str]
) -> None:
    reference = stall.redeem((soap, 3)).reference
    form = void(keeper, reference, **{"detail": "说明", **typed})

    answer = keeper.post(f"/redemptions/{reference}/reversal", data=form)

    assert answer.status_code in {404, 409, 422}
    assert (typed.get("detail") or "说明") in answer.get_data(as_text=True)
    assert balance(stall.household) == 85


def test_yesterdays_is_for_the_supervisor(app: Flask, stall: Stall, soap: Goods) -> None:
    with transaction():
        db.session.query(PointsPrice).update({"since": today() - timedelta(days=9)})
    reference = stall.redeem((soap, 1), occurred_on=today() - timedelta(days=1)).reference
    url = f"/redemptions/{reference}/reversal"
    keeper = somebody(app, stall.keeper)
    supervisor = somebody(app, make_staff(Role.SUPERVISOR, stall.shop.region_code))

    assert url not in pages.get(keeper, f"/redemptions/{reference}").links
    refused = pages.get(keeper, url, status=403)
    assert "店长只能作废当天的兑换" in refused.text
    assert "确认退回" not in refused.text
    sent = keeper.post(url, data=void(supervisor, reference))
    assert sent.status_code == 403
    assert url in pages.get(supervisor, f"/redemptions/{reference}").links
    assert supervisor.post(url, data=void(supervisor, reference)).status_code == 302
    assert balance(stall.household) == 100


def test_another_shops_receipts_are_not_there(app: Flask, stall: Stall, soap: Goods) -> None:
    reference = stall.redeem((soap, 1)).reference
    others = [
        make_stall().keeper,
        make_staff(Role.SUPERVISOR, OTHER_VILLAGE),
        make_staff(Role.TOWNSHIP, OTHER_TOWNSHIP),
    ]

    for member in others:
        client = somebody(app, member)
        for end in ("", "/paper", "/reversal"):
            assert client.get(f"/redemptions/{reference}{end}").status_code == 404
        sent = client.post(f"/redemptions/{reference}/reversal", data={"reason": "拿错商品"})
        assert sent.status_code == 404
        assert reference not in pages.get(client, "/redemptions").text
    assert balance(stall.household) == 95


def test_those_who_may_look_may_not_take_back(app: Flask, stall: Stall, soap: Goods) -> None:
    reference = stall.redeem((soap, 1)).reference
    office = somebody(app, make_staff(Role.TOWNSHIP, TOWNSHIP))

    page = pages.get(office, f"/redemptions/{reference}")
    url = f"/redemptions/{reference}/reversal"
    assert "您的岗位不能办理" in pages.get(office, url, status=403).text
    form = void(somebody(app, stall.keeper), reference)
    pages.post(office, url, form, status=404)

    assert f"/redemptions/{reference}/reversal" not in page.links
    assert somebody(app, make_staff(Role.SCORER)).get("/redemptions").status_code == 403


def test_the_list_of_a_day_goes_on_page_by_page(
    app: Flask, keeper: FlaskClient, stall: Stall, soap: Goods
) -> None:
    app.config["PAGE_SIZE"] = 3
    references = [stall.redeem((soap, 1)).reference for _ in range(6)]
    references.append(stall.reverse(references[0]).reference)
    seen: list[str] = []
    url = "/redemptions"

    for _ in range(3):
        page = pages.get(keeper, url)
        seen += [r for r in reversed(references) if f"/redemptions/{r}" in page.links]
        url = next((link for link in page.links if "after=" in link), "")

    assert seen == list(reversed(references))
    assert url == ""


@pytest.mark.parametrize("query", ["day=2020-01-01", "day=x", "shop=NOSUCH", "after=NOSUCH-1"])
def test_the_list_takes_odd_questions_calmly(
    keeper: FlaskClient, stall: Stall, soap: Goods, query: str
) -> None:
    stall.redeem((soap, 1))

    pages.get(keeper, f"/redemptions?{query}")


def test_the_list_asks_a_constant_number_of_questions(
    keeper: FlaskClient, stall: Stall, soap: Goods, statements: Any
) -> None:
    def asked() -> int:
        db.session.expire_all()
        before = statements()
        pages.get(keeper, "/redemptions")
        return int(statements() - before)

    stall.redeem((soap, 1))
    one = asked()
    for _ in range(8):
        stall.redeem((soap, 1))

    assert asked() == one
