"""Bringing the sums forward: entries behind the last fold, a piece at a time (ADR 14)."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import delete, select, update

from supermarket.database import db
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Entry
from supermarket.reports.models import Fold, GoodsMonth, HouseholdMonth, JournalMonth, PlaceMonth
from supermarket.reports.queries import monthly_facts, rollups, rollups_volumes
from supermarket.reports.queries.monthly_facts import SUMS, Fact
from supermarket.reports.queries.rollups import Behind
from supermarket.statements import is_postgres, run, run_many

#: Entries folded in one transaction: short enough for a redemption to wait for.
PIECE = 2000
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(6027411190014)"
_ADDED = ", ".join(f"{name} = {{table}}.{name} + excluded.{name}" for name in SUMS)
_NAMES, _VALUES = ", ".join(SUMS), ", ".join(f":{name}" for name in SUMS)
ADD_HOUSEHOLD = f"""
INSERT INTO report_household_month (month, household_id, village_code, {_NAMES})
VALUES (:month, :household_id, :village_code, {_VALUES})
ON CONFLICT (month, household_id, village_code) DO UPDATE SET
{_ADDED.format(table="report_household_month")}
"""  # noqa: S608 - the names are our own
ADD_PLACE = f"""
INSERT INTO report_place_month (month, place, households, earners, {_NAMES})
VALUES (:month, :place, :households, :earners, {_VALUES})
ON CONFLICT (month, place) DO UPDATE SET
households = report_place_month.households + excluded.households,
earners = report_place_month.earners + excluded.earners,
{_ADDED.format(table="report_place_month")}
"""  # noqa: S608 - the names are our own
ADD_GOODS = """
INSERT INTO report_goods_month (month, township, goods_id, units, points, fen)
VALUES (:month, :township, :goods_id, :units, :points, :fen)
ON CONFLICT (month, township, goods_id) DO UPDATE SET
units = report_goods_month.units + excluded.units,
points = report_goods_month.points + excluded.points,
fen = report_goods_month.fen + excluded.fen
"""
ADD_SPAN = """
INSERT INTO report_journal_month (month, journal_id, first_number, last_number)
VALUES (:month, :journal, :first, :last)
ON CONFLICT (month, journal_id) DO UPDATE SET
first_number = CASE WHEN excluded.first_number < report_journal_month.first_number
    THEN excluded.first_number ELSE report_journal_month.first_number END,
last_number = CASE WHEN excluded.last_number > report_journal_month.last_number
    THEN excluded.last_number ELSE report_journal_month.last_number END
"""
ADVANCE = """
INSERT INTO report_fold (journal_id, folded_to, turns) VALUES (:journal, :number, 1)
ON CONFLICT (journal_id) DO UPDATE SET folded_to = excluded.folded_to,
turns = report_fold.turns + 1
"""


class Folded(NamedTuple):
    """What one piece of folding did."""

    entries: int
    #: Entries still behind, as counted when the piece began.
    left: int


def fold(piece: int = PIECE) -> Folded:
    """Fold up to ``piece`` entries into the sums, whole journals in order; 0 when none is behind.

    Folds wait for each other, so each entry is added once; entries posted meanwhile are
    behind again. Nothing here waits for a redemption, or is waited for by one on PostgreSQL.
    """
    if is_postgres():
        run(ONE_AT_A_TIME, {})
    waiting = rollups.behind()
    chosen, spare = [], piece
    for row in waiting:
        number = min(row.last_number, row.folded_to + spare)
        chosen.append(row._replace(last_number=number))
        spare -= number - row.folded_to
        if spare == 0:
            break
    if chosen:
        _add(chosen)
    done = piece - spare
    return Folded(done, sum(row.last_number - row.folded_to for row in waiting) - done)


def _add(chosen: Sequence[Behind]) -> None:
    spans = [row.span for row in chosen]
    facts = [Fact(*row) for row in db.session.execute(monthly_facts.facts(spans))]
    places = rollups_volumes.deltas(
        facts
    )  # before the households are written: it asks what they had
    goods = db.session.execute(monthly_facts.goods_facts(spans)).all()
    run_many(ADD_HOUSEHOLD, [row._asdict() for row in facts])
    run_many(ADD_PLACE, [row._asdict() for row in places])
    run_many(ADD_GOODS, [dict(row._mapping) for row in goods])
    run_many(ADD_SPAN, _months(chosen))
    run_many(ADVANCE, [{"journal": row.journal_id, "number": row.last_number} for row in chosen])


def _months(chosen: Sequence[Behind]) -> list[dict[str, int]]:
    """Return between which numbers the entries of each month lie, by journal."""
    found: dict[tuple[int, int], list[int]] = {}
    span = monthly_facts.ranges([row.span for row in chosen])
    rows = db.session.execute(
        select(Entry.id, Entry.occurred_on).join(span, Entry.id.between(span.c.low, span.c.high))
    )
    for entry_id, day in rows:
        journal, number = divmod(entry_id, ENTRIES_PER_JOURNAL)
        known = found.setdefault((monthly_facts.month_number(day), journal), [number, number])
        known[0], known[1] = min(known[0], number), max(known[1], number)
    return [
        {"month": month, "journal": journal, "first": first, "last": last}
        for (month, journal), (first, last) in sorted(found.items())
    ]


def empty() -> None:
    """Empty the sums, to be folded again from the first entry.

    Who reads meanwhile counts from the journals: slowly, and the same.
    """
    if is_postgres():
        run(ONE_AT_A_TIME, {})
    for kept in (HouseholdMonth, PlaceMonth, GoodsMonth, JournalMonth):
        db.session.execute(delete(kept))
    db.session.execute(update(Fold).values(folded_to=0, turns=Fold.turns + 1))
