"""Rules and programmes on screen: looking, starring, changing, loading."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from supermarket.clock import today
from supermarket.schemes import queries
from supermarket.schemes.service import read_rules
from supermarket.settings import ROOT
from supermarket.spreadsheets.errors import NoRowsError
from supermarket.staff.models import Role
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    PASSWORD,
    TOWNSHIP,
    VILLAGE,
    make_shop,
    make_staff,
)
from tests.schemes.makers import LABOUR, make_rules, make_scheme

OURS = (ROOT / "data" / "rules.csv").read_bytes()
SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in with a role, and return the browser."""

    def enter(role: Role = Role.COUNTY, region: str = COUNTY) -> FlaskClient:
        shop = make_shop(region) if role is Role.SHOPKEEPER else None
        member = make_staff(role, region, shop=shop)
        browser = app.test_client()
        browser.post("/sign-in", data={"username": member.username, "password": PASSWORD})
        return browser

    return enter


def text(answer: TestResponse) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.get_data(as_text=True)))


def form(**typed: str) -> dict[str, str]:
    return {
        "code": "L01",
        "category": "labour",
        "title": LABOUR.title,
        "points_min": "5",
        "points_max": "5",
        "cap_period": "",
        "cap_times": "",
        "cap_points": "",
        "evidence": "sign_in",
        "review_level": "A",
        "ability": "L2",
        "enabled": "y",
        "since": today().isoformat(),
        "basis": "",
        "adjust_min": "",
        "adjust_max": "",
    } | typed


def upload(content: bytes, name: str = "rules.csv") -> dict[str, object]:
    return {"file": (BytesIO(content), name), "since": today().isoformat()}


def test_the_rules_of_a_place_stand_by_category(sign_in: SignIn) -> None:
    make_rules(LABOUR, LABOUR._replace(code="L02", title="停用的", enabled=False))
    make_scheme()

    scorer = text(sign_in(Role.SCORER, VILLAGE).get("/rules"))
    county = text(sign_in().get("/rules"))

    assert "村集体义务劳动半天" in scorer
    assert "停用的" not in scorer
    assert "停用的" in county


def test_words_narrow_the_list_and_nothing_found_says_so(sign_in: SignIn) -> None:
    make_rules(LABOUR, LABOUR._replace(code="C01", title="清洁庭院"))
    county = sign_in()

    found = text(county.get("/rules?q=庭院"))
    nothing = text(county.get("/rules?q=xyz"))

    assert "清洁庭院" in found
    assert "义务劳动" not in found
    assert "没有符合“xyz”的细则" in nothing


def test_the_star_keeps_a_rule_at_hand(sign_in: SignIn) -> None:
    make_rules()
    scorer = sign_in(Role.SCORER, VILLAGE)

    kept = scorer.post("/rules/L01/favourite", data={"kept": "yes"})
    page = text(scorer.get("/rules"))
    unknown = scorer.post("/rules/L99/favourite", data={"kept": "yes"})

    assert kept.status_code == 302
    assert "取消常用" in page
    assert unknown.status_code == 404


def test_a_rule_shows_its_history(sign_in: SignIn) -> None:
    make_rules()
    make_rules(LABOUR._replace(points_min=6, points_max=6), since=today())

    page = text(sign_in(Role.SCORER, VILLAGE).get("/rules/L01"))

    assert "第 2 版" in page
    assert "第 1 版" in page
    assert "6 分" in page


def test_an_edit_is_a_new_version_from_a_day_on(sign_in: SignIn) -> None:
    make_rules()
    county = sign_in()
    tomorrow = today() + timedelta(days=1)

    shown = county.get("/rules/L01/edit")
    saved = county.post("/rules/L01/edit", data=form(points_max="8", since=tomorrow.isoformat()))

    assert LABOUR.title in shown.get_data(as_text=True)
    assert saved.status_code == 302
    assert queries.rule("L01", VILLAGE, today()).points_max == 5
    assert queries.rule("L01", VILLAGE, tomorrow).points_max == 8


def test_a_township_adjusts_a_rule_for_itself(sign_in: SignIn) -> None:
    make_rules(LABOUR._replace(adjust_min=3, adjust_max=8))
    township = sign_in(Role.TOWNSHIP, TOWNSHIP)

    saved = township.post("/rules/L01/edit", data=form(points_max="8"))

    assert saved.status_code == 302
    assert queries.rule("L01", VILLAGE, today()).points_max == 8
    assert queries.rule("L01", "410482101201", today()).points_max == 5


