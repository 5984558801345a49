"""The people and shops of 200 bags of rice, how the bags reach the shelves, what the books say."""

import re
from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, expect
from sqlalchemy import text

from supermarket.database import db, transaction
from supermarket.goods import service as goods
from supermarket.goods.models import Goods
from supermarket.shops.models import Shop
from supermarket.staff.models import Role, StaffMember
from tests.browser.conftest import DESK, PHONE, fits, look
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)
from tests.shops.makers import days, make_rice

SignIn = Callable[..., Page]
BARCODE, DONOR = "6901234567892", "汝州面粉厂"
#: Bags that came, and that went to each of the two villages.
GIVEN, FIRST, SECOND = 200, 70, 50
YUAN = "36.50"

#: What the journal says of the gift: by kind of entry the units, the households, the villages.
BY_KIND = """
    WITH own AS (
        SELECT id FROM lot WHERE COALESCE(origin_id, id) IN (
            SELECT line.lot_id FROM goods_in_line AS line
            JOIN provenance ON provenance.entry_id = line.entry_id
            JOIN donor ON donor.id = provenance.donor_id
            WHERE donor.name = :donor
        )
    )
    SELECT entry.kind, SUM(stock_line.quantity), COUNT(DISTINCT redemption.household_id),
           COUNT(DISTINCT redemption.village_code), COUNT(DISTINCT entry.id)
    FROM stock_line JOIN own ON own.id = stock_line.lot_id
    JOIN entry ON entry.id = stock_line.entry_id
    LEFT JOIN redemption ON redemption.entry_id = entry.id
    GROUP BY entry.kind
"""
#: Units in each shop after the newest movement of each of the goods' lots.
BY_SHOP = """
    SELECT shop.code, SUM(line.on_hand_after) FROM stock_line AS line
    JOIN lot ON lot.id = line.lot_id JOIN shop ON shop.id = lot.shop_id
    WHERE lot.goods_id = :goods AND line.place = (
        SELECT MAX(newest.place) FROM stock_line AS newest WHERE newest.lot_id = line.lot_id
    )
    GROUP BY shop.code
"""


class Moved(NamedTuple):
    """What one kind of entry did to the gift."""

    units: int
    households: int
    villages: int
    entries: int


def scan(page: Page, code: str) -> None:
    """Type as a scanner does, wherever the focus is."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def named(name: str, role: Role, region: str, shop: Shop | None = None) -> StaffMember:
    """Somebody with a name of their own."""
    member = make_staff(role, region, shop=shop)
    with transaction():
        member.name = name
    return member


class Bags:
    """The steps to the shelves, in their order; each leaves pictures behind."""

    def __init__(self, sign_in: SignIn) -> None:
        make_scheme()
        self.sign_in, self.pictures = sign_in, 0
        self.depot = make_shop(TOWNSHIP, name="寄料镇爱心超市")
        self.first = make_shop(VILLAGE)
        self.second = make_shop(OTHER_VILLAGE, name="北邻村爱心超市")
        self.office = named("赵敏", Role.TOWNSHIP, TOWNSHIP)
        self.keeper = named("王秀英", Role.SHOPKEEPER, VILLAGE, self.first)
        self.other = named("高保成", Role.SHOPKEEPER, OTHER_VILLAGE, self.second)
        self.rice: Goods = make_rice()
        with transaction():
            self.rice.unit = "袋"
            goods.bind_barcode(self.rice, BARCODE, by=None)
        heads = ("张桂兰", "李建国", "欧阳秀英", "王五", "赵长山", "孙玉梅", "马素珍", "刘根生")
        self.homes = [make_household(head=head, points_held=100) for head in heads]
        self.neighbours = [
            make_household(head=head, points_held=100, village=OTHER_VILLAGE)
            for head in ("周广林", "吴桂英", "郑铁柱", "冯秀兰", "陈有福")
        ]

    def seen(self, page: Page, name: str) -> None:
        """Nothing of the page reaches beyond the window; the picture is kept."""
        page.wait_for_load_state()
        fits(page)
        self.pictures += 1
        look(page, f"{self.pictures:02}-{name}")

    # -- from the donor to the shelves ---------------------------------------------------------

    def take_in(self) -> None:
        """The township scans the gift; the donor is new to the register."""
        page = self.sign_in(self.office.username, DESK)
        page.goto(f"/shops/{self.depot.code}/goods-in/new")
        scan(page, f"{GIVEN}*{BARCODE}")
        expect(page.get_by_text(f"已加：大米，共 {GIVEN} 袋")).to_be_visible()
        page.locator("#lines-0-best_before").fill(days(200).isoformat())
        page.locator("#lines-0-unit_cost").fill(YUAN)
        page.get_by_text("捐赠", exact=True).last.click()
        page.get_by_label("捐赠方").fill(DONOR)
        page.get_by_label("捐赠意愿").fill("给村里过冬的老人")
        self.seen(page, "gift")
        page.get_by_role("button", name="核对").click()
        page.get_by_role("button", name="登记为企业").click()
        expect(page.get_by_label("捐赠方")).to_have_value(re.compile(DONOR))
        page.get_by_role("button", name="核对").click()
        expect(page.get_by_text("请对着货再看一遍")).to_be_visible()
        self.seen(page, "gift-review")
        page.get_by_role("button", name="确认入库").click()
        expect(page.get_by_text(f"已入库，单号 {self.depot.code}-1")).to_be_visible()
        self.seen(page, "gift-paper")
        page.get_by_role("link", name="捐赠收据").click()
        expect(page.get_by_text(DONOR).first).to_be_visible()
        expect(page.get_by_text("柒仟叁佰元整").first).to_be_visible()
        self.seen(page, "gift-receipt")

    def send(self, to: Shop, bags: int) -> None:
        """The township sends bags to a village."""
        page = self.sign_in(self.office.username, DESK)
        page.goto(f"/shops/{self.depot.code}/transfers/new")
        page.get_by_label("收货店").select_option(to.code)
        scan(page, f"{bags}*{BARCODE}")
        expect(page.get_by_text(f"已加：大米，共 {bags} 袋")).to_be_visible()
        self.seen(page, "transfer")
        page.get_by_role("button", name="下一步").click()
        expect(page.get_by_text("请按这些批次拿货")).to_be_visible()
        self.seen(page, "transfer-review")
        page.get_by_role("button", name="确认发货").click()
        expect(page.get_by_text("已发货，单号")).to_be_visible()
        self.seen(page, "transfer-paper")

    def receive(self, keeper: StaffMember) -> None:
        """The keeper finds the transfer on the first page and takes all of it."""
        page = self.sign_in(keeper.username, PHONE)
        self.seen(page, "keeper-home")
        page.get_by_role("link", name="在途，等我收货").click()
        self.seen(page, "on-the-way")
        page.locator("table a").first.click()
        self.seen(page, "arrived")
        page.get_by_role("button", name="全部收到").click()
        expect(page.get_by_text("已收货").first).to_be_visible()
        self.seen(page, "received")

    # -- what the journal says -------------------------------------------------------------------

    def journal(self) -> dict[str, Moved]:
        """What became of the gift by the lines of the journal, in plain SQL."""
        db.session.rollback()
        rows = db.session.execute(text(BY_KIND), {"donor": DONOR})
        return {row[0]: Moved(*(int(number) for number in row[1:])) for row in rows}

    def on_shelves(self) -> dict[str, int]:
        """Units in each shop by the newest stock lines."""
        rows = db.session.execute(text(BY_SHOP), {"goods": self.rice.id})
        return {code: int(units) for code, units in rows}
