"""Rounds on the page: without a script, tap by tap, by cards, submitted once."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households.models import Household, HouseholdState
from supermarket.photos.models import Photo
from supermarket.rounds import queries
from supermarket.rounds.models import Round, RoundKind, RoundState
from supermarket.schemes.models import CapPeriod
from supermarket.staff.models import Role
from tests import pages
from tests.awards.conftest import issue, make_known, sign_in
from tests.factories import OTHER_VILLAGE, VILLAGE, balance, make_household, make_staff
from tests.photos.test_photos import picture, saved
from tests.rounds import makers
from tests.rounds.makers import grades, make_village, mark, open_round
from tests.schemes.makers import capped, make_rules

__all__ = ["issue", "sign_in"]  # the scorer's phone, as awards has it
HOSTILE = "<script>alert(1)</script>'\"; DROP TABLE round; -- \u202e"


def new_round(phone: FlaskClient, **typed: str) -> str:
    """Open an inspection as the page offers it; return where it is."""
    page = pages.get(phone, "/rounds/new?kind=inspection")
    names = ["key", "title", "occurred_on", "group"]
    data = {name: page.field(name) for name in names}
    for at in range(4):
        for part in ("label", "rule", "points"):
            data[f"grades-{at}-{part}"] = page.field(f"grades-{at}-{part}")
    answer = phone.post("/rounds/new?kind=inspection", data=data | typed)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location


def rows_of(page: pages.Page) -> dict[str, str]:
    """What the page's form would send for the rows: each mark, and what it was."""
    chosen = {
        field.get("name", ""): field.get("value", "")
        for field in page.all("input")
        if field.get("type") == "radio" and "checked" in field.attrib
    }
    was = {
        field.get("name", ""): field.get("value", "")
        for field in page.all("input")
        if field.get("name", "").startswith("was-")
    }
    return chosen | was


