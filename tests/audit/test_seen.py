"""Seeing somebody's data leaves a note: once for each person, household and day."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from supermarket import clock
from supermarket.audit.models import AuditEvent
from supermarket.cards.queries import IssuedCard
from supermarket.cards.service import cards, press
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.staff.models import Role, StaffMember
from tests import pages
from tests.api.callers import answered, refused, with_token
from tests.cards.conftest import signing
from tests.factories import OTHER_VILLAGE, VILLAGE, make_household, make_staff, the_actor

SEEN = ("household.view", "card.view", "card.print")


def notes() -> Counter[tuple[str, str, int | None]]:
    """How often the log has that somebody saw something of a household."""
    db.session.rollback()
    rows = db.session.execute(
        select(AuditEvent.action, AuditEvent.subject, AuditEvent.staff_id).where(
            AuditEvent.action.in_(SEEN)
        )
    )
    return Counter((action, subject, by) for action, subject, by in rows)


@pytest.fixture
def scorer(app: Flask) -> StaffMember:
    return make_staff(Role.SCORER, VILLAGE)


@pytest.fixture
def client(app: Flask, scorer: StaffMember) -> FlaskClient:
    client = app.test_client()
    pages.sign_in(client, scorer)
    return client


def carded(app: Flask, household: Household) -> IssuedCard:
    with transaction():
        return cards.issue(household, the_actor().id, **signing(app))


def test_opening_a_household_is_noted_once_a_day(client: FlaskClient, scorer: StaffMember) -> None:
    household = make_household(points_held=20)

    for _ in range(3):
        pages.get(client, f"/households/{household.code}")
        pages.get(client, f"/households/{household.code}/edit")

    assert notes() == {("household.view", household.code, scorer.id): 1}


def test_the_next_day_and_the_next_person_are_noted_again(
    app: Flask, client: FlaskClient, scorer: StaffMember
) -> None:
    household = make_household()
    other = make_staff(Role.AUDITOR)
    colleague = app.test_client()
    pages.sign_in(colleague, other)

    pages.get(client, f"/households/{household.code}")
    pages.get(colleague, f"/households/{household.code}")
    with clock.at(clock.now() + timedelta(days=1)):
        pages.get(client, f"/households/{household.code}")

    assert notes() == {
        ("household.view", household.code, scorer.id): 2,
        ("household.view", household.code, other.id): 1,
    }


def test_the_day_is_the_villages(client: FlaskClient, scorer: StaffMember) -> None:
    household = make_household()
    midnight = clock.now().astimezone(clock.VILLAGE).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)

    for minutes in (-1, 0, 1):
        with clock.at(midnight + timedelta(minutes=minutes)):
            pages.get(client, f"/households/{household.code}")

    assert notes() == {("household.view", household.code, scorer.id): 2}


def test_what_is_not_seen_is_not_noted(client: FlaskClient) -> None:
    elsewhere = make_household(village=OTHER_VILLAGE)

    pages.get(client, f"/households/{elsewhere.code}", status=404)
    pages.get(client, f"/households/{VILLAGE}9999", status=404)
    pages.get(client, "/households/")

    assert notes() == {}


def test_reading_a_card_is_noted_and_a_blank_is_nobodys(
    app: Flask, client: FlaskClient, scorer: StaffMember
) -> None:
    household = make_household()
    issued = carded(app, household)
    with transaction():
        [blank] = cards.make_blanks(1, the_actor().id)

    for _ in range(2):
        pages.post(client, "/cards/read", {"card": issued.card.card_number})
    pages.post(client, "/cards/read", {"card": blank.card_number})

    assert notes() == {("card.view", household.code, scorer.id): 1}


def test_the_pages_and_pictures_of_a_card_are_noted(
    app: Flask,
    client: FlaskClient,
    scorer: StaffMember,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    household = make_household()
    number = carded(app, household).card.card_number

    pages.get(client, f"/households/{household.code}/cards")
    pages.get(client, f"/cards/{number}")
    client.get(f"/cards/{number}.png")
    monkeypatch.setattr(press, "FOLDER", tmp_path)
    monkeypatch.setattr(press, "begin", press.draw)
    run = client.post(f"/cards/print/{VILLAGE}/runs", data={"key": "seen-2026-1"}).location
    client.get(f"{run}.pdf").close()

    assert notes() == {
        ("card.view", household.code, scorer.id): 1,
        ("card.print", household.code, scorer.id): 1,
        ("card.print", VILLAGE, scorer.id): 1,
    }


def test_programs_are_noted_like_people(app: Flask, scorer: StaffMember) -> None:
    household = make_household(points_held=20)
    code = carded(app, household).code
    caller = with_token(app, scorer)
    stranger = make_staff(Role.SCORER, OTHER_VILLAGE)

    for _ in range(2):
        answered(caller.get(f"/households/{household.code}"))
        answered(caller.get(f"/households/{household.code}/entries"))
        answered(caller.post("/cards/read", code=code))
    refused(with_token(app, stranger).get(f"/households/{household.code}"), 404, "not_found")

    assert notes() == {
        ("household.view", household.code, scorer.id): 1,
        ("card.view", household.code, scorer.id): 1,
    }


def test_the_auditor_reads_who_saw_whom(app: Flask, client: FlaskClient) -> None:
    household = make_household()
    pages.get(client, f"/households/{household.code}")
    auditor = app.test_client()
    pages.sign_in(auditor, make_staff(Role.AUDITOR))

    page = pages.get(auditor, f"/audit/?subject={household.code}")

    assert "查看农户" in page.text
