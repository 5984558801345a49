"""The pages of shops, stock and deliveries, by role and shop, with what people send wrongly."""

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.goods import queries as goods_queries
from supermarket.goods import service as goods
from supermarket.goods.models import Barcode, Goods
from supermarket.ledger.models import Entry, Lot
from supermarket.shops.models import GoodsIn, Shop
from supermarket.shops.service import GoodsInAsk, Received
from supermarket.staff.models import Role
from tests import pages
from tests.factories import (
    COUNTY,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    add_lot,
    make_goods,
    make_regions,
    make_shop,
    make_staff,
)
from tests.shops.makers import days, delivery, hand_out, lots, make_rice, receive

CODE = "6901234567892"


@pytest.fixture
def shop(app: Flask) -> Shop:
    return make_shop(name="安沟村爱心超市")


@pytest.fixture
def rice(app: Flask) -> Goods:
    item = make_rice()
    with transaction():
        item.initials = "dm"
        goods.bind_barcode(item, CODE, by=None)
    return item


def enter(app: Flask, role: Role, region: str = VILLAGE, shop: Shop | None = None) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(role, region, shop=shop))
    return browser


@pytest.fixture
def keeper(app: Flask, shop: Shop) -> FlaskClient:
    return enter(app, Role.SHOPKEEPER, shop=shop)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return enter(app, Role.COUNTY, COUNTY)


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def form(**changes: str) -> dict[str, str]:
    """A delivery as the page sends it."""
    return {
        "key": uuid4().hex,
        "source": "purchase",
        "partner": "粮油批发部",
        "document": "NO.7",
        "received_on": today().isoformat(),
        "code": "",
    } | changes


def line(number: int, sku: str, quantity: str = "20", best_before: str | date = "", cost: str = ""
         ) -> dict[str, str]:  # fmt: skip
    """A line of it."""
    return {
        f"lines-{number}-sku": sku,
        f"lines-{number}-quantity": quantity,
        f"lines-{number}-best_before": str(best_before),
        f"lines-{number}-unit_cost": cost,
    }


# -- taking a delivery in --------------------------------------------------------------------


