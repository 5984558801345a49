"""Questions for whoever watches over awards: samples, and kin declared afterwards."""

import hashlib
from datetime import date, datetime, time
from math import ceil
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.awards.models import Award, AwardLine, Declaration
from supermarket.awards.queries.book import AwardFound, awards, seen_by
from supermarket.clock import VILLAGE
from supermarket.database import db
from supermarket.households.models import Household, StaffTie, TieKind
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Entry, Journal
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import ReviewLevel, RuleVersion
from supermarket.staff.models import Scope, StaffMember

#: Of the awards that were posted at once, how many in a hundred are looked at again.
PER_CENT = 5


class Sample(NamedTuple):
    """Awards of one book and month that are to be looked at."""

    region_code: str
    region: str
    #: Number and hash of the book's last entry of the month: nobody chose it.
    last_entry: str
    seed: str
    #: How many awards of level A there were, and those drawn.
    total: int
    awards: list[AwardFound]


class GivenToKin(NamedTuple):
    """Points that went to a household the giver is tied to now."""

    reference: str
    household_code: str
    head: str
    village: str
    giver: str
    kind: TieKind
    relation: str
    #: When the tie was declared.
    declared_at: datetime
    points: int
    occurred_on: date


def samples(scope: Scope, month: date) -> list[Sample]:
    """Return the sample of the level A awards posted in a month, book by book.

    A book's seed is the hash of its last entry of the month, so that the same month gives
    the same sample for ever: awards are drawn by the lowest SHA-256 of ``seed:number``,
    five in a hundred, at least one. Before the month is over it still changes.
    """
    since, until = month_span(month)
    rows = db.session.execute(
        select(Award.id, Award.region_code, Region.name, Journal.code, Entry.number)
        .join(RuleVersion, RuleVersion.id == Award.rule_version_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Region, Region.code == Award.region_code)
        .where(
            RuleVersion.review_level == ReviewLevel.A,
            Award.created_at >= since,
            Award.created_at < until,
            seen_by(scope),
        )
        .order_by(Award.region_code, Award.id)
    )
    books: dict[tuple[str, str], dict[str, int]] = {}
    for key, region_code, region, journal, number in rows:
        books.setdefault((region_code, region), {})[f"{journal}-{number}"] = key
    found = []
    for (region_code, region), keys in books.items():
        number, seed = last_of(region_code, until)
        drawn = sorted(keys, key=lambda reference: lot_drawn(seed, reference))
        chosen = [keys[reference] for reference in drawn[: ceil(len(keys) * PER_CENT / 100)]]
        shown = awards(scope, limit=len(chosen), among=chosen)
        last = f"{region_code}-{number}"
        found.append(Sample(region_code, region, last, seed, len(keys), shown))
    return found


def month_span(month: date) -> tuple[datetime, datetime]:
    """Return the moments a month begins and ends on the village's clocks."""
    first = month.replace(day=1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    midnight = time(tzinfo=VILLAGE)
    return datetime.combine(first, midnight), datetime.combine(after, midnight)


def last_of(journal_code: str, until: datetime) -> tuple[int, str]:
    """Return number and hash of a book's last entry before a moment."""
    journal_id = db.session.scalars(select(Journal.id).where(Journal.code == journal_code)).one()
    row = db.session.execute(
        select(Entry.number, Entry.hash)
        .where(
            Entry.id > journal_id * ENTRIES_PER_JOURNAL,
            Entry.id < (journal_id + 1) * ENTRIES_PER_JOURNAL,
            Entry.posted_at < until,
        )
        .order_by(Entry.id.desc())
        .limit(1)
    ).one()
    return row[0], row[1]


def lot_drawn(seed: str, reference: str) -> str:
    """Return the lot (签号) that a seed gives an entry: the lowest are drawn."""
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def given_to_tied(
    scope: Scope, *, award_id: int | None = None, limit: int = 200
) -> list[GivenToKin]:
    """Return what was given to households that whoever gave or declared it is tied to now.

    A tie in force at the time would have refused it, so these ties were declared later.
    What was taken back is left out; newest first.
    """
    giver = func.coalesce(Declaration.declared_by, Award.actor_id)
    wanted = (
        select(
            Journal.code,
            Entry.number,
            Household.code,
            Household.head,
            Region.name,
            StaffMember.name,
            StaffTie.kind,
            StaffTie.relation,
            StaffTie.declared_at,
            AwardLine.points - AwardLine.reversed_points,
            AwardLine.occurred_on,
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Household, Household.id == AwardLine.household_id)
        .join(Region, Region.code == Household.village_code)
        .outerjoin(Declaration, Declaration.award_line_id == AwardLine.id)
        .join(
            StaffTie,
            (StaffTie.staff_id == giver) & (StaffTie.household_id == AwardLine.household_id),
        )
        .join(StaffMember, StaffMember.id == StaffTie.staff_id)
        .where(
            StaffTie.ended_at.is_(None),
            AwardLine.reversed_points < AwardLine.points,
            under(Household.village_code, scope.regions),
        )
        .order_by(AwardLine.id.desc())
        .limit(limit)
    )
    if award_id is not None:
        wanted = wanted.where(AwardLine.award_id == award_id)
    return [
        GivenToKin(f"{journal}-{number}", *row)
        for journal, number, *row in db.session.execute(wanted)
    ]
