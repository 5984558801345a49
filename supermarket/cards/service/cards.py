"""Issuing, replacing and ending cards; each change is kept in the card's history and the audit.

Card numbers are drawn at random, not counted, so that nobody can type a neighbour's.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.cards import queries
from supermarket.cards.errors import (
    AlreadyHasCardError,
    CardReplacedError,
    CardStateError,
    HouseholdHasLeftError,
    NoCardToReplaceError,
)
from supermarket.cards.models import Card, CardEvent, CardState
from supermarket.cards.queries import IssuedCard, codes, numbers
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState

_VERBS = {
    CardState.BLANK: "card.blank",
    CardState.ACTIVE: "card.issue",
    CardState.LOST: "card.lost",
    CardState.REVOKED: "card.revoke",
    CardState.EXPIRED: "card.expire",
}


def issue(household: Household, by: int, *, secret: bytes, public_url: str) -> IssuedCard:
    """Give a household without a card its card.

    Two at once: the second meets the unique index and becomes a ConflictError, and
    tried once more it is refused in words; nobody gets two cards.

    Raises:
        AlreadyHasCardError: it has one; ``reissue`` replaces it.
        HouseholdHasLeftError: it no longer takes part.
    """
    _refuse_left(household)
    _refuse_second(household, by)
    [card] = _issue([household], by, reason="")
    return queries.code_of(card, secret=secret, public_url=public_url)


def issue_all(households: Sequence[Household], by: int) -> list[Card]:
    """Give a card to each of ``households`` that has none and takes part; return the new ones."""
    wanting = {h.id: h for h in households if h.state is HouseholdState.ACTIVE}
    held = db.session.scalars(
        select(Card).where(Card.state == CardState.ACTIVE, Card.household_id.in_(wanting))
    ).all()
    for card in held:
        if queries.state_on(card, today()) is CardState.EXPIRED:
            _change(card, CardState.ACTIVE, CardState.EXPIRED, "", by)
        else:
            wanting.pop(card.household_id or 0)
    return _issue(list(wanting.values()), by, reason="")


def reissue(
    household: Household,
    reason: str,
    by: int,
    *,
    secret: bytes,
    public_url: str,
    replacing: str | None = None,
) -> IssuedCard:
    """Revoke a household's card, in use or lost, and give it a new one; its points stay.

    ``replacing`` is the number of the card the caller means; given, a second tap or a
    colleague who was faster is refused instead of replacing the new card as well.

    Raises:
        NoCardToReplaceError: there is no card in use or lost.
        CardReplacedError: ``replacing`` is not that card any more.
        HouseholdHasLeftError: it no longer takes part.
    """
    _refuse_left(household)
    old = db.session.scalars(
        select(Card)
        .where(
            Card.household_id == household.id,
            Card.state.in_([CardState.ACTIVE, CardState.LOST, CardState.EXPIRED]),
        )
        .order_by(Card.id.desc())
    ).all()
    if replacing is not None and (not old or old[0].card_number != replacing):
        raise CardReplacedError(number=numbers.format(replacing))
    if not old:
        raise NoCardToReplaceError
    for card in old:
        _change(card, card.state, CardState.REVOKED, reason, by)
    [card] = _issue([household], by, reason=reason)
    return queries.code_of(card, secret=secret, public_url=public_url)


def report_lost(card: Card, by: int | None, reason: str = "") -> None:
    """Stop a card that somebody cannot find; it is found again or replaced later.

    ``by`` is None if the household does it on its own page.

    Raises:
        CardStateError: the card is not in use.
    """
    _change(card, CardState.ACTIVE, CardState.LOST, reason, by)


def found_again(card: Card, by: int, reason: str = "") -> None:
    """Let a lost card be used again.

    Raises:
        CardStateError: the card is not lost.
        AlreadyHasCardError: the household has another card by now.
    """
    household = db.session.get_one(Household, card.household_id)
    _refuse_left(household)
    _refuse_second(household, by)
    _change(card, CardState.LOST, CardState.ACTIVE, reason, by)


def revoke(card: Card, reason: str, by: int) -> None:
    """End a card for good.

    Raises:
        CardStateError: it is revoked already.
    """
    if card.state is CardState.REVOKED:
        raise CardStateError(number=numbers.format(card.card_number))
    _change(card, card.state, CardState.REVOKED, reason, by)


def make_blanks(count: int, by: int) -> list[Card]:
    """Make cards that belong to nobody yet, to be printed and linked later."""
    return _made([None] * count, CardState.BLANK, by, reason="")


def link(card: Card, household: Household, by: int) -> None:
    """Give a printed blank to a household.

    Raises:
        CardStateError: the card is not a blank any more.
        AlreadyHasCardError: the household has a card in use.
        HouseholdHasLeftError: it no longer takes part.
    """
    _refuse_left(household)
    _refuse_second(household, by)
    _change(card, CardState.BLANK, CardState.ACTIVE, "", by, household=household)


def _issue(households: Sequence[Household], by: int, *, reason: str) -> list[Card]:
    return _made(households, CardState.ACTIVE, by, reason=reason)


def _made(
    households: Sequence[Household | None], state: CardState, by: int, *, reason: str
) -> list[Card]:
    """Make one card for each of ``households``, its first event and its line in the audit."""
    at = now()
    cards = [
        Card(
            card_number=number,
            token=codes.new_token(),
            household_id=household.id if household is not None else None,
            state=state,
            issued_at=at,
        )
        for household, number in zip(households, _new_numbers(len(households)), strict=True)
    ]
    db.session.add_all(cards)
    db.session.flush()  # gives the cards their ids
    for household, card in zip(households, cards, strict=True):
        _note(card, by, reason, before=None, household=household)
    db.session.flush()
    return cards


def _new_numbers(count: int) -> list[str]:
    """Draw card numbers nobody has."""
    drawn: set[str] = set()
    while len(drawn) < count:
        span = numbers.LAST_SERIAL - numbers.FIRST_SERIAL + 1
        fresh = {
            numbers.number(numbers.FIRST_SERIAL + secrets.randbelow(span))
            for _ in range(min(count - len(drawn), 500))
        }
        taken = set(db.session.scalars(select(Card.card_number).where(Card.card_number.in_(fresh))))
        drawn |= fresh - taken
    return sorted(drawn, key=lambda number: number[::-1])  # an order that is none


def _change(
    card: Card,
    expected: CardState,
    state: CardState,
    reason: str,
    by: int | None,
    *,
    household: Household | None = None,
) -> None:
    """Move a card from the state its caller saw to another, if it is still there."""
    values: dict[str, object] = {"state": state}
    if household is not None:
        values["household_id"] = household.id
    changed = db.session.scalar(
        update(Card)
        .where(Card.id == card.id, Card.state == expected)
        .values(values)
        .returning(Card.id)
    )
    if changed is None:
        raise CardStateError(number=numbers.format(card.card_number))
    db.session.refresh(card)
    owner = household or db.session.get(Household, card.household_id or 0)
    _note(card, by, reason, before=expected, household=owner)
    db.session.flush()


def _note(
    card: Card,
    by: int | None,
    reason: str,
    *,
    before: CardState | None,
    household: Household | None,
) -> None:
    db.session.add(
        CardEvent(card_id=card.id, state=card.state, at=now(), actor_id=by, reason=reason)
    )
    audit.record(
        _VERBS[card.state],
        household.code if household is not None else card.card_number,
        by=by,
        before={"state": before.value} if before is not None else None,
        after={"card_number": card.card_number, "state": card.state.value, "reason": reason},
    )


def _refuse_left(household: Household) -> None:
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdHasLeftError


def _refuse_second(household: Household, by: int) -> None:
    """Refuse if a card is in use; one whose last day is over is put away as expired."""
    held = db.session.scalar(
        select(Card).where(Card.household_id == household.id, Card.state == CardState.ACTIVE)
    )
    if held is None:
        return
    if queries.state_on(held, today()) is not CardState.EXPIRED:
        raise AlreadyHasCardError(number=numbers.format(held.card_number))
    _change(held, CardState.ACTIVE, CardState.EXPIRED, "", by)