def test_a_keeper_scans_counts_dates_reviews_and_confirms(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    assert keeper.get("/goods-in").location == url
    blank = pages.get(keeper, url)

    scanned = pages.post(keeper, url, form(code=f"12*{CODE}", key=blank.field("key"), step="add"))
    assert scanned.field("lines-0-quantity") == "12"
    typed = form(key=blank.field("key")) | line(0, rice.sku, "12", days(90), "45.50")
    review = pages.post(keeper, url, typed)
    assert "请对着货再看一遍" in review.text
    assert "45.50 元" in review.text
    assert review.field("lines-0-quantity") == "12"
    assert count(Lot) == 0
    answer = keeper.post(url, data=typed | {"step": "confirm"})

    assert answer.location == f"/goods-in/{shop.code}-1"
    assert [(lot.on_hand, lot.best_before) for lot in lots()] == [(12, days(90))]
    paper = pages.get(keeper, answer.location)
    assert "入库单（采购）" in paper.text
    assert "粮油批发部" in paper.text
    assert "546.00 元" in paper.text
    assert CODE in paper.text


def test_confirming_twice_takes_in_once(keeper: FlaskClient, shop: Shop, rice: Goods) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    typed = form(step="confirm") | line(0, rice.sku, "5", days(9))

    first, second = keeper.post(url, data=typed), keeper.post(url, data=typed)

    assert first.location == second.location == f"/goods-in/{shop.code}-1"
    assert count(Entry) == 1


def test_a_key_sent_with_another_delivery_is_refused_and_nothing_typed_is_lost(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    typed = form(step="confirm") | line(0, rice.sku, "5", days(9))
    keeper.post(url, data=typed)

    page = pages.post(keeper, url, typed | line(0, rice.sku, "6", days(9)), status=409)

    assert "提交编号已用于另一笔业务" in page.text
    assert page.field("lines-0-quantity") == "6"
    assert count(Entry) == 1


def test_going_back_from_review_keeps_everything(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    typed = form(step="edit", source="donation") | line(0, rice.sku, "abc", "2099-13-45", "x")

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed)

    assert page.field("lines-0-quantity") == "abc"
    assert page.field("lines-0-unit_cost") == "x"
    assert page.field("partner") == "粮油批发部"


def ready_for(page: pages.Page) -> str:
    """The name of the field that is ready to be typed in."""
    return next(e.get("name", "") for e in page.all("input") if e.get("autofocus") is not None)


def test_scanning_the_same_again_counts_it_up_and_waits_for_the_next_scan(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    soap = make_goods(name="肥皂")
    url = f"/shops/{shop.code}/goods-in/new"

    again = pages.post(keeper, url, form(code=CODE) | line(4, rice.sku, "3", days(9)))
    other = pages.post(keeper, url, form(code=soap.sku) | line(4, rice.sku, " ３ ", days(9)))
    counted = pages.post(keeper, url, form(code=f"12*{CODE}") | line(0, rice.sku, " ３ "))

    assert again.field("lines-0-quantity") == "4"
    assert again.field("lines-0-best_before") == str(days(9))
    assert "已加：大米，共 4 块" in again.text
    assert other.field("lines-1-sku") == soap.sku
    assert "已加：肥皂，共 1 块" in other.text
    assert counted.field("lines-0-quantity") == "15"
    for page in (again, other):
        assert page.field("code") == ""
        assert ready_for(page) == "code"


def test_the_same_goods_with_another_date_get_a_line_of_their_own(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    typed = form() | line(0, rice.sku, "3", days(9))

    split = pages.post(keeper, url, typed | {"step": "split-0"})
    scanned = pages.post(keeper, url, typed | line(1, rice.sku, "1", days(30)) | {"code": CODE})
    nothing = pages.post(keeper, url, typed | {"step": "split-7"})

    assert split.field("lines-0-best_before") == str(days(9))
    assert split.field("lines-1-sku") == rice.sku
    assert ready_for(split) == "lines-1-best_before"
    assert scanned.field("lines-0-quantity") == "3"
    assert scanned.field("lines-1-quantity") == "2"
    assert "lines-1-sku" not in nothing.html


def test_a_step_by_htmx_moves_on_to_the_paper(keeper: FlaskClient, shop: Shop, rice: Goods) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    typed = form() | line(0, rice.sku, "5", days(9))

    review = keeper.post(url, data=typed, headers={"HX-Request": "true"})
    answer = keeper.post(url, data=typed | {"step": "confirm"}, headers={"HX-Request": "true"})

    assert review.headers["HX-Reswap"] == "outerHTML show:window:top"
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == f"/goods-in/{shop.code}-1"
    assert f"单号 {shop.code}-1" in pages.get(keeper, answer.headers["HX-Redirect"]).text


def test_what_is_wrong_is_named_by_row_and_field(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    soap = make_goods(name="肥皂")
    typed = form() | line(0, soap.sku, "2") | line(1, rice.sku, "x", "")

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed, status=422)

    links = {link.get("href"): pages.text_of(link) for link in page.all("a")}
    assert links["#lines-1-best_before"].startswith("第 2 行 大米，保质期至：请填写")
    assert links["#lines-1-quantity"] == "第 2 行 大米，数量：请填整数"
    assert "#lines-0-best_before" not in links
    assert "请检查“商品”" not in page.text
    labels = {label.get("for"): pages.text_of(label) for label in page.all("label")}
    assert labels["lines-0-best_before"] == "保质期至 选填"
    assert labels["lines-1-best_before"] == "保质期至"


def test_what_the_shop_refuses_of_a_line_is_said_once_above(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    typed = form() | line(0, rice.sku, "2", "2099-01-01")

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed, status=422)

    assert page.text.count("第 1 行“大米”：保质期至 2099-01-01 太远了") == 2  # above, and beside


@pytest.mark.parametrize(
    ("cost", "words"),
    [("1.50", "合计金额18.00 元"), ("", "合计金额15.00 元，另有 1 行没填单价")],
)
def test_the_review_shows_what_each_line_and_all_of_it_costs(
    keeper: FlaskClient, shop: Shop, rice: Goods, cost: str, words: str
) -> None:
    soap = make_goods(name="肥皂")
    typed = form() | line(0, rice.sku, "10", days(9), "1.5") | line(1, soap.sku, "2", "", cost)

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed)

    assert words in page.text
    assert "15.00 元" in pages.text_of(next(page.all("tbody")))


# -- a new barcode ---------------------------------------------------------------------------

NEW_CODE = "6922868281015"


def bound(code: str = NEW_CODE) -> tuple[str, int] | None:
    """The goods and units that a code means, as the database has it."""
    barcode = db.session.get(Barcode, code, populate_existing=True)
    return (barcode.goods.sku, barcode.units) if barcode else None


def test_a_keeper_binds_a_new_barcode_while_taking_goods_in(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    soap = make_goods(name="肥皂")
    url = f"/shops/{shop.code}/goods-in/new"
    typed = form(code=f"2*{NEW_CODE}", step="add") | line(0, rice.sku, "3", days(9))

    asked = pages.post(keeper, url, typed, status=422)
    assert f"没有找到“{NEW_CODE}”。如果是新条码，选它是哪种商品" in asked.text
    assert asked.field("code") == ""
    new = {"new-code": asked.field("new-code"), "new-units": "12", "code": ""}
    found = pages.post(keeper, url, typed | new | {"new-wanted": "肥皂", "step": "seek"})
    entered = pages.post(keeper, url, typed | new | {"new-wanted": "没有的", "step": "add"})
    page = pages.post(keeper, url, typed | new | {"step": f"bind-{soap.sku}"})

    assert [e.get("value") for e in found.all("button") if "bind" in e.get("value", "")] == [
        f"bind-{soap.sku}"
    ]
    assert "没有这样的商品" in entered.text
    assert bound() == (soap.sku, 12)
    assert page.field("lines-0-quantity") == "3"
    assert page.field("lines-1-sku") == soap.sku
    assert page.field("lines-1-quantity") == "24"
    assert "new-code" not in page.html
    note = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert note is not None
    assert (note.action, note.subject) == ("goods.bind_barcode", soap.sku)
    assert note.staff_id is not None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"new-units": "0"}, "应为 1 到 1000 的整数"),
        ({"new-units": "x"}, "请填整数"),
        ({"new-code": "6922868281010"}, "没有找到“6922868281010”"),
        ({"new-code": ""}, "没有找到"),
        ({"step": "bind-NOPE"}, "没有找到“NOPE”"),
        ({"step": "bind-\x00"}, "没有找到"),
    ],
)
def test_a_code_that_cannot_be_bound_is_not(
    keeper: FlaskClient, shop: Shop, rice: Goods, changes: dict[str, str], words: str
) -> None:
    new = {"new-code": NEW_CODE, "new-units": "1", "step": f"bind-{rice.sku}"}

    page = pages.post(
        keeper, f"/shops/{shop.code}/goods-in/new", form() | new | changes, status=422
    )

    assert words in page.text
    assert count(Barcode) == 1


