"""The pages of deductions: each step on a page, nothing of it outside."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.cards.service import cards
from supermarket.clock import at, today
from supermarket.database import transaction
from supermarket.deductions.models import DeductionState
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Role, StaffMember
from tests import pages
from tests.deductions.makers import (
    Village,
    appeal,
    days,
    make_rule,
    notified,
    notify,
    post,
    propose,
    remind,
)
from tests.deductions.test_appeals import state
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_staff, the_actor

HOSTILE = "<img src=x onerror=alert(1)>\"'{{7*7}}"


@pytest.fixture
def village(app: Flask) -> Village:
    return Village()


def window(app: Flask, member: StaffMember) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, member)
    return client


def test_a_reminder_is_written_in_three_steps(app: Flask, village: Village) -> None:
    client, code = window(app, village.scorer), village.household.code

    who = pages.get(client, "/deductions/new?q=李建国")
    rule = pages.get(client, f"/deductions/new?household={code}")
    what = pages.get(client, f"/deductions/new?household={code}&rule=D01")

    assert any(f"household={code}" in link for link in who.links)
    assert any("rule=D01" in link for link in rule.links)
    assert "这次是提醒，不扣分" in what.text
    answer = client.post(
        f"/deductions/new?household={code}&rule=D01",
        data={"key": what.field("key"), "occurred_on": str(today()), "happened": "倒在沟边"},
    )
    shown = pages.get(client, answer.location)
    assert "只是提醒，不扣分" in shown.text
    assert balance(village.household) == 20


def test_a_proposal_says_which_reminder_it_follows_and_keeps_what_was_typed(
    app: Flask, village: Village
) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    remind(village, rule="D06")
    client = window(app, village.scorer)
    url = f"/deductions/new?household={village.household.code}&rule=D06"
    page = pages.get(client, url)
    data = {
        "key": page.field("key"),
        "occurred_on": "2999-01-01",
        "happened": HOSTILE,
        "points": "99",
    }

    refused = pages.post(client, url, data, status=422)
    wrong_points = pages.post(client, url, {**data, "occurred_on": str(today())}, status=422)
    nothing = pages.post(client, url, {}, status=422)
    answer = client.post(url, data={**data, "occurred_on": str(today()), "points": "4"})

    assert "垃圾倒在沟边，已当面提醒" in page.text
    assert "不能晚于今天" in refused.text
    assert refused.field("happened") == HOSTILE
    assert "只能扣 2 到 10 分" in wrong_points.text
    assert "请写明" in nothing.text
    shown = pages.get(client, answer.location)
    assert HOSTILE in shown.text
    assert "同意扣" not in shown.text  # the scorer does not approve


def test_approving_appealing_answering_on_pages(app: Flask, village: Village) -> None:
    make_rule("D07", points=(-10, -10), level=ReviewLevel.C, title="大操大办")
    remind(village, rule="D07")
    code = propose(village, rule="D07").code
    panel, township = window(app, village.reviewer), window(app, village.township)
    supervisor = window(app, village.supervisor)

    assert "待审批的扣分" in pages.get(panel, "/").text
    assert "同意扣 10 分" in pages.get(panel, f"/deductions/{code}").text
    panel.post(f"/deductions/{code}/notice")
    assert "待乡镇确认的扣分" in pages.get(township, "/").text
    again = pages.post(panel, f"/deductions/{code}/notice", status=409)
    assert "办理过" in again.text or "经办过" in again.text
    township.post(f"/deductions/{code}/confirmation")
    form = pages.get(panel, f"/deductions/{code}/appeal")
    assert form.field("name") == "李建国"
    empty = pages.post(panel, f"/deductions/{code}/appeal", {"name": "", "text": ""}, status=422)
    assert "请写明申诉的内容" in empty.text
    panel.post(
        f"/deductions/{code}/appeal",
        data={"name": "李建国", "text": HOSTILE, "channel": "phone"},
    )
    assert state(code) is DeductionState.APPEALED
    assert "待答复的申诉" in pages.get(supervisor, "/").text
    listed = pages.get(supervisor, "/appeals")
    assert f"/appeals/{code}A" in listed.links
    asked = pages.get(supervisor, f"/appeals/{code}A")
    assert HOSTILE in asked.text
    wrong = pages.post(
        supervisor,
        f"/appeals/{code}A",
        {"verdict": "changed", "points": "10", "reason": "减一些"},
        status=422,
    )
    assert "要比现在少" in wrong.text
    supervisor.post(
        f"/appeals/{code}A", data={"verdict": "changed", "points": "4", "reason": "是初犯"}
    )
    late = pages.post(
        supervisor, f"/appeals/{code}A", {"verdict": "dismissed", "reason": "再看看"}, status=409
    )
    assert "已答复" in late.text
    shown = pages.get(supervisor, f"/deductions/{code}")
    for words in ("提出扣分", "报乡镇确认", "告知农户", "申诉", "减少扣分", "是初犯"):
        assert words in shown.text


def test_the_notice_is_printed_for_the_household_alone(app: Flask, village: Village) -> None:
    deduction = notified(village)
    client = window(app, village.reviewer)

    page = pages.get(client, f"/deductions/{deduction.code}/paper")

    for words in ("扣分告知单", "李建国：", "拟从您家积分中扣 2 分", "以前申诉", "村规民约第八条"):
        assert words in page.text
    assert client.get(f"/deductions/{VILLAGE}J1/paper").status_code == 404  # a reminder


def test_cancelling_and_giving_back_want_a_reason(app: Flask, village: Village) -> None:
    first = notified(village)
    panel, supervisor = window(app, village.reviewer), window(app, village.supervisor)
    pages.get(panel, f"/deductions/{first.code}/cancellation")
    pages.post(panel, f"/deductions/{first.code}/cancellation", {"reason": ""}, status=422)
    panel.post(f"/deductions/{first.code}/cancellation", data={"reason": "认错了人家"})
    late = pages.post(
        panel, f"/deductions/{first.code}/cancellation", {"reason": "再撤一次"}, status=409
    )
    posted = notify(village, propose(village).code)
    post(posted.code)
    page = pages.get(supervisor, f"/deductions/{posted.code}/reversal")

    data = {"key": page.field("key"), "reason": "查明不是他家"}
    supervisor.post(f"/deductions/{posted.code}/reversal", data=data)
    supervisor.post(f"/deductions/{posted.code}/reversal", data=data)

    assert "办理过" in late.text
    assert balance(village.household) == 20
    assert panel.get(f"/deductions/{posted.code}/reversal").status_code == 403


def test_lists_narrow_and_the_statement_names_the_rule(app: Flask, village: Village) -> None:
    posted = notified(village)
    post(posted.code)
    client, code = window(app, village.scorer), village.household.code

    for section in ("open", "reminded", "posted", "cancelled", "nonsense"):
        pages.get(client, f"/deductions?section={section}&household={code}")
    narrowed = pages.get(client, "/deductions?state=posted&before=junk")
    statement = pages.get(client, f"/households/{code}")

    assert posted.code in narrowed.text
    assert "扣分 乱扔垃圾、乱泼污水" in statement.text
    assert client.get("/deductions?household=9999999999999999").status_code == 404


def test_the_next_village_and_the_shop_find_nothing(app: Flask, village: Village) -> None:
    deduction = notified(village)
    stranger = window(app, make_staff(Role.SCORER, OTHER_VILLAGE))
    code = village.household.code

    for path in ("", "/paper", "/appeal", "/cancellation"):
        assert stranger.get(f"/deductions/{deduction.code}{path}").status_code == 404
    assert stranger.get(f"/deductions/new?household={code}").status_code == 404
    assert stranger.get(f"/deductions?household={code}").status_code == 404
    assert deduction.code not in pages.get(stranger, "/deductions").text
    assert stranger.get(f"/appeals/{deduction.code}A").status_code == 403
    auditor = window(app, make_staff(Role.AUDITOR))
    assert auditor.get("/deductions/new").status_code == 403
    assert auditor.post(f"/deductions/{deduction.code}/notice").status_code == 403
    pages.post(
        auditor, f"/deductions/{deduction.code}/cancellation", {"reason": "试试"}, status=403
    )
    pages.post(
        auditor,
        f"/deductions/{deduction.code}/appeal",
        {"name": "甲", "text": "试试看", "channel": "phone"},
        status=404,
    )


def public_addresses(app: Flask) -> list[str]:
    """Every page that opens without signing in, but for those that ask who it is."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" in (rule.methods or ()) and vars(view).get("needs") is None:
            found.append(rule.rule)
    return [a for a in found if not a.startswith(("/static", "/api", "/sign"))]


def test_nothing_of_it_is_on_any_public_page(app: Flask, village: Village) -> None:
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    posted = notified(village, rule="D06", points=7)
    post(posted.code)
    appeal(village, posted.code, village.scorer, text="我没有骂人")
    with transaction():
        issued = cards.issue(
            village.household,
            the_actor().id,
            secret=app.config["CARD_KEY"],
            public_url=app.config["PUBLIC_URL"],
        )
    values = {
        "code": issued.code, "village": VILLAGE, "region": VILLAGE, "region_code": VILLAGE,
        "village_code": VILLAGE, "household": village.household.code, "reference": f"{VILLAGE}-1",
    }  # fmt: skip
    client = app.test_client()
    opened = 0
    for address in public_addresses(app):
        filled = re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda m: values.get(m[1], VILLAGE), address)
        with at(days(9)):
            answer = client.get(filled)
        text = answer.get_data(as_text=True)
        opened += answer.status_code == 200
        for secret in (posted.code, "辱骂", "扣 7 分", "扣分", "申诉", "提醒", "我没有骂人"):
            assert secret not in text, (filled, secret)
        answer.close()
    assert opened > 0
