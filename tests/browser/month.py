"""The people of one village's month, a clock to turn, and how the points come about."""

import os
import shutil
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from supermarket import clock
from supermarket.cards.service import cards, pins
from supermarket.database import db, transaction
from supermarket.notices.models import Notice
from supermarket.schemes import service as schemes
from supermarket.settings import ROOT
from supermarket.staff.models import Role, StaffMember
from tests.browser.conftest import DESK, PHONE, Live, fits, look
from tests.browser.test_notices import text_of
from tests.factories import (
    COUNTY,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_scheme,
    make_shop,
    make_staff,
)

SignIn = Callable[..., Page]
HEADS = ("张桂兰", "李建国", "欧阳秀英", "王五", "赵长山", "孙玉梅")
PIN = "609318"


class Calendar:
    """The day it is for everybody: for the test, the server's threads and the jobs."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.first = clock.today() - timedelta(days=20)
        self._patch = patch

    def turn_to(self, day: int, hour: int = 9) -> None:
        """Make it the morning of a day of the story; the first is day 0."""
        moment = datetime.combine(self.day(day), time(hour), clock.VILLAGE).astimezone(UTC)
        self._patch.setattr(clock, "_told", ContextVar("told", default=moment))
        db.session.rollback()

    def day(self, number: int) -> date:
        return self.first + timedelta(days=number)


class Village:
    """The people of the story."""

    def __init__(self, live: Live) -> None:
        make_scheme()
        rules = ROOT / "data" / "rules.csv"
        with transaction():
            schemes.load_rules(
                schemes.read_rules(rules.read_bytes(), rules.name),
                COUNTY,
                None,
                since=date(2024, 1, 1),
            )
        shop = make_shop()
        with transaction():
            shop.phone = "0375-6881234"
        self.scorer = _named(Role.SCORER, VILLAGE, "王秀英")
        self.panel = [
            _named(Role.REVIEWER, VILLAGE, name) for name in ("张广林", "马素珍", "高保成")
        ]
        self.supervisor = _named(Role.SUPERVISOR, VILLAGE, "刘桂兰")
        self.township = _named(Role.TOWNSHIP, TOWNSHIP, "赵敏")
        self.homes = [make_household(head=head, points_held=10) for head in HEADS]
        #: Whose month it is.
        self.home = self.homes[0]
        with transaction():
            home = db.session.merge(self.home)
            self.page = cards.issue(
                home,
                self.scorer.id,
                secret=live.app.config["CARD_KEY"],
                public_url=live.app.config["PUBLIC_URL"],
            ).code
            pins.set_pin(home, PIN, self.scorer.id, memory_kib=64)


def _named(role: Role, region: str, name: str) -> StaffMember:
    member = make_staff(role, region)
    with transaction():
        member.name = name
    return member


class Story:
    """The steps, in the order of the days; each leaves pictures behind."""

    def __init__(self, live: Live, sign_in: SignIn, calendar: Calendar) -> None:
        self.live, self.sign_in, self.calendar = live, sign_in, calendar
        calendar.turn_to(0)
        self.village = Village(live)
        self.pictures = 0

    def seen(self, page: Page, name: str, heading: str = "") -> None:
        """The page has come, nothing reaches beyond the window; the picture is kept."""
        if heading:
            expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        page.wait_for_load_state()
        fits(page)
        self.pictures += 1
        look(page, f"{self.pictures:02}-{name}")

    def run_job(self, *words: str) -> str:
        """Run a job as the night does; return what it says."""
        done = self.live.app.test_cli_runner().invoke(args=list(words))
        assert done.exit_code == 0, done.output
        db.session.rollback()
        return done.output

    # -- points ----------------------------------------------------------------------------

    def inspect(self) -> None:
        """The scorer looks at the yards: two exceptions, all the others clean."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        self.seen(page, "scorer-home")
        page.goto("/rounds")
        page.get_by_role("link", name="开始检查").click()
        page.get_by_role("button", name="开始检查").click()
        page.get_by_role("button", name="没看的 6 户全部记为“清洁”").click()
        for head in ("王五", "孙玉梅"):
            row = page.locator(".grade-row", has=page.get_by_text(head, exact=True))
            row.get_by_text("较清洁", exact=True).click()
            expect(row.get_by_role("radio", name="较清洁", exact=True)).to_be_checked()
            expect(row.locator(".grade-foot")).to_contain_text("记")
        self.seen(page, "round-marked")
        page.get_by_role("button", name="核对并提交").click()
        self.seen(page, "round-check", "核对并提交")
        page.get_by_role("button", name="提交 6 户").click()
        expect(page.get_by_text("已提交：6 户，一共 24 分")).to_be_visible()
        self.seen(page, "round-submitted")

    def declare(self) -> None:
        """The scorer declares an honour of level C for the household."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        page.goto("/awards/new")
        page.get_by_label("姓名、拼音首字母").fill("zgl")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="张桂兰").click()
        page.get_by_label("编号或内容").fill("C12")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="乡镇级荣誉").click()
        self.seen(page, "declare-honour", "乡镇级荣誉")
        page.get_by_role("button", name="提交评议").click()
        expect(page.get_by_text("已提交评议")).to_be_visible()
        self.seen(page, "declared")

    def remind(self) -> None:
        """The scorer reminds the household; no points are taken."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        self._which_deduction(page)
        page.get_by_label("发生了什么事").fill("垃圾倒在沟边，已当面说过")
        self.seen(page, "reminder", "张桂兰")
        page.get_by_role("button", name="登记提醒").click()
        expect(page.get_by_text("已登记提醒")).to_be_visible()

    def _which_deduction(self, page: Page) -> None:
        page.goto("/deductions/new")
        page.get_by_label("姓名、拼音首字母").fill("zgl")
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name="张桂兰").click()
        page.get_by_role("link", name="乱扔垃圾").click()

    def review(self) -> None:
        """Three of the panel meet: one line gets fewer points, one is refused."""
        page = self.sign_in(self.village.panel[0].username, PHONE)
        self.seen(page, "reviewer-home")
        page.goto("/reviews")
        self.seen(page, "reviews")
        page.get_by_role("link", name="开始评议").click()
        expect(page.get_by_text("指定到会的人")).to_be_visible()
        for member in self.village.panel:
            page.locator("label", has_text=member.name).click()
        self.seen(page, "review-who", "开始评议")
        page.get_by_role("button", name="开始评议").click()
        self.seen(page, "review-lines", "张桂兰 1组")
        self._judge(page, "李建国", "改分", "只完成了一部分", points="3")
        self._judge(page, "孙玉梅", "不通过", "情况不属实")
        self.seen(page, "review-judged")
        page.get_by_role("button", name="提交决定").click()
        expect(page.get_by_text("都评议完了")).to_be_visible()
        page.get_by_label("会议记录").fill("评议组 3 人到会，逐户看了检查表。")
        page.get_by_role("button", name="结束评议").click()
        expect(page.get_by_text("评议已结束")).to_be_visible()
        self.seen(page, "review-ended")

    def _judge(
        self, page: Page, head: str, verdict: str, reason: str, *, points: str | None = None
    ) -> None:
        line = page.locator("section", has=page.get_by_text(f"{head} 1组", exact=True)).last
        line.get_by_text(verdict, exact=True).click()
        if not line.get_by_label("原因").is_visible():
            line.locator("summary").click()
        if points:
            line.get_by_role("spinbutton").fill(points)
        line.get_by_label("原因").select_option(label=reason)

    def confirm(self) -> None:
        """The township says its word on the honour."""
        page = self.sign_in(self.village.township.username, DESK)
        self.seen(page, "township-home")
        page.goto("/awards/confirmations")
        self.seen(page, "confirmations")
        page.get_by_role("button", name="提交决定").click()
        expect(page.get_by_text("没有等待乡镇确认的申报")).to_be_visible()

    def announce(self, folder: Path) -> None:
        """The scorer hangs it up; the sheet names nobody in full."""
        page = self.sign_in(self.village.scorer.username, PHONE)
        page.get_by_role("link", name="评议通过，待公示").click()
        self.seen(page, "notice-preview", "张榜公示")
        page.get_by_role("button", name="确认张榜").click()
        expect(page.get_by_text("已张榜，到期后自动入账")).to_be_visible()
        notice = self.notice()
        page.goto(f"/notices/{notice.reference}/print")
        self.seen(page, "notice-sheet")
        paper = folder / "notice.pdf"
        page.pdf(path=paper, prefer_css_page_size=True)
        if kept := os.environ.get("SCREENSHOTS"):
            shutil.copy(paper, kept)
        text = text_of(paper)
        assert "张**" in text
        assert "乡镇级荣誉" in text
        for words in (*HEADS, "提醒", "扣分", "孙"):
            assert words not in text, words

    def object_to_a_line(self) -> None:
        """A villager calls about 赵长山's yard; the scorer writes it down."""
        notice = self.notice()
        page = self.sign_in(self.village.scorer.username, PHONE)
        page.goto(f"/notices/{notice.reference}")
        row = page.locator("tr", has=page.get_by_text("赵长山"))
        row.get_by_role("link", name="记一条异议").click()
        page.get_by_label("对这一行有什么异议").fill("那天他家院里堆着建材")
        page.get_by_label("提出人").fill("赵六")
        self.seen(page, "objection")
        page.get_by_role("button", name="记下异议").click()
        expect(page.get_by_text("这一行暂缓入账")).to_be_visible()
        self.seen(page, "objection-held")

    def decide_objection(self) -> None:
        """The supervisor went there: the line goes."""
        page = self.sign_in(self.village.supervisor.username, DESK)
        self.seen(page, "supervisor-home")
        page.get_by_role("link", name="待处理的异议").click()
        page.get_by_role("link", name=f"{VILLAGE}Y1").click()
        page.get_by_text("撤销这一笔", exact=True).click()
        page.get_by_label("理由").fill("已到现场核实，建材还在院里")
        self.seen(page, "objection-deciding")
        page.get_by_role("button", name="确认处理").click()
        expect(page.get_by_text("已处理异议")).to_be_visible()
        self.seen(page, "objection-decided")

    def close(self) -> None:
        """The job posts what nobody objected to, once."""
        said = self.run_job("notices", "close")
        assert "已入账 5 笔 35 分" in said, said
        assert "没有到期待入账的公示" in self.run_job("notices", "close")
        assert self.balances() == [35, 13, 15, 12, 10, 10]
        page = self.sign_in(self.village.scorer.username, PHONE)
        notice = self.notice()
        page.goto(f"/notices/{notice.reference}")
        self.seen(page, "notice-closed")

    def notice(self) -> Notice:
        db.session.rollback()  # what was read before is an older snapshot
        return db.session.scalars(select(Notice)).one()

    def balances(self) -> list[int]:
        db.session.rollback()
        return [balance(db.session.merge(home)) for home in self.village.homes]
