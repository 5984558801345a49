"""The last day of a card: set when it is made, kept by the counter, moved, and carried out."""

from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from supermarket import clock
from supermarket.audit.models import AuditEvent
from supermarket.cards import queries
from supermarket.cards.errors import (
    AlreadyHasCardError,
    CardExpiredError,
    CardStateError,
    LastDayError,
)
from supermarket.cards.models import Card, CardState
from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.counter.queries import till
from supermarket.database import db, transaction
from supermarket.households.models import Household
from supermarket.staff.models import Role
from tests import pages
from tests.cards.conftest import SignIn, signing
from tests.factories import OTHER_VILLAGE, make_household, make_shop, the_actor

DAY = timedelta(days=1)


def card_until(app: Flask, last_day: date | None, household: Household) -> Card:
    """A card that ends after a day."""
    actor = the_actor().id
    with transaction():
        issued = cards.issue(household, actor, last_day=last_day, **signing(app))
    return issued.card


def later(days: int) -> AbstractContextManager[None]:
    """The same place, so many days on."""
    return clock.at(clock.now() + timedelta(days=days))


def test_the_counter_takes_a_card_on_its_last_day_and_refuses_it_on_the_next(app: Flask) -> None:
    household, shop = make_household(points_held=10), make_shop()
    card = card_until(app, today() + DAY, household)
    code, secret = queries.code_of(card, **signing(app)).code, app.config["CARD_KEY"]
    keeper = the_actor().id

    with later(1):
        served = till.with_card(code, shop, secret=secret, by=keeper)
    with later(2), pytest.raises(CardExpiredError, match="换一张新卡"):
        till.with_card(code, shop, secret=secret, by=keeper)

    assert served.household_code == household.code


@pytest.mark.parametrize("days", [-1, -4000, 366 * 20 + 1, 400_000])
def test_no_card_ends_before_it_begins_or_in_another_life(app: Flask, days: int) -> None:
    household, actor = make_household(), the_actor().id
    last_day = today() + timedelta(days=days)

    with pytest.raises(LastDayError, match="20 年以内"), transaction():
        cards.issue(household, actor, last_day=last_day, **signing(app))
    with pytest.raises(LastDayError), transaction():
        cards.make_blanks(1, actor, last_day=last_day)
    with pytest.raises(LastDayError), transaction():
        cards.issue_all([household], actor, last_day=last_day)

    assert db.session.scalars(select(Card)).all() == []


def test_the_job_puts_away_what_is_over_once_and_says_so(app: Flask) -> None:
    over = card_until(app, today(), make_household())
    good = card_until(app, today() + 5 * DAY, make_household())
    endless = card_until(app, None, make_household())
    run = app.test_cli_runner().invoke

    with later(1):
        first = run(args=["cards", "expire"])
        second = run(args=["cards", "expire"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "1 张卡到期停用" in first.output
    assert "0 张卡到期停用" in second.output
    db.session.expire_all()
    states = [db.session.get_one(Card, card.id).state for card in (over, good, endless)]
    assert states == [CardState.EXPIRED, CardState.ACTIVE, CardState.ACTIVE]
    [last, _made] = queries.history(over)
    assert (last.event.reason, last.event.actor_id) == ("有效期已过", None)
    assert (
        db.session.scalar(select(AuditEvent.staff_id).where(AuditEvent.action == "card.expire"))
        is None
    )


def test_a_card_that_is_over_is_made_good_again_on_its_page(app: Flask, sign_in: SignIn) -> None:
    household = make_household(head="王桂兰")
    card = card_until(app, today(), household)
    browser, page = sign_in(), f"/cards/{card.card_number}/last-day"

    with later(2):
        app.test_cli_runner().invoke(args=["cards", "expire"])
        shown = pages.get(browser, page)
        past = pages.post(browser, page, {"last_day": f"{today() - DAY}"}, status=422)
        wrong = pages.post(browser, page, {"last_day": "2027-02-31"}, status=422)
        done = browser.post(page, data={"last_day": f"{today() + 30 * DAY}"})
        story = pages.get(browser, f"/cards/{card.card_number}")
        good = queries.active_card(household)

    assert "王桂兰" in shown.text
    assert "有效期要从今天" in past.text
    assert "请填写日期" in wrong.text
    assert done.status_code == 302
    assert good is not None
    assert "到期自动" in story.text
    assert "有效期至 " in story.text
    stranger = sign_in(Role.SCORER, OTHER_VILLAGE)
    assert stranger.post(page, data={"last_day": ""}).status_code == 404


def test_only_a_card_in_use_or_over_gets_another_last_day(app: Flask) -> None:
    household = make_household()
    card = card_until(app, today(), household)
    actor = the_actor().id

    with later(1):
        with transaction():
            cards.expire_over()
        with transaction():
            cards.issue(household, actor, **signing(app))
        with pytest.raises(AlreadyHasCardError), transaction():
            cards.renew(card, None, actor)
    with transaction():
        cards.revoke(card, "旧卡", actor)
    with pytest.raises(CardStateError), transaction():
        cards.renew(card, None, actor)

    assert db.session.get_one(Card, card.id).state is CardState.REVOKED


def test_two_who_move_a_last_day_at_once_do_not_both_win(app: Flask) -> None:
    card = card_until(app, today() + DAY, make_household())
    actor = the_actor().id
    stale = Card(
        id=card.id,
        card_number=card.card_number,
        household_id=card.household_id,
        state=CardState.ACTIVE,
        expires_on=card.expires_on,
    )
    with transaction():
        cards.renew(card, today() + 9 * DAY, actor)

    with pytest.raises(CardStateError), transaction():
        cards.renew(stale, None, actor)

    assert db.session.get_one(Card, card.id).expires_on == today() + 9 * DAY


def test_a_replacement_ends_when_the_old_card_would_have(app: Flask) -> None:
    household, actor = make_household(), the_actor().id
    card_until(app, today() + 9 * DAY, household)

    with transaction():
        new = cards.reissue(household, "卡坏了", actor, **signing(app)).card
    with later(20), transaction():
        newest = cards.reissue(household, "卡坏了", actor, **signing(app)).card

    assert new.expires_on == today() + 9 * DAY
    assert newest.expires_on is None


def test_a_blank_that_is_over_is_given_to_nobody(app: Flask) -> None:
    household, actor = make_household(), the_actor().id
    with transaction():
        [blank] = cards.make_blanks(1, actor, last_day=today())

    with later(1), pytest.raises(CardExpiredError), transaction():
        cards.link(blank, household, actor)

    assert queries.active_card(household) is None


def test_the_last_day_stands_on_the_card(app: Flask, sign_in: SignIn) -> None:
    household, endless = make_household(), make_household()
    card = card_until(app, today() + DAY, household)
    other = card_until(app, None, endless)
    browser = sign_in()

    dated = browser.get(f"/cards/{card.card_number}.png").data
    with transaction():
        card.expires_on = None
    undated = browser.get(f"/cards/{card.card_number}.png").data

    assert dated != undated
    assert "长期有效" in pages.get(browser, f"/cards/{other.card_number}").text
