"""The programme of a place on screen: look, type, see what changes, confirm."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.schemes import queries
from supermarket.schemes.models import Expiry
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, make_staff
from tests.schemes.makers import make_scheme

EDIT = "/rules/programme/edit"
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in with a role, and return the browser."""

    def enter(role: Role = Role.COUNTY, region: str = COUNTY) -> FlaskClient:
        browser = app.test_client()
        pages.sign_in(browser, make_staff(role, region))
        return browser

    return enter


def typed(**changes: str) -> dict[str, str]:
    return {
        "programme_name": "爱心超市",
        "yuan_per_point": "1",
        "household_month_cap": "",
        "since": today().isoformat(),
        "review_period": "month",
        "review_day": "25",
        "panel_least": "3",
        "notice_days": "3",
        "appeal_days": "7",
        "expiry": "none",
        "expiry_months": "",
        "expiry_notice_days": "30",
        "base_score": "100",
        "grant_lifted": "",
        "redeem_minimum": "0",
        "redeem_month_cap": "",
        "pin_above": "",
        "offline_allowance": "0",
        "budget_warn": "80",
        "coverage_warn": "100",
        "coverage_stop": "",
    } | changes


def saved(**changes: str) -> dict[str, str]:
    return typed(step="save", **changes)


def test_the_office_sees_what_changes_before_it_confirms(sign_in: SignIn) -> None:
    make_scheme()
    make_scheme(OTHER_TOWNSHIP, since=today(), month_cap=50)
    county = sign_in()
    change = typed(yuan_per_point="１.5", notice_days="5", grant_lifted="30", expiry="year_end")

    form = pages.get(county, EDIT)
    shown = pages.post(county, EDIT, change)
    unchanged = queries.scheme(VILLAGE, today()).fen_per_point
    confirmed = county.post(EDIT, data=change | {"step": "save"})
    after = pages.get(county, "/rules/programme")

    assert form.field("notice_days") == "3"
    for words in ("1.00 元", "1.50 元", "3 天", "5 天", "脱贫户 30 分", "年底清零"):
        assert words in shown.text
    assert "2 个村执行" in shown.text
    assert "温泉镇（1 个村）" in shown.text
    assert "评议日" not in shown.text
    assert unchanged == 100
    assert confirmed.status_code == 302
    scheme = queries.scheme(VILLAGE, today())
    assert (scheme.fen_per_point, scheme.notice_days, scheme.expiry) == (150, 5, Expiry.YEAR_END)
    assert "王秀英" in after.text
    assert "公示天数：3 天 → 5 天" in after.text


def test_going_back_keeps_what_was_typed(sign_in: SignIn) -> None:
    make_scheme()
    county = sign_in()

    back = pages.post(county, EDIT, typed(programme_name="道德超市", step="edit"))

    assert back.field("programme_name") == "道德超市"
    assert "还不能提交" not in back.text
    assert len(queries.schemes(COUNTY)) == 1


def test_confirming_twice_sets_it_once(sign_in: SignIn) -> None:
    make_scheme()
    county = sign_in()

    answers = [county.post(EDIT, data=saved(notice_days="5")).status_code for _again in range(2)]

    assert answers == [302, 302]
    assert len(queries.schemes(COUNTY)) == 2


def test_two_offices_at_once(sign_in: SignIn) -> None:
    make_scheme()
    first, second = sign_in(), sign_in()
    seen = pages.get(first, EDIT).field("seen")
    first.post(EDIT, data=saved(notice_days="5", seen=seen))

    refused = pages.post(second, EDIT, saved(notice_days="9", seen=seen), status=409)
    tomorrow = (today() + timedelta(days=1)).isoformat()
    knowing = saved(notice_days="9", seen=refused.field("seen"), since=tomorrow)
    again = second.post(EDIT, data=knowing)

    assert "王秀英刚刚改过这里的积分方案" in refused.text
    assert refused.field("notice_days") == "9"
    assert again.status_code == 302
    assert queries.scheme(VILLAGE, today()).notice_days == 5


