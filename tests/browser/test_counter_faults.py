"""The counter when something goes wrong between hands, scanner, network and server."""

import contextlib
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from flask import Flask
from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy import func, select

from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.shops.models import Shop
from supermarket.staff.models import Role
from tests.browser.conftest import DESK, PHONE, Live, fits, look
from tests.counter.stalls import make_card
from tests.factories import (
    PASSWORD,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]

#: Keys pressed as a scanner does, within a millisecond, on a computer that reads them otherwise.
PRESS = """([read, codes, composing]) => {
  const field = document.querySelector("input[name=scan]");
  field.focus();
  codes.forEach((code, place) => field.dispatchEvent(new KeyboardEvent("keydown", {
    key: composing ? "Process" : read[place], code, isComposing: composing, bubbles: true,
    cancelable: true })));
  field.value = read;
  field.dispatchEvent(new KeyboardEvent("keydown", { key: composing ? "Process" : "Enter",
    code: "Enter", isComposing: composing, bubbles: true, cancelable: true }));
  if (!composing) field.form.requestSubmit();
}"""


class Story(NamedTuple):
    """A keeper, two households with cards, and a shelf."""

    shop: Shop
    home: Household
    card: str
    other_card: str
    shelf: list[Goods]


@pytest.fixture
def story(app: Flask, live: Live) -> Story:
    make_scheme()
    shop = make_shop(VILLAGE)
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    shelf = [make_goods(price=3, shop=shop, on_hand=50, name=f"食盐{n}") for n in range(6)]
    home = make_household(points_held=90, head="王建国")
    other = make_household(points_held=40, head="赵六妹")
    cards = (make_card(home).card_number, make_card(other).card_number)
    return Story(shop, home, *cards, shelf)


def redemptions() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Redemption)) or 0


def scan(page: Page, code: str, end: str = "Enter") -> None:
    """Type as a scanner does, into whatever has the focus."""
    page.keyboard.type(code)
    if end:
        page.keyboard.press(end)


def open_till(page: Page, story: Story, *goods: Goods) -> None:
    page.goto("/counter")
    scan(page, story.card)
    expect(page.locator(".till-household")).to_contain_text("王建国")
    for place, item in enumerate(goods):
        scan(page, item.sku)
        expect(page.locator(f"[name=lines-{place}-quantity]")).to_have_value("1")


def enter(page: Page) -> None:
    """Press Enter as a hand does: not at once behind the scanner."""
    page.wait_for_timeout(260)
    page.keyboard.press("Enter")


def test_two_goods_cost_three_scans_and_one_key_and_the_next_comes_at_once(
    sign_in: SignIn, story: Story
) -> None:
    page = sign_in("keeper", DESK)
    loads: list[str] = []
    page.goto("/counter")
    page.on("load", lambda loaded: loads.append(loaded.url))
    keys: list[int] = []

    for card, who, left in ((story.card, "王**", 84), (story.other_card, "赵**", 34)):
        scans = [card, story.shelf[0].sku, story.shelf[1].sku]
        for code in scans:
            scan(page, code)
        expect(page.locator("[name=lines-1-quantity]")).to_have_value("1")
        enter(page)
        keys.append(1)
        expect(page.locator("#till")).to_contain_text(f"已兑换 6 分，{who}现有 {left} 分")
        expect(page.locator("[name=scan]")).to_be_focused()

    assert keys == [1, 1]
    assert loads == []
    assert redemptions() == 2


