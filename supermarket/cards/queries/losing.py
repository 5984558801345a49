"""What is needed when somebody calls to say that a card is lost."""

from typing import NamedTuple

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from supermarket.cards.errors import CardNumberError
from supermarket.cards.models import Card, CardEvent, CardState
from supermarket.cards.queries import numbers
from supermarket.cards.queries.cards import card as card_in
from supermarket.cards.queries.cards import places, state_on
from supermarket.clock import today
from supermarket.database import db
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.queries import HouseholdFound
from supermarket.regions import queries as regions
from supermarket.staff.models import Scope

#: Households offered for what a caller says.
MOST_FOUND = 20


class Caller(NamedTuple):
    """A household that may be on the telephone, and its card in use or lost; None without."""

    household: HouseholdFound
    card: Card | None
    state: CardState | None


class LostCard(NamedTuple):
    """A lost card whose household has no other yet."""

    card: Card
    event: CardEvent
    head: str
    household_code: str
    group: str
    village_code: str


def callers(text: str, scope: Scope) -> list[Caller]:
    """Return the households of a scope that a name, telephone, code or card number may mean."""
    everywhere = Scope(places(scope), ())
    typed = text.strip()
    try:
        found = card_in(numbers.parse(typed), scope)
    except CardNumberError:
        found = None
    if found is not None and found.household is not None:
        typed = found.household.code
    homes = households.search(typed, everywhere, limit=MOST_FOUND) if typed else []
    cards: dict[int, Card] = {}
    held = db.session.scalars(
        select(Card)
        .where(
            Card.household_id.in_([home.id for home in homes]),
            Card.state.in_([CardState.ACTIVE, CardState.LOST]),
        )
        .order_by(Card.state.desc(), Card.id)  # of a lost one and one in use, the one in use
    )
    for card in held:
        if card.household_id is not None:
            cards[card.household_id] = card
    return [_caller(home, cards.get(home.id)) for home in homes]


def lost_cards(scope: Scope, *, limit: int = 50) -> list[LostCard]:
    """Return the lost cards of a scope whose households have no card in use, newest first."""
    other = aliased(Card)
    later = aliased(CardEvent)
    rows = db.session.execute(
        select(
            Card, CardEvent, Household.head, Household.code, Household.group, Household.village_code
        )
        .join(Household, Household.id == Card.household_id)
        .join(CardEvent, (CardEvent.card_id == Card.id) & (CardEvent.state == CardState.LOST))
        .where(
            Card.state == CardState.LOST,
            regions.under(Household.village_code, places(scope)),
            ~exists().where(
                later.card_id == Card.id, later.state == CardState.LOST, later.id > CardEvent.id
            ),
            ~exists().where(
                other.household_id == Card.household_id, other.state == CardState.ACTIVE
            ),
        )
        .order_by(CardEvent.id.desc())
        .limit(limit)
    )
    return [LostCard(*row) for row in rows]


def _caller(home: HouseholdFound, card: Card | None) -> Caller:
    return Caller(home, card, None if card is None else state_on(card, today()))