def test_a_keeper_changes_no_code_that_means_something_already(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    soap = make_goods(name="肥皂")
    new = {"new-code": CODE, "new-units": "12"}
    url = f"/shops/{shop.code}/goods-in/new"

    for sku in (soap.sku, rice.sku):
        page = pages.post(keeper, url, form(step=f"bind-{sku}") | new)
        assert page.field("lines-0-sku") == rice.sku
        assert page.field("lines-0-quantity") == "1"

    assert bound(CODE) == (rice.sku, 1)


def test_stopped_goods_get_no_new_code(keeper: FlaskClient, shop: Shop, rice: Goods) -> None:
    with transaction():
        rice.active = False
    typed = form(step=f"bind-{rice.sku}") | {"new-code": NEW_CODE, "new-units": "1"}

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed, status=422)

    assert "“大米”已停用" in page.text
    assert bound() is None


def test_who_only_looks_binds_nothing(app: Flask, shop: Shop, rice: Goods) -> None:
    browser = enter(app, Role.SUPERVISOR)
    typed = form(step=f"bind-{rice.sku}") | {"new-code": NEW_CODE, "new-units": "1"}

    pages.post(browser, f"/shops/{shop.code}/goods-in/new", typed, status=403)

    assert bound() is None


def test_a_name_finds_goods_and_several_are_offered(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    other = make_goods(name="大米粉")
    with transaction():
        other.initials = "dmf"
    url = f"/shops/{shop.code}/goods-in/new"

    offered = pages.post(keeper, url, form(code="dm", step="add"))
    one = pages.post(keeper, url, form(code="dmf", step="add"))
    taken = pages.post(keeper, url, form(code="dm", step=f"take-{rice.sku}"))
    everything = pages.post(keeper, url, form(step="choose"))

    assert "大米粉" in offered.text
    assert one.field("lines-0-sku") == other.sku
    assert taken.field("lines-0-sku") == rice.sku
    assert taken.field("code") == ""
    assert "大米粉" in everything.text


@pytest.mark.parametrize("code", ["6901234567891", "没有的", "12*", "\x00", "<script>", "9" * 5000])
def test_a_code_that_means_nothing_is_explained_and_stays(
    keeper: FlaskClient, shop: Shop, rice: Goods, code: str
) -> None:
    page = pages.post(
        keeper,
        f"/shops/{shop.code}/goods-in/new",
        form(code=code, step="add") | line(0, rice.sku),
        status=422 if code != "\x00" else 200,
    )

    assert "没有找到" in page.text or code == "\x00"
    assert page.field("lines-0-sku") == rice.sku


def test_stopped_goods_are_not_added(keeper: FlaskClient, shop: Shop, rice: Goods) -> None:
    with transaction():
        rice.active = False

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", form(code=CODE), status=422)

    assert "“大米”已停用" in page.text


def test_a_line_is_removed_and_the_others_stay(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    soap = make_goods()
    typed = form(step="remove-0") | line(0, rice.sku) | line(1, soap.sku, "7")

    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", typed)

    assert page.field("lines-0-quantity") == "7"
    assert page.field("lines-0-sku") == soap.sku
    assert "lines-1-sku" not in page.html


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines-0-quantity": "0"}, "应为 1 到 100000 的整数"),
        ({"lines-0-quantity": "-1"}, "应为 1 到 100000 的整数"),
        ({"lines-0-quantity": "1.5"}, "请填整数"),
        ({"lines-0-quantity": "9" * 40}, "请填整数"),
        ({"lines-0-quantity": ""}, "请填整数"),
        ({"lines-0-quantity": "100001"}, "应为 1 到 100000 的整数"),
        ({"lines-0-best_before": ""}, "请填写保质期至哪一天"),
        ({"lines-0-best_before": "2020-01-01"}, "这一天已经过去"),
        ({"lines-0-best_before": "明年"}, "请填日期"),
        ({"lines-0-best_before": "2099-01-01"}, "请核对年份"),
        ({"lines-0-unit_cost": "12.505"}, "最多两位小数"),
        ({"lines-0-unit_cost": "-1"}, "请填金额"),
        ({"lines-0-unit_cost": "1e3"}, "请填金额"),
        ({"lines-0-unit_cost": "9999999"}, "单价应在 0 到 100000 元之间"),
        ({"lines-0-sku": "NOPE"}, "没有编号为“NOPE”的商品"),
        ({"lines-0-sku": "\x00"}, "没有编号为"),
        ({"source": "stolen"}, "请选采购还是捐赠"),
        ({"source": ""}, "请选"),
        ({"received_on": "2099-01-01"}, "到货日期不能晚于今天"),
        ({"received_on": ""}, "请填写到货日期"),
        ({"partner": "长" * 61}, "最多 60 个字"),
        ({"document": "9" * 65}, "最多 64 个字"),
        ({"key": ""}, "提交编号须为"),
    ],
)
def test_a_delivery_that_cannot_be_is_refused_and_what_was_typed_stays(
    keeper: FlaskClient, shop: Shop, rice: Goods, changes: dict[str, str], words: str
) -> None:
    typed = form() | line(0, rice.sku, "20", days(90), "45.5") | changes

    page = pages.post(
        keeper, f"/shops/{shop.code}/goods-in/new", typed | {"step": "confirm"}, status=422
    )

    assert words in page.text
    for name, text in changes.items():
        if name not in {"source", "key", "lines-0-sku"}:
            assert page.field(name) == text
    assert count(Lot) == count(Entry) == 0