def test_a_whole_round_without_a_script(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    phone = sign_in(scorer)

    where = new_round(phone)
    assert f"{today().month}月庭院检查" in pages.get(phone, where).heading
    phone.post(f"{where}/rest", data={"grade": "1"})
    page = pages.get(phone, where)
    assert "已看 2/2 户" in page.text
    answer = phone.post(f"{where}/marks", data=rows_of(page) | {wang.code: "3", "then": "submit"})
    assert answer.location == f"{where}/submission"
    page = pages.get(phone, answer.location)
    assert "清洁 1 户 C01 月度庭院检查“清洁户” 5 分 5 分 交评议小组" in page.text
    answer = phone.post(f"{where}/submission")
    page = pages.get(phone, answer.location)

    assert "已提交：1 户，一共 5 分" in page.text
    assert "待评议" in page.text
    assert [(row.household_id, row.points) for row in makers.declared()] == [(li.id, 5)]


def test_a_stale_page_does_not_undo_what_the_other_phone_marked(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    other = make_staff(Role.SCORER, VILLAGE)
    phone = sign_in(scorer)
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    stale = rows_of(pages.get(phone, f"/rounds/{round_.code}"))
    mark(round_, other, 2, li)

    phone.post(f"/rounds/{round_.code}/marks", data=stale | {wang.code: "3"})

    assert grades(round_) == {"李建国": 2, "王秀兰": 3}


def test_a_tap_is_kept_at_once_and_answered_with_its_row(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li, _wang) = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    phone = sign_in(scorer)

    answer = phone.post(f"/rounds/{round_.code}/households/{li.code}/mark", data={li.code: "2"})

    assert answer.status_code == 200
    text = answer.get_data(as_text=True)
    assert f'id="{li.code}-2" name="{li.code}" value="2" checked' in text
    assert "王秀英" in text
    assert "已看 1/2 户" in text
    assert grades(round_)["李建国"] == 2


def test_the_other_phone_sees_the_mark_the_next_time_it_asks(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li, _wang) = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    phone = sign_in(make_staff(Role.SCORER, VILLAGE))
    page = pages.get(phone, f"/rounds/{round_.code}")
    ask = next(e.get("hx-get", "") for e in page.all("div") if e.get("id") == "changes")

    before = phone.get(ask).get_data(as_text=True)
    mark(round_, scorer, 3, li)
    after = phone.get(ask).get_data(as_text=True)

    assert li.code not in before
    assert f'id="h-{li.code}"' in after
    assert "已看 1/2 户" in after


def test_a_page_left_open_is_drawn_anew_when_the_round_was_closed(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    phone = sign_in(scorer)
    makers.submit(round_, scorer)

    asked = phone.get(f"/rounds/{round_.code}/changes?since=2026-01-01T00:00:00")
    tapped = phone.post(f"/rounds/{round_.code}/households/{li.code}/mark", data={li.code: "2"})
    sent = phone.post(f"/rounds/{round_.code}/submission", follow_redirects=True)

    assert asked.headers["HX-Refresh"] == "true"
    assert tapped.headers["HX-Redirect"] == f"/rounds/{round_.code}"
    assert "这一轮已由 王秀英 于" in sent.get_data(as_text=True)


def test_cards_one_after_another(
    app: Flask, sign_in: Callable[..., FlaskClient], issue: Callable[[Household], str]
) -> None:
    scorer, _none = make_village()
    li = make_known("李建国")
    make_known("王秀兰")
    card = issue(li)
    event = open_round(scorer, kind=RoundKind.EVENT, title="村民会议")
    phone, where = sign_in(scorer), f"/rounds/{event.code}"

    first = pages.get(phone, phone.post(f"{where}/card", data={"card": card}).location)
    again = pages.get(phone, phone.post(f"{where}/card", data={"card": card}).location)
    found = pages.get(phone, f"{where}?q=wxl")

    assert "李建国 已签到" in first.text
    assert "李建国 已签到过，没有重复记" in again.text
    assert "已签到 1 户" in again.text
    assert "王秀兰" in found.text
    assert 'data-wedge="needed"' in found.html


def test_a_card_that_is_none_or_of_elsewhere_is_refused_in_words(
    app: Flask, sign_in: Callable[..., FlaskClient], issue: Callable[[Household], str]
) -> None:
    scorer, _none = make_village()
    stranger = issue(make_household(head="赵六", village=OTHER_VILLAGE))
    event = open_round(scorer, kind=RoundKind.EVENT)
    phone, where = sign_in(scorer), f"/rounds/{event.code}/card"

    for card in (stranger, "123456789", "not a card", "", HOSTILE, "9" * 600):
        answer = phone.post(where, data={"card": card})
        page = pages.check(answer, status=answer.status_code)
        assert answer.status_code in {403, 404, 409, 422}
        assert "<script>alert" not in page.html
    assert queries.sign_ins(event) == []


def test_who_came_without_a_card_is_found_and_taken_off_again(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li,) = make_village("李建国")
    event = open_round(scorer, kind=RoundKind.EVENT)
    phone, where = sign_in(scorer), f"/rounds/{event.code}"

    phone.post(f"{where}/sign-ins", data={"household": li.code})
    assert len(queries.sign_ins(event)) == 1
    phone.post(f"{where}/sign-outs", data={"household": li.code})

    assert "还没有人签到" in pages.get(phone, where).text


def test_a_note_and_a_photo_of_one_household(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    phone, where = sign_in(scorer), f"/rounds/{round_.code}/households/{li.code}"
    pages.get(phone, where)

    answer = phone.post(
        where,
        data={"grade": "2", "note": HOSTILE, "photo": (BytesIO(saved(picture())), "a.txt")},
    )
    refused = pages.post(
        phone,
        where,
        {"grade": "1", "note": "改了", "photo": (BytesIO(b"no picture"), "a.jpg")},
        status=422,
    )

    assert answer.status_code == 302
    assert "不是能打开的照片" in refused.text
    assert refused.field("note") == "改了"
    row = queries.row_of(round_, li.code)
    assert row is not None
    assert (row.grade, row.photo) == (2, db.session.query(Photo).one().token)
    page = pages.get(phone, where)
    assert "<script>alert" not in page.html
    assert phone.get(f"/photos/{row.photo}").status_code == 200


def test_who_is_in_the_way_is_named_and_left_out_with_one_tap(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li, wang) = make_village("李建国", "王秀兰")
    make_rules(capped(CapPeriod.MONTH, times=1, code="L05"))
    event = open_round(scorer, kind=RoundKind.EVENT)
    makers.sign_in(event, scorer, li, wang)
    with transaction():
        wang.state = HouseholdState.LEFT
        db.session.add(wang)
    phone, where = sign_in(scorer), f"/rounds/{event.code}/submission"

    page = pages.get(phone, where)
    refused = pages.post(phone, where, status=409)
    answer = phone.post(where, data={"leave_out": page.field("leave_out")})

    assert "王秀兰（" in page.text
    assert "留下这 1 户，提交其余 1 户" in page.text
    assert "留下这 1 户" in refused.text
    assert answer.status_code == 302
    assert (balance(li), balance(wang)) == (2, 0)
    assert "没有记分" in pages.get(phone, f"/rounds/{event.code}").text


def test_a_round_waits_on_the_first_page_until_it_is_submitted(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    phone = sign_in(scorer)

    before = pages.get(phone, "/").text
    makers.submit(round_, scorer)

    assert "未提交的检查或活动" in before
    assert "未提交的检查或活动" not in pages.get(phone, "/").text


def test_the_other_village_and_the_other_role(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    where = f"/rounds/{round_.code}"
    stranger = sign_in(make_staff(Role.SCORER, OTHER_VILLAGE))
    reviewer = sign_in(make_staff(Role.REVIEWER, VILLAGE))

    for way in ("", "/submission", "/edit", "/cancellation", f"/households/{li.code}"):
        assert stranger.get(where + way).status_code == 404
    for way in ("/marks", "/rest", "/submission", "/card", "/sign-ins", "/sign-outs"):
        assert stranger.post(where + way).status_code == 404
        assert reviewer.post(where + way).status_code == 403
    page = pages.get(reviewer, where)
    assert "正在检查：已看 0/1 户" in page.text
    assert "rounds/new" not in pages.get(reviewer, "/rounds").html


def test_a_round_is_changed_and_cancelled(app: Flask, sign_in: Callable[..., FlaskClient]) -> None:
    scorer, (li,) = make_village("李建国")
    round_ = open_round(scorer)
    mark(round_, scorer, 1, li)
    phone, where = sign_in(scorer), f"/rounds/{round_.code}"
    page = pages.get(phone, f"{where}/edit")
    typed = {
        field.get("name", ""): page.field(field.get("name", ""))
        for field in page.all("input", "select")
        if field.get("name", "").startswith(("grades", "title", "occurred"))
    }

    changed = phone.post(f"{where}/edit", data=typed | {"title": "补查"})
    refused = pages.post(phone, f"{where}/edit", typed | {"occurred_on": "2999-01-01"}, status=422)
    gone = {"grades-0-label": "", "grades-0-rule": ""}
    slipped = pages.post(phone, f"{where}/edit", typed | gone, status=422)
    empty = pages.post(phone, f"{where}/cancellation", {"reason": ""}, status=422)
    done = phone.post(f"{where}/cancellation", data={"reason": "下雨，改天再查"})

    assert changed.status_code == 302
    assert "发生日期不能晚于今天" in refused.text
    assert "每个等级一个不同的名称" in slipped.text
    assert "请写明原因" in empty.text
    assert "下雨，改天再查" in pages.get(phone, done.location).text
    db.session.expire_all()
    kept = db.session.query(Round).one()
    assert (kept.title, kept.state) == ("补查", RoundState.CANCELLED)


@pytest.mark.parametrize(
    "typed",
    [
        {"title": ""},
        {"title": HOSTILE * 5},
        {"occurred_on": "yesterday"},
        {"group": "99组"},
        {"grades-0-label": "长" * 30},
        {"grades-0-points": "many"},
        {"grades-0-rule": HOSTILE},
        {"key": "x"},
    ],
)
def test_what_cannot_be_meant_keeps_the_page_and_says_so(
    app: Flask, sign_in: Callable[..., FlaskClient], typed: dict[str, str]
) -> None:
    scorer, _none = make_village("李建国")
    phone = sign_in(scorer)
    page = pages.get(phone, "/rounds/new?kind=inspection")
    data = {
        "key": page.field("key"),
        "title": "检查",
        "occurred_on": page.field("occurred_on"),
        "group": "",
        "grades-0-label": "清洁",
        "grades-0-rule": "C01",
        "grades-0-points": "",
    }

    answer = phone.post("/rounds/new?kind=inspection", data=data | typed)

    assert answer.status_code in {404, 422}
    page = pages.check(answer, status=answer.status_code)
    assert "还不能提交" in page.text
    assert "<script>alert" not in page.html


def test_the_county_scorer_chooses_the_kind_and_the_village_first(
    app: Flask, sign_in: Callable[..., FlaskClient]
) -> None:
    make_village("李建国")
    make_household(head="赵六", village=OTHER_VILLAGE)
    phone = sign_in(make_staff(Role.SCORER, VILLAGE[:9]))

    kinds = pages.get(phone, "/rounds/new")
    villages = pages.get(phone, "/rounds/new?kind=event")

    assert "入户检查" in kinds.text
    assert "北邻村民委员会" in villages.text
    assert phone.get("/rounds/new?kind=event&village=411025001001").status_code == 404


def test_five_hundred_rows_take_as_many_statements_as_two(
    app: Flask, sign_in: Callable[..., FlaskClient], statements: Callable[[], int]
) -> None:
    scorer, _two = make_village("李建国", "王秀兰")
    round_ = open_round(scorer)
    phone, where = sign_in(scorer), f"/rounds/{round_.code}"
    pages.get(phone, where)

    counts = []
    for more in (0, 500):
        for number in range(more):
            make_household(head=f"户主{number}")
        phone.get(where)  # whoever is signed in is loaded anew after a transaction
        before = statements()
        page = pages.get(phone, where)
        counts.append(statements() - before)

    assert counts[0] == counts[1]
    assert "已看 0/502 户" in page.text
    assert len(page.html) < 700_000
