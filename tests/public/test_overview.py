"""What a household sees of itself, and nothing of anybody else."""

import json
import re
from datetime import date, timedelta

import pytest
from flask import Flask

from supermarket.audit.models import AuditEvent
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.households import service as households
from supermarket.households.models import HouseholdFreeze, HouseholdTag, TagKind
from supermarket.households.service.proxies import NewProxy
from supermarket.notices.models import Notice
from supermarket.settings import ROOT
from supermarket.staff.models import Role
from tests import pages
from tests.awards.makers import award, declare, make_programme, take_back
from tests.deductions.makers import Village, notified, propose, remind
from tests.expiry.makers import announce, on, year_end
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_goods,
    make_household,
    make_shop,
    make_staff,
    the_actor,
)
from tests.notices.makers import make_accepted, make_people, open_notice
from tests.public.homes import Home, at_home, inside, make_home, phone

DIST = ROOT / "static" / "dist"


def shown(app: Flask, home: Home, room: str = "") -> pages.Page:
    """A room of the page, its PIN typed."""
    return pages.get(inside(app, home), home.url + room)


def freeze(home: Home) -> None:
    """Stop a household's redeeming for a month, by two people."""
    actor = the_actor().id
    with transaction():
        db.session.add(
            HouseholdFreeze(
                code="410482100203F1", household_id=home.household.id, basis="村规民约第九条",
                document_number="安政〔2026〕3号", reason="转卖积分", starts_on=today(),
                ends_on=today() + timedelta(days=30), proposed_by=actor, proposed_at=now(),
                approved=True, decided_by=actor, decided_at=now(),
            )
        )  # fmt: skip


def test_a_household_that_earned_nothing_yet_is_told_so(app: Flask) -> None:
    home = make_home(app, points_held=0)

    assert "还没有积分进出" in shown(app, home).text
    assert "还没有积分进出" in shown(app, home, "/book").text


def test_a_reversal_reads_as_what_it_is(app: Flask) -> None:
    scorer = make_programme()
    home = make_home(app, points_held=0)
    given = award(scorer, home.household)
    take_back(make_staff(Role.SUPERVISOR, VILLAGE), given.reference)

    page = shown(app, home)

    assert "村集体义务劳动半天" in page.text
    assert "+5 分" in page.text
    assert "-5 分" in page.text
    assert f"这是把 {given.reference} 那一笔退回、改正" in page.text
    assert "记错了户" in page.text


def test_the_bank_book_has_pages(app: Flask) -> None:
    scorer = make_programme()
    home = make_home(app, points_held=0)
    for _each in range(5):
        award(scorer, home.household)
    app.config["PAGE_SIZE"] = 3
    client = inside(app, home)

    first = pages.get(client, f"{home.url}/book")
    [more] = [link for link in first.links if "before=" in link]
    second = pages.get(client, more)

    assert [first.text.count("+5 分"), second.text.count("+5 分")] == [3, 2]
    assert "余额 25 分" in first.text
    assert "余额 5 分" in second.text


@pytest.mark.parametrize("before", ["0", "-1", "x", "9" * 30])
def test_a_made_up_place_in_the_book_is_no_error(app: Flask, before: str) -> None:
    home = make_home(app)

    shown(app, home, f"/book?before={before}")


def test_what_ends_when_is_told_and_read_aloud(app: Flask) -> None:
    year_end()
    home, year = make_home(app, points_held=20), today().year
    with on(date(year, 12, 1)):
        announce()

        page = shown(app, home)

    said = next(str(each.get("data-say")) for each in page.all("div") if each.get("data-say"))
    assert "其中 20 分到12月31日过期" in page.text
    assert said == "张桂兰家，现在有 20 分。其中 20 分到12月31日过期。"


def test_goods_come_in_the_order_of_what_the_household_can_have(app: Flask) -> None:
    home, shop = make_home(app, points_held=20), make_shop()
    make_goods(price=300, shop=shop, on_hand=2, name="电饭锅")
    make_goods(price=32, shop=shop, on_hand=4, name="食用油")
    make_goods(price=5, shop=shop, on_hand=9, name="肥皂")
    make_goods(price=1, shop=make_shop(COUNTY), on_hand=9, name="县城的盐")
    make_goods(price=1, shop=make_shop(OTHER_VILLAGE), on_hand=9, name="邻村的盐")

    text = shown(app, home, "/goods").text

    assert text.index("肥皂") < text.index("食用油") < text.index("电饭锅")
    assert "现在就能换" in text
    assert "还差 12 分" in text
    assert "店里有 4 块" in text
    assert "县城的盐" not in text
    assert "邻村的盐" not in text


def test_a_frozen_household_reads_why_and_until_when(app: Flask) -> None:
    home = make_home(app)
    freeze(home)

    text = shown(app, home).text

    for words in ("暂停兑换", "村规民约第九条", "安政〔2026〕3号", "照样可以得分", "寄料镇"):
        assert words in text


def test_proxies_are_named(app: Flask) -> None:
    home = make_home(app)
    with transaction():
        households.add_proxy(
            home.household,
            NewProxy("王五", "邻居", today() + timedelta(days=90), month_points=40),
            by=the_actor().id,
        )

    text = shown(app, home).text

    assert "王五" in text
    assert "每月最多 40 分" in text


