"""What a household says on its own page: declared, withdrawn, doubted, appealed."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from supermarket import clock
from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState, Verdict
from supermarket.clock import now, today
from supermarket.database import db, once_more
from supermarket.deductions.models import Appeal, AppealChannel, DeductionState
from supermarket.errors import DomainError
from supermarket.households.models import HouseholdMember
from supermarket.notices.models import Notice, Objection, ObjectionChannel, ObjectionState
from supermarket.public import service
from supermarket.public.service import OwnDeclaration
from supermarket.schemes.models import ReviewLevel
from tests import pages
from tests.awards.makers import decide as decide_declarations
from tests.awards.makers import declare, make_panel, sit
from tests.deductions.makers import Village, notified, remind
from tests.deductions.makers import post as post_deduction
from tests.factories import OTHER_VILLAGE, VILLAGE, make_household
from tests.notices.makers import (
    People,
    close,
    decide,
    make_accepted,
    make_people,
    open_notice,
    state_of,
)
from tests.public.homes import Home, at_home, inside, make_home, phone
from tests.schemes.makers import LABOUR, make_rules


def said(**more: object) -> dict[str, object]:
    """A declaration as the form sends it."""
    return {"key": uuid4().hex, "occurred_on": today().isoformat(), "member": "", **more}


def declarations() -> list[Declaration]:
    """Every declaration in the books."""
    db.session.rollback()
    return list(db.session.scalars(select(Declaration).order_by(Declaration.id)))


def objections() -> list[Objection]:
    """Every objection in the books."""
    db.session.rollback()
    return list(db.session.scalars(select(Objection).order_by(Objection.id)))


# -- declaring ---------------------------------------------------------------------------------


def test_what_is_declared_waits_for_the_panel_and_shows_each_step(app: Flask) -> None:
    make_people()
    home = make_home(app)
    client = inside(app, home)
    member = home.household.members[0]

    sent = client.post(
        f"{home.url}/declare?rule=L02",
        data=said(note="修东沟的路", witness="王五", member=str(member.id)),
    )
    page = pages.get(client, home.url)

    assert sent.status_code == 302
    [made] = declarations()
    assert (made.state, made.source) == (DeclarationState.SUBMITTED, DeclarationSource.HOUSEHOLD)
    assert (made.declared_by, made.member_id) == (None, member.id)
    assert (made.note, made.witness) == ("修东沟的路", "王五")
    assert "村集体修路一天" in page.text
    assert "待评议" in page.text
    assert "申报 5 分" in page.text


def test_the_steps_say_what_and_why_but_not_who(app: Flask) -> None:
    make_people()
    home = make_home(app)
    [first], [second] = (declare(None, home.household, rule="L02") for _each in range(2))
    panel = make_panel()
    review = sit(panel)
    decide_declarations(review, panel[0], first)
    decide_declarations(review, panel[0], second, verdict=Verdict.REFUSE, reason="情况不属实")

    text = pages.get(inside(app, home), home.url).text

    assert "评议通过" in text
    assert "没有通过：情况不属实" in text
    assert "王秀英" not in text  # everybody who works here in tests


def test_even_a_rule_that_scorers_give_at_once_goes_to_the_panel(app: Flask) -> None:
    make_people()
    make_rules(LABOUR._replace(review_level=ReviewLevel.A))
    home = make_home(app)

    inside(app, home).post(f"{home.url}/declare?rule=L01", data=said())

    assert [row.state for row in declarations()] == [DeclarationState.SUBMITTED]


def test_rules_are_found_by_their_words_and_deductions_are_none(app: Flask) -> None:
    village = Village()
    make_rules(LABOUR, LABOUR._replace(code="L05", title="清理河道"))
    home = at_home(app, village.household)
    client = inside(app, home)

    everything = pages.get(client, f"{home.url}/declare").text
    found = pages.get(client, f"{home.url}/declare?q=河道").text
    nothing = pages.get(client, f"{home.url}/declare?q=<b>没有</b>").text

    assert "村集体义务劳动半天" in everything
    assert "乱扔垃圾" not in everything
    assert "清理河道" in found
    assert "村集体义务劳动半天" not in found
    assert "没有写着“<b>没有</b>”的细则" in nothing
    client.post(f"{home.url}/declare?rule=D01", data=said())
    assert declarations() == []


def test_the_same_press_twice_declares_once(app: Flask) -> None:
    make_people()
    home = make_home(app)
    client, form = inside(app, home), said()

    answers = [client.post(f"{home.url}/declare?rule=L02", data=form) for _each in range(3)]

    assert {answer.status_code for answer in answers} == {302}
    assert len(declarations()) == 1


def test_a_key_of_another_household_is_refused(app: Flask) -> None:
    make_people()
    ours, theirs, form = make_home(app), make_home(app, head="赵六"), said()
    inside(app, ours).post(f"{ours.url}/declare?rule=L02", data=form)

    answer = inside(app, theirs).post(f"{theirs.url}/declare?rule=L02", data=form)

    assert answer.status_code == 409
    assert [row.household_id for row in declarations()] == [ours.household.id]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"occurred_on": "2999-01-01"}, "不能晚于今天"),
        ({"occurred_on": "1999-01-01"}, "还没有积分方案"),
        ({"occurred_on": "前天"}, "请填写日期"),
        ({"points": "99"}, "99"),
        ({"points": "五"}, "请填写整数"),
        ({"member": "999999"}, "成员"),
        ({"member": "x' OR 1=1"}, "成员"),
        ({"note": "字" * 201}, "最多 200 个字"),
        ({"witness": "字" * 61}, "最多 60 个字"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_the_rest_kept(
    app: Flask, typed: dict[str, str], words: str
) -> None:
    make_people()
    home = make_home(app)
    form = said(points="3", note="修东沟的路", witness="王五") | typed

    answer = inside(app, home).post(f"{home.url}/declare?rule=C01", data=form)

    page = pages.check(answer, status=answer.status_code)
    assert answer.status_code in {409, 422}
    assert words in page.text
    kept = {field.get("name"): field.get("value") for field in page.all("input")}
    assert kept["note"] == form["note"]
    assert kept["witness"] == form["witness"]
    assert declarations() == []


def test_a_member_of_the_neighbours_is_not_taken(app: Flask) -> None:
    make_people()
    home, other = make_home(app), make_household()
    theirs = db.session.scalars(
        select(HouseholdMember.id).where(HouseholdMember.household_id == other.id)
    ).one()

    answer = inside(app, home).post(f"{home.url}/declare?rule=L02", data=said(member=str(theirs)))

    assert answer.status_code == 422
    assert declarations() == []


def test_a_photo_may_be_added_and_need_not(app: Flask) -> None:
    make_people()
    home = make_home(app)
    client, picture = inside(app, home), BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")

    fine = client.post(
        f"{home.url}/declare?rule=L02",
        data=said(photo=(BytesIO(picture.getvalue()), "a.jpg")),
        content_type="multipart/form-data",
    )
    bad = client.post(
        f"{home.url}/declare?rule=L02",
        data=said(photo=(BytesIO(b"<script>"), "a.jpg"), note="别丢了"),
        content_type="multipart/form-data",
    )

    assert fine.status_code == 302
    assert bad.status_code == 422
    assert "别丢了" in bad.get_data(as_text=True)
    [made] = declarations()
    assert made.photo_id is not None


def test_five_a_day_and_five_more_tomorrow(app: Flask) -> None:
    make_people()
    home, start = make_home(app), now()
    client, last = inside(app, home), said(note="第六次")
    for _each in range(5):
        assert client.post(f"{home.url}/declare?rule=L02", data=said()).status_code == 302

    sixth = pages.post(client, f"{home.url}/declare?rule=L02", last, status=429)
    with clock.at(start + timedelta(days=1)):
        tomorrow = inside(app, home).post(f"{home.url}/declare?rule=L02", data=last)

    assert "今天已经申报了 5 次" in sixth.text
    assert "第六次" in sixth.html
    assert tomorrow.status_code == 302
    assert len(declarations()) == 6


def test_the_same_press_again_is_no_sixth(app: Flask) -> None:
    make_people()
    home = make_home(app)
    client, form = inside(app, home), said()
    client.post(f"{home.url}/declare?rule=L02", data=form)
    for _each in range(4):
        client.post(f"{home.url}/declare?rule=L02", data=said())

    again = client.post(f"{home.url}/declare?rule=L02", data=form)

    assert again.status_code == 302
    assert len(declarations()) == 5


def test_ten_presses_at_once_are_five_declarations(app: Flask) -> None:
    make_people()
    home, start, on = make_home(app), Barrier(10), today()

    def press(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                asked = OwnDeclaration("L02", on)
                once_more(lambda: service.declare(home.household, f"press-{number:04}", asked))
                return "declared"
            except DomainError as error:
                return type(error).__name__
            finally:
                db.session.remove()

    with ThreadPoolExecutor(10) as pool:
        answers = Counter(pool.map(press, range(10)))

    assert answers == {"declared": 5, "TooManyDeclarationsError": 5}


def test_what_was_declared_by_mistake_is_withdrawn(app: Flask) -> None:
    make_people()
    home = make_home(app)
    client = inside(app, home)
    client.post(f"{home.url}/declare?rule=L02", data=said())
    [made] = declarations()
    url = f"{home.url}/declarations/{made.code}/withdraw"

    without = pages.post(client, url, {}, status=422)
    done = client.post(url, data={"reason": "报错了"})
    again = pages.post(client, url, {"reason": "报错了"}, status=409)

    assert "请写明原因" in without.text
    assert done.status_code == 302
    assert state_of(made) is DeclarationState.WITHDRAWN
    assert again.text
    assert "撤回了，不入账：报错了" in pages.get(client, home.url).text


def test_only_the_own_word_is_withdrawn(app: Flask) -> None:
    people = make_people()
    home, other = make_home(app), make_home(app, head="赵六")
    [theirs] = declare(None, other.household, rule="L02")
    [scored] = declare(people.scorer, home.household, rule="L02")
    client = inside(app, home)

    answers = [
        client.post(f"{home.url}/declarations/{code}/withdraw", data={"reason": "报错了"})
        for code in (theirs.code, scored.code, "x", f"{VILLAGE}D999")
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert state_of(theirs) is DeclarationState.SUBMITTED


# -- objecting ---------------------------------------------------------------------------------


def a_notice(app: Flask) -> tuple[People, Home, Notice, list[Declaration]]:
    """A notice with a row of this household and one of a neighbour with two lines."""
    people = make_people()
    home = make_home(app)
    neighbour = make_household(head="欧阳秀英")
    lines = [
        make_accepted(people, home.household, points=7),
        make_accepted(people, neighbour, points=9),
        make_accepted(people, neighbour, rule="L02"),
    ]
    return people, home, open_notice(people.scorer), lines


def objected(text: str = "那天他不在村里", **more: str) -> dict[str, str]:
    """An objection as the form sends it."""
    return {"key": uuid4().hex, "text": text, **more}


def test_the_own_row_is_offered_and_objected_to(app: Flask) -> None:
    _people, home, notice, [own, *_theirs] = a_notice(app)
    client = inside(app, home)

    which = pages.get(client, f"{home.url}/notices/{notice.code}")
    [row] = [link for link in which.links if "row=" in link]
    form = pages.get(client, row)
    sent = client.post(row, data=objected("我家应该是 9 分", contact="13911110000"))
    page = pages.get(client, home.url)

    assert "您家的这一行" in which.text
    assert "张桂兰" in form.text
    assert sent.status_code == 302
    assert state_of(own) is DeclarationState.HELD
    [raised] = objections()
    assert (raised.channel, raised.recorded_by) == (ObjectionChannel.PAGE, None)
    assert raised.contact == "13911110000"
    assert home.household.code not in raised.key
    assert "我家应该是 9 分" in page.text
    assert "待答复" in page.text
    assert "有人提出异议，正在核实，先不入账" in page.text


def test_another_row_is_named_by_its_number_and_stays_masked(app: Flask) -> None:
    _people, home, notice, [_own, first, second] = a_notice(app)
    client = inside(app, home)
    url = f"{home.url}/notices/{notice.code}?row=2"

    form = pages.get(client, url)
    without = pages.post(client, url, objected(), status=422)
    sent = client.post(url, data=objected(line=second.code, name=""))

    assert "欧**" in form.text
    for secret in ("欧阳", "9 分", "14 分"):
        assert secret not in form.text
    assert "请选一件事" in without.text
    assert "那天他不在村里" in without.text
    assert sent.status_code == 302
    assert [state_of(first), state_of(second)] == [DeclarationState.NOTICED, DeclarationState.HELD]
    [raised] = objections()
    assert raised.raised_by_name == ""


def test_the_answer_comes_back_to_whoever_objected_and_to_nobody_else(app: Flask) -> None:
    people, home, notice, [_own, _first, second] = a_notice(app)
    neighbour = at_home(app, make_household(head="赵六"))
    inside(app, home).post(
        f"{home.url}/notices/{notice.code}?row=2", data=objected(line=second.code)
    )
    decide(objections()[0], ObjectionState.DISMISSED, people.supervisor, reason="有签到表为证")

    ours = pages.get(inside(app, home), home.url).text
    theirs = pages.get(inside(app, neighbour), neighbour.url).text

    assert "答复：有签到表为证" in ours
    assert "有签到表为证" not in theirs
    assert "那天他不在村里" not in theirs


def test_the_same_objection_twice_is_one(app: Flask) -> None:
    _people, home, notice, _lines = a_notice(app)
    client, form = inside(app, home), objected()

    answers = [
        client.post(f"{home.url}/notices/{notice.code}?row=1", data=form) for _each in range(2)
    ]

    assert {answer.status_code for answer in answers} == {302}
    assert len(objections()) == 1


def test_five_objections_a_day(app: Flask) -> None:
    _people, home, notice, _lines = a_notice(app)
    client, url = inside(app, home), f"{home.url}/notices/{notice.code}?row=1"
    for _each in range(5):
        client.post(url, data=objected())

    sixth = pages.post(client, url, objected("第六条"), status=429)

    assert "今天已经提了 5 条异议" in sixth.text
    assert "第六条" in sixth.text
    assert len(objections()) == 5


def test_a_notice_that_closed_while_the_objection_was_typed_keeps_the_words(app: Flask) -> None:
    _people, home, notice, _lines = a_notice(app)
    close(notice)

    page = pages.post(
        inside(app, home), f"{home.url}/notices/{notice.code}?row=1", objected(), status=409
    )

    assert "这一期公示已经结束" in page.text
    assert "那天他不在村里" in page.text
    assert objections() == []


@pytest.mark.parametrize("row", ["99", "0", "-1", "x", "<b>", "9" * 30])
def test_a_row_that_is_not_there_is_told(app: Flask, row: str) -> None:
    _people, home, notice, _lines = a_notice(app)
    client = inside(app, home)

    answer = client.get(f"{home.url}/notices/{notice.code}?row={row}")

    assert answer.status_code in {404, 422}
    pages.check(answer, status=answer.status_code)


def test_the_notice_of_another_village_is_not_found(app: Flask) -> None:
    _people, home, notice, lines = a_notice(app)
    abroad = make_home(app, head="外村人", village=OTHER_VILLAGE)
    client = inside(app, abroad)

    shown = client.get(f"{abroad.url}/notices/{notice.code}?row=1")
    sent = client.post(
        f"{abroad.url}/notices/{notice.code}?row=1", data=objected(line=lines[0].code)
    )

    assert shown.status_code == 404
    assert sent.status_code == 409
    assert "欧" not in sent.get_data(as_text=True)
    assert objections() == []
    assert home.url


def test_a_line_of_another_notice_is_not_taken(app: Flask) -> None:
    people, home, notice, _lines = a_notice(app)
    waiting = make_accepted(people, home.household)

    answer = inside(app, home).post(
        f"{home.url}/notices/{notice.code}?row=2", data=objected(line=waiting.code)
    )

    assert answer.status_code == 422
    assert objections() == []


# -- appealing ---------------------------------------------------------------------------------


def test_a_deduction_is_appealed_against_and_waits(app: Flask) -> None:
    village = Village()
    told = notified(village)
    home = at_home(app, village.household)
    client, url = inside(app, home), f"{home.url}/deductions/{told.code}/appeal"

    form = pages.get(client, url)
    empty = pages.post(client, url, {"name": "李建国", "text": ""}, status=422)
    sent = client.post(url, data={"name": "李建国", "text": "那天我不在家"})
    again = client.post(url, data={"name": "李建国", "text": "那天我不在家"})
    other = pages.post(client, url, {"name": "李建国", "text": "还有别的话"}, status=409)

    assert "乱扔垃圾、乱泼污水" in form.text
    assert "请写明为什么不该扣" in empty.text
    assert (sent.status_code, again.status_code) == (302, 302)
    assert "已经申诉过" in other.text
    assert "还有别的话" in other.text
    db.session.rollback()
    [appeal] = db.session.scalars(select(Appeal)).all()
    assert (appeal.channel, appeal.recorded_by) == (AppealChannel.HOUSEHOLD_PAGE, None)
    page = pages.get(client, home.url)
    assert "申诉中，暂不扣" in page.text
    assert "我要申诉" not in page.text


def test_the_deduction_of_another_household_is_not_found(app: Flask) -> None:
    village = Village()
    told, reminder = notified(village), remind(village, ago=3)
    other = make_home(app, head="赵六")
    home = at_home(app, village.household)

    theirs = inside(app, other).post(
        f"{other.url}/deductions/{told.code}/appeal", data={"name": "赵六", "text": "不该扣"}
    )
    not_yet = inside(app, home).get(f"{home.url}/deductions/{reminder.code}/appeal")

    assert theirs.status_code == 404
    assert not_yet.status_code == 404


def test_points_that_were_taken_may_still_be_appealed_against(app: Flask) -> None:
    village = Village()
    told = notified(village)
    post_deduction(told.code)
    home = at_home(app, village.household)
    client = inside(app, home)

    client.post(
        f"{home.url}/deductions/{told.code}/appeal", data={"name": "李建国", "text": "不该扣"}
    )

    text = pages.get(client, home.url).text
    assert "实扣 2 分" in text
    assert "申诉：待答复" in text
    assert told.state is not DeductionState.CANCELLED


@pytest.mark.parametrize("room", ["declare?rule=L02", "lost"])
def test_strangers_change_nothing(app: Flask, room: str) -> None:
    make_people()
    home = make_home(app)

    answer = phone(app).post(f"{home.url}/{room}", data=said())

    assert answer.status_code == 401
    assert declarations() == []
