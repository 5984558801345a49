"""Sums by month and place, read as they were folded with what the journals hold since (ADR 14).

Reading writes nothing: entries behind the last fold are added as they are read, so figures
are exact whether the job ran or not; it only makes them quick.
"""

import calendar
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeAlias, TypeVar

from sqlalchemy import Select, func, select

from supermarket.database import MOMENT, db
from supermarket.errors import ConflictError
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Journal
from supermarket.regions.models import COUNTY, TOWNSHIP, VILLAGE
from supermarket.reports.models import Fold, GoodsMonth, HouseholdMonth, JournalMonth
from supermarket.reports.queries import monthly_facts
from supermarket.reports.queries.monthly_facts import SUMS
from supermarket.statements import is_postgres

Read = TypeVar("Read")
#: Rows like ``monthly_facts.Fact``.
Part: TypeAlias = Select[*tuple[Any, ...]]

#: The levels at which places are added up.
KEPT = (COUNTY, TOWNSHIP, VILLAGE)
#: How often a reading is begun again because a fold came between.
PATIENCE = 5


class Behind(NamedTuple):
    """Entries of one journal that are not yet in the sums."""

    journal_id: int
    folded_to: int
    last_number: int

    @property
    def span(self) -> tuple[int, int]:
        """Their first and last id."""
        base = self.journal_id * ENTRIES_PER_JOURNAL
        return base + self.folded_to + 1, base + self.last_number


def behind() -> list[Behind]:
    """Return the journals that have entries not yet in the sums, by id."""
    folded = func.coalesce(Fold.folded_to, 0)
    rows = db.session.execute(
        select(Journal.id, folded, Journal.last_number)
        .outerjoin(Fold, Fold.journal_id == Journal.id)
        .where(Journal.last_number > folded)
        .order_by(Journal.id)
    )
    return [Behind(*row) for row in rows]


def steadily(read: Callable[[], Read]) -> Read:
    """Return what ``read`` finds, read again if a fold came between its statements.

    On SQLite a transaction reads one state; on PostgreSQL each statement may read a newer one,
    unless the reading began with ``one_moment``.

    Raises:
        ConflictError: folds came between time after time.
    """
    if _still():
        return read()
    before = _turns()
    for _attempt in range(PATIENCE):
        found = read()
        after = _turns()
        if after == before:
            return found
        before = after
    raise ConflictError


def _still() -> bool:
    """Whether this transaction reads one state, so that no fold can come between."""
    if not is_postgres():
        return True
    return db.session.connection().get_execution_options().get("isolation_level") == MOMENT


def _turns() -> tuple[int, int]:
    counted = select(func.count(), func.coalesce(func.sum(Fold.turns), 0)).select_from(Fold)
    rows, turns = db.session.execute(counted).one()
    return int(rows), int(turns)


def unfolded() -> list[tuple[int, int]]:
    """Return the ids that entries after the fold have or will have, for every journal.

    Open at their ends: a statement that adds them to cached balances finds every entry that
    is in those balances, also one posted a moment ago.
    """
    rows = db.session.execute(
        select(Journal.id, func.coalesce(Fold.folded_to, 0))
        .outerjoin(Fold, Fold.journal_id == Journal.id)
        .order_by(Journal.id)
    )
    return [_span(journal, folded + 1, ENTRIES_PER_JOURNAL - 1) for journal, folded in rows]


def parts(since: date, until: date, spans: Sequence[tuple[int, int]] | None = None) -> list[Part]:
    """Return selects whose rows together are the facts of a window.

    Whole months come from the sums, the two edges from the entries of those months, and
    what is behind the last fold from the journals: from ``spans``, if they are given. To
    be called and run ``steadily``.
    """
    found: list[Part] = []
    whole, edges = split(since, until)
    if whole is not None:
        found.append(
            select(
                HouseholdMonth.month,
                HouseholdMonth.household_id,
                HouseholdMonth.village_code,
                *(getattr(HouseholdMonth, name) for name in SUMS),
            ).where(HouseholdMonth.month.between(*whole))
        )
    for first, last in edges:
        if folded := spans_of(monthly_facts.month_number(first)):
            found.append(monthly_facts.facts(folded, since=first, until=last))
    behind_spans = [row.span for row in behind()] if spans is None else spans
    if behind_spans:
        found.append(monthly_facts.facts(behind_spans, since=since, until=until))
    return found


def goods_parts(since: date, until: date) -> list[Part]:
    """Return selects of month, township, goods, units, points and fen: see ``parts``."""
    found: list[Part] = []
    whole, edges = split(since, until)
    kept = GoodsMonth
    if whole is not None:
        found.append(
            select(
                kept.month, kept.township, kept.goods_id, kept.units, kept.points, kept.fen
            ).where(kept.month.between(*whole))
        )
    for first, last in edges:
        if spans := spans_of(monthly_facts.month_number(first)):
            found.append(monthly_facts.goods_facts(spans, since=first, until=last))
    if spans := [row.span for row in behind()]:
        found.append(monthly_facts.goods_facts(spans, since=since, until=until))
    return found


def split(since: date, until: date) -> tuple[tuple[int, int] | None, list[tuple[date, date]]]:
    """Return the first and last whole month of a window, if any, and the days at its edges."""
    first_whole = since.day == 1
    last_whole = until == last_day(monthly_facts.month_number(until))
    first, last = monthly_facts.month_number(since), monthly_facts.month_number(until)
    if first == last:
        return ((first, last), []) if first_whole and last_whole else (None, [(since, until)])
    edges = []
    if not first_whole:
        edges.append((since, last_day(first)))
        first = following(first)
    if not last_whole:
        edges.append((first_day(last), until))
        last = before(last)
    return ((first, last) if first <= last else None), edges


def following(month: int) -> int:
    """Return the month after one as 202610."""
    return month + 1 if month % 100 < 12 else month + 89


def before(month: int) -> int:
    """Return the month before one as 202610."""
    return month - 1 if month % 100 > 1 else month - 89


def spans_of(month: int) -> list[tuple[int, int]]:
    """Return the ids between which the folded entries of a month lie, by journal."""
    rows = db.session.execute(
        select(JournalMonth.journal_id, JournalMonth.first_number, JournalMonth.last_number)
        .where(JournalMonth.month == month)
        .order_by(JournalMonth.journal_id)
    )
    return [_span(*row) for row in rows]


def spans_from(day: date) -> list[tuple[int, int]]:
    """Return the ids between which every entry about a day or a later one lies, by journal.

    Open at their ends like ``unfolded``. To be called and used ``steadily``.
    """
    rows = db.session.execute(
        select(
            JournalMonth.journal_id,
            func.min(JournalMonth.first_number),
            func.max(JournalMonth.last_number),
        )
        .where(JournalMonth.month >= monthly_facts.month_number(day))
        .group_by(JournalMonth.journal_id)
    )
    return [*(_span(*row) for row in rows), *unfolded()]


def _span(journal_id: int, first: int, last: int) -> tuple[int, int]:
    base = journal_id * ENTRIES_PER_JOURNAL
    return base + first, base + last


def first_day(month: int) -> date:
    """Return the first day of a month given as 202610."""
    return date(month // 100, month % 100, 1)


def last_day(month: int) -> date:
    """Return the last day of a month given as 202610."""
    year, number = divmod(month, 100)
    return date(year, number, calendar.monthrange(year, number)[1])
