"""A household that leaves while points are on their way: they land before it, or not at all."""

from uuid import uuid4

import pytest
from flask import Flask

from supermarket.awards import service as awards
from supermarket.awards.service import AwardAsk
from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.household_events import service
from supermarket.household_events.models import EventKind
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger.queries import verify
from supermarket.staff.models import Permission
from tests.awards.makers import make_programme
from tests.factories import balance, make_household
from tests.household_events.makers import make_people, propose
from tests.ledger.test_races import together
from tests.schemes.makers import LABOUR


@pytest.mark.parametrize("round_", range(3))
def test_no_points_land_on_a_household_that_left(app: Flask, round_: int) -> None:
    scorer = make_programme(LABOUR)
    leaving = make_household(points_held=7, head=f"李{round_}")
    proposer, approver = make_people()
    event = propose(proposer, EventKind.LEAVE, leaving).code
    code, account, by = leaving.code, leaving, scorer.id
    scope = scorer.scope(Permission.AWARD)

    def press(till: int) -> str:
        if till == 4:
            once_more(lambda: service.approve(event, approver))
            return "left"
        ask = [AwardAsk(code)]
        request = awards.asked(uuid4().hex, "L01", today(), ask, "", by)
        once_more(lambda: awards.award(request, "L01", today(), ask, scope=scope))
        return "awarded"

    answers = together(app, press, 8)

    db.session.rollback()
    kept = db.session.get_one(Household, account.id, populate_existing=True)
    if kept.state is HouseholdState.LEFT:
        assert balance(account) == 0
    assert answers["left"] + answers["awarded"] >= 1
    assert list(verify.mistakes()) == []
