"""The home village's last weeks: what a new user finds at the first sign-in."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from supermarket import clock
from supermarket.awards.models import (
    Declaration,
    DeclarationSource,
    DeclarationState,
    Review,
    ReviewMember,
)
from supermarket.budgets import queries as budget_queries
from supermarket.cards import queries as cards
from supermarket.database import db
from supermarket.deductions.models import Deduction, DeductionState
from supermarket.demo.service.places import HOME_VILLAGE
from supermarket.demo.service.setting_up import PASSWORD
from supermarket.demo.service.village import PIN, told_card
from supermarket.donors.models import Donor, Fund, FundMove
from supermarket.expiry.models import ExpiryRun
from supermarket.honours.models import Honour
from supermarket.household_events.models import EventState, HouseholdEvent
from supermarket.households.models import HelperPairing, Household, Proxy, StaffTie, Visit
from supermarket.notices.models import Notice, NoticeState, Objection, ObjectionState
from supermarket.rounds.models import Round, RoundLine, RoundState
from tests.demo.conftest import MORNING, county, number_of


def test_the_home_village_shows_every_step_of_the_process(app: Flask) -> None:
    states = Counter(db.session.scalars(select(Declaration.state)))
    sources = set(db.session.scalars(select(Declaration.source)))
    closed, hanging = db.session.scalars(select(Notice).order_by(Notice.id))
    dismissed, waiting = db.session.scalars(select(Objection).order_by(Objection.id))
    deductions = Counter(db.session.scalars(select(Deduction.state)))

    assert states.keys() == set(DeclarationState) - {
        DeclarationState.ACCEPTED,
        DeclarationState.WITHDRAWN,
    }
    assert states[DeclarationState.SUBMITTED] == 5
    assert sources == set(DeclarationSource)
    assert (closed.state, closed.entries, hanging.state) == (
        NoticeState.CLOSED,
        1,
        NoticeState.OPEN,
    )
    assert hanging.closes_on == date(2026, 11, 23)
    assert (dismissed.state, waiting.state) == (ObjectionState.DISMISSED, ObjectionState.OPEN)
    assert deductions == {DeductionState.REMINDED: 2, DeductionState.NOTIFIED: 1}


def test_a_round_is_half_done_and_an_event_waits(app: Flask) -> None:
    begun = db.session.scalars(select(Round).where(Round.state == RoundState.OPEN)).one()
    event = db.session.scalars(select(HouseholdEvent)).one()

    marked = db.session.scalar(
        select(func.count()).select_from(RoundLine).where(RoundLine.round_id == begun.id)
    )
    assert 5 < (marked or 0) < number_of(Household) // 94
    assert event.state is EventState.PROPOSED
    assert number_of(Review) == 2
    assert db.session.scalars(
        select(func.count()).select_from(ReviewMember).group_by(ReviewMember.review_id)
    ).all() == [4, 4]


def test_budgets_donors_funds_honours_and_ties_are_there(app: Flask) -> None:
    standing = budget_queries.standing(HOME_VILLAGE, MORNING.date())

    assert standing is not None
    assert (standing.budget, standing.warn, standing.stopped) == (1_800, False, False)
    assert number_of(ExpiryRun) == 16
    assert (number_of(Donor), number_of(Fund), number_of(FundMove)) == (2, 2, 4)
    assert number_of(Honour) == 3
    assert (number_of(StaffTie), number_of(Proxy), number_of(Visit)) == (2, 2, 3)
    assert number_of(HelperPairing) == 7


@pytest.mark.parametrize(
    ("username", "waits"),
    [
        ("reviewer", "待评议的申报"),
        ("supervisor", "待处理的异议"),
        ("township", "待乡镇确认的申报"),
        ("scorer", "未提交的检查或活动"),
    ],
)
def test_who_signs_in_first_finds_something_to_do(app: Flask, username: str, waits: str) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": username, "password": PASSWORD})

    with clock.at(MORNING):
        home = client.get("/").get_data(as_text=True)

    assert waits in home


def test_the_helper_sees_the_own_households_and_no_others(app: Flask) -> None:
    client = app.test_client()
    client.post("/sign-in", data={"username": "helper", "password": PASSWORD})

    mine = client.get("/helper/").get_data(as_text=True)
    others = client.get("/households/")

    told = told_card()
    assert told is not None
    assert db.session.get_one(Household, told.household_id).head in mine
    assert others.status_code in (403, 404)


def test_the_pin_that_is_told_opens_the_page_of_its_household(app: Flask) -> None:
    card = told_card()
    assert card is not None
    code = cards.code_of(card, secret=app.config["CARD_KEY"], public_url="http://localhost").code

    with clock.at(MORNING):
        page = app.test_client().post(f"/c/{code}", data={"pin": PIN}, follow_redirects=True)

    for words in ("我要申诉", "已提醒", "村里的公示", "申报到哪一步了", "可以替您领的人"):
        assert words in page.get_data(as_text=True)


@pytest.mark.parametrize("day", [(2027, 1, 1), (2028, 2, 29)])
def test_the_month_can_be_lived_on_any_day_of_the_year(
    migrated_sqlite: Path, tmp_path: Path, day: tuple[int, int, int]
) -> None:
    copy = tmp_path / "other.db"
    shutil.copyfile(migrated_sqlite, copy)

    with county(copy, days=1, morning=datetime(*day, 0, 30, tzinfo=UTC)):
        assert number_of(Notice) == 2
        assert number_of(Honour) == 3
