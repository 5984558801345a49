"""Pages of settlements, by role, with what people send wrongly."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.clock import today
from supermarket.staff.models import Role, StaffMember
from tests import pages
from tests.counter.stalls import Stall
from tests.donors.test_funds import held, make_fund
from tests.donors.test_pages import downloaded
from tests.factories import TOWNSHIP, make_staff
from tests.settlements.makers import clerk, draft, month, partner, sell


@pytest.fixture
def stall(app: Flask) -> Stall:
    """A merchant who handed out ten points of goods last month."""
    stall, soap = partner()
    sell(stall, soap, 2, month())
    return stall


def enter(app: Flask, member: StaffMember | None = None) -> FlaskClient:
    browser = app.test_client()
    pages.sign_in(browser, member or clerk())
    return browser


def test_one_draws_up_another_pays_from_a_fund(app: Flask, stall: Stall) -> None:
    drafter, payer, fund = enter(app), enter(app), make_fund(fen=100_00)

    before = pages.get(drafter, "/settlements")
    pages.post(drafter, "/settlements", {"month": f"{month():%Y-%m}"}, follow_redirects=True)
    code = f"{stall.shop.code}M{month():%Y%m}"
    own = pages.get(drafter, f"/settlements/{code}")
    shown = pages.get(payer, f"/settlements/{code}")
    paid = pages.post(
        payer, f"/settlements/{code}",
        {"fund": fund.code, "document": "", "expected": shown.field("expected")},
        follow_redirects=True,
    )  # fmt: skip

    assert "未制单" in before.text
    assert "须由另一个人付款" in own.text
    assert "伍元整" in shown.text
    assert "已由" in paid.text
    assert held(fund) == 95_00


def test_the_home_page_tells_what_waits(app: Flask, stall: Stall) -> None:
    drafter, payer = clerk(), enter(app)

    first = pages.get(payer, "/")
    draft(stall, month(), drafter)
    second = pages.get(payer, "/")
    own = pages.get(enter(app, drafter), "/")

    assert "待制的商户结算单" in first.text
    assert "待付款的商户结算单" in second.text
    assert "待制的商户结算单" not in second.text
    assert "待付款的商户结算单" not in own.text


def test_a_payment_without_a_way_or_of_another_amount_is_refused(app: Flask, stall: Stall) -> None:
    made, payer = draft(stall, month(), clerk()), enter(app)
    at = f"/settlements/{made.code}"

    nothing = pages.post(payer, at, {"expected": "500"}, status=422)
    other = pages.post(payer, at, {"expected": "1", "document": "1"}, status=409)
    odd = pages.post(payer, at, {"expected": "<b>", "fund": "x", "document": "1"}, status=409)

    assert "请选付款的资金" in nothing.text
    assert "金额刚刚变了" in other.text
    assert odd.field("expected") == "500"


def test_the_paper_downloads_day_by_day(app: Flask, stall: Stall) -> None:
    made = draft(stall, month(), clerk())

    rows = downloaded(enter(app), f"/settlements/{made.code}?format=xlsx")

    assert rows[-1][2:] == (None, 10, 5)
    assert rows[-2][2:] == (1, 10, 5)


def test_only_who_settles_sees_settlements(app: Flask, stall: Stall) -> None:
    made = draft(stall, month(), clerk())
    township = enter(app, make_staff(Role.TOWNSHIP, TOWNSHIP))
    neighbour = enter(app, make_staff(Role.COUNTY, "411025"))

    assert township.get("/settlements").status_code == 403
    assert neighbour.get(f"/settlements/{made.code}").status_code == 404
    assert "好邻居超市" not in pages.get(neighbour, "/settlements").text


def test_months_that_are_none_or_not_over(app: Flask, stall: Stall) -> None:
    office = enter(app)

    assert office.get("/settlements?month=2026-13").status_code == 422
    assert "还没有过完" in pages.get(office, f"/settlements?month={today():%Y-%m}").text
    refused = pages.post(
        office, "/settlements", {"month": f"{today():%Y-%m}"}, follow_redirects=True
    )
    assert "还没有过完" in refused.text
