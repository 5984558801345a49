"""The dashboard, the hall's wall and their API as people and programs meet them."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests import pages
from tests.counter.stalls import Stall, make_stall
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_goods,
    make_household,
    make_regions,
    make_shop,
    make_staff,
)

DASHBOARD = "/reports/dashboard"


@pytest.fixture
def stall(app: Flask) -> Stall:
    """A shop where one household had two pieces of soap for ten points."""
    stall = make_stall()
    stall.redeem((make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂"), 2))
    return stall


def enter(
    app: Flask, role: Role = Role.COUNTY, region: str = COUNTY, shop: Shop | None = None
) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(role, region, shop=shop))
    return browser


def program(app: Flask, role: Role, region: str = COUNTY, shop: Shop | None = None) -> FlaskClient:
    """A client whose every request carries somebody's token."""
    member, client = make_staff(role, region, shop=shop), app.test_client()
    answer = client.post("/api/v1/tokens", json={"username": member.username, "password": PASSWORD})
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {answer.get_json()['token']}"
    return client


def first(values: object) -> str:
    """The only text of a list."""
    assert isinstance(values, list)
    [one] = values
    return str(one)


def drawn(page: pages.Page, name: str) -> dict[str, object]:
    """The numbers a chart is drawn from."""
    block = next(one for one in page.all("script") if one.get("id") == f"{name}-data")
    numbers: dict[str, object] = json.loads(block.text or "")
    return numbers


@pytest.mark.parametrize(
    ("role", "region", "heading"),
    [
        (Role.COUNTY, COUNTY, "汝州市"),
        (Role.TOWNSHIP, TOWNSHIP, "寄料镇"),
        (Role.SUPERVISOR, VILLAGE, "安沟村"),
        (Role.AUDITOR, COUNTY, "汝州市"),
    ],
)
def test_everybody_begins_with_their_own_place(
    app: Flask, stall: Stall, role: Role, region: str, heading: str
) -> None:
    page = pages.get(enter(app, role, region), DASHBOARD)

    assert page.heading == heading
    for words in ("兑换积分", "10 分", "兑换人次", "1 次", "肥皂", "折合", "5.00 元"):
        assert words.replace(" ", "") in page.text.replace(" ", "")
    assert stall.household.head not in page.text


def test_each_chart_stands_beside_its_table_and_leads_a_level_down(
    app: Flask, stall: Stall
) -> None:
    office, days = enter(app), "since=2026-01-01&until=2029-12-31"
    down = [COUNTY, TOWNSHIP, VILLAGE]

    for here, below in zip(down, [*down[1:], stall.shop.code], strict=True):
        page = pages.get(office, f"{DASHBOARD}?{days}&region={here}")
        url = first(drawn(page, "places")["urls"])
        assert "since=2026-01-01" in url
        assert below in url
        assert url in page.links
        for chart in ("over-time", "goods", "peaks", "flow"):
            assert drawn(page, chart)
        assert len([one for one in page.all("details") if "data-beside-chart" in one.attrib]) == 6
    shop = pages.get(office, url)
    assert shop.heading == stall.shop.name
    assert "积分保障率" not in shop.text
    rows = first(drawn(shop, "goods")["urls"])
    assert "没有" not in pages.get(office, rows).text
    assert stall.household.head in pages.get(office, rows).text


def test_the_hour_of_the_heat_map_opens_its_rows(app: Flask, stall: Stall) -> None:
    office = enter(app)
    cells = drawn(pages.get(office, DASHBOARD), "peaks")["cells"]
    assert isinstance(cells, list)
    [cell] = [cell for cell in cells if cell[2]]

    page = pages.get(office, cell[3])
    other = pages.get(office, f"{DASHBOARD}/hour?weekday=x&hour=-7")

    assert stall.household.head in page.text
    assert other.heading.endswith("的兑换")


def test_a_keeper_sees_the_own_shop_and_no_other(app: Flask, stall: Stall) -> None:
    keeper, other = (
        enter(app, Role.SHOPKEEPER, shop=stall.shop),
        make_shop(OTHER_VILLAGE, name="北邻店"),
    )

    page = pages.get(keeper, DASHBOARD)
    refused = pages.get(keeper, f"{DASHBOARD}?shop={other.code}", status=403)

    assert page.heading == stall.shop.name
    assert "来兑换的村" in page.text
    assert "货架上" in page.text
    assert other.name not in refused.heading
    assert keeper.get("/reports/hall").status_code == 403


def test_what_is_not_ones_own_is_refused_by_page_wall_and_api(app: Flask) -> None:
    make_regions()
    mine, api = enter(app, Role.SUPERVISOR, VILLAGE), program(app, Role.SUPERVISOR, VILLAGE)
    theirs = make_shop(OTHER_VILLAGE, name="北邻店")

    for asked in (f"region={OTHER_VILLAGE}", f"region={COUNTY}", f"shop={theirs.code}"):
        page = pages.get(mine, f"{DASHBOARD}?{asked}", status=403)
        assert page.heading == "安沟村"
        assert mine.get(f"{DASHBOARD}/hour?{asked}").status_code == 403
        assert api.get(f"/api/v1/reports/overview?{asked}").status_code in {403, 409}
    assert mine.get(f"/reports/hall?region={OTHER_VILLAGE}").status_code == 403
    assert enter(app).get(f"{DASHBOARD}?region={OTHER_COUNTY}").status_code == 403
    scorer = enter(app, Role.SCORER, VILLAGE)
    assert scorer.get(DASHBOARD).status_code == 403
    assert scorer.get("/reports/hall").status_code == 403