def test_a_delivery_without_lines_says_what_to_do(keeper: FlaskClient, shop: Shop) -> None:
    page = pages.post(keeper, f"/shops/{shop.code}/goods-in/new", form(), status=422)

    assert "还没有商品" in page.text


def test_a_note_taken_in_before_is_refused_with_its_number(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    url = f"/shops/{shop.code}/goods-in/new"
    keeper.post(url, data=form(step="confirm") | line(0, rice.sku, "5", days(9)))

    page = pages.post(keeper, url, form() | line(0, rice.sku, "6", days(9)), status=409)

    assert f"已经入过库（{shop.code}-1）" in page.text
    assert page.field("document") == "NO.7"
    assert count(GoodsIn) == 1


def test_money_typed_full_width_with_its_unit_is_read(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    typed = form(step="confirm") | line(0, rice.sku, "２", days(9), "￥１２.5 元")

    answer = keeper.post(f"/shops/{shop.code}/goods-in/new", data=typed)

    assert "25.00 元" in pages.get(keeper, answer.location or "").text


# -- whose shop ------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.SCORER, Role.REVIEWER, Role.HELPER])
def test_who_has_nothing_to_do_with_shops_is_kept_out(app: Flask, shop: Shop, role: Role) -> None:
    browser = enter(app, role)

    for url in (
        "/shops",
        "/stock",
        "/goods-in",
        f"/shops/{shop.code}",
        f"/shops/{shop.code}/stock",
    ):
        pages.get(browser, url, status=403)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR])
