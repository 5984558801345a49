"""Base points once a year by tag."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.awards.models import Award, AwardLine
from supermarket.budgets import queries as budgets
from supermarket.budgets.errors import BudgetSpentError
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.expiry import service as expiry
from supermarket.expiry.errors import GrantYearError
from supermarket.expiry.service import Granted
from supermarket.households.models import Household, HouseholdState, HouseholdTag, TagKind
from tests.budgets.makers import programme, set_budget
from tests.factories import VILLAGE, balance, make_household, the_actor


def tagged(*kinds: TagKind, ended: bool = False, left: bool = False) -> Household:
    """A household that carries, or carried, some tags."""
    household = make_household()
    with transaction():
        found = db.session.get_one(Household, household.id)
        if left:
            found.state = HouseholdState.LEFT
        yesterday = today() - timedelta(days=1)
        found.tags += [
            HouseholdTag(kind=kind, since=yesterday, until=yesterday if ended else None)
            for kind in kinds
        ]
    return household


def grant(year: int | None = None) -> Granted:
    actor = the_actor().id
    with transaction():
        return expiry.grant(VILLAGE, year or today().year, by=actor)


def grants() -> None:
    programme(base_grants='{"lifted":10,"minimum_living":20}')


def test_each_gets_the_most_its_tags_grant_once_a_year(app: Flask) -> None:
    grants()
    poor = tagged(TagKind.LIFTED, TagKind.MINIMUM_LIVING)
    lifted = tagged(TagKind.LIFTED)
    others = [
        tagged(TagKind.ORDINARY),
        tagged(TagKind.LIFTED, ended=True),
        tagged(TagKind.LIFTED, left=True),
    ]

    first, again = grant(), grant()

    assert first == Granted(2, 30, False)
    assert again == Granted(0, 0, True)
    assert (balance(poor), balance(lifted)) == (20, 10)
    assert [balance(household) for household in others] == [0, 0, 0]
    award = db.session.scalars(select(Award)).one()
    assert len(db.session.scalars(select(AwardLine)).all()) == 2
    assert award.rule_version_id is not None


def test_grants_count_against_the_budget(app: Flask) -> None:
    grants()
    set_budget(5)
    household = tagged(TagKind.LIFTED)

    with pytest.raises(BudgetSpentError):
        grant()

    assert balance(household) == 0
    set_budget(10)
    grant()
    assert budgets.standing(VILLAGE, today()).left == 0


def test_only_this_years_are_given(app: Flask) -> None:
    grants()

    with pytest.raises(GrantYearError):
        grant(today().year - 1)


def test_a_programme_without_grants_gives_none(app: Flask) -> None:
    programme()
    tagged(TagKind.LIFTED)

    assert grant() == Granted(0, 0, False)
