"""Setting budgets, and letting villages pass the stop."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket.audit.models import AuditEvent
from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.budgets.errors import (
    BudgetOverlapError,
    BudgetPeriodError,
    BudgetPointsError,
    NamedTwiceError,
    NotAVillageError,
    NoVillagesError,
    OverrideDaysError,
    OverrideReasonError,
    OverrideWithdrawnError,
)
from supermarket.budgets.service import BudgetAsk, BudgetsSet
from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import NotFoundError
from supermarket.staff.models import Scope
from tests.budgets.makers import EVERYWHERE, set_budget, year
from tests.factories import COUNTY, OTHER_VILLAGE, TOWNSHIP, VILLAGE, make_regions, the_actor


def ask(*asks: BudgetAsk, scope: Scope = EVERYWHERE) -> BudgetsSet:
    make_regions()
    actor = the_actor().id
    with transaction():
        return budgets.set_budgets(asks, by=actor, scope=scope)


def test_a_change_is_a_further_version_and_is_audited(app: Flask) -> None:
    set_budget(100)

    changed = set_budget(250)

    assert changed == BudgetsSet(new=0, changed=1, unchanged=0)
    found = queries.budget(VILLAGE, today())
    assert found is not None
    assert found.points == 250
    assert [(step.version, step.points) for step in queries.history(VILLAGE)] == [
        (2, 250),
        (1, 100),
    ]
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event is not None
    assert (event.action, event.subject) == ("budget.set", VILLAGE)
    assert (event.before or {})["points"] == 100


def test_asking_for_what_is_there_changes_nothing(app: Flask) -> None:
    set_budget(100)

    assert set_budget(100) == BudgetsSet(new=0, changed=0, unchanged=1)
    assert len(queries.history(VILLAGE)) == 1


def test_days_of_two_budgets_never_overlap(app: Flask) -> None:
    set_budget(100)
    june = date(today().year, 6, 1)

    with pytest.raises(BudgetOverlapError, match="安沟村民委员会已有"):
        ask(BudgetAsk(VILLAGE, june, june + timedelta(days=29), 5))
    with pytest.raises(NamedTwiceError):
        ask(
            BudgetAsk(OTHER_VILLAGE, june, june, 5),
            BudgetAsk(OTHER_VILLAGE, june, june + timedelta(days=2), 5),
        )


def test_a_budget_taken_away_makes_room(app: Flask) -> None:
    set_budget(100)
    start, end = year()
    half = date(start.year, 6, 30)

    ask(
        BudgetAsk(VILLAGE, start, end, None),
        BudgetAsk(VILLAGE, start, half, 40),
        BudgetAsk(VILLAGE, half + timedelta(days=1), end, 60),
    )

    found = queries.budget(VILLAGE, half)
    assert found is not None
    assert (found.points, found.ends_on) == (40, half)
    assert set_budget(None) == BudgetsSet(new=0, changed=0, unchanged=1)


def test_many_villages_are_set_all_or_none(app: Flask) -> None:
    with pytest.raises(NotAVillageError, match="410482100999"):
        ask(BudgetAsk(VILLAGE, *year(), 5), BudgetAsk("410482100999", *year(), 5))

    assert queries.budget(VILLAGE, today()) is None


@pytest.mark.parametrize("code", [TOWNSHIP, COUNTY, "", "村", OTHER_VILLAGE])
def test_only_villages_of_the_own_scope_have_budgets(app: Flask, code: str) -> None:
    with pytest.raises(NotAVillageError):
        ask(BudgetAsk(code, *year(), 5), scope=Scope((VILLAGE,), ()))


def test_days_and_points_that_cannot_be_meant_are_refused(app: Flask) -> None:
    start, end = year()

    with pytest.raises(BudgetPeriodError):
        ask(BudgetAsk(VILLAGE, end, start, 5))
    with pytest.raises(BudgetPeriodError):
        ask(BudgetAsk(VILLAGE, start, start + timedelta(days=900), 5))
    with pytest.raises(BudgetPointsError):
        ask(BudgetAsk(VILLAGE, start, end, -1))
    with pytest.raises(BudgetPointsError):
        ask(BudgetAsk(VILLAGE, start, end, 10**12))
    with pytest.raises(NoVillagesError):
        ask()


def lift(region: str = VILLAGE, *, days: int = 3, reason: str = "县里同意", start: int = 0) -> int:
    make_regions()
    actor, first = the_actor().id, today() + timedelta(days=start)
    with transaction():
        made = budgets.lift(
            region,
            from_on=first,
            until_on=first + timedelta(days=days),
            reason=reason,
            by=actor,
            scope=Scope((COUNTY,), ()),
        )
        return made.id


def test_an_override_says_why_for_how_long_and_where(app: Flask) -> None:
    with pytest.raises(OverrideReasonError):
        lift(reason=" ")
    with pytest.raises(OverrideReasonError):
        lift(reason="很" * 201)
    with pytest.raises(OverrideDaysError):
        lift(days=200)
    with pytest.raises(OverrideDaysError):
        lift(start=-10)
    with pytest.raises(NotFoundError):
        lift("411025001001")
    with pytest.raises(NotFoundError):
        lift("41048210020x")

    assert queries.overrides(EVERYWHERE) == []


def test_an_override_is_withdrawn_once(app: Flask) -> None:
    made, actor = lift(), the_actor().id
    with transaction():
        budgets.withdraw(made, by=actor, scope=EVERYWHERE)

    with pytest.raises(OverrideWithdrawnError), transaction():
        budgets.withdraw(made, by=actor, scope=EVERYWHERE)
    with pytest.raises(NotFoundError), transaction():
        budgets.withdraw(made, by=actor, scope=Scope((OTHER_VILLAGE,), ()))


def test_a_township_sees_the_countys_override_that_concerns_it(app: Flask) -> None:
    lift(COUNTY)
    lift(OTHER_VILLAGE)

    seen = queries.overrides(Scope((VILLAGE,), ()))

    assert [row.override.region_code for row in seen] == [COUNTY]
