"""Issuing, replacing and ending cards; each change is kept in the card's history and the audit."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from supermarket.cards import queries
from supermarket.cards.errors import (
    CardExpiredError,
    CardReplacedError,
    CardStateError,
    NoCardToReplaceError,
)
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import IssuedCard, numbers
from supermarket.cards.service import changing
from supermarket.clock import today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState

#: Cards put away in one transaction, so that a till waits for it a moment only.
_AT_ONCE = 200


def issue(
    household: Household,
    by: int,
    *,
    secret: bytes,
    public_url: str,
    last_day: date | None = None,
) -> IssuedCard:
    """Give a household without a card its card, good until ``last_day`` or without an end.

    Two at once: the second meets the unique index and becomes a ConflictError, and
    tried once more it is refused in words; nobody gets two cards.

    Raises:
        AlreadyHasCardError: it has one; ``reissue`` replaces it.
        HouseholdHasLeftError: it no longer takes part.
        LastDayError: no card ends on such a day.
    """
    changing.refuse_left(household)
    changing.refuse_second(household, by)
    [card] = _issue([household], by, reason="", last_day=last_day)
    return queries.code_of(card, secret=secret, public_url=public_url)


def issue_all(
    households: Sequence[Household], by: int, *, last_day: date | None = None
) -> list[Card]:
    """Give a card to each of ``households`` that has none and takes part; return the new ones.

    Raises:
        LastDayError: no card ends on such a day.
    """
    wanting = {h.id: h for h in households if h.state is HouseholdState.ACTIVE}
    held = db.session.scalars(
        select(Card).where(Card.state == CardState.ACTIVE, Card.household_id.in_(wanting))
    ).all()
    for card in held:
        if queries.state_on(card, today()) is CardState.EXPIRED:
            changing.change(card, CardState.ACTIVE, CardState.EXPIRED, "", by)
        else:
            wanting.pop(card.household_id or 0)
    return _issue(list(wanting.values()), by, reason="", last_day=last_day)


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
    colleague who was faster is refused instead of replacing the new card as well. The new
    card ends when the old one would have, if that is still to come.

    Raises:
        NoCardToReplaceError: there is no card in use or lost.
        CardReplacedError: ``replacing`` is not that card any more.
        HouseholdHasLeftError: it no longer takes part.
    """
    changing.refuse_left(household)
    old = queries.replaceable(household)
    if replacing is not None and (not old or old[0].card_number != replacing):
        raise CardReplacedError(number=numbers.format(replacing))
    if not old:
        raise NoCardToReplaceError
    for card in old:
        changing.change(card, card.state, CardState.REVOKED, reason, by)
    last_day = old[0].expires_on
    still = last_day is not None and last_day >= today()
    [card] = _issue([household], by, reason=reason, last_day=last_day if still else None)
    return queries.code_of(card, secret=secret, public_url=public_url)


def report_lost(card: Card, by: int | None, reason: str = "") -> None:
    """Stop a card that somebody cannot find; it is found again or replaced later.

    ``by`` is None if the household does it on its own page.

    Raises:
        CardStateError: the card is not in use.
    """
    changing.change(card, CardState.ACTIVE, CardState.LOST, reason, by)


def found_again(card: Card, by: int, reason: str = "") -> None:
    """Let a lost card be used again.

    Raises:
        CardStateError: the card is not lost.
        AlreadyHasCardError: the household has another card by now.
    """
    household = db.session.get_one(Household, card.household_id)
    changing.refuse_left(household)
    changing.refuse_second(household, by)
    changing.change(card, CardState.LOST, CardState.ACTIVE, reason, by, verb="card.found")


def revoke(card: Card, reason: str, by: int) -> None:
    """End a card for good.

    Raises:
        CardStateError: it is revoked already.
    """
    if card.state is CardState.REVOKED:
        raise CardStateError(number=numbers.format(card.card_number))
    changing.change(card, card.state, CardState.REVOKED, reason, by)


def renew(card: Card, last_day: date | None, by: int) -> None:
    """Let a card, in use or over, be good until ``last_day``, or without an end.

    Raises:
        LastDayError: no card ends on such a day.
        CardStateError: it is lost, revoked or a blank, or another call was faster.
        AlreadyHasCardError: the household has another card by now.
        HouseholdHasLeftError: it no longer takes part.
    """
    changing.refuse_last_day(last_day)
    before, ended = card.state, card.expires_on
    if before not in {CardState.ACTIVE, CardState.EXPIRED}:
        raise CardStateError(number=numbers.format(card.card_number))
    household = db.session.get_one(Household, card.household_id)
    changing.refuse_left(household)
    if before is CardState.EXPIRED:
        changing.refuse_second(household, by)
    changed = db.session.scalar(
        update(Card)
        .where(
            Card.id == card.id, Card.state == before, Card.expires_on.is_not_distinct_from(ended)
        )
        .values(state=CardState.ACTIVE, expires_on=last_day)
        .returning(Card.id)
    )
    if changed is None:
        raise CardStateError(number=numbers.format(card.card_number))
    db.session.refresh(card)
    reason = f"有效期至 {last_day:%Y-%m-%d}" if last_day else "改为长期有效"
    changing.note(card, by, reason, before=before, household=household, verb="card.renew")
    db.session.flush()


def expire_over() -> int:
    """Put away the cards whose last day is over; return how many. May run late, or twice."""
    over = db.session.scalars(
        select(Card)
        .where(Card.state == CardState.ACTIVE, Card.expires_on < today())
        .order_by(Card.id)
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)  # one that is being reported lost waits for tomorrow
    ).all()
    for card in over:
        changing.change(card, CardState.ACTIVE, CardState.EXPIRED, "有效期已过", None)
    return len(over)


def make_blanks(count: int, by: int, *, last_day: date | None = None) -> list[Card]:
    """Make cards that belong to nobody yet, to be printed and linked later.

    Raises:
        LastDayError: no card ends on such a day.
    """
    return changing.made([None] * count, CardState.BLANK, by, reason="", last_day=last_day)


def link(card: Card, household: Household, by: int) -> None:
    """Give a printed blank to a household.

    Raises:
        CardStateError: the card is not a blank any more.
        CardExpiredError: it is one, but its last day is over.
        AlreadyHasCardError: the household has a card in use.
        HouseholdHasLeftError: it no longer takes part.
    """
    if card.expires_on is not None and card.expires_on < today():
        raise CardExpiredError
    changing.refuse_left(household)
    changing.refuse_second(household, by)
    to = CardState.ACTIVE
    changing.change(card, CardState.BLANK, to, "", by, household=household, verb="card.link")


def _issue(
    households: Sequence[Household], by: int, *, reason: str, last_day: date | None
) -> list[Card]:
    return changing.made(households, CardState.ACTIVE, by, reason=reason, last_day=last_day)
