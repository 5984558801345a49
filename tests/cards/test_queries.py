"""Reading cards: what is ours, what it is good for, and who may see it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from supermarket.cards import queries
from supermarket.cards.errors import (
    CardBlankError,
    CardExpiredError,
    CardLostError,
    CardNotActiveError,
    CardNotRecognisedError,
    CardNumberError,
    CardNumberMistypedError,
    CardRevokedError,
    HouseholdLeftError,
    UnknownCardNumberError,
)
from supermarket.cards.models import CardState
from supermarket.cards.queries import IssuedCard, codes, numbers
from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.households.models import Household, HouseholdState
from supermarket.staff.models import Scope
from tests.factories import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    make_household,
    the_actor,
)

Issue = Callable[[Household], IssuedCard]


@pytest.mark.parametrize("typed", ["{0}", "{0[0]}{0[1]} {0}", "０"])
def test_a_typed_number_is_read_or_refused_in_words(app: Flask, issue: Issue, typed: str) -> None:
    card = issue(make_household()).card
    text = typed.format(card.card_number)

    if text == card.card_number:
        assert queries.read(text, secret=b"any").card.id == card.id
    else:
        with pytest.raises(CardNumberError):
            queries.read(text, secret=b"any")


def test_a_number_is_read_as_it_is_printed(app: Flask, issue: Issue) -> None:
    card = issue(make_household()).card

    found = queries.read(f" {numbers.format(card.card_number)}\r\n", secret=b"any")

    assert found.card.id == card.id


def test_a_wrong_digit_is_told_from_an_unknown_number(app: Flask, issue: Issue) -> None:
    number = issue(make_household()).card.card_number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    unknown = numbers.number(10_000_000 if number != numbers.number(10_000_000) else 10_000_001)

    with pytest.raises(CardNumberMistypedError):
        queries.read(wrong, secret=b"any")
    with pytest.raises(UnknownCardNumberError, match=numbers.format(unknown)):
        queries.read(unknown, secret=b"any")


def test_another_countys_card_is_refused_without_a_query(
    app: Flask, statements: Callable[[], int]
) -> None:
    foreign = codes.url(codes.sign(codes.new_token(), b"another county"), "https://else.gov.cn")

    before = statements()
    with pytest.raises(CardNotRecognisedError) as refused:
        queries.read(foreign, secret=app.config["CARD_KEY"])

    assert statements() == before
    assert (refused.value.code, refused.value.status) == ("not_found", 404)


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_000, "\x00", "7" * 400, "https://qq.com"])
def test_what_is_no_card_is_refused_in_words(app: Flask, text: str) -> None:
    with pytest.raises((CardNotRecognisedError, CardNumberError)):
        queries.read(text, secret=app.config["CARD_KEY"])


def test_a_code_of_ours_without_a_card_is_refused(app: Flask) -> None:
    secret = app.config["CARD_KEY"]

    with pytest.raises(CardNotRecognisedError):
        queries.read(codes.sign(codes.new_token(), secret), secret=secret)


def test_a_reader_of_codes_takes_no_numbers(app: Flask, issue: Issue) -> None:
    number = issue(make_household()).card.card_number

    with pytest.raises(CardNotRecognisedError):
        queries.read_code(number, secret=app.config["CARD_KEY"])


def test_reading_costs_one_statement(
    app: Flask, issue: Issue, statements: Callable[[], int]
) -> None:
    code, secret = issue(make_household()).code, app.config["CARD_KEY"]
    queries.read(code, secret=secret)  # begins the transaction

    before = statements()
    queries.usable(queries.read(code, secret=secret))

    assert statements() - before == 1


@pytest.mark.parametrize(
    ("state", "error"), [(CardState.LOST, CardLostError), (CardState.REVOKED, CardRevokedError)]
)
def test_a_card_that_was_stopped_is_refused_in_its_own_words(
    app: Flask, issue: Issue, state: CardState, error: type[CardNotActiveError]
) -> None:
    issued = issue(make_household())
    with transaction():
        issued.card.state = state

    found = queries.read(issued.code, secret=app.config["CARD_KEY"])

    assert found.state is state
    with pytest.raises(error) as refused:
        queries.usable(found)
    assert refused.value.code == "card_not_active"


def test_a_card_is_good_on_its_last_day_and_not_after(app: Flask, issue: Issue) -> None:
    issued = issue(make_household())
    secret = app.config["CARD_KEY"]
    with transaction():
        issued.card.expires_on = today()
    last_day = queries.read(issued.code, secret=secret)
    with transaction():
        issued.card.expires_on = today() - timedelta(days=1)
    day_after = queries.read(issued.code, secret=secret)

    assert queries.usable(last_day)[0].id == issued.card.id
    assert day_after.state is CardState.EXPIRED
    with pytest.raises(CardExpiredError):
        queries.usable(day_after)


def test_the_card_of_a_household_that_left_is_not_usable(app: Flask, issue: Issue) -> None:
    household = make_household()
    issued = issue(household)
    with transaction():
        household.state = HouseholdState.LEFT

    with pytest.raises(HouseholdLeftError):
        queries.usable(queries.read(issued.code, secret=app.config["CARD_KEY"]))


def test_a_blank_is_ours_but_not_usable(app: Flask) -> None:
    actor = the_actor().id
    with transaction():
        [blank] = cards.make_blanks(1, actor)

    found = queries.read(blank.card_number, secret=app.config["CARD_KEY"])

    assert (found.state, found.household) == (CardState.BLANK, None)
    with pytest.raises(CardBlankError):
        queries.usable(found)


@pytest.mark.parametrize(
    ("regions", "shops", "seen"),
    [
        ((VILLAGE,), (), True),
        ((COUNTY,), (), True),
        ((OTHER_VILLAGE,), (), False),
        ((), (f"{TOWNSHIP}S01",), True),
        ((), (f"{OTHER_VILLAGE}S01",), False),
        ((), (), False),
    ],
)
def test_a_card_is_seen_inside_the_scope_only(
    app: Flask, issue: Issue, regions: tuple[str, ...], shops: tuple[str, ...], seen: bool
) -> None:
    household = make_household()
    card = issue(household).card
    scope = Scope(regions, shops)

    found = queries.card(card.card_number, scope)

    assert (found is not None) is seen
    assert queries.reaches(scope, household) is seen


def test_a_run_takes_the_cards_in_use_of_one_village(app: Flask, issue: Issue) -> None:
    mine, unused, stopped = make_household(), make_household(), make_household()
    elsewhere = make_household(village=OTHER_VILLAGE)
    number = issue(mine).card.card_number
    issue(elsewhere)
    stopped_card = issue(stopped).card
    with transaction():
        stopped_card.state = CardState.LOST

    chosen = queries.printable(VILLAGE)
    wanting = queries.without_card(VILLAGE)

    assert [card.card_number for card in chosen] == [number]
    assert [h.code for h in wanting] == sorted([unused.code, stopped.code])
    assert queries.coverage(COUNTY, 12)[VILLAGE] == (3, 1)
    assert queries.coverage(COUNTY, 12)[OTHER_VILLAGE].without == 0
    assert [c.card_number for c in queries.printable(VILLAGE, issued_on=today())] == [number]
    assert queries.printable(VILLAGE, issued_on=today() - timedelta(days=1)) == []
    assert queries.printable(VILLAGE, group="2组") == []
    assert queries.groups(VILLAGE) == ["1组"]
