"""A card reported lost on the telephone: two taps, and it is dead everywhere at once."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from supermarket.cards import queries
from supermarket.cards.errors import CardLostError
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import numbers
from supermarket.cards.service import cards
from supermarket.database import transaction
from supermarket.staff.models import Role
from tests import pages
from tests.cards.conftest import SignIn
from tests.cards.test_pages import Issue, state_of
from tests.factories import OTHER_VILLAGE, make_household, the_actor


def call(browser: FlaskClient, card: Card, asked: str = "") -> tuple[int, str]:
    answer = browser.post("/cards/lost", data={"card": card.card_number, "q": asked})
    return answer.status_code, answer.text


@pytest.mark.parametrize("role", [Role.SHOPKEEPER, Role.SCORER])
def test_whoever_takes_the_call_stops_the_card_in_two_taps(
    app: Flask, sign_in: SignIn, issue: Issue, role: Role
) -> None:
    household = make_household(head="王桂兰", points_held=50)
    issued = issue(household)
    issue(make_household(head="王桂香"))
    browser = sign_in(role)

    page = pages.get(browser, "/cards/lost?q=王桂兰")
    status, _text = call(browser, issued.card, "王桂兰")
    after = pages.get(browser, "/cards/lost?q=王桂兰")

    assert page.text.count("挂失这张卡") == 1
    assert ("王桂兰" in page.text) is (role is Role.SCORER)
    assert status == 302
    assert state_of(issued.card) is CardState.LOST
    assert "挂失这张卡" not in after.text
    assert "电话挂失" in after.text
    with pytest.raises(CardLostError):
        queries.usable(queries.read(issued.code, secret=app.config["CARD_KEY"]))
    [lost, made] = queries.history(issued.card)
    assert (lost.event.reason, lost.event.state) == ("电话挂失", CardState.LOST)
    assert lost.actor != ""
    assert made.event.state is CardState.ACTIVE


@pytest.mark.parametrize("typed", ["wgl", "{tail}", "{number}", "{spaced}", "{code}"])
def test_a_caller_is_found_by_what_a_caller_knows(
    app: Flask, sign_in: SignIn, issue: Issue, typed: str
) -> None:
    household = make_household(head="王桂兰")
    with transaction():
        household.phone = household.phone or ""
    card = issue(household).card
    words = typed.format(
        tail=household.code[-4:],
        number=card.card_number,
        spaced=numbers.format(card.card_number),
        code=household.code,
    )

    page = pages.get(sign_in(), f"/cards/lost?q={words}")

    assert numbers.format(card.card_number) in page.text


@pytest.mark.parametrize("typed", ["", "%", "0" * 500, "' OR 1=1 --", "没有这人"])
def test_what_finds_nobody_says_so(app: Flask, sign_in: SignIn, issue: Issue, typed: str) -> None:
    issue(make_household(head="王桂兰"))

    page = pages.check(sign_in().get("/cards/lost", query_string={"q": typed}))

    assert "王桂兰" not in page.text
    assert ("没有找到这户" in page.text) is bool(typed)


def test_nobody_stops_a_card_of_another_village(app: Flask, sign_in: SignIn, issue: Issue) -> None:
    card = issue(make_household(head="王桂兰")).card
    stranger, helper = sign_in(region=OTHER_VILLAGE), sign_in(Role.HELPER)

    page = pages.get(stranger, f"/cards/lost?q={card.card_number}")

    assert "王桂兰" not in page.text
    assert call(stranger, card)[0] == 404
    assert call(helper, card)[0] == 403
    assert helper.get("/cards/lost").status_code == 403
    for number in ("", "x", "9" * 40):
        assert stranger.post("/cards/lost", data={"card": number}).status_code == 404
    assert state_of(card) is CardState.ACTIVE


def test_a_second_tap_is_told_that_the_card_is_stopped(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    card = issue(make_household()).card
    browser = sign_in(Role.SHOPKEEPER)
    call(browser, card)

    status, _text = call(browser, card)
    with transaction():
        cards.revoke(card, "坏了", the_actor().id)
    too_late, text = call(browser, card)

    assert status == 302
    assert [row.event.state for row in queries.history(card)].count(CardState.LOST) == 1
    assert too_late == 409
    assert "状态已变" in text


def test_a_keeper_stops_a_card_but_does_not_unstop_it(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    card = issue(make_household()).card
    keeper, scorer = sign_in(Role.SHOPKEEPER), sign_in()
    call(keeper, card)

    refused = keeper.post(f"/cards/{card.card_number}/found", data={"reason": "认识本人"})
    page = pages.get(scorer, f"/cards/{card.card_number}/found")
    done = scorer.post(f"/cards/{card.card_number}/found", data={"reason": "看过身份证"})

    assert refused.status_code == 403
    assert "怎么核实的" in page.text
    assert done.status_code == 302
    assert state_of(card) is CardState.ACTIVE
    assert queries.history(card)[0].event.reason == "看过身份证"


def test_the_list_of_lost_cards_leaves_out_households_with_a_new_one(
    app: Flask, sign_in: SignIn, issue: Issue
) -> None:
    first, second = make_household(head="甲一"), make_household(head="乙二")
    actor = the_actor().id
    for household in (first, second):
        card = issue(household).card
        with transaction():
            cards.report_lost(card, actor)
        with transaction():
            cards.found_again(card, actor)
        with transaction():
            cards.report_lost(card, actor, "第二次")
    issue_again = issue(second)

    page = pages.get(sign_in(), "/cards/lost")

    assert issue_again.card.state is CardState.ACTIVE
    assert page.text.count("甲一") == 1
    assert "乙二" not in page.text
    assert "第二次" in page.text
