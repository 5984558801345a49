"""Visits, and the households nobody has seen for long."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from threading import Barrier

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.clock import at as at_moment
from supermarket.clock import now, today
from supermarket.database import db, transaction
from supermarket.households import queries
from supermarket.households import service as households
from supermarket.households.errors import NameTooLongError, VisitDayError, VisitPaidError
from supermarket.households.models import Household, HouseholdState, Visit
from supermarket.households.queries.activity import last_moves
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.staff.models import Role, Scope
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    VILLAGE,
    make_household,
    request_for,
    the_actor,
)
from tests.households.staffed import browser_of, entered, make_helper
from tests.pages import get, post

EVERYWHERE = Scope((COUNTY,), ())
LONG_AGO = timedelta(days=200)


def old_household(head: str = "李建国", village: str = VILLAGE) -> Household:
    """A household that was written down 200 days ago."""
    household = make_household(head=head, village=village)
    with transaction():
        db.session.get_one(Household, household.id).created_at = now() - LONG_AGO
    return household


def move(household: Household, kind: EntryKind, days_ago: int, points: int = 5) -> None:
    """Post an entry of a kind for a household, as of some days ago."""
    other = AccountKind.ISSUED if kind is EntryKind.AWARD else AccountKind.REDEEMED
    sign = -1 if kind is EntryKind.REDEMPTION else 1
    request = request_for("move")
    with transaction():
        ledger.post(
            ledger.open_journal(VILLAGE).id,
            kind=kind,
            occurred_on=today() - timedelta(days=days_ago),
            request=request,
            points=[
                ledger.PointsMove(household.account_id, sign * points),
                ledger.PointsMove(ledger.open_system_account(other, VILLAGE), -sign * points),
            ],
        )


def quiet(days: int = 60, **more: object) -> list[str]:
    db.session.rollback()
    return [row.head for row in queries.inactive(EVERYWHERE, days, **more)]  # type: ignore[arg-type]  # each test narrows its own way


def visits() -> Sequence[Visit]:
    db.session.rollback()
    return db.session.scalars(select(Visit).order_by(Visit.id)).all()


@pytest.mark.usefixtures("app")
class TestInactive:
    def test_only_awards_and_redemptions_count_as_taking_part(self) -> None:
        earned, spent, expired, never = (
            old_household(name) for name in ("加分户", "兑换户", "过期户", "没有户")
        )
        move(earned, EntryKind.AWARD, 10)
        move(spent, EntryKind.AWARD, 100)
        move(spent, EntryKind.REDEMPTION, 20)
        move(expired, EntryKind.AWARD, 90)
        move(expired, EntryKind.EXPIRY, 1, -2)

        assert quiet() == ["过期户", "没有户"]
        assert quiet(15) == ["兑换户", "过期户", "没有户"]
        assert last_moves([spent.account_id])[spent.account_id] == (
            today() - timedelta(days=100),
            today() - timedelta(days=20),
        )
        assert never.head == "没有户"

    def test_the_last_day_of_the_wait_is_exact(self) -> None:
        household = old_household()
        move(household, EntryKind.AWARD, 60)

        assert quiet(60) == ["李建国"]
        assert quiet(61) == []
        [row] = queries.inactive(EVERYWHERE, 60)
        assert row.quiet_days == 60

    def test_a_new_household_and_one_that_left_are_not_waited_for(self) -> None:
        new, left = make_household(head="新户"), old_household("退出户")
        with transaction():
            db.session.get_one(Household, new.id).created_at = now() - timedelta(days=59)
            db.session.get_one(Household, left.id).state = HouseholdState.LEFT

        assert quiet() == []

    def test_they_are_narrowed_by_place_and_helper_and_paged(self) -> None:
        helped, alone = old_household("有人帮"), old_household("没人帮")
        old_household("外村人", OTHER_VILLAGE)
        make_helper(helped)

        assert quiet(region=VILLAGE) == ["有人帮", "没人帮"]
        assert quiet(helped=True) == ["有人帮"]
        assert quiet(helped=False) == ["没人帮", "外村人"]
        assert quiet(after=helped.code, limit=1) == ["没人帮"]
        assert queries.inactive(Scope((OTHER_VILLAGE,), ()), 60)[0].head == "外村人"
        assert queries.inactive(Scope((), ()), 60) == []
        assert alone.head == "没人帮"


@pytest.mark.usefixtures("app")
class TestVisiting:
    @pytest.mark.parametrize(
        ("days", "planned"), [(1, False), (-1, True), (400, True), (-400, False)]
    )
    def test_a_day_that_cannot_be_meant(self, days: int, planned: bool) -> None:
        household, on = make_household(), today() + timedelta(days=days)

        with pytest.raises(VisitDayError), transaction():
            households.add_visit(household, on, by=the_actor().id, planned=planned)

        assert visits() == []

    def test_a_note_longer_than_the_books_hold(self) -> None:
        household, by = make_household(), the_actor().id

        with pytest.raises(NameTooLongError), transaction():
            households.add_visit(household, today(), "好" * 201, by=by)

    def test_a_plan_is_carried_out_once_or_dropped(self) -> None:
        household, by = make_household(), the_actor().id
        with transaction():
            plan = households.add_visit(
                household, today() + timedelta(days=3), "送药", by=by, planned=True
            )

        with transaction():
            households.pay_visit(plan, by=by)

        [paid] = visits()
        assert (paid.planned, paid.visited_on, paid.note) == (False, today(), "送药")
        with pytest.raises(VisitPaidError), transaction():
            households.pay_visit(paid, by=by)
        with pytest.raises(VisitPaidError), transaction():
            households.drop_plan(paid, by=by)
        assert len(visits()) == 1

    def test_a_dropped_plan_is_gone(self) -> None:
        household, by = make_household(), the_actor().id
        with transaction():
            plan = households.add_visit(household, today(), by=by, planned=True)

        with transaction():
            households.drop_plan(plan, by=by)

        assert visits() == []


def test_two_people_carry_out_one_plan(app: Flask) -> None:
    household, by = make_household(), the_actor().id
    with transaction():
        plan_id = households.add_visit(household, today(), by=by, planned=True).id
    start = Barrier(2)

    def press(_finger: int) -> str:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    households.pay_visit(db.session.get_one(Visit, plan_id), by=by)
            except VisitPaidError:
                return "late"
            finally:
                db.session.remove()
            return "paid"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2))) == ["late", "paid"]


# -- pages -----------------------------------------------------------------------------------


def test_the_list_says_who_and_how_long_and_goes_out_as_a_table(app: Flask) -> None:
    household = old_household()
    make_helper(household)
    old_household("外村人", OTHER_VILLAGE)
    browser, _member = entered(app)

    page = get(browser, "/households/inactive")
    assert "200 天" in page.text
    assert "外村人" not in page.text
    with browser.get("/households/inactive?days=90&helper=yes&format=xlsx") as answer:
        content = answer.data

    sheet = openpyxl.load_workbook(BytesIO(content)).active
    words = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    assert "李建国" in words
    assert "外村人" not in words
    assert "200" in words


def test_pages_follow_each_other(app: Flask) -> None:
    app.config["PAGE_SIZE"] = 2
    for name in ("甲一", "乙二", "丙三"):
        old_household(name)
    browser, _member = entered(app)

    first = get(browser, "/households/inactive?days=30")
    [following] = [link for link in first.links if "after=" in link]

    assert "丙三" not in first.text
    assert "丙三" in get(browser, following).text


@pytest.mark.parametrize(
    "query", ["days=x", "days=-1", "days=99999999999", "after=%00", "after=1", "helper=%3Cb%3E"]
)
def test_odd_questions_get_an_answer(app: Flask, query: str) -> None:
    browser, _member = entered(app)

    assert browser.get(f"/households/inactive?{query}").status_code in {200, 404}


def test_a_village_with_nobody_quiet_says_so(app: Flask) -> None:
    browser, _member = entered(app, Role.AUDITOR, COUNTY)

    assert "大家都常来" in get(browser, "/households/inactive").text
    get(browser, "/households/inactive?region=411025", status=404)


def test_a_scorer_plans_a_visit_and_pays_it(app: Flask) -> None:
    household = old_household()
    browser, _member = entered(app)
    here = f"/households/{household.code}/visits"
    soon: date = today() + timedelta(days=2)

    page = post(browser, here, {"kind": "paid", "visited_on": soon.isoformat()}, status=422)
    assert "还没到这一天" in page.text
    browser.post(
        here, data={"kind": "planned", "visited_on": soon.isoformat(), "note": "<b>看</b>"}
    )
    page = get(browser, here)
    assert "<b>看</b>" in page.text
    assert "计划" in get(browser, "/households/inactive").text
    [plan] = visits()

    browser.post(f"{here}/{plan.id}/paid")

    assert visits()[0].planned is False
    assert "已走访" in get(browser, f"/households/{household.code}").text
    again = browser.post(f"{here}/{plan.id}/paid", follow_redirects=True)
    assert "这次走访已经登记过" in again.get_data(as_text=True)
    assert browser.post(f"{here}/{plan.id}/burnt").status_code == 404


def test_a_helper_marks_a_visit_to_the_own_household_only(app: Flask) -> None:
    household, other = make_household(), make_household()
    helper = make_helper(household)
    browser = browser_of(app, helper)
    sent = {"kind": "paid", "visited_on": today().isoformat(), "note": "一切都好"}

    assert browser.post(f"/helper/{household.code}", data=sent).status_code == 302
    post(browser, f"/helper/{other.code}", sent, status=404)

    [paid] = visits()
    assert (paid.staff_id, paid.household_id) == (helper.id, household.id)
    assert "一切都好" in get(browser, f"/helper/{household.code}").text
    post(browser, f"/helper/{other.code}/visits/{paid.id}/paid", status=404)


def test_a_helpers_page_marks_what_was_quiet_for_long(app: Flask) -> None:
    browser = browser_of(app, make_helper(old_household()))

    assert "200 天没有往来" in get(browser, "/helper/").text


def test_a_scorer_of_another_village_and_a_keeper_note_no_visits(app: Flask) -> None:
    household = make_household(village=OTHER_VILLAGE)
    sent = {"kind": "paid", "visited_on": today().isoformat()}
    scorer, _member = entered(app)
    keeper, _keeper = entered(app, Role.SHOPKEEPER)

    post(scorer, f"/households/{household.code}/visits", sent, status=404)
    post(keeper, f"/households/{household.code}/visits", sent, status=403)
    get(keeper, "/households/inactive", status=403)
    with at_moment(now()):
        assert visits() == []
