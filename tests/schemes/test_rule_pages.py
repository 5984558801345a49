"""Changing a rule on screen: bounds shown, who was first, what each version changed."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.schemes import queries, service
from supermarket.schemes.models import CapPeriod, Category
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, TOWNSHIP, VILLAGE, make_staff
from tests.schemes.makers import LABOUR, capped, make_rules
from tests.schemes.test_pages import form

TEMPLATE = capped(CapPeriod.MONTH, times=6, adjust_min=2, adjust_max=10)
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in with a role, and return the browser."""

    def enter(role: Role = Role.COUNTY, region: str = COUNTY) -> FlaskClient:
        browser = app.test_client()
        pages.sign_in(browser, make_staff(role, region))
        return browser

    return enter


def capped_form(**typed: str) -> dict[str, str]:
    return form(cap_period="month", cap_times="6", **typed)


def test_a_township_sees_what_it_may_change(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    township = sign_in(Role.TOWNSHIP, TOWNSHIP)

    shown = pages.get(township, "/rules/L01/edit")
    beyond = pages.post(township, "/rules/L01/edit", capped_form(points_max="11"), status=422)
    looser = pages.post(township, "/rules/L01/edit", form(), status=422)
    inside = township.post("/rules/L01/edit", data=capped_form(points_min="2", points_max="9"))

    assert "上级允许的范围" in shown.text
    assert "2 到 10 分" in shown.text
    assert "上级允许的分值是 2 到 10 分" in beyond.text
    assert "上限只能比上级的更严" in looser.text
    assert inside.status_code == 302
    assert queries.rule("L01", VILLAGE, today()).points_max == 9


def test_a_township_changes_a_rule_for_one_village(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    township = sign_in(Role.TOWNSHIP, TOWNSHIP)

    shown = pages.get(township, f"/rules/L01/edit?region={VILLAGE}")
    saved = township.post(f"/rules/L01/edit?region={VILLAGE}", data=capped_form(points_min="3"))

    assert "下级可以调整" not in shown.text
    assert saved.status_code == 302
    assert queries.rule("L01", VILLAGE, today()).rule.region_code == VILLAGE


def test_a_deduction_without_a_basis_says_what_is_missing(sign_in: SignIn) -> None:
    typed = form(code="D01", category="deduction", title="乱扔垃圾", points_min="-2")

    refused = pages.post(sign_in(), "/rules/new", typed | {"points_max": ""}, status=422)

    assert "要写明依据" in refused.text
    assert refused.field("title") == "乱扔垃圾"


def test_the_second_editor_sees_what_is_different_now(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    first, second = sign_in(), sign_in()
    seen = pages.get(first, "/rules/L01/edit").field("seen")
    first.post("/rules/L01/edit", data=capped_form(points_max="7", seen=seen))

    typed = capped_form(points_max="9", seen=seen)
    refused = pages.post(second, "/rules/L01/edit", typed, status=409)
    knowing = capped_form(points_max="9", seen=refused.field("seen"))
    again = second.post("/rules/L01/edit", data=knowing)

    assert "王秀英刚刚改过细则 L01" in refused.text
    assert "5 到 7 分5 到 9 分" in refused.text
    assert refused.field("points_max") == "9"
    assert again.status_code == 302
    assert queries.rule("L01", VILLAGE, today()).points_max == 9


def test_the_history_tells_what_changed_and_who_did_it(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    sign_in().post("/rules/L01/edit", data=capped_form(points_max="7", title="修渠"))
    township = sign_in(Role.TOWNSHIP, TOWNSHIP)
    township.post("/rules/L01/edit", data=capped_form(title="修渠", cap_points="20"))

    page = pages.get(township, "/rules/L01")

    assert "内容：村集体义务劳动半天 → 修渠" in page.text
    assert "分值：5 分 → 5 到 7 分" in page.text
    assert "首次设置" in page.text
    assert page.text.count("王秀英") >= 2


def test_a_rule_that_was_retired_keeps_its_history(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    county = sign_in()
    off = capped_form()
    off.pop("enabled")

    county.post("/rules/L01/edit", data=off)
    scorer = sign_in(Role.SCORER, VILLAGE)
    page = pages.get(scorer, "/rules/L01")

    assert "启用：启用 → 停用" in page.text
    assert "第 1 版" in page.text
    assert "L01" not in pages.get(scorer, "/rules").text


def test_a_place_is_told_when_the_county_drew_the_bounds_closer(sign_in: SignIn) -> None:
    make_rules(TEMPLATE)
    with transaction():
        service.set_rule(
            TEMPLATE._replace(points_min=9, points_max=9), VILLAGE, None, since=today()
        )
        service.set_rule(TEMPLATE._replace(adjust_max=6), COUNTY, None, since=today())

    page = pages.get(sign_in(Role.TOWNSHIP, VILLAGE), "/rules/L01")

    assert "已经超出上级允许的范围" in page.text
    assert "2 到 6 分" in page.text


@pytest.mark.parametrize("role", [Role.SCORER, Role.REVIEWER])
def test_scorers_change_no_rule(sign_in: SignIn, role: Role) -> None:
    make_rules(TEMPLATE, LABOUR._replace(code="C01", category=Category.CONDUCT))

    answer = sign_in(role, VILLAGE).post("/rules/L01/edit", data=capped_form(points_max="9"))

    assert answer.status_code == 403
    assert len(queries.versions("L01", VILLAGE)) == 1