def test_who_only_looks_takes_nothing_in(app: Flask, shop: Shop, rice: Goods, role: Role) -> None:
    browser = enter(app, role)

    pages.get(browser, f"/shops/{shop.code}/stock")
    pages.get(browser, "/shops")
    pages.post(
        browser, f"/shops/{shop.code}/goods-in/new",
        form(step="confirm") | line(0, rice.sku, "5", days(9)), status=403,
    )  # fmt: skip
    assert count(Lot) == 0


def test_a_keeper_reaches_only_the_own_shop(app: Flask, keeper: FlaskClient, rice: Goods) -> None:
    other = make_shop(VILLAGE, name="别人的店")
    received = receive(other, delivery(GoodsInAsk(rice.sku, 5, days(9))))

    for url in (
        f"/shops/{other.code}", f"/shops/{other.code}/stock", f"/shops/{other.code}/goods-in",
        f"/shops/{other.code}/goods-in/new", f"/shops/{other.code}/prices",
        f"/shops/{other.code}/stock/{rice.sku}", f"/lots/{received.reference}-1",
        f"/goods-in/{received.reference}",
    ):  # fmt: skip
        pages.get(keeper, url, status=404)
    pages.post(
        keeper, f"/shops/{other.code}/goods-in/new",
        form(step="confirm") | line(0, rice.sku, "5", days(9)), status=404,
    )  # fmt: skip
    assert "别人的店" not in pages.get(keeper, "/shops").text
    assert count(GoodsIn) == 1


@pytest.mark.parametrize("region", [OTHER_TOWNSHIP, OTHER_VILLAGE])
def test_another_places_office_does_not_see_the_shop(app: Flask, shop: Shop, region: str) -> None:
    browser = enter(app, Role.TOWNSHIP, region)

    pages.get(browser, f"/shops/{shop.code}", status=404)
    pages.get(browser, f"/shops/{shop.code}/edit", status=404)
    pages.get(browser, f"/shops/{shop.code}/goods-in/new", status=404)


