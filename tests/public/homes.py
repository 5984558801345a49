"""A household at home: its card, its PIN, its phone."""

from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from supermarket.cards.models import Card
from supermarket.cards.service import cards, pins
from supermarket.database import transaction
from supermarket.households.models import Household
from tests.cards.conftest import signing
from tests.factories import VILLAGE, make_household, the_actor

PIN = "3917"


class Home(NamedTuple):
    """A household, its card and where that leads."""

    household: Household
    card: Card
    code: str

    @property
    def url(self) -> str:
        """The address of its page."""
        return f"/c/{self.code}"


def make_home(
    app: Flask,
    *,
    head: str = "张桂兰",
    points_held: int = 86,
    village: str = VILLAGE,
    pin: str = PIN,
) -> Home:
    """A household with points, a card and a PIN."""
    household = make_household(head=head, points_held=points_held, village=village)
    return at_home(app, household, pin)


def at_home(app: Flask, household: Household, pin: str = PIN) -> Home:
    """Give a household a card and a PIN."""
    with transaction():
        issued = cards.issue(household, the_actor().id, **signing(app))
    if pin:
        with transaction():
            pins.set_pin(household, pin, the_actor().id, memory_kib=64)
    return Home(household, issued.card, issued.code)


def phone(app: Flask) -> FlaskClient:
    """A phone that reads Chinese."""
    client = app.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    return client


def inside(app: Flask, home: Home, pin: str = PIN) -> FlaskClient:
    """A phone on which the PIN was typed."""
    client = phone(app)
    answer = client.post(home.url, data={"pin": pin})
    assert answer.status_code == 302, answer.get_data(as_text=True)
    assert answer.location == home.url
    return client
