"""Pages of points that end: announcing, the list to print, posting, giving back."""

from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.expiry.models import ExpiryRun
from supermarket.households.models import Household
from supermarket.staff.models import Role
from tests.budgets.makers import give
from tests.expiry.makers import announce, expire, on, year_end
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_staff,
)
from tests.pages import get, post, sign_in

DECEMBER, LAST = date(2026, 12, 1), date(2026, 12, 31)
HEAD = "李<b>建国</b>"


@pytest.fixture
def household(app: Flask) -> Household:
    """A household with 100 points of March under a programme that ends them with the year."""
    year_end()
    made = make_household(head=HEAD)
    with on(date(2026, 3, 1)):
        give(made, 100)
    return made


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    """The township's browser."""
    return browser(app, Role.TOWNSHIP, TOWNSHIP)


@pytest.fixture
def december() -> Iterator[None]:
    """The first of December."""
    with on(DECEMBER):
        yield


def browser(app: Flask, role: Role, region: str = VILLAGE) -> FlaskClient:
    client, member = app.test_client(), make_staff(role, region)
    with on(DECEMBER, hour=8):
        sign_in(client, member)
    return client


def posted() -> ExpiryRun:
    with on(DECEMBER):
        (run,) = announce()
    with on(LAST):
        expire(run.code)
    return run


def test_the_office_announces_and_the_village_prints_the_list(
    app: Flask, household: Household, office: FlaskClient
) -> None:
    with on(DECEMBER):
        home = get(office, "/")
        before = get(office, "/expiry")
        post(office, "/expiry/announce", follow_redirects=True)
        after = get(office, "/expiry")
        paper = get(browser(app, Role.SCORER), f"/expiry/{VILLAGE}E1/print")
        own = get(browser(app, Role.SCORER), f"/households/{household.code}")
        village = get(browser(app, Role.SCORER), "/")
        neighbour = get(browser(app, Role.SCORER, OTHER_VILLAGE), "/")

    assert "积分过期要预告的村" in home.text
    assert "有 1 个村到了该预告的时候" in before.text
    assert "现在预告" not in after.text
    assert "100 分" in after.text
    assert f"{HEAD} — 100 分 100 分" in paper.text
    assert "不得张贴" in paper.text
    assert "12月31日过期 100分" in own.text
    assert "已预告过期，请通知农户" in village.text
    assert f"/expiry/{VILLAGE}E1" in village.links
    assert "请通知农户" not in neighbour.text


def test_it_is_posted_on_its_day_only(household: Household, office: FlaskClient) -> None:
    with on(DECEMBER):
        (run,) = announce()
        early = post(office, f"/expiry/{run.code}/post", follow_redirects=True)
    with on(LAST):
        home = get(office, "/")
        page = get(office, f"/expiry/{run.code}")
        done = post(office, f"/expiry/{run.code}/post", follow_redirects=True)
        again = post(office, f"/expiry/{run.code}/post", follow_redirects=True)

    assert "要到那一天才能入账" in early.text
    assert "积分到期要入账" in home.text
    assert "过期入账" in page.text
    assert "已过期入账：1 户 100 分" in done.text
    assert "已过期入账：1 户 100 分" in again.text
    assert balance(household) == 0


def test_an_announced_end_is_called_off_with_a_reason(
    household: Household, office: FlaskClient
) -> None:
    with on(DECEMBER):
        (run,) = announce()
        url = f"/expiry/{run.code}/cancel"
        get(office, url)
        unsaid = post(office, url, {"reason": " "}, status=422)
        done = post(office, url, {"reason": "延期三个月"}, follow_redirects=True)
        again = post(office, url, {"reason": "延期三个月"}, status=409)

    assert "请写明原因" in unsaid.text
    assert "延期三个月" in done.text
    assert "已经入账或取消" in again.text


def test_one_household_gets_its_points_back(
    app: Flask, household: Household, office: FlaskClient
) -> None:
    run = posted()
    url = f"/expiry/{run.code}/return?household={household.code}"
    with on(date(2027, 1, 4)):
        ask = get(office, url)
        sent = {"key": ask.field("key"), "reason": "住院期间没法来兑换"}
        done = post(office, url, sent, follow_redirects=True)
        twice = post(office, url, sent, follow_redirects=True)
        more = post(office, url, {**sent, "key": "another-key"}, status=409)
        shown = get(browser(app, Role.SUPERVISOR), f"/expiry/{run.code}")

    assert "已退回" in done.text
    assert twice.response.status_code == 200
    assert "已经冲正过" in more.text
    assert balance(household) == 100
    assert "已全部退回" in shown.text


def test_a_scorer_may_look_and_nothing_else(app: Flask, household: Household) -> None:
    run = posted()
    scorer = browser(app, Role.SCORER)
    with on(LAST):
        page = get(scorer, f"/expiry/{run.code}")
        refused = post(
            scorer,
            f"/expiry/{run.code}/return",
            {"key": "0123456789", "reason": "想退回"},
            status=403,
        )

    assert "退回" not in [link for link in page.links if "return" in link]
    assert "由乡镇、县里或这个村的监督员办理" in refused.text
    for verb in ("post", "cancel"):
        assert scorer.post(f"/expiry/{run.code}/{verb}").status_code == 403
    assert scorer.post("/expiry/announce").status_code == 403


def test_another_villages_list_is_not_found(app: Flask, household: Household) -> None:
    run = posted()
    neighbour = browser(app, Role.SCORER, OTHER_VILLAGE)

    with on(LAST):
        for part in ("", "/print", "/return"):
            get(neighbour, f"/expiry/{run.code}{part}", status=404)
        assert "E1" not in get(neighbour, "/expiry?state=done").text


def test_the_lists_have_words_when_they_are_empty(app: Flask, office: FlaskClient) -> None:
    with on(DECEMBER):
        assert "现在没有要过期的积分" in get(office, "/expiry").text
        assert "还没有办过" in get(office, "/expiry?state=done&before=99999999999999999999").text


def test_the_commands_announce_post_and_grant(app: Flask, household: Household) -> None:
    runner = app.test_cli_runner()
    with on(DECEMBER):
        told = runner.invoke(args=["points", "announce"])
        again = runner.invoke(args=["points", "announce"])
    with on(LAST):
        posted = runner.invoke(args=["points", "expire"])
        granted = runner.invoke(args=["points", "grant", "--year", "2026"])
        wrong = runner.invoke(args=["points", "grant", "--year", "2020"])
        nobody = runner.invoke(args=["points", "expire", "--by", "nobody"])

    assert told.output == f"{VILLAGE}E1：2026-12-31 过期，已预告\n新预告 1 批\n"
    assert again.output == "新预告 0 批\n"
    assert posted.output == f"{VILLAGE}E1：1 户 100 分\n过期入账 1 批\n"
    assert granted.output == "2026 年基础分：0 户 0 分\n"
    assert (wrong.exit_code, nobody.exit_code) == (1, 1)
    assert balance(household) == 0
