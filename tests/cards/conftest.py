"""A card desk: somebody signed in, and short words for what the tests do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.cards.queries import IssuedCard
from supermarket.cards.service import cards, press
from supermarket.database import transaction
from supermarket.households.models import Household
from supermarket.staff.models import Role
from tests.factories import PASSWORD, VILLAGE, make_shop, make_staff, the_actor

SignIn = Callable[..., FlaskClient]


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """Sign somebody in with a role, and return the browser."""

    def enter(role: Role = Role.SCORER, region: str = VILLAGE) -> FlaskClient:
        shop = make_shop(region) if role is Role.SHOPKEEPER else None
        member = make_staff(role, region, shop=shop)
        browser = app.test_client()
        answer = browser.post("/sign-in", data={"username": member.username, "password": PASSWORD})
        assert answer.status_code == 302
        return browser

    return enter


@pytest.fixture
def in_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let print runs be drawn at once, by this process, into a folder of the test's own."""
    monkeypatch.setattr(press, "FOLDER", tmp_path / "prints")
    monkeypatch.setattr(press, "begin", press.draw)
    return tmp_path / "prints"


@pytest.fixture
def issue(app: Flask) -> Callable[[Household], IssuedCard]:
    """Give a household its card."""

    def give(household: Household) -> IssuedCard:
        with transaction():
            return cards.issue(household, the_actor().id, **signing(app))

    return give


def signing(app: Flask) -> dict[str, Any]:
    """What the codes of the application under test are made with."""
    return {"secret": app.config["CARD_KEY"], "public_url": app.config["PUBLIC_URL"]}
