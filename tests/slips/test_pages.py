"""The pages of slips: printing, the register, and typing in on one page."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.goods.models import Goods
from supermarket.slips import queries
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import EVERYWHERE, Stall, make_card, make_stall
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_goods,
    make_household,
    make_shop,
    make_staff,
)
from tests.slips.makers import number, printed, typed_in, voided


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


def grid(*rows: Mapping[str, str], **fields: str) -> dict[str, str]:
    """The page as a browser sends it."""
    sent = {"day": today().isoformat(), **fields}
    for at, row in enumerate(rows):
        sent.update({f"rows-{at}-{name}": value for name, value in row.items()})
    return sent


def slip(
    stall: Stall, own: int, goods: str = "肥皂", units: str = "2", **more: str
) -> dict[str, str]:
    """A row about a slip of the stall's household."""
    return {
        "number": number(stall.shop, own),
        "who": "李建国",
        "goods1": goods,
        "quantity1": units,
        **more,
    }


def test_a_keeper_prints_for_the_own_shop_and_a_county_for_several(
    app: Flask, stall: Stall, keeper: FlaskClient
) -> None:
    other = make_shop(OTHER_VILLAGE, name="北邻村爱心超市")
    county = somebody(app, make_staff(Role.COUNTY, COUNTY))
    page = pages.get(keeper, "/slips/print")
    sent = {"key": page.field("key"), "shops": [stall.shop.code], "count": "４"}

    first, again = (keeper.post("/slips/print", data=sent) for _press in range(2))
    foreign = pages.post(keeper, "/slips/print", {**sent, "shops": [other.code]}, status=404)
    wrong = pages.post(county, "/slips/print", {**sent, "count": "很多"}, status=422)
    together = county.post(
        "/slips/print",
        data={"key": "another-key", "shops": [stall.shop.code, other.code], "count": "6"},
    )
    file = county.get(together.location.replace("/ready", "/sheets.pdf"))

    assert first.location == again.location
    assert "没有找到" in foreign.text
    assert "请填整数" in wrong.text
    ready = pages.get(county, together.location)
    assert number(stall.shop, 5) in ready.text
    assert number(other, 6) in ready.text
    assert (file.mimetype, file.get_data()[:4]) == ("application/pdf", b"%PDF")
    assert keeper.get(together.location).status_code == 200
    assert number(other, 1) not in pages.get(keeper, together.location).text
    assert [run.size for run in queries.runs(stall.shop.id)] == [6, 4]


def test_slips_are_looked_through_and_then_posted_once(
    stall: Stall, soap: Goods, keeper: FlaskClient
) -> None:
    printed(stall.shop, stall.keeper)
    card = make_card(stall.household)
    url = f"/shops/{stall.shop.code}/slips/new"
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    rows = [
        slip(stall, 2, soap.sku),
        slip(
            stall,
            1,
            "肥皂",
            "１",
            number=number(stall.shop, 1).translate(wide),
            who=card.card_number,
        ),
        {},
    ]

    looked = pages.post(keeper, url, grid(*rows))
    kept = balance(stall.household)
    sure = looked.field("sure")
    done, again = (keeper.post(url, data=grid(*rows, sure=sure)) for _press in range(2))

    assert "李** " in looked.text
    assert "肥皂×2，共 10 分，入账后剩 90 分" in looked.text
    assert "肥皂×1，共 5 分，入账后剩 85 分" in looked.text
    assert "确认入账 2 张" in looked.text
    assert looked.field("rows-1-who") == card.card_number
    assert kept == 100
    assert (done.status_code, again.status_code) == (302, 302)
    assert balance(stall.household) == 85
    page = pages.get(keeper, f"/shops/{stall.shop.code}/slips")
    assert page.text.count("已录入") > 2
    changed = pages.post(
        keeper, url, grid(slip(stall, 3, units="3"), sure=sure)
    )  # other words than were looked through are not posted
    assert "还没有入账" in changed.text
    assert balance(stall.household) == 85


