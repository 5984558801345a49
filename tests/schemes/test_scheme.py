"""What a programme is worth, where and since when."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.schemes import queries, service
from supermarket.schemes.errors import (
    MonthCapError,
    NoSchemeError,
    ProgrammeNameError,
    RateError,
    RetroactiveError,
)
from supermarket.schemes.models import Scheme
from tests.factories import COUNTY, OTHER_COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_regions
from tests.schemes.makers import START, make_scheme

pytestmark = pytest.mark.usefixtures("app")


def set_rate(fen: int, since: date, region_code: str = COUNTY) -> Scheme:
    with transaction():
        return service.set_scheme(
            region_code, since=since, programme_name="爱心超市", fen_per_point=fen, by=None
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


def test_names_and_caps_that_cannot_be_meant_are_refused() -> None:
    make_regions()

    with pytest.raises(ProgrammeNameError), transaction():
        service.set_scheme(COUNTY, since=START, programme_name=" ", fen_per_point=1, by=None)
    with pytest.raises(MonthCapError):
        make_scheme(month_cap=0)
    with pytest.raises(NotFoundError):
        make_scheme("999999")