def test_deductions_are_told_to_their_household_and_to_no_other(app: Flask) -> None:
    village = Village()
    notified(village)
    ours, theirs = at_home(app, village.household), make_home(app, head="赵六")

    told, other = shown(app, ours).text, shown(app, theirs).text

    assert "乱扔垃圾、乱泼污水" in told
    assert "已告知，可申诉" in told
    assert "我要申诉" in told
    assert "乱扔垃圾" not in other
    assert "提醒和扣分" not in other


def test_a_proposal_nobody_approved_is_not_told(app: Flask) -> None:
    village = Village()
    remind(village)
    propose(village)

    text = shown(app, at_home(app, village.household)).text

    assert "已提醒" in text
    assert "待审批" not in text


def test_the_notices_of_the_village_hang_there_with_the_households_own_lines(app: Flask) -> None:
    people = make_people()
    home = make_home(app)
    make_accepted(people, home.household, points=7)
    make_accepted(people, make_household(head="李建国"), points=9)
    notice: Notice = open_notice(people.scorer)

    page = shown(app, home)

    assert f"/n/{notice.code}" in page.links
    assert "您家：月度庭院检查清洁户 7 分" in page.text
    assert "公示中" in page.text
    assert "李建国" not in page.text
    assert "9 分" not in page.text


def test_nothing_of_any_other_household_is_on_any_page(app: Flask) -> None:
    people = make_people()
    home = make_home(app)
    other = make_home(app, head="欧阳秀英", points_held=4321)
    make_accepted(people, home.household)
    make_accepted(people, other.household, points=9)
    open_notice(people.scorer)
    declare(None, other.household, rule="L02", note="欧阳家的事")
    client = inside(app, home)

    for room in ("", "/book", "/goods", "/pin", "/data", "/data.json", "/declare"):
        text = client.get(home.url + room).get_data(as_text=True)
        for secret in ("欧阳", "4321", "4,321", other.household.code, other.code):
            assert secret not in text, (room, secret)


# -- the right to know ---------------------------------------------------------------------------


def test_everything_that_is_kept_can_be_read_and_taken_along(app: Flask) -> None:
    people = make_people()
    home = make_home(app)
    with transaction():
        kept = db.session.merge(home.household)
        kept.phone, kept.identity_tail = "13911110000", "001X"
        db.session.add(
            HouseholdTag(household_id=kept.id, kind=TagKind.MINIMUM_LIVING, since=date(2024, 1, 1))
        )
        households.add_proxy(
            kept, NewProxy("王五", "邻居", today() + timedelta(days=90)), by=the_actor().id
        )
    freeze(home)
    make_accepted(people, home.household, points=7)
    open_notice(people.scorer)
    client = inside(app, home)

    page = pages.get(client, f"{home.url}/data")
    answer = client.get(f"{home.url}/data.json")

    for words in ("13911110000", "001X", "低保户", "王五", "村规民约第九条", "月度庭院检查清洁户",
                  "期初", "张桂兰", home.household.code, "告诉村里的记分员"):  # fmt: skip
        assert words in page.text, words
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.get_data(as_text=True))
    rows = {part["title"]: part["rows"] for part in told["sections"]}
    assert told["household"] == home.household.code
    assert {"项目": "联系电话", "内容": "13911110000"} in rows["基本情况"]
    assert rows["户类别"] == [{"户类别": "低保户", "从": "2024-01-01", "到": None}]
    assert rows["积分明细"][0]["积分"] == 86
    assert "argon2" not in answer.get_data(as_text=True)
    noted = db.session.query(AuditEvent).filter_by(action="household.export_own").all()
    assert {event.subject for event in noted} == {home.household.code}
    assert len(noted) == 2


def test_hostile_words_stay_words(app: Flask) -> None:
    make_people()
    home = make_home(app, head="<script>alert(1)</script>")
    declare(None, home.household, rule="L02", note="<img src=x>", witness="'; DROP TABLE card; --")

    page, data = shown(app, home), shown(app, home, "/data")

    for told in (page, data):
        assert "<script>alert(1)" not in told.html
        assert "<img src=x>" not in told.html
        assert "<script>alert(1)" in told.text


# -- weight ------------------------------------------------------------------------------------


def transferred(html: str) -> int:
    """Bytes of a page and of the sheets and scripts it asks for, as they travel, but no picture."""
    files = re.findall(r'(?:src|href)="/static/dist/([^"]+\.(?:css|js))"', html)
    needed = [name for name in files if not name.startswith("fonts-")]  # where Chinese is missing
    parts = {
        part
        for name in needed
        if name.endswith(".js")
        for part in re.findall(r'["\']\./(part-[^"\']+)', (DIST / name).read_text())
    }
    assert any(name.startswith("plain-") for name in needed)
    sizes = [(DIST / f"{name}.gz").stat().st_size for name in {*needed, *parts}]
    return len(html.encode()) + sum(sizes)


def test_a_full_page_weighs_less_than_100_kilobytes(app: Flask) -> None:
    people = make_people()
    home, shop = make_home(app, points_held=20), make_shop()
    for number in range(12):
        make_goods(price=number + 3, shop=shop, on_hand=2, name=f"日用品第{number}种")
    for number in range(20):
        make_accepted(people, home.household, points=number % 9 + 1)
    open_notice(people.scorer)
    freeze(home)

    outside = transferred(phone(app).get(home.url).get_data(as_text=True))
    within = transferred(shown(app, home).html)

    assert outside < 40_000
    assert within < 100_000
