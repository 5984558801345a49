"""Everything that is kept about a household, for the household itself."""

from collections.abc import Sequence
from typing import NamedTuple

from supermarket.awards import queries as awards
from supermarket.awards.queries import Declared
from supermarket.cards import queries as cards
from supermarket.cards.models import Card
from supermarket.cards.queries import HistoryRow
from supermarket.cards.queries.pins import PinStanding
from supermarket.clock import today
from supermarket.deductions import queries as deductions
from supermarket.deductions.models import Appeal
from supermarket.deductions.queries import OfHousehold
from supermarket.deliveries import queries as deliveries
from supermarket.deliveries.queries import Found as Brought
from supermarket.honours import queries as honours
from supermarket.honours.queries import HonourRow
from supermarket.household_events import queries as household_events
from supermarket.household_events.queries import EventFound
from supermarket.households import queries as households
from supermarket.households.models import Household, HouseholdFreeze, Proxy
from supermarket.households.queries import StatementLine
from supermarket.households.queries.collecting import proxies_of
from supermarket.households.queries.freezes import of_household as freezes_of
from supermarket.households.queries.visits import VisitShown, visits_of
from supermarket.notices import queries as notices
from supermarket.notices.queries import HouseholdLine
from supermarket.public.queries.own import OwnObjection, appeals, objections
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.reservations import queries as reservations
from supermarket.reservations.models import Wish
from supermarket.reservations.queries import Found as Kept
from supermarket.staff.models import Scope

#: More than any household has of anything.
ALL = 100_000


class Record(NamedTuple):
    """Everything that is kept about a household."""

    household: Household
    #: Names of township and village.
    place: str
    balance: int
    #: Who is paired with it; empty if nobody is.
    helper: str
    pin: PinStanding | None
    proxies: Sequence[Proxy]
    freezes: Sequence[HouseholdFreeze]
    visits: Sequence[VisitShown]
    #: Each with what happened to it.
    cards: Sequence[tuple[Card, Sequence[HistoryRow]]]
    lines: Sequence[StatementLine]
    declarations: Sequence[Declared]
    announced: Sequence[HouseholdLine]
    objections: Sequence[OwnObjection]
    deductions: Sequence[OfHousehold]
    #: Each with the number of the deduction.
    appeals: Sequence[tuple[Appeal, str]]
    honours: Sequence[HonourRow]
    events: Sequence[EventFound]
    kept: Sequence[Kept]
    wishes: Sequence[Wish]
    brought: Sequence[Brought]


def record(household: Household, mark: str) -> Record:
    """Return everything that is kept about a household; ``mark`` begins its objections' keys."""
    helper = households.helper_of(household.id)
    crumbs = regions.path(household.village_code, top=TOWNSHIP)
    return Record(
        household=household,
        place="".join(crumb.name for crumb in crumbs),
        balance=households.balance(household),
        helper=helper.name if helper else household.helper,
        pin=cards.pins.standing(household.id),
        proxies=proxies_of(household.id),
        freezes=freezes_of(household.id),
        visits=visits_of(household.id, ALL),
        cards=[(card, cards.history(card)) for card in cards.cards_of(household)],
        lines=households.statement(household, limit=ALL),
        declarations=awards.of_household(household.id, limit=ALL),
        announced=notices.of_household(household.id, limit=ALL),
        objections=objections(mark, household.village_code, limit=ALL),
        deductions=deductions.of_household(household.id, limit=ALL),
        appeals=appeals(household.id),
        honours=honours.of_household(household.id),
        events=household_events.events(Scope(("",), ()), household_id=household.id, limit=ALL),
        kept=reservations.of_household(household.id, today(), limit=ALL, over=True),
        wishes=reservations.wishes_of(household.id, over=True),
        brought=deliveries.of_household(household.id, limit=ALL),
    )
