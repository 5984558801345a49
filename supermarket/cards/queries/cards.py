"""Finding cards: by what a scanner sent or fingers typed, by number, by household."""

import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from supermarket.cards.errors import (
    CardBlankError,
    CardExpiredError,
    CardLostError,
    CardNotRecognisedError,
    CardRevokedError,
    HouseholdLeftError,
    UnknownCardNumberError,
)
from supermarket.cards.models import Card, CardEvent, CardState
from supermarket.cards.queries import codes, numbers
from supermarket.clock import today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.regions import queries as regions
from supermarket.regions.models import within
from supermarket.staff.models import Scope, StaffMember

#: Every code has letters or is longer than this; what is shorter was typed from the number.
_LONGEST_NUMBER = 15


class CardRead(NamedTuple):
    """A card that is ours, what it is good for today, and whose it is (None for a blank)."""

    card: Card
    state: CardState
    household: Household | None


class IssuedCard(NamedTuple):
    """A card with what its QR code says: ``code`` for programs, ``url`` as it is printed."""

    card: Card
    code: str
    url: str


class HistoryRow(NamedTuple):
    """One thing that happened to a card, and the name of who did it."""

    event: CardEvent
    #: Empty if the household itself did it.
    actor: str


def read(text: str, *, secret: bytes) -> CardRead:
    """Find the card behind a scanned code or address, or a typed card number.

    Whatever was not signed with ``secret`` is refused before the database is asked.
    Whether the card may be used is for ``usable`` to say, whether the caller may see
    its household for the household's own query.

    Raises:
        CardNotRecognisedError: not a code of ours, or no card has the code or number.
        CardNumberError: digits that are no card number, or one with a mistyped digit.
    """
    found = _with_household(_condition(text, secret))
    if found is not None:
        return found
    if _is_number(text):
        raise UnknownCardNumberError(number=numbers.format(numbers.parse(text)))
    raise CardNotRecognisedError


def read_code(code: str, *, secret: bytes) -> CardRead:
    """Find the card behind a scanned code only: for callers who must not try numbers out.

    Raises:
        CardNotRecognisedError: not a code of ours, or no card has it.
    """
    found = _with_household(Card.token == codes.token_of(code, secret))
    if found is None:
        raise CardNotRecognisedError
    return found


def usable(found: CardRead) -> tuple[Card, Household]:
    """Return the card and household of a card that is good for business today.

    Raises:
        CardNotActiveError: a blank, lost, revoked or expired card, or a household that left.
    """
    refusal = _REFUSALS.get(found.state)
    if refusal is not None:
        raise refusal
    if found.household is None:
        raise CardBlankError
    if found.household.state is not HouseholdState.ACTIVE:
        raise HouseholdLeftError
    return found.card, found.household


_REFUSALS = {
    CardState.BLANK: CardBlankError,
    CardState.LOST: CardLostError,
    CardState.REVOKED: CardRevokedError,
    CardState.EXPIRED: CardExpiredError,
}


def state_on(card: Card, on: date) -> CardState:
    """Return what a card is good for on a day: an active one past its last day has expired."""
    over = card.expires_on is not None and card.expires_on < on
    return CardState.EXPIRED if over and card.state is CardState.ACTIVE else card.state


def card(number: str, scope: Scope) -> CardRead | None:
    """Return a household's card by its number (9 digits), if the household is in ``scope``."""
    return _with_household(
        (Card.card_number == number) & regions.under(Household.village_code, places(scope))
    )


def cards_of(household: Household) -> Sequence[Card]:
    """Return every card a household ever had, newest first."""
    return db.session.scalars(
        select(Card).where(Card.household_id == household.id).order_by(Card.id.desc())
    ).all()


def replaceable(household: Household) -> Sequence[Card]:
    """Return the cards a new one would replace: in use, lost or expired, newest first."""
    replaced = (CardState.ACTIVE, CardState.LOST, CardState.EXPIRED)
    return [card for card in cards_of(household) if card.state in replaced]


def active_card(household: Household) -> Card | None:
    """Return the card a household may use today."""
    found = db.session.scalar(
        select(Card).where(Card.household_id == household.id, Card.state == CardState.ACTIVE)
    )
    return found if found is not None and state_on(found, today()) is CardState.ACTIVE else None


def code_of(card: Card, *, secret: bytes, public_url: str) -> IssuedCard:
    """Return a card with the code and the address its QR holds."""
    code = codes.sign(card.token, secret)
    return IssuedCard(card, code, codes.url(code, public_url))


def history(card: Card) -> list[HistoryRow]:
    """Return what happened to a card, newest first."""
    rows = db.session.execute(
        select(CardEvent, func.coalesce(StaffMember.name, ""))
        .outerjoin(StaffMember, StaffMember.id == CardEvent.actor_id)
        .where(CardEvent.card_id == card.id)
        .order_by(CardEvent.id.desc())
    )
    return [HistoryRow(event, actor) for event, actor in rows]


def places(scope: Scope) -> tuple[str, ...]:
    """Return the regions a scope reaches; a shop reaches the region it stands in."""
    return scope.regions + tuple(code.partition("S")[0] for code in scope.shops)


def reaches(scope: Scope, household: Household) -> bool:
    """Tell whether a household lives where ``scope`` reaches."""
    return any(within(household.village_code, place) for place in places(scope))


def _condition(text: str, secret: bytes) -> ColumnElement[bool]:
    if _is_number(text):
        return Card.card_number == numbers.parse(text)
    return Card.token == codes.token_of(text, secret)


def _is_number(text: str) -> bool:
    """Tell a typed card number, right or wrong, from a code: digits only, and few of them."""
    if len(text) > 10 * _LONGEST_NUMBER:
        return False
    typed = "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")
    return 0 < len(typed) <= _LONGEST_NUMBER and typed.isdigit()


def _with_household(condition: ColumnElement[bool]) -> CardRead | None:
    row = db.session.execute(
        select(Card, Household)
        .outerjoin(Household, Household.id == Card.household_id)
        .where(condition)
    ).first()
    return None if row is None else CardRead(row[0], state_on(row[0], today()), row[1])
