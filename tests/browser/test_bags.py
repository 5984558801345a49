"""Two hundred bags of rice from the donor to the kitchens, page by page, and where each one is."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from supermarket.database import db, transaction
from supermarket.goods import service as goods
from supermarket.goods.models import Goods
from supermarket.ledger.queries import verify
from supermarket.shops.models import Shop
from supermarket.staff.models import Role, StaffMember
from tests.browser.conftest import DESK, PHONE, Live, fits, look
from tests.counter.stalls import Stall
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

pytestmark = pytest.mark.browser
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
    """The steps in their order; each leaves pictures behind."""

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

    # -- to the kitchens, while the shelf is counted --------------------------------------------

    def hand_out(self, shop: Shop, keeper: StaffMember, homes: list[tuple[int, int]]) -> None:
        """The counter's service hands out: the households by place, and their bags."""
        people = self.homes if shop is self.first else self.neighbours
        for place, bags in homes:
            Stall(shop, keeper, people[place]).redeem((self.rice, bags))

    def count(self) -> str:
        """The keeper counts one bag less than the books say; returns the stocktake."""
        page = self.sign_in(self.keeper.username, PHONE)
        page.goto(f"/shops/{self.first.code}/stocktakes")
        page.get_by_role("button", name="开始盘点").click()
        expect(page.get_by_text("已开始盘点")).to_be_visible()
        self.seen(page, "stocktake")
        code = page.url.rsplit("/", 1)[1]
        page.get_by_role("link", name="洗护清洁").click()
        page.get_by_label("货架上有").fill("59")
        self.seen(page, "stocktake-count")
        page.get_by_role("button", name="保存").click()
        expect(page.get_by_text("已盘 59 袋")).to_be_visible()
        return code

    def sell(self, place: int) -> None:
        """One bag at the till, by the keeper's phone."""
        home = self.homes[place]
        page = self.sign_in(self.keeper.username, PHONE)
        page.goto("/counter")
        scan(page, home.code)
        expect(page.locator(".till-household")).to_contain_text(home.head)
        page.get_by_role("button", name=re.compile("大米.*35 分", re.DOTALL)).first.click()
        expect(page.locator("[name=lines-0-quantity]")).to_have_value("1")
        self.seen(page, "till")
        page.get_by_role("button", name="确认兑换").last.click()
        expect(page.get_by_text("已兑换 35 分")).to_be_visible()
        self.seen(page, "till-done")

    def keep_the_count(self, code: str) -> None:
        """The shelf moved since: the keeper's count stands, less what was sold meanwhile."""
        page = self.sign_in(self.keeper.username, PHONE)
        page.goto(f"/stocktakes/{code}/review")
        expect(page.get_by_text("账面 58 → 57").first).to_be_visible()
        self.seen(page, "stocktake-moved")
        page.get_by_role("button", name="按我数的算").click()
        expect(page.get_by_role("button", name="按我数的算")).to_have_count(0)
        self.seen(page, "stocktake-kept")
        page.get_by_role("button", name="交给第二人审核").click()
        expect(page.get_by_text("要由另一个人审核")).to_be_visible()
        expect(page.get_by_role("button", name="审核通过")).to_have_count(0)

    def approve_the_count(self, code: str) -> None:
        """The township, who counted nothing, approves."""
        page = self.sign_in(self.office.username, DESK)
        page.get_by_role("link", name="待审核的盘点").click()
        self.seen(page, "stocktake-to-approve")
        page.get_by_role("button", name="审核通过，按差额入账").click()
        expect(page.get_by_role("button", name="审核通过")).to_have_count(0)
        self.seen(page, "stocktake-posted")
        page.goto(f"/stocktakes/{code}/sheet")
        self.seen(page, "stocktake-sheet")

    def write_off(self) -> None:
        """The other keeper proposes two wet bags; cannot approve them; the township does."""
        page = self.sign_in(self.other.username, PHONE)
        page.goto(f"/shops/{self.second.code}/write-offs/new")
        scan(page, f"2*{BARCODE}")
        expect(page.get_by_text("已加：大米，共 2 袋")).to_be_visible()
        page.get_by_text("破损", exact=True).click()
        page.get_by_label("情况说明").fill("屋顶漏雨，两袋受潮")
        page.get_by_label("处理方式").fill("喂鸡")
        self.seen(page, "write-off")
        page.get_by_role("button", name="报损，等审批").click()
        expect(page.get_by_text("已报损，单号")).to_be_visible()
        expect(page.get_by_role("button", name="批准报损")).to_have_count(0)
        self.seen(page, "write-off-proposed")
        paper = page.url
        office = self.sign_in(self.office.username, DESK)
        self.seen(office, "office-home")
        office.goto(paper)
        office.get_by_role("button", name="批准报损").click()
        expect(office.get_by_role("button", name="批准报损")).to_have_count(0)
        self.seen(office, "write-off-approved")

    # -- what the donor reads -------------------------------------------------------------------

    def read_statement(self) -> list[str]:
        """The figures of the donor's statement, from its page."""
        page = self.sign_in(self.office.username, DESK)
        page.goto("/donors")
        page.get_by_role("link", name=DONOR).click()
        self.seen(page, "donor")
        page.goto(f"{page.url}/statement")
        self.seen(page, "statement")
        body = page.locator("main").inner_text()
        for home in (*self.homes, *self.neighbours):
            assert home.head not in body
        assert "您捐赠的 200 袋大米，已有 21 袋送到 2 个村 12 户" in body
        cells: list[str] = page.locator("table tbody tr").first.locator("td").all_inner_texts()
        return [cell.strip() for cell in cells]

    def journal(self) -> dict[str, Moved]:
        """The same from the lines of the journal, in plain SQL."""
        db.session.rollback()
        rows = db.session.execute(text(BY_KIND), {"donor": DONOR})
        return {row[0]: Moved(*(int(number) for number in row[1:])) for row in rows}

    def on_shelves(self) -> dict[str, int]:
        """Units in each shop by the newest stock lines."""
        rows = db.session.execute(text(BY_SHOP), {"goods": self.rice.id})
        return {code: int(units) for code, units in rows}


