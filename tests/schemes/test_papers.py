"""Rules on the wall and in files."""

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.schemes import queries, service
from supermarket.schemes.models import CapPeriod, Category, ReviewLevel
from supermarket.settings import ROOT
from supermarket.staff.models import Role
from tests import pages
from tests.factories import COUNTY, OTHER_COUNTY, VILLAGE, make_staff
from tests.schemes.makers import LABOUR, capped, make_rules

PAPER = "/rules/paper"
LITTER = LABOUR._replace(
    code="D01",
    category=Category.DEDUCTION,
    title="乱扔<b>垃圾</b>",
    points_min=-2,
    points_max=-2,
    basis="村规民约第八条",
    review_level=ReviewLevel.B,
)


@pytest.fixture
def scorer(app: Flask) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, make_staff(Role.SCORER, VILLAGE))
    return browser


def rows(browser: FlaskClient, url: str) -> list[tuple[object, ...]]:
    with browser.get(url) as answer:
        assert answer.status_code == 200
        book = load_workbook(BytesIO(answer.get_data()))
    return list(book.active.values)


def test_the_sheet_for_the_wall_has_the_rules_in_force(scorer: FlaskClient) -> None:
    make_rules(capped(CapPeriod.MONTH, times=6), LITTER, LABOUR._replace(code="L09", enabled=False))

    page = pages.get(scorer, PAPER)

    for words in ("序号", "频次上限", "依据", "认定方式", "安沟村民委员会"):
        assert words in page.text
    assert "L01 村集体义务劳动半天5 分每月最多 6 次—签到表，直接入账" in page.text
    assert "D01 乱扔<b>垃圾</b>-2 分不限次数村规民约第八条签到表，需评议" in page.text
    assert "L09" not in page.text


def test_the_workbook_has_the_headings_of_the_paper(scorer: FlaskClient) -> None:
    make_rules(capped(CapPeriod.MONTH, times=6), LITTER)

    found = rows(scorer, f"{PAPER}/wall.xlsx")

    assert found[4] == ("序号", "类别", "项目", "分值", "频次上限", "依据", "认定方式")
    assert found[5][0] == 1
    assert found[6][5] == "村规民约第八条"


def test_what_is_taken_out_can_be_taken_in_again(scorer: FlaskClient) -> None:
    ours = (ROOT / "data" / "rules.csv").read_bytes()
    make_rules(*service.read_rules(ours, "rules.csv"))

    with scorer.get(f"{PAPER}/rules.xlsx") as answer:
        texts = service.read_rules(answer.get_data(), "积分细则.xlsx")
    with transaction():
        loaded = service.load_rules(texts, COUNTY, None)

    assert (loaded.new, loaded.changed, loaded.unchanged) == (0, 0, 62)
    assert len(queries.rules(VILLAGE, today(), disabled=True)) == 62


@pytest.mark.parametrize("url", [PAPER, f"{PAPER}/wall.xlsx", f"{PAPER}/rules.xlsx"])
def test_a_place_out_of_reach_has_no_paper(scorer: FlaskClient, app: Flask, url: str) -> None:
    make_rules()

    assert scorer.get(f"{url}?region={OTHER_COUNTY}").status_code == 404
    assert app.test_client().get(url).status_code == 302


def test_a_place_without_rules_says_so(scorer: FlaskClient) -> None:
    page = pages.get(scorer, PAPER)

    assert "这里还没有积分细则" in page.text
