"""A scorer's phone: somebody signed in, a household found by its name, its card."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.cards.service import cards
from supermarket.database import transaction
from supermarket.households.models import Household
from supermarket.households.service import terms
from supermarket.staff.models import StaffMember
from tests.factories import PASSWORD, VILLAGE, make_household, the_actor

SignIn = Callable[[StaffMember], FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in, and return the browser."""

    def enter(member: StaffMember) -> FlaskClient:
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    return enter


@pytest.fixture
def issue(app: Flask) -> Callable[[Household], str]:
    """Give a household its card; return what its QR code says."""

    def give(household: Household) -> str:
        with transaction():
            return cards.issue(
                household,
                the_actor().id,
                secret=app.config["CARD_KEY"],
                public_url=app.config["PUBLIC_URL"],
            ).url

    return give


def make_known(head: str = "李建国", *, village: str = VILLAGE, points_held: int = 0) -> Household:
    """A household that a search finds."""
    household = make_household(head=head, village=village, points_held=points_held)
    with transaction():
        terms.index(household)
    return household
