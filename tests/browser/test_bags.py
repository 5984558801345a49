"""Two hundred bags of rice from the donor to the kitchens, page by page, and where each one is."""

import re

import pytest
from playwright.sync_api import expect

from supermarket.ledger.queries import verify
from supermarket.shops.models import Shop
from supermarket.staff.models import StaffMember
from tests.browser.bags import BARCODE, DONOR, FIRST, SECOND, Bags, SignIn, scan
from tests.browser.conftest import DESK, PHONE, Live
from tests.counter.stalls import Stall

pytestmark = pytest.mark.browser


class Story(Bags):
    """The rest of the way: the kitchens, a count, a write-off, and what the donor reads."""

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
        expect(page.get_by_text("已交给第二人审核")).to_be_visible()
        self.seen(page, "stocktake-handed-in")
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
        assert "您捐赠的 200 袋大米，已有 21 袋送到 2 个村 13 户" in body
        cells: list[str] = page.locator("table tbody tr").first.locator("td").all_inner_texts()
        return [cell.strip() for cell in cells]


def test_two_hundred_bags_from_the_donor_to_the_kitchens(live: Live, sign_in: SignIn) -> None:
    story = Story(sign_in)
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
        [(0, 2), (1, 1), (2, 1), (3, 1), (1, 1), (2, 1), (3, 1), (4, 1)],
    )  # fmt: skip
    story.write_off()
    cells = story.read_statement()

    moved, shelves = story.journal(), story.on_shelves()
    redeemed, in_transit = moved["redemption"], -moved["transfer"].units
    assert redeemed.entries == 20
    assert shelves == {story.depot.code: 80, story.first.code: 57, story.second.code: 39}
    assert sum(shelves.values()) == sum(row.units for row in moved.values())
    wanted = (
        moved["goods_in"].units, -redeemed.units, redeemed.households, redeemed.villages,
        sum(shelves.values()), in_transit, 0, -moved["write_off"].units,
        moved["stocktake"].units,
    )  # fmt: skip
    assert wanted == (200, 21, 13, 2, 176, 0, 0, 2, -1)
    assert cells == ["袋", *map(str, wanted), "7,300.00 元"]
    assert list(verify.mistakes()) == []