def test_two_hundred_bags_from_the_donor_to_the_kitchens(live: Live, sign_in: SignIn) -> None:
    story = Bags(sign_in)
    story.take_in()
    story.send(story.first, FIRST)
    story.send(story.second, SECOND)
    story.receive(story.keeper)
    story.receive(story.other)
    story.hand_out(
        story.first, story.keeper, [(0, 1), (0, 1), (1, 1), (1, 1), (2, 1), (2, 1)]
        + [(place, 1) for place in (3, 4, 5, 6)],
    )  # fmt: skip
    stocktake = story.count()
    story.sell(3)
    story.sell(7)
    story.keep_the_count(stocktake)
    story.approve_the_count(stocktake)
    story.hand_out(
        story.second, story.other,
        [(0, 2), (1, 1), (2, 1), (3, 1), (1, 1), (2, 1), (3, 1), (1, 0)],
    )  # fmt: skip
    story.write_off()
    cells = story.read_statement()

    moved, shelves = story.journal(), story.on_shelves()
    redeemed, lost_on_paper = moved["redemption"], -moved["transfer"].units
    assert redeemed.entries == 20
    assert shelves == {story.depot.code: 80, story.first.code: 57, story.second.code: 39}
    assert sum(shelves.values()) == sum(row.units for row in moved.values())
    wanted = (
        moved["goods_in"].units, -redeemed.units, redeemed.households, redeemed.villages,
        sum(shelves.values()), lost_on_paper, 0, -moved["write_off"].units,
        moved["stocktake"].units,
    )  # fmt: skip
    assert wanted == (200, 21, 12, 2, 176, 0, 0, 2, -1)
    assert cells == ["袋", *map(str, wanted), "7,300.00 元"]
    assert list(verify.mistakes()) == []
