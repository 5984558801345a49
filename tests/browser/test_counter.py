"""The counter under a real scanner's keys: bursts, echoes, focus, and what stays in sight."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from supermarket.cards.service import pins
from supermarket.database import transaction
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.staff.models import Role
from tests.browser.conftest import DESK, PHONE, Live, fits, look
from tests.counter.stalls import make_scheme as make_till_scheme
from tests.factories import (
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]


class Story(NamedTuple):
    """A keeper, a household and a shelf."""

    home: Household
    shelf: list[Goods]


@pytest.fixture
def story(app: Flask, live: Live) -> Story:
    make_scheme()
    shop = make_shop(VILLAGE)
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    shelf = [make_goods(price=3, shop=shop, on_hand=50, name=f"食盐{n}") for n in range(12)]
    return Story(make_household(points_held=90, head="王建国"), shelf)


def open_till(page: Page, story: Story) -> None:
    page.goto("/counter")
    scan(page, story.home.code)
    expect(page.locator(".till-household")).to_contain_text("王建国")


def scan(page: Page, code: str) -> None:
    """Type as a scanner does, into whatever has the focus."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def burst(page: Page, selector: str, keys: list[str]) -> list[bool]:
    """Press keys within a millisecond, as no keyboard driver can; which were let through."""
    press = """([selector, keys]) => {
      const field = document.querySelector(selector);
      field.focus();
      return keys.map((key) => {
        const event = new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true});
        const through = field.dispatchEvent(event);
        if (key.length === 1) field.value += key;
        if (through && key === "Enter") field.form.requestSubmit();
        return through;
      });
    }"""
    page.wait_for_timeout(200)  # the answer before has settled
    let_through: list[bool] = page.evaluate(press, [selector, keys])
    return let_through


def quantity(page: Page, value: str) -> None:
    expect(page.locator("[name=lines-0-quantity]")).to_have_value(value)


def test_a_burst_into_a_quantity_is_a_scan(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story)
    scan(page, story.shelf[0].sku)
    quantity(page, "1")

    let_through = burst(page, "[name=lines-0-quantity]", [*story.shelf[1].sku, "Enter"])

    assert let_through[-1] is False
    expect(page.locator("[name=lines-1-quantity]")).to_have_value("1")
    quantity(page, "1")


def test_the_second_enter_of_a_scanner_confirms_nothing(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story)

    let_through = burst(page, "[name=scan]", [*story.shelf[0].sku, "Enter", "Enter"])

    assert let_through[-2:] == [True, False]
    quantity(page, "1")
    page.wait_for_timeout(200)
    quantity(page, "1")


def test_scans_during_a_request_wait_their_turn(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story)

    for goods in [*story.shelf[:6], story.shelf[0]]:
        scan(page, goods.sku)

    quantity(page, "2")
    basket = page.locator("[name^=lines-][name$=sku]").evaluate_all("all => all.map(i => i.value)")
    assert basket == [goods.sku for goods in story.shelf[:6]]


def test_a_failed_scan_makes_room_and_enter_confirms_at_once(
    sign_in: SignIn, story: Story, size: dict[str, int]
) -> None:
    page = sign_in("keeper", size)
    open_till(page, story)
    scan(page, "6900000000000")
    expect(page.get_by_text("没有找到“6900000000000”").first).to_be_visible()

    scan(page, story.shelf[0].sku)
    quantity(page, "1")
    page.wait_for_timeout(260)
    page.keyboard.press("Enter")

    expect(page.get_by_text("已兑换 3 分")).to_be_visible()
    page.wait_for_timeout(400)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(page.get_by_text("已兑换 3 分")).to_be_visible()
    expect(page.get_by_text("请先扫积分卡")).to_have_count(0)


def test_the_confirmation_is_in_sight_on_a_pc(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story)
    for goods in story.shelf[:6]:
        scan(page, goods.sku)
    expect(page.locator("[name=lines-5-quantity]")).to_have_value("1")

    page.evaluate("window.scrollTo(0, 0)")

    button = page.get_by_role("button", name="确认兑换").last
    expect(button).to_be_in_viewport(ratio=1)
    look(page, "counter-confirm")
    page.evaluate("window.scrollTo(0, 700)")
    expect(page.locator(".till-household")).to_be_in_viewport(ratio=1)
    look(page, "counter-scrolled")


def test_a_tap_on_a_phone_leaves_the_view_where_it_is(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", PHONE)
    open_till(page, story)
    tile = page.get_by_role("button", name=re.compile("食盐11 ?"))
    tile.scroll_into_view_if_needed()
    before = page.evaluate("window.scrollY")

    tile.click()
    quantity(page, "1")
    page.wait_for_timeout(200)

    assert before > 0
    assert abs(page.evaluate("window.scrollY") - before) < 2
    expect(page.locator(".till-line")).to_be_in_viewport(ratio=1)
    expect(page.locator(".till-line")).to_have_text("王建国 · 90 分 · 合计 3 分")
    fits(page)


def test_a_roll_is_as_long_as_its_receipt(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story)
    scan(page, story.shelf[0].sku)
    quantity(page, "1")
    page.wait_for_timeout(260)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="打印小票").click()
    page.wait_for_load_state("networkidle")

    roll = page.pdf(prefer_css_page_size=True)

    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", roll)
    assert len(boxes) == 1
    width, height = (float(side) / 72 * 25.4 for side in boxes[0])
    assert round(width) == 58
    assert 60 < height < 160
    page.get_by_role("link", name="A4 纸").click()
    expect(page.get_by_text("折合 3.00 元")).to_be_visible()
    look(page, "sheet-a4")
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", page.pdf(prefer_css_page_size=True))
    assert [round(float(side)) for side in boxes[0]] == [595, 842]
    assert len(boxes) == 1


def test_the_household_types_its_pin_as_fast_as_its_pad(
    sign_in: SignIn, app: Flask, live: Live
) -> None:
    make_till_scheme(pin_above=50)
    shop = make_shop(VILLAGE)
    keeper = make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    home = make_household(points_held=90, head="王建国")
    rice = make_goods(price=60, shop=shop, on_hand=5, name="大米")
    with transaction():
        pins.set_pin(home, "7391", keeper.id, memory_kib=64)
    page = sign_in("keeper", PHONE)
    page.goto("/counter")
    scan(page, home.code)
    expect(page.locator(".till-household")).to_contain_text("王建国")
    scan(page, rice.sku)
    expect(page.locator("[name=pin]")).to_be_visible()

    page.locator(".btn-main").click()
    expect(page.locator("[name=pin]")).to_be_focused()
    burst(page, "[name=pin]", [*"7391", "Enter"])

    expect(page.locator("#till")).to_contain_text("已兑换 60 分")
    fits(page)