def test_a_form_sent_after_sign_out_changes_nothing(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    keeper.post("/sign-out")

    answer = keeper.post(
        f"/shops/{shop.code}/goods-in/new",
        data=form(step="confirm") | line(0, rice.sku, "5", days(9)),
    )

    assert answer.status_code == 401
    assert count(Lot) == 0


@pytest.mark.parametrize(
    "url", ["/shops/NOPE", "/shops/%00/stock", "/lots/x", "/goods-in/x", "/goods-in/%00-1",
            "/shops/NOPE/goods-in/new", "/lots/410482100203S01-1-99"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(office: FlaskClient, shop: Shop, url: str) -> None:
    pages.get(office, url, status=404)


# -- stock -----------------------------------------------------------------------------------


def test_stock_opens_the_lots_and_the_movements_behind_it(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    received = receive(shop, delivery(GoodsInAsk(rice.sku, 20, days(20))))
    hand_out(shop, lots()[0].id, 8)
    assert keeper.get("/stock").location == f"/shops/{shop.code}/stock"

    stock = pages.get(keeper, f"/shops/{shop.code}/stock")
    shelf = pages.get(keeper, f"/shops/{shop.code}/stock/{rice.sku}")
    card = pages.get(keeper, f"/lots/{received.reference}-1")

    assert f"/shops/{shop.code}/stock/{rice.sku}" in stock.links
    assert "剩 20 天" in stock.text
    assert f"/lots/{received.reference}-1" in shelf.links
    for words in ("+20", "-8", "12 块", "入库", "报损", received.reference):
        assert words in card.text


def test_stock_shows_the_next_date_that_can_be_handed_out(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    add_lot(shop, rice, 3, best_before=days(-5))
    add_lot(shop, rice, 20, best_before=days(20))

    stock = pages.get(keeper, f"/shops/{shop.code}/stock")
    shelf = pages.get(keeper, f"/shops/{shop.code}/stock/{rice.sku}")

    row = pages.text_of(next(stock.all("tbody")))
    assert "剩 20 天" in row
    for text in (row, shelf.text):
        assert "已过期 3 块，不能兑换，请下架单独存放" in text


@pytest.mark.parametrize(
    ("show", "seen"),
    [("", "好 近 远 过"), ("low", "过"), ("30", "近"), ("60", "近 远"), ("expired", "过"),
     ("nonsense", "好 近 远 过")],
)  # fmt: skip
def test_stock_is_narrowed_to_what_needs_doing(
    keeper: FlaskClient, shop: Shop, show: str, seen: str
) -> None:
    for name, day in (("好", 300), ("近", 30), ("远", 60), ("过", -1)):
        goods_item = make_rice(name=f"{name}米")
        add_lot(shop, goods_item, 50, best_before=days(day))

    page = pages.get(keeper, f"/shops/{shop.code}/stock?show={show}")

    assert {name for name in "好近远过" if f"{name}米" in page.text} == set(seen.split())


def test_a_stock_page_takes_the_same_statements_for_any_number_of_goods(
    keeper: FlaskClient, shop: Shop, statements: Callable[[], int]
) -> None:
    def opened() -> int:
        before = statements()
        keeper.get(f"/shops/{shop.code}/stock")
        return statements() - before

    make_goods(shop=shop, on_hand=5)
    few = opened()
    for number in range(8):
        make_goods(shop=shop, on_hand=5, name=f"商品{number}")

    assert opened() == few


def test_long_lists_go_on_over_the_page(
    app: Flask, keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    app.config["PAGE_SIZE"] = 2
    for units in (31, 32, 33):
        receive(shop, delivery(GoodsInAsk(rice.sku, units, days(90))))
    for _time in range(3):
        hand_out(shop, lots()[0].id, 1)

    for url, first, last in (
        (f"/shops/{shop.code}/goods-in", "33 件", "31 件"),
        (f"/shops/{shop.code}/stock/{rice.sku}", f"{shop.code}-3-1", f"{shop.code}-1-1"),
        (f"/lots/{shop.code}-1-1", "28 块", "+31"),
    ):
        top = pages.get(keeper, url)
        rest = pages.get(keeper, next(link for link in top.links if "before=" in link))
        assert first in top.text
        assert last not in top.text
        assert last in rest.text


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "%00", "1.5", "²"])
def test_a_place_that_is_none_shows_the_first_page(
    keeper: FlaskClient, shop: Shop, rice: Goods, before: str
) -> None:
    receive(shop, delivery(GoodsInAsk(rice.sku, 31, days(90))))

    for url in (f"/shops/{shop.code}/goods-in", f"/shops/{shop.code}/stock/{rice.sku}",
                f"/lots/{shop.code}-1-1"):  # fmt: skip
        assert "31" in pages.get(keeper, f"{url}?before={before}").text


def test_empty_shelves_say_what_to_do(keeper: FlaskClient, shop: Shop, rice: Goods) -> None:
    assert "先入库吧" in pages.get(keeper, f"/shops/{shop.code}/stock").text
    assert "还没有收过货" in pages.get(keeper, f"/shops/{shop.code}/goods-in").text
    assert "还没进过" in pages.get(keeper, f"/shops/{shop.code}/stock/{rice.sku}").text


# -- taking back -----------------------------------------------------------------------------


@pytest.fixture
def taken_in(shop: Shop, rice: Goods) -> Received:
    return receive(shop, delivery(GoodsInAsk(rice.sku, 20, days(90), 100)))


def test_a_supervisor_takes_a_delivery_back(app: Flask, taken_in: Received) -> None:
    browser = enter(app, Role.SUPERVISOR)
    url = f"/goods-in/{taken_in.reference}/reversal"
    assert url in pages.get(browser, f"/goods-in/{taken_in.reference}").links
    page = pages.get(browser, url)
    assert page.field("lines-0-quantity") == "20"

    answer = browser.post(
        url,
        data={"key": page.field("key"), "reason": "录错了", "lines-0-position": "1",
              "lines-0-quantity": "15"},
    )  # fmt: skip

    assert answer.location == f"/goods-in/{taken_in.reference}"
    assert lots()[0].on_hand == 5
    assert "已撤回 15" in pages.get(browser, answer.location).text


def test_a_keeper_takes_nothing_back(keeper: FlaskClient, taken_in: Received) -> None:
    url = f"/goods-in/{taken_in.reference}/reversal"

    assert url not in pages.get(keeper, f"/goods-in/{taken_in.reference}").links
    pages.post(keeper, url, {}, status=403)
    assert lots()[0].on_hand == 20


def test_a_supervisor_of_another_village_takes_nothing_back(app: Flask, taken_in: Received) -> None:
    browser = enter(app, Role.SUPERVISOR, OTHER_VILLAGE)

    pages.get(browser, f"/goods-in/{taken_in.reference}/reversal", status=404)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"reason": " "}, 422, "请写明原因"),
        ({"lines-0-quantity": "x"}, 422, "请填整数"),
        ({"lines-0-quantity": "-1"}, 422, "应为 0 到 100000 的整数"),
        ({"lines-0-quantity": "0"}, 422, "请至少填一行撤回数量"),
        ({"lines-0-position": "9"}, 422, "入库单上没有第 9 行"),
        ({"lines-0-position": "²"}, 422, "请至少填一行撤回数量"),
        ({"lines-0-quantity": "13"}, 409, "只剩 12 件，13 件撤不回来"),
        ({"lines-0-quantity": "21"}, 409, "最多还能退 20，不能退 21"),
        ({"key": "x"}, 422, "提交编号须为"),
    ],
)
def test_taking_back_what_cannot_be_is_refused(
    app: Flask, shop: Shop, taken_in: Received, changes: dict[str, str], status: int, words: str
) -> None:
    hand_out(shop, lots()[0].id, 8)
    browser = enter(app, Role.SUPERVISOR)
    typed = {"key": uuid4().hex, "reason": "录错了", "lines-0-position": "1",
             "lines-0-quantity": "12"}  # fmt: skip

    page = pages.post(
        browser, f"/goods-in/{taken_in.reference}/reversal", typed | changes, status=status
    )

    assert words in page.text
    assert lots()[0].on_hand == 12


