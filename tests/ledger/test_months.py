"""A month that is closed stays as it is."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from supermarket import clock
from supermarket.awards.service import AwardAsk
from supermarket.database import db, transaction
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import (
    MonthAlreadyClosedError,
    MonthClosedError,
    MonthNotOverError,
)
from supermarket.ledger.models import ClosedMonth
from supermarket.ledger.queries import months
from supermarket.staff.models import Role
from tests.awards.makers import award, make_programme
from tests.factories import (
    COUNTY,
    OTHER_COUNTY,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_regions,
    make_staff,
)
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR

OCTOBER = date(2026, 10, 1)


def close(county: str = COUNTY, month: date = OCTOBER) -> None:
    by = make_staff(Role.COUNTY, county).id
    with transaction():
        ledger.close_month(county, month, by)


def test_a_closed_month_is_closed_for_the_whole_county(app: Flask) -> None:
    close(month=date(2026, 10, 20))

    for place in (COUNTY, TOWNSHIP, VILLAGE):
        with pytest.raises(MonthClosedError, match="已经结账") as refused:
            ledger.refuse_closed(place, date(2026, 10, 31))
        assert refused.value.code == "month_closed"
    ledger.refuse_closed(VILLAGE, date(2026, 9, 30))
    ledger.refuse_closed(VILLAGE, date(2026, 11, 1))
    ledger.refuse_closed(OTHER_COUNTY, date(2026, 10, 31))


def test_nothing_is_given_for_a_closed_month(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    close()

    with pytest.raises(MonthClosedError):
        award(scorer, AwardAsk(household.code), on=date(2026, 10, 31))
    award(scorer, AwardAsk(household.code), on=date(2026, 11, 1))

    assert balance(household) == LABOUR.points_min


def test_what_was_posted_before_the_close_is_answered_again(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    first = award(scorer, AwardAsk(household.code), on=date(2026, 10, 31), key="october-0001")
    close()

    again = award(scorer, AwardAsk(household.code), on=date(2026, 10, 31), key="october-0001")

    assert again.reference == first.reference
    assert balance(household) == LABOUR.points_min


@pytest.mark.parametrize("month", [date(2026, 11, 1), date(2026, 12, 1), date(2027, 10, 1)])
def test_a_month_is_closed_when_it_is_over(app: Flask, month: date) -> None:
    with clock.at(datetime(2026, 11, 22, tzinfo=UTC)), pytest.raises(MonthNotOverError):
        close(month=month)

    assert not months.closed(COUNTY, month)


def test_a_month_is_over_when_the_village_says_so(app: Flask) -> None:
    last_second = datetime(2026, 10, 31, 15, 59, 59, tzinfo=UTC)

    with clock.at(last_second), pytest.raises(MonthNotOverError):
        close()
    with clock.at(last_second.replace(hour=16, minute=0, second=0)):
        close()

    assert months.closed(VILLAGE, OCTOBER)


def test_a_month_is_closed_once(app: Flask) -> None:
    close()

    with pytest.raises(MonthAlreadyClosedError, match="已经结过账"):
        close()


def test_of_many_who_close_at_once_one_does(app: Flask) -> None:
    make_regions()
    by = make_staff(Role.COUNTY, COUNTY).id

    def attempt(_number: int) -> str:
        with transaction():
            ledger.close_month(COUNTY, OCTOBER, by)
        return "closed"

    answers = together(app, attempt)

    assert answers["closed"] == 1
    assert set(answers) <= {"closed", "MonthAlreadyClosedError", "ConflictError"}
    db.session.rollback()
    assert db.session.query(ClosedMonth).count() == 1