def test_two_slips_of_a_household_are_looked_through_one_behind_the_other(
    stall: Stall, soap: Goods, keeper: FlaskClient
) -> None:
    printed(stall.shop, stall.keeper)
    url = f"/shops/{stall.shop.code}/slips/new"
    rows = [slip(stall, own, soap.sku, "12") for own in (1, 2)]

    looked = pages.post(keeper, url, grid(*rows), status=409)

    assert "肥皂×12，共 60 分，入账后剩 40 分" in looked.text
    assert "积分不足：现有 40 分，需要 60 分" in looked.text
    assert "确认入账" not in looked.text
    assert balance(stall.household) == 100


def test_what_is_wrong_stands_beside_its_row_and_everything_typed_stays(
    stall: Stall, soap: Goods, keeper: FlaskClient
) -> None:
    other = make_shop(OTHER_VILLAGE)
    printed(stall.shop, stall.keeper)
    printed(other, stall.keeper)
    make_household(head="李建业", points_held=5)
    typed_in(stall, 5, (soap, 1))
    voided(stall, 6)
    url = f"/shops/{stall.shop.code}/slips/new"
    tomorrow = (today() + timedelta(days=1)).isoformat()
    mistyped = number(stall.shop, 1)[:-1] + str((int(number(stall.shop, 1)[-1]) + 1) % 10)

    typed = pages.post(
        keeper,
        url,
        grid(
            {**slip(stall, 1), "number": mistyped},
            {**slip(stall, 1), "number": "<b>甲乙丙</b>"},
            slip(stall, 1, who="李建"),
            slip(stall, 2, who="赵六"),
            slip(stall, 3, goods="香烟"),
            slip(stall, 4, units="两块"),
            slip(stall, 7, units="1000"),
            {"number": number(stall.shop, 8)},
        ),
        status=422,
    )
    unclear = pages.post(
        keeper,
        url,
        grid(
            {**slip(stall, 1), "number": mistyped},
            {**slip(stall, 1), "number": "<b>甲乙丙</b>"},
            slip(stall, 1, who="李建"),
            slip(stall, 2, who="赵六"),
            slip(stall, 3, goods="香烟"),
            slip(stall, 4),
            slip(stall, 4),
        ),
        status=422,
    )
    refused = pages.post(
        keeper,
        url,
        grid(
            {**slip(stall, 1), "number": number(other, 1)},
            {**slip(stall, 1), "number": number(stall.shop, 99)},
            slip(stall, 5),
            slip(stall, 6),
            slip(stall, 1, day=tomorrow),
            slip(stall, 2, units="21"),
            slip(stall, 3, who="李建业"),
            slip(stall, 4),
        ),
        status=409,
    )

    for words in ("请填整数", "应为 1 到 999 的整数", "请填卡号、户编号或户主姓名", "请填物品"):
        assert words in typed.text
    for words in ("校验位不对", "不是手写单号", "有几户都对得上“李建”", "没有找到“赵六”"):
        assert words in unclear.text
    assert "没有叫“香烟”的商品" in unclear.text
    assert unclear.text.count("在这一页填了两次") == 4  # beside both rows, and in the summary
    assert unclear.field("rows-1-number") == "<b>甲乙丙</b>"
    for words in (
        "是别的店的",
        "没有印过手写单",
        "已由王秀英录入",
        "作废（写坏了）",
        "不能晚于今天",
    ):
        assert words in refused.text
    assert "入账后剩 85 分" in refused.text  # the row that is fine says so
    assert "有 7 张要改" in refused.text
    assert refused.field("rows-6-who") == "李建业"
    assert balance(stall.household) == 95


def test_of_several_rows_the_good_are_posted_and_the_refused_stay(
    stall: Stall, soap: Goods, keeper: FlaskClient
) -> None:
    printed(stall.shop, stall.keeper)
    url = f"/shops/{stall.shop.code}/slips/new"
    rows = [slip(stall, own, units="9") for own in (1, 2, 3)]  # 45 points each, of 100
    make_goods(shop=stall.shop, name="大米")
    sure = pages.post(keeper, url, grid(*rows[:2])).field("sure")
    typed_in(stall, 3, (soap, 9))

    page = pages.post(keeper, url, grid(*rows[:2], sure=sure), status=409)

    assert "已入账 1 张" in page.text
    assert page.field("rows-1-number") == number(stall.shop, 2)
    assert not [field for field in page.all("input") if field.get("name") == "rows-0-number"]
    assert balance(stall.household) == 10


