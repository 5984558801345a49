"""What a programme is worth, where and since when."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket import clock
from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.schemes import queries, service
from supermarket.schemes.errors import (
    AppealDaysError,
    BaseGrantError,
    BaseScoreError,
    BudgetWarnError,
    CoverageStopError,
    CoverageWarnError,
    ExpiryMonthsError,
    ExpiryNoticeError,
    MonthCapError,
    NoSchemeError,
    NoticeDaysError,
    OfflineAllowanceError,
    PanelError,
    PinAboveError,
    ProgrammeNameError,
    RateError,
    RedeemCapError,
    RedeemMinimumError,
    RetroactiveError,
    ReviewDayError,
    SchemeChangedError,
    SchemeWrongError,
)
from supermarket.schemes.models import Expiry, ReviewPeriod, Scheme
from supermarket.schemes.service import SchemeText
from supermarket.staff.models import Role
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_regions,
    make_staff,
)
from tests.ledger.test_races import together
from tests.schemes.makers import PROGRAMME, START, make_scheme

pytestmark = pytest.mark.usefixtures("app")
#: What ``make_scheme`` sets by itself.
KEPT_BY_THE_MAKER = {"programme_name", "fen_per_point", "household_month_cap"}


def set_rate(fen: int, since: date, region_code: str = COUNTY) -> Scheme:
    with transaction():
        return service.set_scheme(
            region_code, PROGRAMME._replace(fen_per_point=fen), since=since, by=None
        )


def test_the_nearest_programme_applies() -> None:
    make_scheme(COUNTY)
    make_scheme(VILLAGE, since=today(), month_cap=50)

    assert queries.scheme(VILLAGE, today()).household_month_cap == 50
    assert queries.scheme(OTHER_VILLAGE, today()).region_code == COUNTY


def test_the_newest_programme_whose_day_has_come_applies() -> None:
    make_scheme()
    tomorrow = today() + timedelta(days=1)

    set_rate(150, tomorrow)

    assert queries.scheme(VILLAGE, today()).fen_per_point == 100
    assert queries.scheme(VILLAGE, tomorrow).fen_per_point == 150


def test_before_the_programme_there_is_none() -> None:
    make_scheme()

    with pytest.raises(NoSchemeError, match="2023年12月31日"):
        queries.scheme(VILLAGE, START - timedelta(days=1))
    with pytest.raises(NoSchemeError):
        queries.scheme(OTHER_COUNTY, today())


def test_a_running_programme_does_not_change_in_the_past() -> None:
    make_scheme()

    with pytest.raises(RetroactiveError):
        set_rate(150, today() - timedelta(days=1))
    with pytest.raises(RetroactiveError):
        set_rate(150, today() - timedelta(days=1), TOWNSHIP)

    assert queries.scheme(VILLAGE, today() - timedelta(days=1)).fen_per_point == 100


def test_two_programmes_never_start_on_one_day() -> None:
    make_scheme(since=today())

    with pytest.raises(RetroactiveError):
        set_rate(150, today())


def test_setting_what_is_set_already_changes_nothing() -> None:
    make_scheme()

    set_rate(100, today())

    assert len(queries.schemes(COUNTY)) == 1


def test_a_new_programme_is_in_the_audit_log() -> None:
    make_scheme()

    event = db.session.scalar(select(AuditEvent).where(AuditEvent.action == "scheme.set"))

    assert event is not None
    assert event.subject == COUNTY
    assert event.after is not None
    assert event.after["fen_per_point"] == 100


@pytest.mark.parametrize("fen", [0, -1, 100_001, 10**12])
def test_a_point_is_worth_a_sensible_number_of_fen(fen: int) -> None:
    make_regions()

    with pytest.raises(RateError):
        set_rate(fen, START)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"review_day": 0}, ReviewDayError),
        ({"review_day": 32}, ReviewDayError),
        ({"review_period": ReviewPeriod.WEEK, "review_day": 8}, ReviewDayError),
        ({"panel_least": 2}, PanelError),
        ({"notice_days": 0}, NoticeDaysError),
        ({"notice_days": 31}, NoticeDaysError),
        ({"appeal_days": 6}, AppealDaysError),
        ({"expiry": Expiry.ROLLING}, ExpiryMonthsError),
        ({"expiry": Expiry.ROLLING, "expiry_months": 0}, ExpiryMonthsError),
        ({"expiry": Expiry.YEAR_END, "expiry_months": 12}, ExpiryMonthsError),
        ({"expiry_notice_days": 13}, ExpiryNoticeError),
        ({"base_score": -1}, BaseScoreError),
        ({"base_grants": {"rich": 10}}, BaseGrantError),
        ({"base_grants": {"lifted": 0}}, BaseGrantError),
        ({"base_grants": {"lifted": 10**9}}, BaseGrantError),
        ({"redeem_minimum": -1}, RedeemMinimumError),
        ({"redeem_month_cap": 0}, RedeemCapError),
        ({"pin_above": 0}, PinAboveError),
        ({"offline_allowance": 1001}, OfflineAllowanceError),
        ({"budget_warn": 101}, BudgetWarnError),
        ({"coverage_warn": -1}, CoverageWarnError),
        ({"coverage_warn": 80, "coverage_stop": 81}, CoverageStopError),
        ({"coverage_stop": 0}, CoverageStopError),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_its_field(
    change: dict[str, object], refusal: type[SchemeWrongError]
) -> None:
    make_regions()

    text = SchemeText(**{**PROGRAMME._asdict(), **change})

    with pytest.raises(refusal) as refused, transaction():
        service.set_scheme(COUNTY, text, since=START, by=None)

    assert refused.value.field in SchemeText._fields
    assert queries.schemes(COUNTY) == []


def test_every_setting_is_kept_and_read_again() -> None:
    text = PROGRAMME._replace(
        review_period=ReviewPeriod.WEEK,
        review_day=7,
        panel_least=5,
        notice_days=7,
        appeal_days=10,
        expiry=Expiry.ROLLING,
        expiry_months=24,
        expiry_notice_days=60,
        base_score=80,
        base_grants={"lifted": 30, "extreme_poverty": 50},
        redeem_minimum=20,
        redeem_month_cap=300,
        pin_above=50,
        offline_allowance=30,
        budget_warn=70,
        coverage_warn=120,
        coverage_stop=90,
    )

    make_scheme(**{k: v for k, v in text._asdict().items() if k not in KEPT_BY_THE_MAKER})

    found = queries.scheme(VILLAGE, today())
    assert service.scheme_text(found) == text
    assert found.grants == {"lifted": 30, "extreme_poverty": 50}


def test_a_programme_begins_with_its_day_in_the_village() -> None:
    make_scheme()
    set_rate(150, date(2027, 1, 1))
    before_midnight = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)

    with clock.at(before_midnight):
        old_year = queries.scheme(VILLAGE, today()).fen_per_point
    with clock.at(before_midnight + timedelta(seconds=1)):
        new_year = queries.scheme(VILLAGE, today()).fen_per_point

    assert (old_year, new_year) == (100, 150)


def test_the_second_of_two_offices_is_told_who_was_first() -> None:
    first = make_scheme()
    office = make_staff(Role.COUNTY, COUNTY)
    change = PROGRAMME._replace(notice_days=5)
    with transaction():
        service.set_scheme(COUNTY, change, since=today(), by=office.id, seen=first.id)

    with pytest.raises(SchemeChangedError, match="王秀英刚刚改过") as refused, transaction():
        service.set_scheme(
            COUNTY,
            PROGRAMME._replace(notice_days=7),
            since=today() + timedelta(days=1),
            by=office.id,
            seen=first.id,
        )

    assert refused.value.code == "conflict"
    assert queries.scheme(VILLAGE, today()).notice_days == 5
    with transaction():  # a second click on the same button says nothing new
        service.set_scheme(COUNTY, change, since=today(), by=office.id, seen=first.id)
    assert len(queries.schemes(COUNTY)) == 2


def test_a_programme_reaches_the_villages_without_a_nearer_one() -> None:
    make_scheme()
    make_scheme(TOWNSHIP, since=today(), month_cap=50)
    make_scheme(VILLAGE, since=today(), month_cap=60)

    county = queries.scheme_reach(COUNTY, today())
    township = queries.scheme_reach(TOWNSHIP, today())
    earlier = queries.scheme_reach(COUNTY, today() - timedelta(days=1))

    assert county == (1, [(TOWNSHIP, "寄料镇", 2)])
    assert township == (1, [(VILLAGE, "安沟村民委员会", 1)])
    assert earlier == (3, [])


def test_names_and_caps_that_cannot_be_meant_are_refused() -> None:
    make_regions()

    with pytest.raises(ProgrammeNameError), transaction():
        service.set_scheme(COUNTY, PROGRAMME._replace(programme_name=" "), since=START, by=None)
    with pytest.raises(MonthCapError):
        make_scheme(month_cap=0)
    with pytest.raises(NotFoundError):
        make_scheme("999999")


def test_of_many_who_set_it_at_once_one_does(app: Flask) -> None:
    first = make_scheme().id

    def attempt(number: int) -> str:
        text = PROGRAMME._replace(notice_days=4 + number)
        with transaction():
            service.set_scheme(COUNTY, text, since=today(), by=None, seen=first)
        return "set"

    answers = together(app, attempt, 8)

    assert answers["set"] == 1
    assert set(answers) <= {"set", "SchemeChangedError", "ConflictError"}
    db.session.rollback()
    assert len(queries.schemes(COUNTY)) == 2