def test_a_new_rule_is_added(sign_in: SignIn) -> None:
    make_rules()

    saved = sign_in().post("/rules/new", data=form(code="ｌ20", title="义务\n修渠"))

    assert saved.status_code == 302
    assert queries.rule("L20", VILLAGE, today()).title == "义务 修渠"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": "不信访"}, "请删去“信访”"),
        ({"title": ""}, "请写明细则内容"),
        ({"title": "\0\0"}, "请写明细则内容"),
        ({"points_min": "0", "points_max": "0"}, "分值应大于 0"),
        ({"points_min": "5.5"}, "请填写整数"),
        ({"points_min": "9999999999"}, "请填写整数"),
        ({"points_min": "9"}, "最低分不大于最高分"),
        ({"cap_times": "3"}, "上限要写明按什么时间算"),
        ({"category": "work"}, ""),
        ({"review_level": "D"}, ""),
        ({"since": "2020-01-01"}, "不能倒改"),
        ({"since": "soon"}, "请填写日期"),
    ],
)
def test_a_rule_that_cannot_be_meant_keeps_what_was_typed(
    sign_in: SignIn, typed: dict[str, str], sentence: str
) -> None:
    make_rules()

    refused = sign_in().post("/rules/L01/edit", data=form(**{"points_max": "7", **typed}))

    assert refused.status_code == 422
    assert sentence in text(refused)
    assert f'value="{typed.get("points_max", "7")}"' in refused.get_data(as_text=True)
    assert len(queries.versions("L01", COUNTY)) == 1


def test_a_file_of_rules_is_loaded_whatever_its_encoding(sign_in: SignIn) -> None:
    county = sign_in()

    loaded = county.post("/rules/load", data=upload(OURS.decode().encode("gbk")))
    again = county.post("/rules/load", data=upload(OURS))
    county.get(loaded.location)

    assert loaded.status_code == again.status_code == 302
    assert len(queries.rules(VILLAGE, today(), disabled=True)) == 62


def test_a_file_with_a_mistake_changes_nothing_and_names_it(sign_in: SignIn) -> None:
    bad = OURS.replace("村集体义务劳动全天,10,10".encode(), "村集体不上访,10,10.5".encode())

    refused = sign_in().post("/rules/load", data=upload(bad))

    assert refused.status_code == 422
    assert "第 3 行" in text(refused)
    assert "应为整数" in text(refused)
    assert queries.rules(VILLAGE, today()) == []


@pytest.mark.parametrize("content", [b"", b"\0\1\2" * 50, b"%PDF-1.7", b"a,b\n1,2"])
def test_what_is_no_file_of_rules_is_refused(sign_in: SignIn, content: bytes) -> None:
    refused = sign_in().post("/rules/load", data=upload(content))

    assert refused.status_code == 422
    assert queries.rules(VILLAGE, today()) == []


def test_the_template_has_the_headings_and_no_rows(sign_in: SignIn) -> None:
    with sign_in().get("/rules/template.xlsx") as file:
        content = file.get_data()

    assert content.startswith(b"PK")
    with pytest.raises(NoRowsError):
        read_rules(content, "积分细则模板.xlsx")


PAGES = ["/rules/new", "/rules/L01/edit", "/rules/load"]


@pytest.mark.parametrize("role", [Role.SCORER, Role.SUPERVISOR, Role.SHOPKEEPER, Role.AUDITOR])
def test_other_roles_look_but_change_nothing(sign_in: SignIn, role: Role) -> None:
    make_rules()
    browser = sign_in(role, VILLAGE)

    seen = [browser.get(page).status_code for page in ("/rules", "/rules/L01", "/rules/programme")]
    changed = [browser.post(page, data=form(points_max="8")).status_code for page in PAGES]
    programme = browser.post("/rules/programme/edit", data={"programme_name": "x"})

    assert seen == [200, 200, 200]
    assert changed == [403, 403, 403]
    assert programme.status_code == 403
    assert len(queries.versions("L01", VILLAGE)) == 1


@pytest.mark.parametrize("region", [OTHER_COUNTY, "41", COUNTY, OTHER_VILLAGE, "x", "９", "41" * 9])
def test_a_region_out_of_reach_is_not_found(sign_in: SignIn, region: str) -> None:
    make_rules()
    village = sign_in(Role.TOWNSHIP, VILLAGE)

    changed = [
        village.post(f"{page}?region={region}", data=form(points_max="8")).status_code
        for page in PAGES
    ]
    seen = village.get(f"/rules?region={region}").status_code

    assert changed == [404, 404, 404]
    assert seen == (200 if region in {"41", COUNTY} else 404)
    assert len(queries.versions("L01", VILLAGE)) == 1


@pytest.mark.parametrize("code", ["L99", "l01", "%00", "L01%00", "' OR 1", "9" * 99, "细则"])
def test_a_rule_that_is_not_there_is_not_found(sign_in: SignIn, code: str) -> None:
    make_rules()
    county = sign_in()

    answers = [
        county.get(f"/rules/{code}"),
        county.get(f"/rules/{code}/edit"),
        county.post(f"/rules/{code}/favourite"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


@pytest.mark.parametrize("page", ["/rules", "/rules/L01", "/rules/L01/edit", "/rules/programme"])
def test_the_pages_open_in_english(sign_in: SignIn, page: str) -> None:
    make_rules()

    answer = sign_in().get(f"{page}?lang=en")

    assert answer.status_code == 200


def test_the_list_takes_a_constant_number_of_statements(
    sign_in: SignIn, statements: Callable[[], int]
) -> None:
    make_rules(*(LABOUR._replace(code=f"L{number:02}") for number in range(1, 60)))
    county = sign_in()

    before = statements()
    county.get("/rules")

    assert statements() - before < 20
