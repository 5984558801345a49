"""What a household may know of itself and of its village's notices."""

import hmac
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from supermarket.awards.models import Declaration, DeclarationSource, DeclarationState
from supermarket.clock import VILLAGE, today
from supermarket.counter.queries import till
from supermarket.counter.queries.till import Offer
from supermarket.database import db
from supermarket.deductions.models import Appeal, Deduction
from supermarket.households.models import Household
from supermarket.masking import masked
from supermarket.notices import queries as notices
from supermarket.notices.models import Notice, NoticeState, Objection
from supermarket.notices.queries import AnnouncedLine
from supermarket.schemes.models import RuleVersion
from supermarket.shops.models import Shop


class Wish(NamedTuple):
    """Goods on the nearest shelf, and how far the household is from them."""

    offer: Offer
    #: Whole points for one unit.
    points: int
    #: Whole points that are missing; 0 if it can have one now.
    missing: int


class RowLine(NamedTuple):
    """A line of a row on a notice: what the sheet says of it and no more."""

    declaration: str
    title: str
    #: Whole points; None for a neighbour's, of which the sheet tells the sum only.
    points: int | None


class Row(NamedTuple):
    """A household on a notice, as everybody may read it."""

    row: int
    #: Masked, but for the household's own.
    head: str
    #: Last four digits of the household's code.
    tail: str
    own: bool
    #: Those that were not taken back.
    lines: list[RowLine]


class OwnObjection(NamedTuple):
    """An objection the household raised on its page."""

    objection: Objection
    notice: Notice
    title: str


# -- goods -----------------------------------------------------------------------------------


def wishes(shop: Shop, balance: int, on: date) -> list[Wish]:
    """Return what is on a shop's shelf: first what ``balance`` points buy, then the nearest."""
    found = [
        Wish(offer, offer.points, max(0, offer.points - balance))
        for offer in till.shelf(shop, on).values()
        if offer.points is not None and offer.on_hand
    ]
    return sorted(found, key=lambda wish: (wish.missing, wish.points, wish.offer.name))


# -- declarations ----------------------------------------------------------------------------


def declared_today(household_id: int) -> int:
    """Return how many times a household declared something on its page today."""
    return (
        db.session.scalar(
            select(func.count(Declaration.key.distinct())).where(
                Declaration.household_id == household_id,
                Declaration.source == DeclarationSource.HOUSEHOLD,
                Declaration.submitted_at >= _midnight(),
            )
        )
        or 0
    )


# -- notices and objections ------------------------------------------------------------------


def open_notice(code: str, village_code: str) -> Notice | None:
    """Return the notice with this address if it hangs in the village now."""
    found = notices.by_code(code)
    if found is None or found.village_code != village_code or found.state is not NoticeState.OPEN:
        return None
    return found


def row(notice: Notice, number: int, household: Household) -> Row | None:
    """Return a row of a notice as ``household`` may read it; None if nothing of it stands."""
    return next((found for found in _rows(notice, household) if found.row == number), None)


def own_rows(notice: Notice, household: Household) -> list[Row]:
    """Return the household's own row of a notice, if it has one."""
    return [found for found in _rows(notice, household) if found.own]


def announces(notice: Notice, declaration: str) -> bool:
    """Whether a declaration is a line of a notice."""
    return any(line.declaration == declaration for line in notices.lines(notice.id))


def _rows(notice: Notice, household: Household) -> list[Row]:
    together: dict[int, list[AnnouncedLine]] = {}
    for line in notices.lines(notice.id):
        if line.state not in {DeclarationState.WITHDRAWN, DeclarationState.REFUSED}:
            together.setdefault(line.row, []).append(line)
    found = []
    for number, lines in together.items():
        code, head = lines[0].household_code, lines[0].head
        own = code == household.code
        shown = [
            RowLine(line.declaration, line.title, line.points if own else None) for line in lines
        ]
        found.append(Row(number, head if own else masked(head), code[-4:], own, shown))
    return found


def mark(household_code: str, secret: bytes) -> str:
    """Return the beginning of the keys of a household's objections.

    Nobody who reads the books sees from it who objected; the household itself finds its
    objections and their answers by it.
    """
    return hmac.digest(secret, b"objections of " + household_code.encode(), "sha256")[:12].hex()


def objection_of_key(key: str) -> Objection | None:
    """Return the objection that this key raised."""
    return db.session.scalar(select(Objection).where(Objection.key == key))


def objected_today(mark: str, village_code: str) -> int:
    """Return how many objections a household raised on its page today."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Objection)
            .where(*_of(mark, village_code), Objection.raised_at >= _midnight())
        )
        or 0
    )


def objections(mark: str, village_code: str, *, limit: int = 20) -> list[OwnObjection]:
    """Return the objections a household raised on its page, newest first."""
    rows = db.session.execute(
        select(Objection, Notice, RuleVersion.title)
        .join(Notice, Notice.id == Objection.notice_id)
        .join(Declaration, Declaration.id == Objection.declaration_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .where(*_of(mark, village_code))
        .order_by(Objection.id.desc())
        .limit(limit)
    )
    return [OwnObjection(*found) for found in rows]


def appeals(household_id: int) -> list[tuple[Appeal, str]]:
    """Return what a household ever said against deductions, newest first, with their numbers."""
    rows = db.session.execute(
        select(Appeal, Deduction.code)
        .join(Deduction, Deduction.id == Appeal.deduction_id)
        .where(Deduction.household_id == household_id)
        .order_by(Appeal.id.desc())
    )
    return [(row[0], row[1]) for row in rows]


def _of(mark: str, village_code: str) -> list[ColumnElement[bool]]:
    return [
        Objection.village_code == village_code,
        Objection.key.startswith(f"{mark}-", autoescape=True),
    ]


def _midnight() -> datetime:
    return datetime.combine(today(), time(), VILLAGE)