def test_everything_goes_by_touch_alone(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", PHONE, has_touch=True)
    page.goto("/counter")
    page.get_by_label("扫卡或扫商品").tap()
    page.get_by_label("扫卡或扫商品").fill("wjg")
    page.locator(".btn-main").tap()
    page.get_by_role("button", name=re.compile("王建国")).tap()
    expect(page.locator(".till-household")).to_contain_text("王建国")
    page.get_by_role("button", name=re.compile("食盐3 ?")).tap()
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    page.locator("[data-step='1']").first.tap()
    expect(page.locator(".actions-aside")).to_contain_text("合计 6 分")
    page.get_by_role("button", name=re.compile("食盐4 ?")).tap()
    expect(page.locator("[name=lines-1-quantity]")).to_have_value("1")
    page.get_by_role("button", name=re.compile("拿掉食盐4")).tap()
    expect(page.locator("[name=lines-1-quantity]")).to_have_count(0)
    fits(page)

    page.locator(".btn-main").tap()

    expect(page.locator("#till")).to_contain_text("已兑换 6 分")


@pytest.mark.parametrize("end", ["", "Tab"])
def test_a_scanner_that_sends_no_enter_is_understood(
    sign_in: SignIn, story: Story, end: str
) -> None:
    page = sign_in("keeper", DESK)
    page.goto("/counter")

    scan_until_heard(page, story.card, end, "王建国")
    expect(page.locator("[name=scan]")).to_be_focused()
    scan_until_heard(page, story.other_card, end, "赵六妹")

    expect(page.locator("[name=scan]")).to_have_value("")


def scan_until_heard(page: Page, code: str, end: str, name: str) -> None:
    """Scan, and again if the machine was too busy to type as fast as a scanner does."""
    household = page.locator(".till-household")
    for _attempt in range(3):
        scan(page, code, end)
        with contextlib.suppress(AssertionError):
            expect(household).to_contain_text(name, timeout=2500)
            return
        page.locator("[name=scan]").fill("")
    expect(household).to_contain_text(name)


@pytest.mark.parametrize("composing", [False, True], ids=["french keyboard", "input method"])
def test_keys_that_the_computer_reads_as_something_else_are_understood(
    sign_in: SignIn, story: Story, composing: bool
) -> None:
    page = sign_in("keeper", DESK)
    page.goto("/counter")
    codes = [f"Digit{digit}" for digit in story.card]
    french = story.card.translate(str.maketrans("1234567890", "&é\"'(-è_çà"))

    page.evaluate(PRESS, ["一一" if composing else french, codes, composing])

    expect(page.locator(".till-household")).to_contain_text("王建国")


def test_a_second_card_asks_and_a_double_enter_sells_once(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story, story.shelf[0])

    scan(page, story.other_card)
    expect(page.get_by_text("这是另一户的卡").first).to_be_visible()
    expect(page.locator(".till-household")).to_contain_text("王建国")
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    enter(page)  # it was read
    assert redemptions() == 0
    enter(page)
    page.keyboard.press("Enter")

    expect(page.locator("#till")).to_contain_text("已兑换 3 分，王**现有 87 分")
    page.wait_for_timeout(300)
    expect(page.locator("#till")).to_contain_text("已兑换 3 分")
    assert redemptions() == 1


def test_an_answer_that_is_lost_is_asked_for_again_with_the_same_key(
    sign_in: SignIn, story: Story, size: dict[str, int]
) -> None:
    page = sign_in("keeper", size)
    open_till(page, story, story.shelf[0])

    def offline(route: Route) -> None:
        route.abort()

    def answer_lost(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/counter/**", offline)
    page.locator(".btn-main").last.click()
    expect(page.locator("#announcements")).to_contain_text("网络不通，填写的内容还在")
    look(page, "counter-offline")
    assert redemptions() == 0
    page.unroute("**/counter/**")
    page.route("**/counter/**", answer_lost)
    page.locator(".btn-main").last.click()
    expect(page.locator("#announcements")).to_contain_text("网络不通，填写的内容还在")
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    assert redemptions() == 1
    page.unroute("**/counter/**")
    page.locator(".btn-main").last.click()

    expect(page.locator("#till")).to_contain_text("已兑换 3 分，王**现有 87 分")
    expect(page.locator("#announcements")).to_have_text("")
    assert redemptions() == 1


def test_going_back_after_the_confirmation_shows_the_receipt(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK)
    open_till(page, story, story.shelf[0])
    enter(page)
    expect(page.locator("#till")).to_contain_text("已兑换 3 分")
    page.get_by_role("link", name="打印小票").click()
    expect(page.get_by_text("爱心超市兑换单")).to_be_visible()

    page.go_back()

    expect(page.locator("#till")).to_contain_text("已兑换 3 分")
    page.reload()
    expect(page.locator("#till")).to_contain_text("已兑换 3 分")
    assert redemptions() == 1


def test_without_javascript_back_sells_nothing_twice(sign_in: SignIn, story: Story) -> None:
    page = sign_in("keeper", DESK, java_script_enabled=False)
    page.goto("/counter")
    for code in (story.card, story.shelf[0].sku):
        page.get_by_label(re.compile("扫卡")).fill(code)
        page.keyboard.press("Enter")
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    page.locator(".btn-main").last.click()
    expect(page.locator("#till")).to_contain_text("已兑换 3 分")

    with pytest.raises(Error, match="ERR_CACHE_MISS"):  # it would ask before it sends again
        page.go_back()
    page.wait_for_url("chrome-error://**")
    page.goto("/counter")

    expect(page.get_by_label("扫卡或扫商品")).to_be_visible()
    assert redemptions() == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_session_that_ends_in_the_middle_of_a_basket_loses_nothing(
    sign_in: SignIn, story: Story, script: bool
) -> None:
    page = sign_in("keeper", DESK, java_script_enabled=script)
    page.goto("/counter")
    for code in (story.card, story.shelf[0].sku):
        page.get_by_label(re.compile("扫卡")).fill(code)
        page.keyboard.press("Enter")
        expect(page.locator("[name=scan]")).to_have_value("")
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    page.context.clear_cookies()

    page.get_by_label(re.compile("扫卡")).fill(story.shelf[1].sku)
    page.keyboard.press("Enter")
    expect(page.get_by_text("刚才填写的内容还在").first).to_be_visible()
    page.get_by_label("用户名").fill("keeper")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="继续提交").click()

    expect(page.locator(".till-household")).to_contain_text("王建国")
    expect(page.locator("[name=lines-1-quantity]")).to_have_value("1")
    basket = page.locator("[name^=lines-][name$=sku]").evaluate_all("all => all.map(i => i.value)")
    assert basket == [goods.sku for goods in story.shelf[:2]]


def test_twice_the_size_cuts_nothing_and_the_voice_is_remembered(
    sign_in: SignIn, story: Story, size: dict[str, int]
) -> None:
    page = sign_in("keeper", size)
    page.add_init_script(
        "window.spoken = []; speechSynthesis.speak = (words) => window.spoken.push(words.text);"
        " speechSynthesis.cancel = () => {};"
    )
    page.evaluate("localStorage.setItem('type', 'huge')")
    page.goto("/counter")
    page.get_by_role("button", name="读出来").click()
    page.reload()
    expect(page.get_by_role("button", name="读出来")).to_have_attribute("aria-pressed", "true")
    fits(page)
    look(page, "counter-huge-empty")

    scan(page, story.card)
    expect(page.locator(".till-household")).to_contain_text("王建国")
    scan(page, story.shelf[0].sku)
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
    page.wait_for_function("window.spoken.length > 1")

    assert page.evaluate("window.spoken") == ["现有 90 分", "合计 3 分，兑换后剩余 87 分"]
    fits(page)
    assert cut(page) == []
    look(page, "counter-huge")
    page.get_by_role("button", name="读出来").click()
    assert page.evaluate("localStorage.getItem('speech')") == "off"


def cut(page: Page) -> list[str]:
    """Words and fields of the counter that are wider or higher than what holds them."""
    found: list[str] = page.evaluate("""() => Array.from(
      document.querySelectorAll("#till h2, #till h3, #till p, #till button, #till dd, #till input"))
      .filter((one) => one.offsetParent && !one.matches(".visually-hidden"))
      .filter((one) => one.clientWidth > 1 && (one.scrollWidth > one.clientWidth + 1
        || one.getBoundingClientRect().right > (one.closest(".panel") || document.body)
          .getBoundingClientRect().right))
      .map((one) => one.outerHTML.slice(0, 120))""")
    return found
