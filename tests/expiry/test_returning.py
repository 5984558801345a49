"""Giving expired points back: whole or by household, by whom, once."""

from datetime import date
from uuid import uuid4

import pytest
from flask import Flask

from supermarket.awards.errors import HouseholdLeftError
from supermarket.database import db, transaction
from supermarket.errors import DomainError, NotFoundError
from supermarket.expiry import queries
from supermarket.expiry import service as expiry
from supermarket.expiry.errors import (
    GivingBackNotYoursError,
    NothingPostedError,
    ReasonNeededError,
)
from supermarket.expiry.models import ExpiryRun, RunState
from supermarket.expiry.service import GivenBack
from supermarket.households import service as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.models import Household, HouseholdState, TieKind
from supermarket.ledger.errors import AlreadyReversedError, KeyReusedError
from supermarket.staff.models import Role, StaffMember
from tests.budgets.makers import give
from tests.expiry.makers import announce, expire, on, year_end
from tests.factories import (
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    balance,
    make_household,
    make_staff,
    the_actor,
)

LAST = date(2026, 12, 31)


def posted() -> tuple[list[Household], ExpiryRun]:
    """Two households of whom 100 and 40 points ended with the year."""
    year_end()
    both = [make_household(), make_household(head="张三")]
    with on(date(2026, 3, 1)):
        give(both[0], 100)
        give(both[1], 40)
    with on(date(2026, 12, 1)):
        (run,) = announce()
    with on(LAST):
        expire(run.code)
    return both, run


def give_back(
    run: ExpiryRun,
    by: StaffMember,
    *wanted: Household,
    reason: str = "住院期间没法来兑换",
    key: str = "",
) -> GivenBack:
    codes = [household.code for household in wanted] or None
    request = expiry.asked_back(key or uuid4().hex, run.code, reason, codes, by.id)
    with transaction():
        return expiry.give_back(request, run.code, reason=reason, wanted=codes, by=by)


def state(run: ExpiryRun) -> RunState:
    db.session.rollback()
    return db.session.get_one(ExpiryRun, run.id, populate_existing=True).state


def test_one_household_gets_its_points_back(app: Flask) -> None:
    (one, other), run = posted()

    done = give_back(run, make_staff(Role.TOWNSHIP, TOWNSHIP), one)

    assert (done.households, done.points) == (1, 100)
    assert (balance(one), balance(other)) == (100, 0)
    assert state(run) is RunState.POSTED
    assert [line.reversed_points for line in queries.lines(run.id)] == [100, 0]


def test_the_supervisor_gives_all_back(app: Flask) -> None:
    (one, other), run = posted()
    supervisor = make_staff(Role.SUPERVISOR, VILLAGE)
    give_back(run, supervisor, one)

    done = give_back(run, supervisor)

    assert (done.households, done.points) == (1, 40)
    assert (balance(one), balance(other)) == (100, 40)
    assert state(run) is RunState.REVERSED


def test_nothing_is_given_back_twice(app: Flask) -> None:
    (one, _other), run = posted()
    office = make_staff(Role.TOWNSHIP, TOWNSHIP)
    give_back(run, office, one, key="the-same-key")

    assert give_back(run, office, one, key="the-same-key").replayed
    with pytest.raises(AlreadyReversedError):
        give_back(run, office, one)
    with pytest.raises(KeyReusedError):
        give_back(run, office, key="the-same-key")
    assert balance(one) == 100


@pytest.mark.parametrize(
    ("role", "region", "refusal"),
    [
        (Role.SCORER, VILLAGE, GivingBackNotYoursError),
        (Role.SUPERVISOR, OTHER_VILLAGE, NotFoundError),
        (Role.TOWNSHIP, "410482101", NotFoundError),
    ],
)
def test_others_may_not(app: Flask, role: Role, region: str, refusal: type[DomainError]) -> None:
    (one, _other), run = posted()

    with pytest.raises(refusal):
        give_back(run, make_staff(role, region), one)

    assert balance(one) == 0


def test_nobody_gives_back_to_the_own_household(app: Flask) -> None:
    (one, _other), run = posted()
    office = make_staff(Role.TOWNSHIP, TOWNSHIP)
    actor = the_actor().id
    with transaction():
        households.declare_tie(office, one, TieKind.OWN, "", by=actor)

    with pytest.raises(TiedHouseholdError):
        give_back(run, office)


def test_what_cannot_be_given_back_is_refused_in_words(app: Flask) -> None:
    both, run = posted()
    office = make_staff(Role.TOWNSHIP, TOWNSHIP)
    stranger = make_household()

    with pytest.raises(ReasonNeededError):
        give_back(run, office, reason=" ")
    with pytest.raises(NotFoundError):
        give_back(run, office, stranger)
    assert balance(both[0]) == 0


def test_before_it_is_posted_there_is_nothing_to_give_back(app: Flask) -> None:
    year_end()
    household = make_household()
    with on(date(2026, 3, 1)):
        give(household, 10)
    with on(date(2026, 12, 1)):
        (run,) = announce()

    with pytest.raises(NothingPostedError):
        give_back(run, make_staff(Role.TOWNSHIP, TOWNSHIP))


def test_what_was_given_back_is_announced_again_the_next_time(app: Flask) -> None:
    (one, _other), run = posted()
    with on(date(2027, 1, 5)):
        give_back(run, make_staff(Role.TOWNSHIP, TOWNSHIP), one)

    with on(date(2027, 12, 1)):
        (again,) = announce()

    assert [line.points_announced for line in queries.lines(again.id)] == [100]


def test_a_household_that_left_is_passed_over_and_refused_by_name(app: Flask) -> None:
    (first, second), run = posted()
    with transaction():
        db.session.get_one(Household, first.id).state = HouseholdState.LEFT
    supervisor = make_staff(Role.SUPERVISOR, VILLAGE)

    with pytest.raises(HouseholdLeftError):
        give_back(run, supervisor, first)
    done = give_back(run, supervisor)

    assert (done.households, done.points) == (1, 40)
    assert (balance(first), balance(second)) == (0, 40)
