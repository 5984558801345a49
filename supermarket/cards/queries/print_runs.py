"""Print runs: which cards were printed when and by whom, and into whose hands they went."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from supermarket.cards.models import (
    Card,
    CardHandover,
    CardState,
    PrintRun,
    PrintRunCard,
    RunKind,
)
from supermarket.cards.queries.cards import state_on
from supermarket.cards.queries.runs import PRINTED, Printable, not_over
from supermarket.clock import today
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.regions import queries as regions
from supermarket.regions.models import Region
from supermarket.staff.models import Scope, StaffMember


class RunRow(NamedTuple):
    """A print run in a list."""

    run: PrintRun
    #: Name of who printed it; empty if the command line did.
    maker: str
    #: Name of the place.
    place: str


class RunCard(NamedTuple):
    """A card of a print run, and what it is good for today."""

    place: int
    card_number: str
    state: CardState
    #: Whose it is; empty while it is a blank.
    household_code: str
    head: str
    group: str


class HandoverRow(NamedTuple):
    """Cards given into somebody's hands."""

    handover: CardHandover
    #: Name of who gave them.
    giver: str


class Printing(NamedTuple):
    """One time a card was printed."""

    run: PrintRun
    maker: str


class Holder(NamedTuple):
    """Into whose hands a card went last, as far as anybody wrote down."""

    to_whom: str
    at: datetime
    giver: str


def print_runs(
    scope: Scope, *, region: str = "", before: int | None = None, limit: int = 20
) -> list[RunRow]:
    """Return the print runs of a scope, the newest first; ``before`` is the last run's id."""
    wanted = _rows().where(regions.under(PrintRun.region_code, scope.regions))
    if region:
        wanted = wanted.where(PrintRun.region_code == region)
    if before is not None:
        wanted = wanted.where(PrintRun.id < before)
    return [
        RunRow(row[0], row[1], row[2])
        for row in db.session.execute(wanted.order_by(PrintRun.id.desc()).limit(limit))
    ]


def print_run(number: int, scope: Scope) -> RunRow | None:
    """Return a print run of a scope by its number."""
    if not 0 < number < 2**31:
        return None
    row = db.session.execute(
        _rows().where(PrintRun.id == number, regions.under(PrintRun.region_code, scope.regions))
    ).one_or_none()
    return None if row is None else RunRow(row[0], row[1], row[2])


def run_of_key(key: str) -> PrintRun | None:
    """Return the print run that a key made."""
    return db.session.scalar(select(PrintRun).where(PrintRun.key == key))


def is_of(run: PrintRun, households: Collection[str]) -> bool:
    """Tell whether a print run holds the cards of exactly these households, by code."""
    codes = db.session.scalars(
        select(Household.code)
        .join(Card, Card.household_id == Household.id)
        .join(PrintRunCard, PrintRunCard.card_id == Card.id)
        .where(PrintRunCard.run_id == run.id)
    )
    return set(codes) == set(households)


def run_cards(run: PrintRun, *, after_place: int = 0, limit: int = 50) -> list[RunCard]:
    """Return cards of a print run in their order, from a place on."""
    rows = db.session.execute(
        select(PrintRunCard.place, Card, Household.code, Household.head, Household.group)
        .join(Card, Card.id == PrintRunCard.card_id)
        .outerjoin(Household, Household.id == Card.household_id)
        .where(PrintRunCard.run_id == run.id, PrintRunCard.place > after_place)
        .order_by(PrintRunCard.place)
        .limit(limit)
    )
    return [
        RunCard(
            place, card.card_number, state_on(card, today()), code or "", head or "", group or ""
        )
        for place, card, code, head, group in rows
    ]


def run_printable(run: PrintRun) -> list[Printable]:
    """Return the cards of a print run that may be drawn today, in their order.

    What was lost, replaced or ended since, or whose household left, is left out; of blanks,
    what was linked since: its household holds the one that was printed.
    """
    wanted = CardState.BLANK if run.kind is RunKind.BLANKS else CardState.ACTIVE
    rows = db.session.execute(
        select(*PRINTED)
        .join(PrintRunCard, PrintRunCard.card_id == Card.id)
        .outerjoin(Household, Household.id == Card.household_id)
        .where(
            PrintRunCard.run_id == run.id,
            Card.state == wanted,
            not_over(),
            or_(
                Household.id.is_(None),
                and_(
                    Household.state == HouseholdState.ACTIVE,
                    Household.village_code == run.region_code,
                ),
            ),
        )
        .order_by(PrintRunCard.place)
    )
    return [
        Printable(
            row.card_number,
            row.token,
            row.head or "",
            row.village_code or "",
            row.name_on_card is not False,
            row.expires_on,
            row.id,
            row.code or "",
            row.group or "",
        )
        for row in rows
    ]


def handovers(run: PrintRun) -> list[HandoverRow]:
    """Return into whose hands a run's cards went, the newest first."""
    return _handed(CardHandover.run_id == run.id)


def printings(card: Card) -> list[Printing]:
    """Return the print runs a card was in, the newest first."""
    rows = db.session.execute(
        select(PrintRun, func.coalesce(StaffMember.name, ""))
        .join(PrintRunCard, PrintRunCard.run_id == PrintRun.id)
        .outerjoin(StaffMember, StaffMember.id == PrintRun.made_by)
        .where(PrintRunCard.card_id == card.id)
        .order_by(PrintRun.id.desc())
    )
    return [Printing(*row) for row in rows]


def card_handovers(card: Card) -> list[HandoverRow]:
    """Return into whose hands a card went, by itself or with a run, the newest first."""
    with_run = select(PrintRunCard.run_id).where(PrintRunCard.card_id == card.id)
    return _handed(or_(CardHandover.card_id == card.id, CardHandover.run_id.in_(with_run)))


def holder(card: Card) -> Holder | None:
    """Return into whose hands a card went last; None if nobody wrote any down."""
    found = card_handovers(card)
    return (
        Holder(found[0].handover.to_whom, found[0].handover.at, found[0].giver) if found else None
    )


def _handed(condition: ColumnElement[bool]) -> list[HandoverRow]:
    rows = db.session.execute(
        select(CardHandover, StaffMember.name)
        .join(StaffMember, StaffMember.id == CardHandover.by)
        .where(condition)
        .order_by(CardHandover.id.desc())
    )
    return [HandoverRow(*row) for row in rows]


def _rows() -> Select[PrintRun, str, str]:
    return (
        select(PrintRun, func.coalesce(StaffMember.name, ""), func.coalesce(Region.name, ""))
        .outerjoin(StaffMember, StaffMember.id == PrintRun.made_by)
        .outerjoin(Region, Region.code == PrintRun.region_code)
    )
