"""The pages of notices: for staff, on paper, for everybody."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from supermarket import clock
from supermarket.awards.models import DeclarationState
from supermarket.database import db, transaction
from supermarket.households.models import HouseholdTag, TagKind
from supermarket.notices.models import Notice, Objection, ObjectionState
from supermarket.staff.models import Role, StaffMember
from tests import pages
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    balance,
    make_household,
    make_shop,
    make_staff,
)
from tests.notices.makers import (
    PHONE,
    close,
    decide,
    later,
    make_accepted,
    make_people,
    object_to,
    open_notice,
    state_of,
)

HOSTILE = "<script>alert(1)</script>'\"; DROP TABLE notice; --"


def browser(app: Flask, member: StaffMember) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, member)
    return client


def told(**changes: str) -> dict[str, str]:
    """An objection as the form sends it."""
    return {"key": uuid4().hex, "channel": "phone", "text": "那天他不在村里", **changes}


def test_the_preview_says_what_will_be_announced_and_the_button_announces_it(app: Flask) -> None:
    people = make_people()
    make_accepted(people, make_household(head="张桂兰"), points=7)
    shop = make_shop()
    with transaction():
        shop.phone = PHONE
    client = browser(app, people.scorer)

    listed = pages.get(client, "/notices")
    asked = pages.get(client, f"/notices/new?village={VILLAGE}")
    answer = client.post(
        f"/notices/new?village={VILLAGE}", data={"key": uuid4().hex, "phone": PHONE}
    )

    assert f"/notices/new?village={VILLAGE}" in listed.links
    assert asked.field("phone") == PHONE
    assert "张桂兰" in asked.text
    assert "7 分" in asked.text
    notice = db.session.scalars(select(Notice)).one()
    assert answer.location == f"/notices/{notice.reference}"
    assert "已张榜" in pages.get(client, answer.location).text


def test_pressed_twice_it_opens_one_and_a_second_person_is_told(app: Flask) -> None:
    people = make_people()
    make_accepted(people)
    client = browser(app, people.scorer)
    form = {"key": uuid4().hex, "phone": PHONE}
    url = f"/notices/new?village={VILLAGE}"

    first, second = client.post(url, data=form), client.post(url, data=form)
    other = pages.post(
        browser(app, people.reviewer), url, {"key": uuid4().hex, "phone": PHONE}, status=409
    )

    assert first.location == second.location
    assert "现在没有待公示的事项" in other.text
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 1


@pytest.mark.parametrize("phone", ["", "x" * 21, HOSTILE[:20], "打给我"])
def test_a_telephone_that_is_none_is_kept_and_named(app: Flask, phone: str) -> None:
    people = make_people()
    make_accepted(people)
    client = browser(app, people.scorer)

    page = pages.post(
        client, f"/notices/new?village={VILLAGE}", {"key": uuid4().hex, "phone": phone}, status=422
    )

    assert page.field("phone") == phone
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0


@pytest.mark.parametrize("village", [OTHER_VILLAGE, "x", COUNTY, HOSTILE, "9" * 400])
def test_there_is_no_preview_of_another_village(app: Flask, village: str) -> None:
    people = make_people()
    client = browser(app, people.scorer)

    assert client.get("/notices/new", query_string={"village": village}).status_code == 404


def test_an_empty_village_is_said_to_be_empty(app: Flask) -> None:
    people = make_people()
    client = browser(app, people.scorer)

    assert client.get("/notices/new").location == "/notices"

    assert "现在没有待公示的事项" in pages.get(client, f"/notices/new?village={VILLAGE}").text
    assert "还没有张过榜" in pages.get(client, "/notices").text


def test_staff_see_every_line_with_its_state_also_taken_back_and_corrected(app: Flask) -> None:
    people = make_people()
    lines = [make_accepted(people) for _ in range(4)]
    opened = open_notice(people.scorer)
    decide(object_to(lines[0], None), ObjectionState.WITHDRAWN, people.supervisor)
    decide(object_to(lines[1], None), ObjectionState.CORRECTED, people.supervisor, points=3)
    waits = object_to(lines[2], None)
    close(opened)

    page = pages.get(browser(app, people.supervisor), f"/notices/{opened.reference}")
    scorers = pages.get(browser(app, people.scorer), f"/notices/{opened.reference}")

    for words in ("已撤销，不入账", "已更正：5 → 3 分", "有异议，暂缓", "已入账", f"{VILLAGE}-1"):
        assert words in page.text
        assert words in scorers.text
    assert f"/objections/{waits.code}" in page.links
    assert not any(link.startswith("/objections/") for link in scorers.links)
    listed = pages.get(browser(app, people.supervisor), "/notices")
    assert "2026" in listed.text or str(opened.year) in listed.text


def test_another_village_and_another_job_see_nothing(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    opened = open_notice(people.scorer)
    raised = object_to(line, None)
    neighbour = browser(app, make_staff(Role.SUPERVISOR, OTHER_VILLAGE))
    keeper = browser(app, make_staff(Role.SHOPKEEPER, shop=make_shop()))
    auditor = browser(app, make_staff(Role.AUDITOR, COUNTY))

    url = f"/notices/{opened.reference}"
    for path in (url, f"{url}/print", f"{url}/lines/1/objection", f"/objections/{raised.code}"):
        assert neighbour.get(path).status_code == 404, path
        assert keeper.get(path).status_code == 403, path
    assert auditor.get(url).status_code == 200
    assert auditor.get(f"{url}/lines/1/objection").status_code == 403
    assert auditor.post(f"{url}/close").status_code == 403
    assert neighbour.post(f"{url}/close").status_code in {403, 404}
    assert browser(app, people.scorer).get(f"/objections/{raised.code}").status_code == 403
    assert app.test_client().get(url).status_code == 302


@pytest.mark.parametrize(
    "path",
    [
        "/notices/x", "/notices/410482100203G2026-99", "/notices/’", "/notices/%00",
        "/objections/x", "/objections/%00", "/notices/410482100203G99999999999-1",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_404(app: Flask, path: str) -> None:
    people = make_people()

    assert browser(app, people.supervisor).get(path).status_code in {404, 422}


def test_an_objection_is_written_down_and_decided_on_its_page(app: Flask) -> None:
    people = make_people()
    home = make_household(head="张桂兰")
    line = make_accepted(people, home)
    opened = open_notice(people.scorer)
    scorer, supervisor = browser(app, people.scorer), browser(app, people.supervisor)
    url = f"/notices/{opened.reference}/lines/1/objection"

    asked = pages.get(scorer, url)
    form = told(raised_by_name="赵六", contact="13800000000")
    sent, again = scorer.post(url, data=form), scorer.post(url, data=form)
    raised = db.session.scalars(select(Objection)).one()
    shown = pages.get(supervisor, f"/objections/{raised.code}")
    missing = pages.post(
        supervisor,
        f"/objections/{raised.code}",
        {"verdict": "corrected", "reason": "只干了半天"},
        status=422,
    )
    done = supervisor.post(
        f"/objections/{raised.code}",
        data={"verdict": "corrected", "points": "３", "reason": "只干了半天"},
    )

    assert "张桂兰" in asked.text
    assert sent.location == again.location == f"/notices/{opened.reference}"
    for words in ("赵六", "13800000000", "那天他不在村里"):
        assert words in shown.text
    assert "请填写更正为几分" in missing.text
    assert missing.field("reason") == "只干了半天"
    assert done.location == f"/objections/{raised.code}"
    after = pages.get(supervisor, done.location).text
    assert "更正分数" in after
    assert "只干了半天" in after
    close(opened)
    assert balance(home) == 3
    assert state_of(line) is DeclarationState.POSTED


def test_a_refused_decision_keeps_what_was_typed(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    raised = object_to(line, None)
    client = browser(app, people.supervisor)
    url = f"/objections/{raised.code}"

    too_many = {"verdict": "corrected", "points": "99", "reason": "多了"}
    page = pages.post(client, url, too_many, status=422)
    none = pages.post(client, url, {}, status=422)
    odd = pages.post(client, url, {"verdict": "open", "reason": HOSTILE}, status=422)
    decide(raised, ObjectionState.DISMISSED, people.township)
    late = pages.post(client, url, {"verdict": "withdrawn", "reason": "查无此事"}, status=409)

    assert "只能记 1 到 10 分" in page.text
    assert page.field("points") == "99"
    assert "请选一种处理结果" in none.text
    assert odd.field("reason") == HOSTILE
    assert "已经处理过了" in late.text


@pytest.mark.parametrize(
    "changes",
    [
        {"text": ""}, {"text": "长" * 501}, {"channel": "page"}, {"channel": ""},
        {"raised_by_name": "长" * 61}, {"contact": "1" * 61}, {"key": "短"}, {"key": "x" * 101},
    ],
)  # fmt: skip
def test_bad_input_holds_nothing_and_is_kept(app: Flask, changes: dict[str, str]) -> None:
    people = make_people()
    line = make_accepted(people)
    opened = open_notice(people.scorer)
    url = f"/notices/{opened.reference}/lines/1/objection"

    page = pages.post(browser(app, people.scorer), url, told(**changes), status=422)

    assert page.field("text") == changes.get("text", "那天他不在村里")
    assert state_of(line) is DeclarationState.NOTICED


def test_markup_in_an_objection_stays_words(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    open_notice(people.scorer)
    raised = object_to(line, None, text=HOSTILE, name=HOSTILE[:60], contact="<b>")

    page = pages.get(browser(app, people.supervisor), f"/objections/{raised.code}")

    assert HOSTILE in page.text
    assert "<script>alert" not in page.html


def test_an_objection_to_a_line_that_is_not_there_is_a_404(app: Flask) -> None:
    people = make_people()
    make_accepted(people)
    opened = open_notice(people.scorer)
    client = browser(app, people.scorer)

    for position in (0, 2, 10**12):
        url = f"/notices/{opened.reference}/lines/{position}/objection"
        assert client.get(url).status_code == 404


def test_a_notice_past_its_day_is_posted_by_hand_as_well(app: Flask) -> None:
    people = make_people()
    make_accepted(people)
    opened = open_notice(people.scorer)
    client = browser(app, people.scorer)
    early = client.post(f"/notices/{opened.reference}/close", follow_redirects=True)

    with clock.at(later(4)):
        page = pages.get(client, f"/notices/{opened.reference}")
        answer = client.post(f"/notices/{opened.reference}/close")
        after = pages.get(client, answer.location)
        again = client.post(f"/notices/{opened.reference}/close", follow_redirects=True)

    assert "过了这一天才能入账" in early.text
    assert "现在入账" in page.text
    assert "已入账 1 笔、5 分" in after.text
    assert "没有可以入账的事项" in again.text


def test_the_home_page_says_what_waits_for_whom(app: Flask) -> None:
    people = make_people()
    line = make_accepted(people)
    scorer, supervisor = browser(app, people.scorer), browser(app, people.supervisor)

    to_open = pages.get(scorer, "/").text
    open_notice(people.scorer)
    object_to(line, None)
    to_decide = pages.get(supervisor, "/").text
    with clock.at(later(9)):
        to_close, late = pages.get(scorer, "/").text, pages.get(supervisor, "/").text

    assert "评议通过，待公示" in to_open
    assert "评议通过，待公示" not in to_decide
    assert "待处理的异议" in to_decide
    assert "已超期" not in to_decide
    assert "公示到期，待入账" in to_close
    assert "已超期" in late


def test_the_web_copy_is_masked_and_kept_nowhere(app: Flask) -> None:
    people = make_people()
    home = make_household(points_held=30, head="张桂兰")
    with transaction():
        kept = db.session.merge(home)
        kept.phone = "13911112222"
        db.session.add(
            HouseholdTag(household_id=kept.id, kind=TagKind.MINIMUM_LIVING, since=clock.today())
        )
    line = make_accepted(people, home)
    gone = make_accepted(people, make_household(head="李四海"))
    opened = open_notice(people.scorer)
    object_to(line, None, text="他家没有去", name="赵六", contact="13800000000")
    decide(object_to(gone, None), ObjectionState.WITHDRAWN, people.supervisor)

    answer = app.test_client().get(f"/n/{opened.code}")
    page = pages.check(answer)

    for words in ("张**", home.code[-4:], "月度庭院检查清洁户", "5 分", "余额 30 分", PHONE):
        assert words in page.text
    for words in (
        "张桂兰", home.code, "13911112222", "低保", "赵六", "13800000000", "他家没有去",
        "李**", "异议，暂缓",
    ):  # fmt: skip
        assert words not in page.html
    assert opened.head_hash[:16] in page.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers


def test_five_hundred_rows_weigh_less_than_100_kb(app: Flask) -> None:
    people = make_people()
    homes = [make_household(head="欧阳建国") for _ in range(3)]
    for home in homes:
        make_accepted(people, home)
        make_accepted(people, home, rule="L02")
    opened = open_notice(people.scorer)

    three = app.test_client().get(f"/n/{opened.code}").data
    row = three[three.index(b"<li>") :].split(b"\n")[0]

    rest = len(three) - 3 * (len(row) + 1)
    assert rest + 500 * (len(row) + 1) < 100_000


def test_a_closed_notice_is_readable_for_a_month_and_says_so_then(app: Flask) -> None:
    people = make_people()
    make_accepted(people, make_household(head="张桂兰"))
    opened = open_notice(people.scorer)
    close(opened)
    anybody = app.test_client()

    with clock.at(later(4 + 30)):
        still = pages.get(anybody, f"/n/{opened.code}")
        listed = pages.get(anybody, f"/n/village/{VILLAGE}")
    with clock.at(later(4 + 31)):
        gone = pages.get(anybody, f"/n/{opened.code.upper()}", status=410)
        empty = pages.get(anybody, f"/n/village/{VILLAGE}")

    assert "张**" in still.text
    assert "已结束" in still.text
    assert f"/n/{opened.code}" in listed.links
    assert "网上不再展示" in gone.text
    assert "张**" not in gone.html
    assert "本村现在没有公示" in empty.text


@pytest.mark.parametrize("code", ["x", "2345678923", "’" * 10, "a" * 300, "%00"])
def test_an_unknown_notice_is_a_404_in_words(app: Flask, code: str) -> None:
    make_people()

    page = pages.get(app.test_client(), f"/n/{code}", status=404)

    assert "没有找到这期公示" in page.text


@pytest.mark.parametrize("code", ["x", VILLAGE[:9], "999999999999", "’" * 12])
def test_an_unknown_village_is_a_404(app: Flask, code: str) -> None:
    make_people()

    assert app.test_client().get(f"/n/village/{code}").status_code == 404


def test_the_pages_speak_english_too(app: Flask) -> None:
    people = make_people()
    make_accepted(people)
    opened = open_notice(people.scorer)

    for path in ("/notices", f"/notices/{opened.reference}", f"/notices/{opened.reference}/print"):
        pages.get(browser(app, people.scorer), f"{path}?lang=en")
    pages.get(app.test_client(), f"/n/{opened.code}?lang=en")
