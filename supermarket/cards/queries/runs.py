"""What is to be printed: whose cards in which village, and who has none yet."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from supermarket.cards.models import Card, CardEvent, CardState, PrintRunCard
from supermarket.clock import VILLAGE, today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.regions.models import after


class Printable(NamedTuple):
    """A card to print; a blank has no head and no village."""

    card_number: str
    token: str
    head: str
    village_code: str
    #: Whether the household agreed to a name on it; on a blank there is a line to write one.
    name_on_card: bool = True
    #: Last day it may be used; None while it has no end.
    last_day: date | None = None
    card_id: int = 0
    household_code: str = ""
    group: str = ""


class Coverage(NamedTuple):
    """How far the households of a place have their cards."""

    households: int
    with_card: int

    @property
    def without(self) -> int:
        """Households that still need one."""
        return self.households - self.with_card


_in_use = and_(
    Card.household_id == Household.id,
    Card.state == CardState.ACTIVE,
)


#: A card as it is printed, when its household is joined.
PRINTED = (
    Card.card_number,
    Card.token,
    Household.head,
    Household.village_code,
    Household.name_on_card,
    Card.expires_on,
    Card.id,
    Household.code,
    Household.group,
)


def printable(
    village_code: str,
    *,
    group: str = "",
    issued_on: date | None = None,
    unprinted: bool = False,
    households: Sequence[str] | None = None,
) -> list[Printable]:
    """Return the cards in use of a village's households, by household code.

    ``group`` narrows to one villagers' group, ``issued_on`` to the cards of one day,
    ``unprinted`` to those in no print run yet, ``households`` to those codes.
    """
    wanted = (
        select(*PRINTED)
        .join(Household, _in_use)
        .where(*_taking_part(village_code, group), not_over())
        .order_by(Household.code)
    )
    if unprinted:
        wanted = wanted.where(~exists().where(PrintRunCard.card_id == Card.id))
    if households is not None:
        wanted = wanted.where(Household.code.in_(households))
    if issued_on is not None:
        start = datetime.combine(issued_on, time(), VILLAGE)
        wanted = wanted.where(Card.issued_at >= start, Card.issued_at < start + timedelta(days=1))
    return [Printable(*row) for row in db.session.execute(wanted)]


def printable_card(card: Card, household: Household | None) -> Printable:
    """Return one card as it is printed."""
    if household is None:
        return Printable(
            card.card_number, card.token, "", "", last_day=card.expires_on, card_id=card.id
        )
    return Printable(
        card.card_number,
        card.token,
        household.head,
        household.village_code,
        household.name_on_card,
        card.expires_on,
        card.id,
        household.code,
        household.group,
    )


def without_card(village_code: str, *, group: str = "") -> Sequence[Household]:
    """Return the households of a village that take part and have no card in use, by code."""
    return db.session.scalars(
        select(Household)
        .outerjoin(Card, and_(_in_use, not_over()))
        .where(*_taking_part(village_code, group), Card.id.is_(None))
        .order_by(Household.code)
    ).all()


def groups(village_code: str) -> list[str]:
    """Return the villagers' groups of a village that have households."""
    named = (
        select(Household.group)
        .where(*_taking_part(village_code, ""), Household.group != "")
        .distinct()
    )
    return sorted(db.session.scalars(named), key=lambda group: (len(group), group))


def coverage(region_code: str, digits: int) -> dict[str, Coverage]:
    """Return how far each place under a region has its cards, by code of ``digits`` digits.

    Places without households are missing.
    """
    place = func.substr(Household.village_code, 1, digits)
    rows = db.session.execute(
        select(place, func.count(Household.id), func.count(Card.id))
        .outerjoin(Card, and_(_in_use, not_over()))
        .where(
            Household.village_code >= region_code,
            Household.village_code < after(region_code),
            Household.state == HouseholdState.ACTIVE,
        )
        .group_by(place)
    )
    return {code: Coverage(households, cards) for code, households, cards in rows}


def blanks(maker_id: int) -> list[Printable]:
    """Return the blanks somebody made that are not linked yet, oldest first.

    Nobody gets those of another: whoever keeps the picture of a blank that a household is
    given later could copy its card.
    """
    rows = db.session.scalars(
        select(Card)
        .join(CardEvent, (CardEvent.card_id == Card.id) & (CardEvent.state == CardState.BLANK))
        .where(Card.state == CardState.BLANK, CardEvent.actor_id == maker_id, not_over())
        .order_by(Card.id)
    )
    return [printable_card(card, None) for card in rows]


def _taking_part(village_code: str, group: str) -> list[ColumnElement[bool]]:
    conditions = [
        Household.village_code == village_code,
        Household.state == HouseholdState.ACTIVE,
    ]
    return [*conditions, Household.group == group] if group else conditions


def not_over() -> ColumnElement[bool]:
    """Return the condition that a card's last day is not over."""
    return or_(Card.expires_on.is_(None), Card.expires_on >= today())