def test_a_township_sets_its_own(sign_in: SignIn) -> None:
    make_scheme()
    township = sign_in(Role.TOWNSHIP, TOWNSHIP)

    before = pages.get(township, "/rules/programme")
    confirmed = township.post(EDIT, data=saved(household_month_cap="60"))
    elsewhere = township.post(f"{EDIT}?region={OTHER_TOWNSHIP}", data=saved())
    above = township.post(f"{EDIT}?region={COUNTY}", data=saved())

    assert "沿用汝州市的方案" in before.text
    assert confirmed.status_code == 302
    assert queries.scheme(VILLAGE, today()).household_month_cap == 60
    assert queries.scheme("410482101201", today()).household_month_cap is None
    assert (elsewhere.status_code, above.status_code) == (404, 404)


def test_a_village_has_an_editor_only_for_a_programme_of_its_own(sign_in: SignIn) -> None:
    make_scheme()
    county = sign_in()
    url = f"{EDIT}?region={VILLAGE}"
    without = county.get(url).status_code
    make_scheme(VILLAGE, since=today(), month_cap=60)

    form = pages.get(county, url)

    assert without == 404
    assert form.field("household_month_cap") == "60"
    assert form.field("since") == (today() + timedelta(days=1)).isoformat()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"yuan_per_point": "0"}, "应在 0.01 元到 1000 元之间"),
        ({"yuan_per_point": "0.001"}, "最多两位小数"),
        ({"yuan_per_point": "NaN"}, "最多两位小数"),
        ({"yuan_per_point": "1e99"}, "最多两位小数"),
        ({"yuan_per_point": "1e999999"}, "请填写金额"),
        ({"yuan_per_point": "一块"}, "请填写金额"),
        ({"household_month_cap": "0"}, "每户每月上限应为"),
        ({"programme_name": ""}, "请填写方案名称"),
        ({"programme_name": "\0"}, "请填写方案名称"),
        ({"since": "2020-01-01", "notice_days": "4"}, "不能倒改"),
        ({"since": "soon"}, "请填写日期"),
        ({"review_period": "never"}, "Not a valid choice"),
        ({"notice_days": "31"}, "1 到 30 天"),
        ({"notice_days": ""}, "请填写整数"),
        ({"appeal_days": "<b>"}, "请填写整数"),
        ({"grant_lifted": "-5"}, "每年的基础分应为"),
        ({"expiry": "rolling"}, "满月数过期"),
        ({"coverage_stop": "120"}, "不高于提醒"),
        ({"panel_least": "9" * 30}, "请填写整数"),
    ],
)
@pytest.mark.parametrize("step", ["", "save"])
def test_what_cannot_be_meant_is_refused_beside_its_field(
    sign_in: SignIn, change: dict[str, str], sentence: str, step: str
) -> None:
    make_scheme()
    county = sign_in()

    refused = pages.post(county, EDIT, typed(**change) | {"step": step}, status=422)

    if sentence[0] != "N":
        assert sentence in refused.text
    assert "还不能提交" in refused.text
    assert len(queries.schemes(COUNTY)) == 1


def test_hostile_words_are_words(sign_in: SignIn) -> None:
    make_scheme()
    county = sign_in()
    name = '<script>alert("1")</script>'

    shown = pages.post(county, EDIT, typed(programme_name=name))
    county.post(EDIT, data=saved(programme_name=name))
    listed = pages.get(county, "/rules/programme")

    assert name in shown.text
    assert name in listed.text
    assert "<script>alert" not in shown.html + listed.html


def test_nothing_changed_is_said(sign_in: SignIn) -> None:
    make_scheme()

    shown = pages.post(sign_in(), EDIT, typed())

    assert "内容没有变化" in shown.text


def test_a_first_programme_may_begin_before_today(sign_in: SignIn) -> None:
    county = sign_in()

    form = pages.get(county, EDIT)
    shown = pages.post(county, EDIT, typed(since="2026-01-01"))
    confirmed = county.post(EDIT, data=saved(since="2026-01-01"))

    assert form.field("programme_name") == "爱心超市"
    assert "2026年1月1日" in shown.text
    assert confirmed.status_code == 302
    assert queries.scheme(VILLAGE, date(2026, 2, 1)).fen_per_point == 100


@pytest.mark.parametrize("role", [Role.SCORER, Role.REVIEWER, Role.SUPERVISOR, Role.AUDITOR])
def test_others_look_only(sign_in: SignIn, role: Role) -> None:
    make_scheme()
    browser = sign_in(role, VILLAGE)

    seen = pages.get(browser, "/rules/programme")
    answers = [browser.get(EDIT).status_code, browser.post(EDIT, data=saved()).status_code]

    assert "修改方案" not in seen.text
    assert answers == [403, 403]
