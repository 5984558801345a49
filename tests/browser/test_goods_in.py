"""Taking goods in with a USB scanner, which types a code and presses Enter."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from supermarket.database import transaction
from supermarket.goods import service as goods
from supermarket.staff.models import Role
from tests.browser.conftest import fits, look
from tests.factories import VILLAGE, make_goods, make_shop, make_staff
from tests.shops.makers import days, make_rice

pytestmark = pytest.mark.browser
RICE, SOAP, NEW = "6901234567892", "6922868281015", "6921168509256"


def scan(page: Page, code: str) -> None:
    """Type as a scanner does, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def test_a_delivery_is_scanned_without_touching_the_screen_and_back_is_harmless(
    sign_in: Callable[..., Page], size: dict[str, int]
) -> None:
    shop = make_shop(VILLAGE)
    make_staff(Role.SHOPKEEPER, shop=shop, username="keeper")
    rice, soap = make_rice(), make_goods(name="肥皂")
    with transaction():
        goods.bind_barcode(rice, RICE, by=None)
        goods.bind_barcode(soap, SOAP, by=None)
    page = sign_in("keeper", size)
    page.goto(f"/shops/{shop.code}/goods-in/new")

    for code, said in ((RICE, "已加：大米，共 1 块"), (SOAP, "已加：肥皂，共 1 块"),
                       (RICE, "已加：大米，共 2 块")):  # fmt: skip
        scan(page, code)
        expect(page.get_by_text(said)).to_be_visible()
        assert page.evaluate("document.activeElement.name") == "code"
    scan(page, NEW)
    expect(page.get_by_text(f"没有找到“{NEW}”")).to_be_visible()
    look(page, "goods-in-new-barcode")
    fits(page)
    page.get_by_role("button", name="是肥皂").click()
    expect(page.get_by_text("已加：肥皂，共 2 块")).to_be_visible()
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_role("link", name="第 1 行 大米，保质期至")).to_be_visible()
    look(page, "goods-in-refused")
    page.locator("#lines-0-best_before").fill(days(90).isoformat())
    page.get_by_text("采购").first.click()
    page.get_by_role("button", name="核对").click()
    expect(page.get_by_text("请对着货再看一遍")).to_be_visible()
    look(page, "goods-in-review")
    fits(page)
    page.get_by_role("button", name="确认入库").click()
    expect(page.get_by_text(f"已入库，单号 {shop.code}-1")).to_be_visible()

    page.go_back()
    expect(page.get_by_text("还没有商品，先扫一下包装上的条码")).to_be_visible()
    page.go_back()
    expect(page.locator("h1")).to_be_visible()