def test_days_that_are_no_window_say_so_and_keep_what_was_typed(app: Flask, stall: Stall) -> None:
    office = enter(app)

    for since, until in (("2026-03-02", "2026-03-01"), ("1900-01-01", "2026-01-01")):
        page = pages.get(office, f"{DASHBOARD}?since={since}&until={until}", status=422)
        assert "开始日期要在结束日期之前" in page.text
        assert (page.field("since"), page.field("until")) == (since, until)
    assert office.get(f"{DASHBOARD}?since=0001-01-01&until=0001-01-01").status_code == 422
    assert office.get(f"{DASHBOARD}?since=9999-12-31&until=9999-12-31").status_code == 422
    assert office.get(f"{DASHBOARD}?since=1980-01-01&until=2029-12-31").status_code == 200


def test_money_that_comes_from_nothing_is_told_in_yuan(app: Flask, stall: Stall) -> None:
    page = pages.get(enter(app), DASHBOARD)

    assert "（那时是 0.00）" in page.text


def test_with_nothing_yet_every_chart_says_so(app: Flask) -> None:
    make_regions()
    office = enter(app)

    page = pages.get(office, DASHBOARD)
    wall = pages.get(office, "/reports/hall")

    for words in ("还没有发放和兑换", "还没有兑换商品", "还没有积分进出", "现在没有积分要保障",
                  "还没有人来兑换"):  # fmt: skip
        assert words in page.text
    assert not [one for one in page.all("div") if "data-chart" in one.attrib]
    assert "本月还没有兑换" in wall.text


def test_the_arrows_move_by_the_window_and_never_into_tomorrow(app: Flask) -> None:
    make_regions()
    office = enter(app)

    past = pages.get(office, f"{DASHBOARD}?since=2025-02-16&until=2025-02-28")
    now = pages.get(office, DASHBOARD)

    assert f"{DASHBOARD}?since=2025-02-01&until=2025-02-15" in past.links
    assert f"{DASHBOARD}?since=2025-03-01&until=2025-03-15" in past.links
    assert len([one for one in now.all("a") if one.get("aria-label") == "下一段"]) == 0


def test_the_wall_has_sums_and_nobodys_name(app: Flask, stall: Stall) -> None:
    wall = pages.get(enter(app), "/reports/hall")
    stranger = app.test_client().get("/reports/hall")

    assert "汝州市爱心超市" in wall.text
    assert "今天 1 次" in wall.text
    for name in (stall.household.head, stall.household.code):
        assert name not in wall.html
    assert drawn(wall, "places")["labels"] == ["寄料镇"]
    assert stranger.status_code == 302


def test_the_api_tells_what_the_page_shows(app: Flask, stall: Stall) -> None:
    api = program(app, Role.COUNTY)

    county = api.get("/api/v1/reports/overview").get_json()
    shop = api.get(f"/api/v1/reports/overview?shop={stall.shop.code}").get_json()
    wrong = api.get("/api/v1/reports/overview?since=2026-03-02&until=2026-03-01")

    assert county["level"] == "county"
    assert county["flow"] == shop["flow"]
    assert (county["flow"]["redeemed"], county["flow"]["yuan"]) == (10, 5.0)
    assert county["standing"]["outstanding"] == county["streams"]["closing"] == 90
    assert (county["streams"]["opening"], county["streams"]["other"]) == (0, 100)
    assert [row["code"] for row in county["places"] if row["redeemed"]] == [TOWNSHIP]
    assert county["people"] == 1
    assert shop["standing"] is shop["streams"] is shop["people"] is None
    assert sum(peak["visits"] for peak in shop["peaks"]) == 1
    assert wrong.status_code in {409, 422}


def test_more_places_and_households_cost_no_more_statements(
    app: Flask, stall: Stall, statements: Callable[[], int]
) -> None:
    office = enter(app)

    def cost() -> int:
        before = statements()
        assert office.get(f"{DASHBOARD}?since=2026-01-01&until=2026-01-31").status_code == 200
        return statements() - before

    few = cost()
    for village in (VILLAGE, OTHER_VILLAGE):
        for _number in range(3):
            make_household(points_held=20, village=village)
        make_shop(village)

    assert cost() == few <= 90


def test_only_pages_with_charts_load_the_library(app: Flask, stall: Stall) -> None:
    office = enter(app)

    scripts = {
        url: [one.get("src", "") for one in pages.get(office, url).all("script")]
        for url in ("/", DASHBOARD)
    }

    assert not any("charts" in src for src in scripts["/"])
    assert any("charts" in src for src in scripts[DASHBOARD])
    assert "看板" in pages.get(office, "/").text