def test_rows_are_added_and_ten_thousand_are_refused(stall: Stall, keeper: FlaskClient) -> None:
    printed(stall.shop, stall.keeper)
    url = f"/shops/{stall.shop.code}/slips/new"

    fresh = pages.get(keeper, url)
    more = pages.post(keeper, url, grid(slip(stall, 1), {}, step="more"))
    empty = pages.post(keeper, url, grid({}), status=422)
    flood = pages.post(keeper, url, grid(*({"number": "1"} for _row in range(10_000))), status=422)

    assert fresh.field("rows-3-number") == ""
    assert more.field("rows-4-number") == ""
    assert more.field("rows-0-who") == "李建国"
    assert "还没有填手写单" in empty.text
    assert "一次最多录 40 张" in flood.text


def test_a_spoilt_slip_is_declared_void_with_a_reason(
    stall: Stall, soap: Goods, keeper: FlaskClient
) -> None:
    printed(stall.shop, stall.keeper)
    typed_in(stall, 5, (soap, 1))
    url = f"/shops/{stall.shop.code}/slips/void"
    gap = pages.get(keeper, f"/shops/{stall.shop.code}/slips")
    link = next(link for link in gap.links if "void?" in link)

    form = pages.get(keeper, link)
    silent = pages.post(keeper, url, {"first": form.field("first"), "reason": " "}, status=422)
    used = pages.post(keeper, url, {"first": number(stall.shop, 5), "reason": "写坏了"}, status=409)
    backwards = pages.post(
        keeper,
        url,
        {"first": number(stall.shop, 4), "last": number(stall.shop, 1), "reason": "湿"},
        status=409,
    )
    sent = {"first": form.field("first"), "last": form.field("last"), "reason": "纸湿了"}
    done = [keeper.post(url, data=sent).status_code for _press in range(2)]

    assert "缺号" in gap.text
    assert "请写明原因" in silent.text
    assert "不能再用" in used.text
    assert "从小到大" in backwards.text
    assert done == [302, 302]
    page = pages.get(keeper, f"/shops/{stall.shop.code}/slips?state=void&since=x&before=y")
    assert page.text.count("纸湿了") == 4
    assert queries.gaps(EVERYWHERE) == []


def test_those_who_oversee_see_the_gaps_and_type_nothing_in(
    app: Flask, stall: Stall, soap: Goods
) -> None:
    printed(stall.shop, stall.keeper)
    make_shop(OTHER_VILLAGE)
    typed_in(stall, 3, (soap, 1))
    lost = number(stall.shop, 1)
    stranger = make_staff(Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))

    for role, place in ((Role.SUPERVISOR, VILLAGE), (Role.AUDITOR, COUNTY), (Role.COUNTY, COUNTY)):
        client = somebody(app, make_staff(role, place))
        assert lost in pages.get(client, "/slips", follow_redirects=True).text
        assert "手写单缺号" in pages.get(client, "/").text
        page = pages.get(client, f"/shops/{stall.shop.code}/slips")
        assert lost in page.text
        assert f"/shops/{stall.shop.code}/slips/new" not in page.links
        assert client.get(f"/shops/{stall.shop.code}/slips/new").status_code == 403
        assert client.post(f"/shops/{stall.shop.code}/slips/void").status_code == 403
    other = somebody(app, stranger)
    for path in ("slips", "slips/new", "slips/void"):
        assert other.get(f"/shops/{stall.shop.code}/{path}").status_code == 404
    sent = grid(slip(stall, 1), sure="x")
    assert other.post(f"/shops/{stall.shop.code}/slips/new", data=sent).status_code == 404
    assert other.get("/slips/sheets.pdf?run=1&run=abc&run=99999999999").status_code == 404
    assert queries.outcome(SlipNumber(stall.shop.id, 1)) is None