def test_taking_back_twice_with_one_key_takes_back_once(app: Flask, taken_in: Received) -> None:
    browser = enter(app, Role.COUNTY, COUNTY)
    typed = {"key": uuid4().hex, "reason": "录错了", "lines-0-position": "1",
             "lines-0-quantity": "5"}  # fmt: skip
    url = f"/goods-in/{taken_in.reference}/reversal"

    answers = [browser.post(url, data=typed).status_code for _time in range(2)]

    assert answers == [302, 302]
    assert lots()[0].on_hand == 15


# -- shops and their prices ------------------------------------------------------------------


def test_the_county_opens_a_shop_from_the_map_down(office: FlaskClient) -> None:
    make_regions()
    top = pages.get(office, "/shops/new")
    assert f"/shops/new/{COUNTY}" in top.links
    assert f"/shops/new/{TOWNSHIP}" in pages.get(office, f"/shops/new/{COUNTY}").links

    answer = office.post(
        f"/shops/new/{VILLAGE}", data={"name": "新店", "phone": "0375-12345", "address": "村口"}
    )

    assert answer.location == f"/shops/{VILLAGE}S01"
    shown = pages.get(office, answer.location).text
    assert "0375-12345" in shown
    assert "汝州市 · 寄料镇 · 安沟村民委员会" in shown
    assert "新店" in pages.get(office, "/shops").text


