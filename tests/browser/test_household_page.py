"""The household at home, on a phone: scan, PIN, balance, declare, object, appeal; no JavaScript."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from supermarket.clock import today
from supermarket.database import db
from supermarket.deductions.models import Appeal
from supermarket.notices.models import Objection
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Role
from tests.browser.conftest import PHONE, Live, fits, look
from tests.deductions.makers import Village, notified
from tests.factories import VILLAGE, make_goods, make_household, make_shop, make_staff
from tests.notices.makers import FIXED_RULE, OPEN_RULE, People, make_accepted, open_notice
from tests.public.homes import PIN, Home, at_home
from tests.schemes.makers import LABOUR, make_rules

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


@pytest.fixture
def phone(browser: Browser, live: Live) -> Iterator[Open]:
    """Open a window of a size, with or without JavaScript; nothing may fail in it."""
    errors: list[str] = []
    contexts = []

    def open_window(size: dict[str, int] = PHONE, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            base_url=live.url,
            java_script_enabled=scripts,
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        return page

    yield open_window
    for context in contexts:
        context.close()
    assert [error for error in errors if "409" not in error and "401" not in error] == []


def a_household_with_everything(live: Live) -> Home:
    """Points, goods, a notice, a deduction it was told of."""
    village = Village(points_held=86)
    make_rules(OPEN_RULE, FIXED_RULE, LABOUR._replace(review_level=ReviewLevel.B))
    shop = make_shop()
    make_goods(price=5, shop=shop, on_hand=9, name="肥皂")
    make_goods(price=32, shop=shop, on_hand=4, name="食用油 5 升")
    make_goods(price=118, shop=shop, on_hand=1, name="电饭锅")
    people = People(village.scorer, village.reviewer, village.supervisor, village.township)
    home = at_home(live.app, village.household)
    make_accepted(people, village.household, points=7)
    make_accepted(people, make_household(head="欧阳秀英"), points=9)
    open_notice(make_staff(Role.SCORER, VILLAGE))
    notified(village)
    return home


def test_from_the_card_to_the_balance_and_what_a_household_says(
    live: Live, phone: Open, size: dict[str, int]
) -> None:
    home = a_household_with_everything(live)
    page = phone(size)
    page.goto(f"/C/{home.code}")
    expect(page.get_by_text("李**")).to_be_visible()
    fits(page)
    look(page, "household-0-card")
    page.get_by_label("密码").fill("5002")
    page.keyboard.press("Enter")
    expect(page.get_by_text("还可以再试 4 次").first).to_be_visible()
    look(page, "household-1-wrong")
    page.get_by_label("密码").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="李建国家")).to_be_visible()
    expect(page.locator(".big-number-value")).to_have_text("86分")
    fits(page)
    look(page, "household-2-page")

    page.get_by_role("link", name="我要申报").click()
    fits(page)
    look(page, "household-3-what-for")
    page.get_by_label("为哪件事").fill("修路")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="村集体修路一天").click()
    fits(page)
    look(page, "household-4-declare")
    page.get_by_label("说明").fill("修东沟的路，干了一天")
    page.get_by_label("证明人").fill("王五")
    page.get_by_role("button", name="报给村里").click()
    expect(page.get_by_text("已报给村里，等评议")).to_be_visible()
    expect(page.locator("#declared").get_by_text("待评议")).to_be_visible()
    fits(page)
    look(page, "household-5-declared")

    page.get_by_role("link", name="对公示有异议").click()
    fits(page)
    look(page, "household-6-which-row")
    page.get_by_label("公示上的序号").fill("2")
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("欧**")).to_be_visible()
    fits(page)
    page.get_by_label("有什么异议").fill("那天她不在村里")
    look(page, "household-7-objection")
    page.get_by_role("button", name="提出异议").click()
    expect(page.get_by_text("异议已收到")).to_be_visible()

    page.get_by_role("link", name="我要申诉").click()
    fits(page)
    page.get_by_label("为什么不该扣").fill("那天我不在家，不是我家倒的")
    look(page, "household-8-appeal")
    page.get_by_role("button", name="提出申诉").click()
    expect(page.get_by_text("申诉已收到，答复之前一分不扣")).to_be_visible()
    expect(page.get_by_text("申诉中，暂不扣")).to_be_visible()
    look(page, "household-9-all")

    for name, room in (("a-book", "book"), ("b-goods", "goods"), ("c-data", "data"),
                       ("d-lost", "lost")):  # fmt: skip
        page.goto(f"/c/{home.code}/{room}")
        fits(page)
        look(page, f"household-{name}")
    page.goto(f"/c/{home.code}")
    page.get_by_role("button", name="看好了，退出").first.click()
    expect(page.get_by_text("已退出")).to_be_visible()
    expect(page.get_by_label("密码")).to_be_visible()
    assert len(db.session.scalars(select(Objection)).all()) == 1
    assert len(db.session.scalars(select(Appeal)).all()) == 1


def test_all_of_it_works_without_javascript(live: Live, phone: Open) -> None:
    home = a_household_with_everything(live)
    page = phone(scripts=False)
    page.goto(f"/C/{home.code}")
    page.get_by_label("密码").fill(PIN)
    page.get_by_role("button", name="查看积分").click()
    expect(page.locator(".big-number-value")).to_have_text("86分")
    expect(page.get_by_role("button", name="读给我听")).to_be_hidden()
    page.goto(f"/c/{home.code}/declare?rule=L02")
    page.get_by_label("哪一天的事").fill(today().isoformat())
    page.get_by_role("button", name="报给村里").click()
    expect(page.locator("#declared").get_by_text("待评议")).to_be_visible()
    page.goto(f"/c/{home.code}/lost")
    page.get_by_role("button", name="确定挂失").click()

    expect(page.get_by_text("这张卡谁也不能用了")).to_be_visible()
    expect(page.get_by_label("密码")).to_have_count(0)


def test_the_whole_page_is_reached_by_the_keyboard(live: Live, phone: Open) -> None:
    home = a_household_with_everything(live)
    page = phone()
    page.goto(f"/c/{home.code}")
    page.get_by_label("密码").fill(PIN)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="李建国家").wait_for()

    reached = set()
    for _each in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))

    for words in ("读给我听", "看好了，退出", "看全部明细", "对公示有异议", "我要申诉"):
        assert words in reached
    small = page.evaluate(
        """[...document.querySelectorAll("main a.btn, main button, main .link-row")]
           .filter((e) => e.offsetHeight && e.offsetHeight < 44).map((e) => e.textContent)"""
    )
    assert small == []
