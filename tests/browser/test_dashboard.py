"""The dashboard under a finger: charts lead a level down, the wall outlives a lost network."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from supermarket.staff.models import Role
from tests.browser.conftest import DESK, fits, look
from tests.counter.stalls import make_stall
from tests.factories import COUNTY, TOWNSHIP, VILLAGE, make_goods, make_staff

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]
DAYS = "since=2026-01-01&until=2029-12-31"


def touch(page: Page, chart: str, *, part: float = 0.5) -> None:
    """Press the picture of a chart in the middle of its width."""
    picture = page.locator(f"#{chart}-chart")
    expect(picture.locator("canvas")).to_be_visible()
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    picture.click(position={"x": box["width"] * 0.5, "y": box["height"] * part})


def test_a_click_leads_from_the_county_to_the_shop_and_keeps_the_window(
    sign_in: SignIn, size: dict[str, int]
) -> None:
    stall = make_stall()
    stall.redeem((make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂"), 2))
    make_staff(Role.COUNTY, COUNTY, username="county")
    page = sign_in("county", size)

    page.goto(f"/reports/dashboard?{DAYS}")
    fits(page)
    look(page, "dashboard-county")
    for below, name in ((TOWNSHIP, "寄料镇"), (VILLAGE, "安沟村")):
        touch(page, "places", part=0.7)
        page.wait_for_url(f"**?{DAYS}&region={below}")
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        fits(page)
    touch(page, "places")
    page.wait_for_url(f"**?{DAYS}&shop={stall.shop.code}")
    expect(page.get_by_role("heading", level=1)).to_have_text(stall.shop.name)
    fits(page)
    look(page, "dashboard-shop")
    touch(page, "goods")
    expect(page.get_by_text("兑换明细").first).to_be_visible()
    expect(page.get_by_text(stall.household.head).first).to_be_visible()

    page.go_back()
    summary = page.locator("#peaks summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.locator("#peaks table a").first.click()
    expect(page.get_by_text(stall.household.head).first).to_be_visible()


def test_the_wall_refreshes_and_says_since_when_it_could_not(sign_in: SignIn) -> None:
    stall = make_stall()
    soap = make_goods(price=5, shop=stall.shop, on_hand=9, name="肥皂")
    make_staff(Role.COUNTY, COUNTY, username="county")
    page = sign_in("county", DESK)
    page.clock.install()
    page.goto("/reports/hall")
    expect(page.locator("[data-live=times]")).to_have_text("0")

    page.context.set_offline(True)
    page.clock.fast_forward(61_000)
    expect(page.get_by_text("正在再试")).to_be_visible()
    expect(page.locator("[data-live=times]")).to_have_text("0")
    page.context.set_offline(False)
    stall.redeem((soap, 2))
    page.clock.fast_forward(61_000)

    expect(page.locator("[data-live=times]")).to_have_text("1")
    expect(page.get_by_text("正在再试")).to_be_hidden()
    expect(page.locator("#places canvas")).to_be_visible()
    look(page, "hall")
    fits(page)
