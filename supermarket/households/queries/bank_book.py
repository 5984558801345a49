"""A household's points: what it holds, and every line that made it so."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.households.models import Household
from supermarket.ledger.models import Account, Entry, EntryKind, Journal, PointsLine


class StatementLine(NamedTuple):
    """One line of a household's bank book."""

    #: Place in the book, from 1: where the next page begins.
    place: int
    entry_id: int
    #: Its place among the entry's points lines.
    position: int
    reference: str
    kind: EntryKind
    occurred_on: date
    posted_at: datetime
    #: Whole points; positive in, negative out.
    points: int
    balance_after: int
    note: str
    #: Reference of the entry that this one takes back; None if it takes back none.
    reverses: str | None


def balance(household: Household) -> int:
    """Return the points a household holds now."""
    return db.session.scalars(
        select(Account.balance).where(Account.id == household.account_id)
    ).one()


def statement(
    household: Household, *, before_place: int | None = None, limit: int
) -> list[StatementLine]:
    """Return a page of a household's bank book, newest line first.

    ``before_place`` is the place of the last line of the page before.
    """
    query = (
        select(
            PointsLine.place,
            Entry.id,
            PointsLine.position,
            Journal.code,
            Entry.number,
            Entry.kind,
            Entry.occurred_on,
            Entry.posted_at,
            PointsLine.points,
            PointsLine.balance_after,
            Entry.note,
            Entry.reverses_id,
        )
        .join(Entry, Entry.id == PointsLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(PointsLine.account_id == household.account_id)
        .order_by(PointsLine.place.desc())
        .limit(limit)
    )
    if before_place is not None:
        query = query.where(PointsLine.place < before_place)
    rows = db.session.execute(query).all()
    reversed_ones = _references({row.reverses_id for row in rows if row.reverses_id})
    return [
        StatementLine(
            place=row.place,
            entry_id=row.id,
            position=row.position,
            reference=f"{row.code}-{row.number}",
            kind=row.kind,
            occurred_on=row.occurred_on,
            posted_at=row.posted_at,
            points=row.points,
            balance_after=row.balance_after,
            note=row.note,
            reverses=reversed_ones.get(row.reverses_id),
        )
        for row in rows
    ]


def _references(entry_ids: set[int]) -> dict[int, str]:
    """Return the references of entries by id."""
    if not entry_ids:
        return {}
    rows = db.session.execute(
        select(Entry.id, Journal.code, Entry.number)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Entry.id.in_(entry_ids))
    )
    return {entry_id: f"{code}-{number}" for entry_id, code, number in rows}
