"""A notice as people meet it: opened on a phone, printed, read by its QR, objected to, closed."""

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect
from sqlalchemy import select

from supermarket import clock
from supermarket.database import db, transaction
from supermarket.households.models import HouseholdTag, TagKind
from supermarket.notices.models import Notice, Objection
from tests.browser.conftest import Live, fits, look
from tests.factories import VILLAGE, make_household, make_shop
from tests.notices.makers import (
    PHONE,
    People,
    make_accepted,
    make_people,
    open_notice,
)

pytestmark = pytest.mark.browser
SignIn = Callable[..., Page]
HEADS = ("张桂兰", "李建国", "欧阳秀英", "王五")


def a_village_to_announce() -> People:
    """Four households with phones and tags, each with something accepted."""
    people = make_people()
    shop = make_shop()
    homes = [make_household(head=head, points_held=30) for head in HEADS]
    with transaction():
        shop.phone = PHONE
        for number, home in enumerate(homes):
            kept = db.session.merge(home)
            kept.phone = f"1391111000{number}"
            db.session.add(
                HouseholdTag(household_id=kept.id, kind=TagKind.MINIMUM_LIVING, since=clock.today())
            )
    for points, home in enumerate(homes, start=3):
        make_accepted(people, home, points=points)
        make_accepted(people, home, rule="L02")
    return people


def text_of(pdf: Path) -> str:
    """Everything that stands on the paper, without spaces."""
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return "".join(text.split())


def codes_on(pdf: Path) -> list[str]:
    """What the QR codes on the paper say."""
    document = pypdfium2.PdfDocument(pdf)
    found = [
        code.text
        for page in document
        for code in zxingcpp.read_barcodes(page.render(scale=3).to_pil())
    ]
    document.close()
    return found


def test_the_printed_sheet_says_nothing_of_anybody_and_its_qr_leads_to_the_web_copy(
    live: Live, sign_in: SignIn, tmp_path: Path
) -> None:
    people = a_village_to_announce()
    notice = open_notice(people.scorer)
    page = sign_in(people.scorer.username)
    page.goto(f"/notices/{notice.reference}/print")
    fits(page)
    paper = tmp_path / "sheet.pdf"

    page.pdf(path=paper, prefer_css_page_size=True)

    if folder := os.environ.get("SCREENSHOTS"):
        shutil.copy(paper, folder)
    text = text_of(paper)
    for words in ("积分公示表", "张**", "欧**", "月度庭院检查清洁户", "8分", "30分", PHONE,
                  "寄料镇安沟村", f"{notice.year}年第1期", notice.head_hash[:16]):  # fmt: skip
        assert words in text, words
    for head in HEADS:
        assert head not in text
    assert not re.search(r"1[3-9]\d{9}", text.replace(notice.reference, ""))
    for words in ("低保", "脱贫", "一般户", "扣分", "减分", "提醒", VILLAGE + "0"):
        assert words not in text, words
    assert codes_on(paper) == [f"{live.app.config['PUBLIC_URL']}/n/{notice.code}"]


def test_from_the_preview_to_the_entry(live: Live, sign_in: SignIn, size: dict[str, int]) -> None:
    people = a_village_to_announce()
    page = sign_in(people.scorer.username, size)
    look(page, "notice-0-home")
    page.get_by_role("link", name="评议通过，待公示").click()
    fits(page)
    look(page, "notice-1-preview")
    page.get_by_role("button", name="确认张榜").click()
    expect(page.get_by_text("已张榜，到期后自动入账")).to_be_visible()
    fits(page)
    look(page, "notice-2-opened")
    page.goto("/notices")
    fits(page)
    look(page, "notice-3-list")
    notice = db.session.scalars(select(Notice)).one()
    page.goto(f"/n/{notice.code}")
    expect(page.get_by_text("欧**")).to_be_visible()
    fits(page)
    look(page, "notice-4-web-copy")
    page.goto(f"/n/village/{VILLAGE}")
    fits(page)
    look(page, "notice-5-village")
    page.goto(f"/notices/{notice.reference}/print")
    look(page, "notice-6-sheet")
    page.goto(f"/notices/{notice.reference}")
    page.get_by_role("link", name="记一条异议").first.click()
    fits(page)
    look(page, "notice-7-objection")
    page.get_by_label("对这一行有什么异议").fill("那天他不在村里")
    page.get_by_label("提出人").fill("赵六")
    page.get_by_role("button", name="记下异议").click()
    expect(page.get_by_text("这一行暂缓入账")).to_be_visible()
    look(page, "notice-8-held")

    supervisor = sign_in(people.supervisor.username, size)
    supervisor.get_by_role("link", name="待处理的异议").click()
    fits(supervisor)
    look(supervisor, "notice-9-objections")
    supervisor.get_by_role("link", name=f"{VILLAGE}Y1").click()
    fits(supervisor)
    supervisor.get_by_text("更正分数", exact=True).click()
    supervisor.get_by_label("更正为几分").fill("2")
    supervisor.get_by_label("理由").fill("只有半天，已向组长核实")
    look(supervisor, "notice-a-deciding")
    supervisor.get_by_role("button", name="确认处理").click()
    expect(supervisor.get_by_text("已处理异议")).to_be_visible()
    look(supervisor, "notice-b-decided")
    supervisor.goto(f"/notices/{notice.reference}")
    expect(supervisor.get_by_text("已更正：3 → 2 分")).to_be_visible()
    fits(supervisor)
    look(supervisor, "notice-c-corrected")
    db.session.rollback()  # what was read before is an older snapshot
    assert db.session.scalars(select(Objection)).one().late is False
