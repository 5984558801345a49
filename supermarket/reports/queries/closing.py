"""Which months are closed, what there is to close, and the papers of those that are."""

import hashlib
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import today
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.ledger.models import ClosedMonth, Entry, EntryKind, Journal, PointsLine
from supermarket.regions.models import COUNTY, LEVELS, VILLAGE, Region, above
from supermarket.regions.queries import under
from supermarket.reports.errors import PaperMissingError
from supermarket.reports.models import (
    JournalMonth,
    MonthClose,
    MonthFigures,
    MonthPaper,
    PaperKind,
)
from supermarket.reports.queries import monthly_facts, rollups
from supermarket.staff.models import Scope, StaffMember


class Closed(NamedTuple):
    """A month of a county that is final."""

    county_code: str
    county: str
    month: date
    closed_at: datetime
    closed_by: str
    #: Empty while its figures are not frozen yet.
    fingerprint: str
    #: Papers there are, and places that have figures; each place gets two papers.
    papers: int
    places: int

    @property
    def done(self) -> bool:
        """Whether every paper was made."""
        return bool(self.fingerprint) and self.papers == self.places * len(PaperKind)


class Paper(NamedTuple):
    """A monthly report in the list."""

    place: str
    name: str
    kind: PaperKind
    sha256: str
    size: int


class Correction(NamedTuple):
    """Something taken back in a month that was about an earlier, closed one (更正)."""

    reference: str
    occurred_on: date
    #: The entry it takes back, and its day.
    original: str
    original_on: date
    kind: EntryKind
    #: The village, or the region or shop whose journal it is in.
    place: str
    #: What households gained or lost by it, in whole points.
    points: int
    note: str


def months(scope: Scope) -> list[Closed]:
    """Return the closed months of the counties a scope lies in, newest first."""
    counties = {code[:COUNTY] for code in scope.regions}
    return _closed(under(ClosedMonth.county_code, sorted(counties)))


def closed_month(county: str, month: date) -> Closed | None:
    """Return a closed month; None if it is not closed."""
    found = _closed(and_(ClosedMonth.county_code == county, ClosedMonth.month == month))
    return found[0] if found else None


def _closed(condition: ColumnElement[bool]) -> list[Closed]:
    def number(of: type[MonthFigures] | type[MonthPaper]) -> ColumnElement[int]:
        return (
            select(func.count())
            .select_from(of)
            .where(of.county_code == ClosedMonth.county_code, of.month == ClosedMonth.month)
            .correlate(ClosedMonth)
            .scalar_subquery()
        )

    rows = db.session.execute(
        select(
            ClosedMonth.county_code,
            Region.name,
            ClosedMonth.month,
            ClosedMonth.closed_at,
            StaffMember.name,
            func.coalesce(MonthClose.fingerprint, ""),
            number(MonthPaper),
            number(MonthFigures),
        )
        .join(Region, Region.code == ClosedMonth.county_code)
        .join(StaffMember, StaffMember.id == ClosedMonth.closed_by)
        .outerjoin(
            MonthClose,
            and_(
                MonthClose.county_code == ClosedMonth.county_code,
                MonthClose.month == ClosedMonth.month,
            ),
        )
        .where(condition)
        .order_by(ClosedMonth.month.desc(), ClosedMonth.county_code)
    )
    return [Closed(*row) for row in rows]


def open_months(county: str) -> list[date]:
    """Return the months that are over and not closed, oldest first, since the books began."""
    closed = set(
        db.session.scalars(select(ClosedMonth.month).where(ClosedMonth.county_code == county))
    )
    first = db.session.scalar(
        select(func.min(Entry.occurred_on))
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Entry.number == 1, under(Journal.code, [county]))
    )
    found: list[date] = []
    if first is None:
        return found
    told_late = db.session.scalar(  # a later entry may be about an earlier month
        select(func.min(JournalMonth.month))
        .join(Journal, Journal.id == JournalMonth.journal_id)
        .where(under(Journal.code, [county]))
    )
    month, this = monthly_facts.month_number(first), monthly_facts.month_number(today())
    month = min(month, told_late or month)
    while month < this:
        if (day := rollups.first_day(month)) not in closed:
            found.append(day)
        month = rollups.following(month)
    return found