@pytest.mark.parametrize("place", ["410482101", "411025001001", "4104", "999", "%00"])
def test_a_township_opens_no_shop_elsewhere(app: Flask, place: str) -> None:
    browser = enter(app, Role.TOWNSHIP, TOWNSHIP)

    pages.post(browser, f"/shops/new/{place}", {"name": "新店"}, status=404)

    assert count(Shop) == 0


def test_a_shop_without_a_name_is_not_opened(office: FlaskClient) -> None:
    make_regions()

    page = pages.post(office, f"/shops/new/{VILLAGE}", {"name": " ", "address": "村口"}, status=422)

    assert "请填写店名" in page.text
    assert page.field("address") == "村口"


def test_a_shop_is_closed_and_takes_nothing_in(
    office: FlaskClient, keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    pages.get(office, f"/shops/{shop.code}/edit")

    office.post(f"/shops/{shop.code}/edit", data={"name": "旧店"})

    page = pages.post(
        keeper, f"/shops/{shop.code}/goods-in/new", form() | line(0, rice.sku, "5", days(9)),
        status=409,
    )  # fmt: skip
    assert "“旧店”已停业" in page.text
    assert "已停业" in pages.get(office, "/shops").text
    pages.post(office, f"/shops/{shop.code}/edit", {}, status=422)


def test_an_office_with_several_shops_chooses_one(office: FlaskClient, shop: Shop) -> None:
    other = make_shop(OTHER_VILLAGE, name="北邻村爱心超市")

    page = pages.get(office, "/goods-in")

    assert f"/shops/{other.code}/goods-in/new" in page.links
    assert office.get("/stock").location == "/shops"


def test_a_township_prices_its_own_shops_only(app: Flask, shop: Shop, rice: Goods) -> None:
    browser = enter(app, Role.TOWNSHIP, TOWNSHIP)
    stranger = enter(app, Role.TOWNSHIP, OTHER_TOWNSHIP)
    url = f"/shops/{shop.code}/prices/{rice.sku}"
    wanted = {"points": "30", "since": today().isoformat()}

    pages.post(stranger, url, wanted, status=404)
    pages.get(browser, url)
    browser.post(url, data=wanted)

    assert goods_queries.prices(shop.id, [rice.id], today()) == {rice.id: 30}
    assert goods_queries.prices(None, [rice.id], today()) == {rice.id: 35}
    assert "本店自定" in pages.get(browser, f"/shops/{shop.code}/prices").text
    pages.post(browser, url, wanted | {"points": "0"}, status=422)
    pages.post(browser, url, wanted | {"since": "2020-01-01"}, status=422)


def test_a_keeper_sees_prices_and_changes_none(
    keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    page = pages.get(keeper, f"/shops/{shop.code}/prices")

    assert "35 分" in page.text
    assert f"/shops/{shop.code}/prices/{rice.sku}" not in page.links
    pages.post(keeper, f"/shops/{shop.code}/prices/{rice.sku}", {"points": "1"}, status=403)
    pages.get(keeper, f"/shops/{shop.code}/edit", status=403)


def test_the_shelf_is_downloaded_lot_by_lot(
    app: Flask, keeper: FlaskClient, shop: Shop, rice: Goods
) -> None:
    add_lot(shop, rice, 7, best_before=today() - timedelta(days=1))
    add_lot(shop, rice, 5, best_before=today() + timedelta(days=40))

    answer = keeper.get(f"/shops/{shop.code}/stock.xlsx")

    sheet = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    answer.close()
    rows = [row for row in sheet if row[0] == rice.sku]
    assert [(row[6], row[7], row[8]) for row in rows] == [
        (today() - timedelta(days=1), 7, 7),
        (today() + timedelta(days=40), 5, 0),
    ]
    stranger = enter(app, Role.SHOPKEEPER, shop=make_shop(OTHER_VILLAGE))
    assert stranger.get(f"/shops/{shop.code}/stock.xlsx").status_code == 404
