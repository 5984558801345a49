"""Pages of honours and the score."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.households.models import Household
from supermarket.households.service import terms
from supermarket.staff.models import Role
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    make_staff,
)
from tests.honours.makers import deducted, make_honour
from tests.pages import get, post, sign_in
from tests.schemes.makers import make_scheme


@pytest.fixture
def household(app: Flask) -> Household:
    """A household under a programme."""
    make_scheme()
    made = make_household(head="李建国")
    with transaction():
        terms.index(made)
    return made


def browser(app: Flask, role: Role = Role.TOWNSHIP, region: str = TOWNSHIP) -> FlaskClient:
    client = app.test_client()
    sign_in(client, make_staff(role, region))
    return client


def fields(**changes: object) -> dict[str, object]:
    return {
        "title": "好媳妇",
        "level": "village",
        "awarded_on": today().isoformat(),
        "member": "",
        **changes,
    }


def test_an_honour_is_given_from_search_to_register(app: Flask, household: Household) -> None:
    office, member = browser(app), household.members[0]
    found = get(office, "/honours/new?q=李")
    url = f"/honours/new/{household.code}"
    assert url in found.links
    get(office, url)

    done = post(office, url, fields(member=str(member.id)), follow_redirects=True)

    assert "已登记" in done.text
    listed = get(office, f"/honours?year={today().year}&title=好媳妇")
    assert "好媳妇 李建国 （李建国家） 安沟村民委员会 村级" in listed.text
    assert "还没有登记过荣誉" in get(office, "/honours?year=2001").text


@pytest.mark.parametrize(
    ("changes", "words", "status"),
    [
        ({"title": "other", "other": " "}, "请填写荣誉名称", 422),
        ({"title": "<script>"}, "Not a valid choice", 422),
        ({"awarded_on": "明天"}, "请填日期", 422),
        ({"awarded_on": "2100-01-01"}, "不能晚于今天", 422),
        ({"level": ""}, "请选择级别", 422),
        ({"level": "county"}, "请填写文件号", 422),
        ({"member": "77777"}, "不在这一户的成员里", 422),
        ({"member": "x' OR 1=1"}, "不在这一户的成员里", 422),
    ],
)
def test_what_cannot_be_meant_is_said(
    app: Flask, household: Household, changes: dict[str, object], words: str, status: int
) -> None:
    office = browser(app)

    page = post(office, f"/honours/new/{household.code}", fields(**changes), status=status)

    if words != "Not a valid choice":
        assert words in page.text
    assert "还没有登记过荣誉" in get(office, "/honours").text


def test_a_typed_title_is_shown_as_words(app: Flask, household: Household) -> None:
    office = browser(app)
    typed = fields(title="other", other="<i>最美</i>护林员 100%(x)s")

    done = post(office, f"/honours/new/{household.code}", typed, follow_redirects=True)
    again = post(office, f"/honours/new/{household.code}", typed, status=409)

    assert "<i>最美</i>护林员 100%(x)s" in done.text
    assert "已经登记过" in again.text


def test_an_honour_is_revoked_with_a_reason(app: Flask, household: Household) -> None:
    office = browser(app)
    made = make_honour(household, make_staff(Role.TOWNSHIP, TOWNSHIP))
    url = f"/honours/{made.code}"

    unsaid = post(office, f"{url}/revoke", {"reason": ""}, status=422)
    done = post(office, f"{url}/revoke", {"reason": "材料不实"}, follow_redirects=True)
    again = post(office, f"{url}/revoke", {"reason": "材料不实"}, status=409)

    assert "请写明撤销的原因" in unsaid.text
    assert "材料不实" in done.text
    assert "已经撤销过" in again.text


def test_the_yearly_list_is_a_table(app: Flask, household: Household) -> None:
    office = browser(app)
    make_honour(household, make_staff(Role.TOWNSHIP, TOWNSHIP))

    with office.get(f"/honours/export.xlsx?year={today().year}") as sent:
        rows = list(load_workbook(io.BytesIO(sent.data)).worksheets[0].values)

    assert f"{VILLAGE}H1" in rows[-1]
    assert "清洁庭院" in rows[-1]


def test_a_scorer_sees_and_gives_none(app: Flask, household: Household) -> None:
    made = make_honour(household, make_staff(Role.TOWNSHIP, TOWNSHIP))
    scorer = browser(app, Role.SCORER, VILLAGE)
    neighbour = browser(app, Role.SCORER, OTHER_VILLAGE)

    page = get(scorer, f"/honours/{made.code}")

    assert "撤销这项荣誉" not in page.text
    assert scorer.get("/honours/new").status_code == 403
    assert scorer.get(f"/honours/new/{household.code}").status_code == 403
    assert scorer.post(f"/honours/{made.code}/revoke").status_code == 403
    get(neighbour, f"/honours/{made.code}", status=404)
    get(neighbour, f"/honours/households/{household.code}", status=404)
    assert "清洁庭院 李建国" not in get(neighbour, "/honours").text


def test_the_score_stands_beside_the_balance_with_its_rows_behind(
    app: Flask, household: Household
) -> None:
    deducted(household, 10, taken=0)
    make_honour(household, make_staff(Role.TOWNSHIP, TOWNSHIP))
    scorer = browser(app, Role.SCORER, VILLAGE)
    year = today().year

    page = get(scorer, f"/households/{household.code}")
    behind = get(scorer, f"/honours/households/{household.code}")

    assert f"{year} 年评分 90分" in page.text
    assert f"/honours/households/{household.code}" in page.links
    assert "乱倒垃圾 -10 分" in behind.text
    assert "清洁庭院" in behind.text
    assert "不排名次" in behind.text
    get(scorer, f"/honours/households/{household.code}?year=1990", status=404)
    get(scorer, f"/honours/households/{household.code}?year={year - 1}")


def test_without_a_programme_the_household_page_still_opens(app: Flask) -> None:
    household = make_household()
    office = browser(app)

    page = get(office, f"/households/{household.code}")

    assert "年评分" not in page.text
    assert "没有评分" in get(office, f"/honours/households/{household.code}").text