def papers(county: str, month: date, scope: Scope, *, here: str = "") -> list[Paper]:
    """Return the papers of a closed month that somebody may read, county first, by code.

    ``here`` narrows to a place and those directly below it.
    """
    near = []
    if here:
        deepest = next((level for level in LEVELS if level > len(here)), VILLAGE)
        near = [under(MonthPaper.place, [here]), func.length(MonthPaper.place) <= deepest]
    rows = db.session.execute(
        _papers(scope, MonthPaper.place, Region.name, MonthPaper.kind, MonthPaper.sha256,
                MonthPaper.size)
        .where(MonthPaper.county_code == county, MonthPaper.month == month, *near)
        .order_by(MonthPaper.place, MonthPaper.kind)
    )  # fmt: skip
    return [Paper(*row) for row in rows]


def paper(place: str, month: date, kind: PaperKind, scope: Scope) -> tuple[Paper, bytes]:
    """Return a paper and the file as it was made, its bytes checked.

    Raises:
        PaperMissingError: there is none, or it is not the asker's to read.
    """
    found = db.session.execute(
        _papers(scope, MonthPaper, Region.name, MonthPaper.content).where(
            MonthPaper.county_code == place[:COUNTY],
            MonthPaper.month == month,
            MonthPaper.place == place,
            MonthPaper.kind == kind,
        )
    ).one_or_none()
    if found is None:
        raise PaperMissingError
    row, name, deflated = found
    content = zlib.decompress(deflated)
    if hashlib.sha256(content).hexdigest() != row.sha256:
        raise ValueError(f"the paper of {place} for {month} is not what was kept")
    return Paper(row.place, name, row.kind, row.sha256, row.size), content


def _papers(scope: Scope, *columns: Any) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .join(Region, Region.code == MonthPaper.place)
        .where(under(MonthPaper.place, scope.regions))
    )


def frozen_figures(county: str, month: date, place: str) -> dict[str, Any] | None:
    """Return everything that was frozen about a place, or None."""
    row = db.session.get(MonthFigures, (county, month, place))
    return row.figures if row is not None else None


def corrections(county: str, month: date) -> list[Correction]:
    """Return what was taken back in a month of what earlier, closed months held, in order."""
    original, book = aliased(Entry), aliased(Journal)
    moved = (
        select(func.coalesce(func.sum(PointsLine.points), 0))
        .where(PointsLine.entry_id == Entry.id, PointsLine.account_id > 0)
        .correlate(Entry)
        .scalar_subquery()
    )
    last = rollups.last_day(monthly_facts.month_number(month))
    rows = db.session.execute(
        select(
            Journal.code,
            Entry.number,
            Entry.occurred_on,
            book.code,
            original.number,
            original.occurred_on,
            original.kind,
            func.coalesce(Redemption.village_code, Journal.code),
            moved,
            Entry.note,
        )
        .join(Journal, Journal.id == Entry.journal_id)
        .join(original, original.id == Entry.reverses_id)
        .join(book, book.id == original.journal_id)
        .outerjoin(Redemption, Redemption.entry_id == Entry.id)
        .where(
            Entry.reverses_id.is_not(None),
            under(Journal.code, [county]),
            Entry.occurred_on.between(month, last),
            original.occurred_on < month,
            or_(*_in_closed(county, month, original)),
        )
        .order_by(Entry.posted_at, Entry.id)
    )
    return [
        Correction(
            reference=f"{row[0]}-{row[1]}",
            occurred_on=row[2],
            original=f"{row[3]}-{row[4]}",
            original_on=row[5],
            kind=row[6],
            place=row[7],
            points=int(row[8]),
            note=row[9],
        )
        for row in rows
    ]


def _in_closed(county: str, before: date, original: type[Entry]) -> Sequence[ColumnElement[bool]]:
    closed = db.session.scalars(
        select(ClosedMonth.month).where(
            ClosedMonth.county_code == county, ClosedMonth.month < before
        )
    )
    return [
        original.occurred_on.between(day, rollups.last_day(monthly_facts.month_number(day)))
        for day in closed
    ] or [Entry.id.is_(None)]


def counties(scope: Scope) -> list[Region]:
    """Return the counties in which a scope may close months, by code."""
    rows = db.session.scalars(
        select(Region)
        .where(func.length(Region.code) == COUNTY, under(Region.code, scope.regions))
        .order_by(Region.code)
    )
    return list(rows)


def county_of(scope: Scope) -> str | None:
    """Return the county a scope lies in, if it is in one."""
    found = {code for region in scope.regions for code in above(region) if len(code) == COUNTY}
    return min(found) if found else None
