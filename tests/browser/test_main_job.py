"""The main job as people do it: award, card, counter, receipt, void, report, Excel."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households import queries as households
from supermarket.ledger.models import Account
from supermarket.schemes import service as schemes
from supermarket.settings import ROOT
from supermarket.staff.models import Role, Scope
from tests.browser.conftest import DESK, Live, fits, look
from tests.factories import (
    COUNTY,
    VILLAGE,
    make_goods,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]


def county_of_one_village() -> None:
    """The programme's rules and the people of the story."""
    make_scheme()
    rules = ROOT / "data" / "rules.csv"
    with transaction():
        schemes.load_rules(
            schemes.read_rules(rules.read_bytes(), rules.name), COUNTY, None, since=today()
        )
    for role, place in ((Role.SCORER, VILLAGE), (Role.COUNTY, COUNTY)):
        make_staff(role, place, username=role.value)


def test_from_an_award_to_the_report(
    live: Live, sign_in: SignIn, size: dict[str, int], tmp_path: Path
) -> None:
    county_of_one_village()
    shop = make_shop(VILLAGE, name="安沟村爱心超市")
    soap = make_goods(price=6, shop=shop, on_hand=10, name="肥皂")
    salt = make_goods(price=3, shop=shop, on_hand=10, name="食盐", category="粮油食品")
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    home = make_household(points_held=20, head="王建国")
    with transaction():
        households_service_index(home.code)

    card = award_and_print_the_card(sign_in("scorer", size), size, home.code, tmp_path)
    till = sign_in("keeper", size)
    reference = redeem_two_goods(till, size, card, (soap.sku, salt.sku))
    county = sign_in("county", size)
    assert figures(county, size, tmp_path) == [1, 1, 2, 9, 9]
    db.session.rollback()
    assert db.session.get_one(Account, home.account_id).balance == 20 + 5 - 9

    void(till, size, reference)
    assert figures(county, size, tmp_path) == [0, 0, 0, 0, 0]
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get_one(Account, home.account_id).balance == 25


def households_service_index(code: str) -> None:
    """Let the household be found by its name, as one written down through the pages is."""
    from supermarket.households import service

    home = households.household(code, Scope((COUNTY,), ()))
    assert home is not None
    service.index(home)


def award_and_print_the_card(page: Page, size: dict[str, int], code: str, folder: Path) -> Path:
    """Two letters, the household, the rule, confirm: three taps; then issue and save the card."""
    page.goto("/awards/new")
    fits(page)
    look(page, "award-1-who")
    page.get_by_label("姓名、拼音首字母").fill("wj")
    page.get_by_label("姓名、拼音首字母").press("Enter")
    page.get_by_role("link", name="王建国").click()
    look(page, "award-2-rule")
    fits(page)
    page.get_by_role("link", name="村集体义务劳动半天").click()
    look(page, "award-3-confirm")
    fits(page)
    page.get_by_role("button", name="确认发放").click()
    expect(page.get_by_text("已入账，王** 现有 25 分")).to_be_visible()
    look(page, "award-4-done")
    page.goto(f"/households/{code}")
    look(page, "household")
    fits(page)
    page.goto(f"/households/{code}/cards")
    page.get_by_role("button", name="发一张卡").click()
    look(page, "card-issued")
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载正面").first.click()
    saved = folder / "card.png"
    download.value.save_as(saved)
    return saved


def redeem_two_goods(page: Page, size: dict[str, int], card: Path, skus: tuple[str, str]) -> str:
    """Read the card's own picture, take two goods, confirm by the keyboard; return the number."""
    page.goto("/counter")
    look(page, "till-1-waiting")
    fits(page)
    page.locator("input[type=file]").set_input_files(card)
    expect(page.locator(".till-household")).to_contain_text("王建国")
    look(page, "till-2-household")
    fits(page)
    for sku in skus:
        page.keyboard.type(sku)
        page.keyboard.press("Enter")
        expect(page.locator(f"input[value='{sku}']")).to_have_count(1)
        page.wait_for_timeout(
            300
        )  # an empty Enter right behind a scan is a scanner's, not a person's
    expect(page.get_by_text("合计 9 分，兑换后剩余 16 分")).to_be_visible()
    look(page, "till-3-basket")
    fits(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text("已兑换 9 分，王**现有 16 分")).to_be_visible()
    look(page, "till-4-receipt")
    fits(page)
    assert page.evaluate("document.activeElement.name") == "scan"
    reference = page.get_by_role("link", name="查看或作废").get_attribute("href") or ""
    reference = reference.rsplit("/", 1)[-1]
    page.get_by_role("link", name="打印小票").click()
    expect(page.get_by_text("16 分").first).to_be_visible()
    look(page, "receipt-58mm")
    page.goto("/redemptions")
    page.get_by_role("link", name=reference).click()
    look(page, "receipt")
    fits(page)
    return page.url.rsplit("/", 1)[-1]


def void(page: Page, size: dict[str, int], reference: str) -> None:
    """Void the redemption on its own page."""
    page.goto(f"/redemptions/{reference}")
    page.get_by_role("link", name="作废或退货").click()
    page.get_by_text("拿错商品").first.click()
    look(page, "void")
    fits(page)
    page.get_by_role("button", name="确认退回").click()
    expect(page.get_by_text("冲正单").first).to_be_visible()
    look(page, "void-receipt")
    fits(page)


def figures(page: Page, size: dict[str, int], folder: Path) -> list[float]:
    """Return the row of the village in the Excel file, once the page has shown the same."""
    page.goto("/reports/redemptions?by=village")
    look(page, f"report-{uuid4().hex[:4]}")
    fits(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 Excel").click()
    saved = folder / f"{uuid4().hex}.xlsx"
    download.value.save_as(saved)
    book = openpyxl.load_workbook(saved)
    rows = [[cell.value for cell in row] for row in book.active.iter_rows()]
    numbers = next(row[2:] for row in rows if row[1] == VILLAGE)
    shown = page.locator("table").inner_text()
    for number in numbers[:4]:
        assert str(number) in shown
    return numbers


def test_every_first_page_fits_phone_and_desk(
    live: Live, sign_in: SignIn, size: dict[str, int]
) -> None:
    county_of_one_village()
    shop = make_shop(VILLAGE)
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    make_household(points_held=5)
    make_staff(Role.ADMINISTRATOR, COUNTY, username="chief")
    with transaction():
        home = households.household(
            db.session.execute(db.text("SELECT code FROM household")).scalar_one(),
            Scope((COUNTY,), ()),
        )
        assert home is not None
        cards.issue_all([home], make_actor_id())

    for username in ("scorer", "keeper", "county", "chief"):
        page = sign_in(username, size)
        links = page.locator("main a").evaluate_all("links => links.map(link => link.href)")
        assert len(links) > 2
        for link in ["/", *links]:
            answer = page.goto(link)
            assert answer is not None
            assert answer.status == 200, link
            fits(page)
            look(page, f"{username}-{page.url.removeprefix(live.url).strip('/').replace('/', '-')}")


def make_actor_id() -> int:
    """Whoever hands out cards."""
    from tests.factories import the_actor

    return the_actor().id


def test_the_sign_in_page(browser_page: Page) -> None:
    browser_page.goto("/sign-in")

    expect(browser_page.get_by_role("button", name="登录")).to_be_visible()
    fits(browser_page)
    look(browser_page, "sign-in")


@pytest.fixture
def browser_page(browser: object, live: Live, size: dict[str, int]) -> Page:
    """A window nobody signed in in."""
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport=size or DESK, locale="zh-CN", base_url=live.url
    )
    page: Page = context.new_page()
    return page
