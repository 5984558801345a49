"""A helper declares for a paired household; the panel decides, and nobody else's is touched."""

from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.households import service as households
from supermarket.households.models import TieKind
from supermarket.staff.models import Role
from tests.awards.makers import CARE, make_programme
from tests.factories import balance, make_household
from tests.households.staffed import browser_of, entered, make_helper
from tests.pages import get, post
from tests.schemes.makers import LABOUR


def declared() -> list[Declaration]:
    db.session.rollback()
    return list(db.session.scalars(select(Declaration).order_by(Declaration.id)))


def test_a_helper_declares_and_the_panel_is_asked(app: Flask) -> None:
    make_programme(LABOUR, CARE)
    household = make_household(head="李建国")
    helper = make_helper(household)
    browser = browser_of(app, helper)
    here = f"/helper/{household.code}/declarations/new"

    assert here in get(browser, f"/helper/{household.code}").links
    page = get(browser, here)
    assert "帮困难户抢收" in page.text
    page = get(browser, f"{here}?rule=L09")
    sent = {"key": page.field("key"), "points": "4", "occurred_on": today().isoformat(),
            "note": "<b>抢收</b>"}  # fmt: skip
    for _press in range(2):
        assert browser.post(f"{here}?rule=L09", data=sent).status_code == 302

    [row] = declared()
    assert (row.source, row.declared_by, row.points, row.state) == (
        DeclarationSource.HELPER,
        helper.id,
        4,
        DeclarationState.SUBMITTED,
    )
    assert balance(household) == 0


def test_level_a_waits_for_the_panel_too(app: Flask) -> None:
    make_programme(LABOUR)
    household = make_household()
    browser = browser_of(app, make_helper(household))
    sent = {"key": uuid4().hex, "occurred_on": today().isoformat()}

    browser.post(f"/helper/{household.code}/declarations/new?rule=L01", data=sent)

    assert [row.state for row in declared()] == [DeclarationState.SUBMITTED]
    assert balance(household) == 0


def test_what_was_typed_stays_when_it_is_refused(app: Flask) -> None:
    make_programme(CARE)
    household = make_household()
    browser = browser_of(app, make_helper(household))
    here = f"/helper/{household.code}/declarations/new?rule=L09"

    page = post(
        browser,
        here,
        {"key": uuid4().hex, "points": "99", "occurred_on": "2999-01-01", "note": "夜里"},
        status=422,
    )

    assert page.field("note") == "夜里"
    assert declared() == []


def test_nobody_declares_for_others_or_the_own_family(app: Flask) -> None:
    make_programme(LABOUR)
    mine, other = make_household(), make_household()
    helper = make_helper(mine)
    browser = browser_of(app, helper)
    sent = {"key": uuid4().hex, "occurred_on": today().isoformat()}
    path = "declarations/new?rule=L01"

    post(browser, f"/helper/{other.code}/{path}", sent, status=404)
    scorer, _member = entered(app, Role.SCORER)
    post(scorer, f"/helper/{mine.code}/{path}", sent, status=403)
    with transaction():
        households.declare_tie(helper, mine, TieKind.RELATIVE, "姑姑", by=helper.id)
    page = post(browser, f"/helper/{mine.code}/{path}", sent, status=409)

    assert "按回避规定" in page.text
    assert declared() == []
