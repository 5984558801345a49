"""The yearly score: what raises it, what lowers it, what never touches it."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from supermarket.awards.service import AwardAsk
from supermarket.clock import at, today
from supermarket.deductions.models import AppealState, DeductionState
from supermarket.honours import queries
from supermarket.households.models import Household
from supermarket.schemes.errors import NoSchemeError
from supermarket.staff.models import Role
from tests.awards.makers import award, make_programme, take_back
from tests.deductions.makers import Village, appeal, days, decide, make_rule, notified, post
from tests.expiry.makers import spend
from tests.factories import VILLAGE, balance, make_household, make_staff, the_actor
from tests.honours.makers import deducted
from tests.schemes.makers import make_scheme


def total(household: Household, year: int | None = None) -> int:
    return queries.score(household, year or today().year).total


def test_it_starts_from_the_programmes_base_and_awards_raise_it(app: Flask) -> None:
    scorer, household = make_programme(), make_household()

    award(scorer, household)

    found = queries.score(household, today().year)
    assert (found.base, found.earned, found.lost, found.total) == (100, 5, 0, 105)
    assert [(line.title, line.points) for line in found.lines] == [("村集体义务劳动半天", 5)]


def test_what_was_taken_back_does_not_count(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    given = award(scorer, household)

    take_back(make_staff(Role.SUPERVISOR, VILLAGE), given.reference)

    assert total(household) == 100


def test_spending_never_touches_it(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    award(scorer, household)

    spend(household, 5)

    assert (total(household), balance(household)) == (105, 0)


def test_a_deduction_counts_in_full_where_the_balance_stops_at_zero(app: Flask) -> None:
    make_scheme()
    household = make_household()

    deducted(household, 120, taken=0)

    assert (total(household), balance(household)) == (-20, 0)


@pytest.mark.parametrize(
    ("state", "back", "score"),
    [
        (DeductionState.POSTED, 0, 90),
        (DeductionState.POSTED, 10, 100),
        (DeductionState.NOTIFIED, 0, 100),
        (DeductionState.APPEALED, 0, 100),
        (DeductionState.CANCELLED, 0, 100),
    ],
)
def test_only_what_was_decided_and_stands_lowers_it(
    app: Flask, state: DeductionState, back: int, score: int
) -> None:
    make_scheme()
    household = make_household()

    deducted(household, 10, back=back, state=state)

    assert total(household) == score


@pytest.mark.parametrize(
    ("verdict", "points", "score"),
    [
        (AppealState.DISMISSED, None, 90),
        (AppealState.CHANGED, 4, 96),
        (AppealState.CANCELLED, None, 100),
    ],
)
def test_what_a_late_appeal_lowered_counts_as_lowered(
    app: Flask, verdict: AppealState, points: int | None, score: int
) -> None:
    village = Village()
    make_rule("D06", points=(-10, -2), title="公共场合辱骂、斗殴")
    made = notified(village, rule="D06", points=10)
    post(made.code)
    with at(days(9)):
        raised = appeal(village, made.code)
        decide(village, raised.code, verdict, points=points)

    assert total(village.household) == score


def test_an_appeal_that_won_counts_though_there_was_nothing_to_take(app: Flask) -> None:
    village = Village(points_held=0)
    made = notified(village)
    post(made.code)
    raised = appeal(village, made.code)
    before = total(village.household)

    decide(village, raised.code, AppealState.CANCELLED)

    assert (before, total(village.household)) == (98, 100)


def test_each_year_has_its_own_by_the_villages_calendar(app: Flask) -> None:
    scorer, household = make_programme(), make_household()
    award(scorer, AwardAsk(household.code), on=date(2025, 12, 31))
    deducted(household, 7, settled_at=datetime(2025, 12, 31, 17, tzinfo=UTC))

    assert total(household, 2025) == 105
    assert total(household, 2026) == 93


def test_before_there_was_a_programme_there_is_no_score(app: Flask) -> None:
    the_actor()
    household = make_household()

    with pytest.raises(NoSchemeError):
        queries.score(household, today().year)
