"""What became of each printed slip."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.ledger.models import Entry, Journal
from supermarket.slips.models import SlipOutcome
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.queries.runs import last_printed
from supermarket.staff.models import StaffMember


class Outcome(NamedTuple):
    """What became of a slip."""

    number: int
    #: Number of the redemption; empty if the slip is void.
    reference: str
    #: Why it is void; empty if it was used.
    reason: str
    occurred_on: date
    recorded_at: datetime
    #: Who typed it in or declared it void.
    name: str
    actor_id: int


class SlipRow(NamedTuple):
    """One printed slip in the register."""

    slip: SlipNumber
    #: used, void, missing (a later slip of the shop has an outcome) or blank.
    state: str
    outcome: Outcome | None


def outcome(slip: SlipNumber) -> Outcome | None:
    """Return what became of a slip, if anything."""
    return next(iter(_outcomes(slip.shop_id, slip.own, slip.own)), None)


def rows(shop_id: int, *, before: int | None = None, limit: int, state: str = "") -> list[SlipRow]:
    """Return a shop's printed slips, highest number first, to page by number.

    ``state`` keeps only the used or void ones.
    """
    last = last_printed(shop_id)
    top = last if before is None else min(last, before - 1)
    if state in {"used", "void"}:
        found = _outcomes(shop_id, 1, top, limit=limit, used=state == "used")
        return [_row(shop_id, row.number, row, 0) for row in found]
    highest = _highest(shop_id)
    lowest = max(1, top - limit + 1)
    known = {row.number: row for row in _outcomes(shop_id, lowest, top)}
    return [
        _row(shop_id, number, known.get(number), highest) for number in range(top, lowest - 1, -1)
    ]


def _outcomes(
    shop_id: int, first: int, last: int, *, limit: int | None = None, used: bool | None = None
) -> list[Outcome]:
    wanted = (
        select(SlipOutcome, StaffMember.name, Journal.code, Entry.number)
        .join(StaffMember, StaffMember.id == SlipOutcome.actor_id)
        .outerjoin(Entry, Entry.id == SlipOutcome.entry_id)
        .outerjoin(Journal, Journal.id == Entry.journal_id)
        .where(SlipOutcome.shop_id == shop_id, SlipOutcome.number.between(first, last))
        .order_by(SlipOutcome.number.desc())
        .limit(limit)
    )
    if used is not None:
        wanted = wanted.where(SlipOutcome.entry_id.is_not(None) == used)
    return [
        Outcome(
            row.number,
            f"{code}-{number}" if code else "",
            row.reason,
            row.occurred_on,
            row.recorded_at,
            name,
            row.actor_id,
        )
        for row, name, code, number in db.session.execute(wanted)
    ]


def _highest(shop_id: int) -> int:
    highest = select(func.max(SlipOutcome.number)).where(SlipOutcome.shop_id == shop_id)
    return db.session.scalar(highest) or 0


def _row(shop_id: int, number: int, found: Outcome | None, highest: int) -> SlipRow:
    if found is not None:
        state = "used" if found.reference else "void"
    else:
        state = "missing" if number < highest else "blank"
    return SlipRow(SlipNumber(shop_id, number), state, found)
