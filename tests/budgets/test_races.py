"""Two scorers award at once and little is left: real threads, both databases."""

from collections import Counter

from flask import Flask

from supermarket.awards import service as awards
from supermarket.awards.service import AwardAsk
from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind
from supermarket.staff.models import Permission, Role
from tests.awards.makers import make_programme
from tests.budgets.makers import give_within, programme, set_budget
from tests.factories import (
    VILLAGE,
    journal,
    make_goods,
    make_household,
    make_shop,
    make_staff,
    the_actor,
)
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR, make_rules


def awards_at_once(app: Flask, points: int, scorers: int = 6) -> Counter[str]:
    """Let scorers award other households at the same moment, as awards do: hold, post, check."""
    accounts = [make_household().account_id for _ in range(scorers)]
    actor = the_actor().id
    journal()
    with transaction():
        ledger.open_system_account(AccountKind.ISSUED, VILLAGE)

    def award(scorer: int) -> str:
        with transaction():
            budgets.hold([VILLAGE])
            give_within(accounts[scorer], VILLAGE, points, actor)
            budgets.check([VILLAGE], today())
        return "awarded"

    return together(app, award, scorers)


def used() -> int:
    db.session.rollback()
    return queries.standing(VILLAGE, today()).used


def test_of_many_at_once_with_room_for_one_exactly_one_passes(app: Flask) -> None:
    programme()
    set_budget(10)

    answers = awards_at_once(app, 10)

    assert answers == {"awarded": 1, "BudgetSpentError": 5}
    assert used() == 10


def test_the_same_for_the_coverage(app: Flask) -> None:
    programme(coverage_stop=100)
    make_goods(price=10, shop=make_shop(), on_hand=1)

    answers = awards_at_once(app, 10)

    assert answers == {"awarded": 1, "CoverageStoppedError": 5}


def test_two_scorers_who_award_at_once_with_room_for_one(app: Flask) -> None:
    scorers = [make_programme(), make_staff(Role.SCORER, VILLAGE)]
    make_rules(LABOUR._replace(code="L02", points_min=10, points_max=10))
    set_budget(10)
    lines = [[AwardAsk(make_household().code)] for _scorer in scorers]
    scope = scorers[0].scope(Permission.AWARD)
    asked = [
        awards.asked(f"attempt-{n}", "L02", today(), lines[n], "", scorer.id)
        for n, scorer in enumerate(scorers)
    ]

    def press(scorer: int) -> str:
        once_more(lambda: awards.award(asked[scorer], "L02", today(), lines[scorer], scope=scope))
        return "awarded"

    answers = together(app, press, 2)

    assert answers == {"awarded": 1, "BudgetSpentError": 1}
    assert used() == 10
