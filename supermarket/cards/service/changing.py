"""How a card is made and how its state changes: guarded, with its history and its audit line.

Card numbers are drawn at random, not counted, so that nobody can type a neighbour's.
"""

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.cards import queries
from supermarket.cards.errors import (
    AlreadyHasCardError,
    CardStateError,
    HouseholdHasLeftError,
    LastDayError,
)
from supermarket.cards.models import Card, CardEvent, CardState
from supermarket.cards.queries import codes, numbers
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState

#: Farthest that a card's last day may lie ahead.
_MOST_YEARS = 20
_VERBS = {
    CardState.BLANK: "card.blank",
    CardState.ACTIVE: "card.issue",
    CardState.LOST: "card.lost",
    CardState.REVOKED: "card.revoke",
    CardState.EXPIRED: "card.expire",
}


def made(
    households: Sequence[Household | None],
    state: CardState,
    by: int,
    *,
    reason: str,
    last_day: date | None,
) -> list[Card]:
    """Make one card for each of ``households``, its first event and its line in the audit."""
    refuse_last_day(last_day)
    at = now()
    cards = [
        Card(
            card_number=number,
            token=codes.new_token(),
            household_id=household.id if household is not None else None,
            state=state,
            issued_at=at,
            expires_on=last_day,
        )
        for household, number in zip(households, _new_numbers(len(households)), strict=True)
    ]
    db.session.add_all(cards)
    db.session.flush()  # gives the cards their ids
    for household, card in zip(households, cards, strict=True):
        note(card, by, reason, before=None, household=household)
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


def change(
    card: Card,
    expected: CardState,
    state: CardState,
    reason: str,
    by: int | None,
    *,
    household: Household | None = None,
    verb: str = "",
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
    note(card, by, reason, before=expected, household=owner, verb=verb)
    db.session.flush()


def note(
    card: Card,
    by: int | None,
    reason: str,
    *,
    before: CardState | None,
    household: Household | None,
    verb: str = "",
) -> None:
    """Write what happened to a card into its history and the audit."""
    db.session.add(
        CardEvent(card_id=card.id, state=card.state, at=now(), actor_id=by, reason=reason)
    )
    audit.record(
        verb or _VERBS[card.state],
        household.code if household is not None else card.card_number,
        by=by,
        before={"state": before.value} if before is not None else None,
        after={"card_number": card.card_number, "state": card.state.value, "reason": reason},
    )


def refuse_left(household: Household) -> None:
    """Refuse a household that no longer takes part.

    Raises:
        HouseholdHasLeftError: it is one.
    """
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdHasLeftError


def refuse_last_day(day: date | None) -> None:
    """Refuse a last day that is over, or too far to be meant; none is fine.

    Raises:
        LastDayError: it is one.
    """
    if day is not None and not today() <= day <= today() + timedelta(days=366 * _MOST_YEARS):
        raise LastDayError(years=_MOST_YEARS)


def refuse_second(household: Household, by: int) -> None:
    """Refuse if a card is in use; one whose last day is over is put away as expired.

    Raises:
        AlreadyHasCardError: one is.
    """
    held = db.session.scalar(
        select(Card).where(Card.household_id == household.id, Card.state == CardState.ACTIVE)
    )
    if held is None:
        return
    if queries.state_on(held, today()) is not CardState.EXPIRED:
        raise AlreadyHasCardError(number=numbers.format(held.card_number))
    change(held, CardState.ACTIVE, CardState.EXPIRED, "", by)
