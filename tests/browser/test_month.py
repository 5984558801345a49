"""One whole month of one village, page by page, as its people live it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from supermarket.awards.models import Award, Declaration, DeclarationState
from supermarket.database import db
from supermarket.deductions.models import Deduction
from supermarket.households.models import Household
from supermarket.ledger.queries import verify
from tests.browser.conftest import DESK, PHONE, Live
from tests.browser.month import HEADS, PIN, Calendar, SignIn, Story

pytestmark = pytest.mark.browser


class Month(Story):
    """The rest of the month: a deduction, and what everybody reads in the end."""

    # -- a deduction -----------------------------------------------------------------------

    def propose_deduction(self) -> None:
        """It happened again: the scorer proposes, a reviewer agrees."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        self._which_deduction(page)
        page.get_by_label("发生了什么事").fill("又把垃圾倒在沟边，两人看见")
        self.seen(page, "deduction-new")
        page.get_by_role("button", name="提出扣 2 分").click()
        expect(page.get_by_text("已提出")).to_be_visible()
        code = page.url.rsplit("/", 1)[1]
        reviewer = self.sign_in(self.village.panel[0].username, PHONE)
        reviewer.goto(f"/deductions/{code}")
        self.seen(reviewer, "deduction-to-approve")
        reviewer.get_by_role("button", name="同意扣 2 分").click()
        expect(reviewer.get_by_text("已告知，可申诉")).to_be_visible()
        self.seen(reviewer, "deduction-told")
        reviewer.goto(f"/deductions/{code}/paper")
        self.seen(reviewer, "deduction-paper")

    def appeal(self) -> None:
        """The household reads of it on its own page, and appeals there."""
        page = self.own_page("own-page-deduction")
        page.get_by_role("link", name="我要申诉").click()
        page.get_by_label("为什么不该扣").fill("只有一袋，当天下午就清走了")
        page.get_by_label("您的姓名").fill("张桂兰")
        self.seen(page, "own-page-appeal", "我要申诉")
        page.get_by_role("button", name="提出申诉").click()
        expect(page.get_by_text("申诉中，暂不扣")).to_be_visible()
        self.seen(page, "own-page-appealed")

    def answer(self) -> None:
        """The supervisor, who had no hand in it, takes less."""
        page = self.sign_in(self.village.supervisor.username, DESK)
        page.goto("/appeals")
        self.seen(page, "appeals")
        page.get_by_role("link", name="张桂兰").first.click()
        page.get_by_text("有道理，少扣一些", exact=True).click()
        page.get_by_label("改为扣几分").fill("1")
        page.get_by_label("理由").fill("当天清走属实，少扣 1 分")
        self.seen(page, "appeal-answer")
        page.get_by_role("button", name="答复", exact=True).click()
        expect(page.get_by_text("已答复，请把结果和理由告诉农户")).to_be_visible()
        self.seen(page, "appeal-answered")

    def post_deduction(self) -> None:
        """The job takes it when the days are over, once."""
        self.run_job("deductions", "post")
        self.run_job("deductions", "post")
        assert self.balances()[0] == 34
        taken = db.session.scalars(select(Deduction).where(Deduction.points > 0)).one()
        assert (taken.points_asked, taken.points_posted) == (2, 1)

    # -- what the household and the staff read -----------------------------------------------

    def own_page(self, name: str) -> Page:
        """Open the page behind the card with the PIN, on a phone that signed in nowhere."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        page.context.clear_cookies()
        page.goto(f"/c/{self.village.page}")
        page.locator("input.pin-input").fill(PIN)
        page.get_by_role("button", name="查看积分").click()
        expect(page.get_by_role("heading", name="张桂兰家")).to_be_visible()
        self.seen(page, name)
        return page

    def read_own_page(self) -> None:
        page = self.own_page("own-page-end")
        text = page.inner_text("main").replace("\n分", "分")
        for words in (
            "34分", "申报 20 分", "评议通过", "乡镇确认通过", "张榜公示", "入账 20 分", "+20 分",
            "+5 分", "已提醒", "申诉：", "当天清走属实，少扣 1 分", "实扣 1 分", "-1 分",
        ):  # fmt: skip
            assert words in text, f"{words} is not on the household's page:\n{text}"

    def read_statement(self) -> None:
        page = self.sign_in(self.village.scorer.username, PHONE)
        page.goto(f"/households/{self.village.home.code}")
        self.seen(page, "statement")
        text = page.inner_text("body")
        for words in (
            "申报 20 分", "评议组：通过", "赵敏：通过", "公示到", "入账 20 分，单号", "+20", "-1",
        ):  # fmt: skip
            assert words in text, f"{words} is not on the statement:\n{text}"
        page.get_by_role("link", name="提醒与扣分记录").click()
        page.get_by_role("link", name="已扣分").click()
        page.get_by_role("link", name="张桂兰").first.click()
        expect(page.get_by_text("办理经过")).to_be_visible()
        self.seen(page, "statement-of-the-deduction")
        text = page.inner_text("main")
        for words in ("提出扣分", "同意，告知农户", "减少扣分", "扣分入账", "刘桂兰", "系统"):
            assert words in text, f"{words} is not among the steps:\n{text}"


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """A clock that the test turns, for every thread."""
    return Calendar(monkeypatch)


def test_one_month_in_one_village(
    live: Live, sign_in: SignIn, calendar: Calendar, tmp_path: Path
) -> None:
    story = Month(live, sign_in, calendar)
    story.inspect()
    story.declare()
    story.remind()
    calendar.turn_to(2)
    story.own_page("own-page-declared")
    story.review()
    story.confirm()
    story.announce(tmp_path)
    calendar.turn_to(3)
    story.own_page("own-page-announced")
    story.object_to_a_line()
    story.decide_objection()
    calendar.turn_to(6, hour=1)
    story.close()
    calendar.turn_to(7)
    story.propose_deduction()
    calendar.turn_to(8)
    story.appeal()
    calendar.turn_to(9)
    story.answer()
    calendar.turn_to(15, hour=1)
    story.post_deduction()
    calendar.turn_to(20)
    story.read_own_page()
    story.read_statement()

    ends = {row.state for row in db.session.scalars(select(Declaration))}
    assert ends == {DeclarationState.POSTED, DeclarationState.REFUSED, DeclarationState.WITHDRAWN}
    assert len(db.session.scalars(select(Award)).all()) == 1
    assert len(db.session.scalars(select(Household)).all()) == len(HEADS)
    assert list(verify.mistakes()) == []
