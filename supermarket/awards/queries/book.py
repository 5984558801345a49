"""Questions about what was given: the book of awards."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select

from supermarket.awards.models import Award, AwardLine
from supermarket.database import db
from supermarket.households.models import Household, HouseholdMember
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Entry, Journal, PointsLine
from supermarket.regions.models import Region, above
from supermarket.regions.queries import under
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.staff.models import Scope, StaffMember

#: Newest awards of a village that say which rules are used most there.
LATELY = 300


class AwardFound(NamedTuple):
    """An award in a list."""

    id: int
    reference: str
    #: Empty if the award is under several rules; then ``document`` says where they were agreed.
    rule_code: str
    title: str
    document: str
    occurred_on: date
    posted_at: datetime
    #: Who gave it.
    actor: str
    #: Head of the first household, and how many households there are.
    head: str
    households: int
    #: Whole points given, and how many of them were taken back since.
    points: int
    reversed_points: int


class LineFound(NamedTuple):
    """What one household got by an award."""

    id: int
    household_code: str
    head: str
    village: str
    village_code: str
    #: Empty if nobody was named.
    member: str
    points: int
    reversed_points: int
    #: Place in the award's entry.
    position: int
    rule_code: str
    title: str
    #: Which version of the rule.
    version: int
    occurred_on: date


class Given(NamedTuple):
    """What an entry gave (or, negative, took from) one household, and what it held then."""

    household_code: str
    head: str
    points: int
    balance_after: int


def seen_by(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that an award concerns somebody inside ``scope``.

    Mostly its region says so; an award over several villages stands in the region above
    them, where its lines must be asked.
    """
    over = {place for region in scope.regions for place in above(region)}
    concerned = exists().where(
        AwardLine.award_id == Award.id,
        AwardLine.household_id == Household.id,
        under(Household.village_code, scope.regions),
    )
    return or_(under(Award.region_code, scope.regions), Award.region_code.in_(over) & concerned)


def award(reference: str, scope: Scope) -> Award | None:
    """Return the award whose entry has this number, if it concerns somebody inside ``scope``."""
    journal, _dash, number = reference.rpartition("-")
    if not (journal.isascii() and journal.isdigit() and number.isascii() and number.isdigit()):
        return None
    if len(number) > 9:
        return None
    entry_id = (
        select(Journal.id * ENTRIES_PER_JOURNAL + int(number))
        .where(Journal.code == journal)
        .scalar_subquery()
    )
    return db.session.scalar(select(Award).where(Award.entry_id == entry_id, seen_by(scope)))


def awards(
    scope: Scope,
    *,
    before: int | None = None,
    limit: int,
    household_id: int | None = None,
    among: Collection[int] | None = None,
) -> list[AwardFound]:
    """Return awards inside ``scope``, newest first; ``before`` is the last id of the page before.

    ``among`` narrows to some ids. Two statements however many there are.
    """
    wanted = (
        select(
            Award.id,
            Journal.code,
            Entry.number,
            func.coalesce(Rule.code, ""),
            func.coalesce(RuleVersion.title, ""),
            Entry.document,
            Award.occurred_on,
            Entry.posted_at,
            StaffMember.name,
        )
        .outerjoin(RuleVersion, RuleVersion.id == Award.rule_version_id)
        .outerjoin(Rule, Rule.id == RuleVersion.rule_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Award.actor_id)
        .where(seen_by(scope))
        .order_by(Award.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Award.id < before)
    if household_id is not None:
        mine = exists().where(
            AwardLine.award_id == Award.id, AwardLine.household_id == household_id
        )
        wanted = wanted.where(mine)
    if among is not None:
        wanted = wanted.where(Award.id.in_(among))
    rows = db.session.execute(wanted).all()
    sums = _sums([row[0] for row in rows], scope)
    return [
        AwardFound(key, f"{journal}-{number}", code, title, document, on, at, actor, *sums[key])
        for key, journal, number, code, title, document, on, at, actor in rows
    ]


def _sums(award_ids: Sequence[int], scope: Scope) -> dict[int, tuple[str, int, int, int]]:
    """Map awards to the first head, households, points and points taken back.

    Of an award over several villages the head is one inside ``scope``.
    """
    own = under(Award.region_code, scope.regions) | under(Household.village_code, scope.regions)
    totals = (
        select(
            AwardLine.award_id,
            func.min(case((own, AwardLine.id))).label("first"),
            func.count(AwardLine.household_id.distinct()).label("households"),
            func.sum(AwardLine.points).label("points"),
            func.sum(AwardLine.reversed_points).label("reversed_points"),
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(Household, Household.id == AwardLine.household_id)
        .where(AwardLine.award_id.in_(award_ids))
        .group_by(AwardLine.award_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            totals.c.award_id,
            Household.head,
            totals.c.households,
            totals.c.points,
            totals.c.reversed_points,
        )
        .join(AwardLine, AwardLine.id == totals.c.first)
        .join(Household, Household.id == AwardLine.household_id)
    )
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


def lines(award_id: int, scope: Scope) -> list[LineFound]:
    """Return the lines of an award that lie inside ``scope``, as they were given."""
    wanted: Select[*tuple[Any, ...]] = (
        select(
            AwardLine.id,
            Household.code,
            Household.head,
            Region.name,
            Household.village_code,
            func.coalesce(HouseholdMember.name, ""),
            AwardLine.points,
            AwardLine.reversed_points,
            AwardLine.position,
            Rule.code,
            RuleVersion.title,
            RuleVersion.version,
            AwardLine.occurred_on,
        )
        .join(Household, Household.id == AwardLine.household_id)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .join(Region, Region.code == Household.village_code)
        .outerjoin(HouseholdMember, HouseholdMember.id == AwardLine.member_id)
        .where(AwardLine.award_id == award_id, under(Household.village_code, scope.regions))
        .order_by(AwardLine.id)
    )
    return [LineFound(*row) for row in db.session.execute(wanted)]


def reference_of(entry_id: int) -> str:
    """Return the number (单号) of an entry."""
    code = db.session.scalar(
        select(Journal.code).where(Journal.id == entry_id // ENTRIES_PER_JOURNAL)
    )
    return f"{code}-{entry_id % ENTRIES_PER_JOURNAL}"


def reversals(entry_id: int) -> list[tuple[str, datetime, str, str]]:
    """Return what took an entry back: reference, moment, who, why; oldest first."""
    rows = db.session.execute(
        select(Journal.code, Entry.number, Entry.posted_at, StaffMember.name, Entry.note)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(Entry.reverses_id == entry_id)
        .order_by(Entry.id)
    )
    return [(f"{code}-{number}", at, who, why) for code, number, at, who, why in rows]


def given(entry_id: int, scope: Scope | None = None) -> list[Given]:
    """Return what an entry did to each household, by household code; ``scope`` narrows."""
    wanted = (
        select(Household.code, Household.head, PointsLine.points, PointsLine.balance_after)
        .join(Household, Household.account_id == PointsLine.account_id)
        .where(PointsLine.entry_id == entry_id)
        .order_by(Household.code, PointsLine.place)
    )
    if scope is not None:
        wanted = wanted.where(under(Household.village_code, scope.regions))
    found: dict[str, Given] = {}
    for code, head, points, balance in db.session.execute(wanted):
        before = found[code].points if code in found else 0
        found[code] = Given(code, head, before + points, balance or 0)
    return list(found.values())


def most_used(village_code: str) -> dict[str, int]:
    """Return how often each rule code stands among the newest awards of a village.

    An award under several rules, as a notice makes, counts once for each of them.
    """
    newest = (
        select(Award.id)
        .where(Award.region_code == village_code)
        .order_by(Award.id.desc())
        .limit(LATELY)
        .subquery()
    )
    used = (
        select(AwardLine.award_id, AwardLine.rule_id)
        .join(newest, newest.c.id == AwardLine.award_id)
        .distinct()
        .subquery()
    )
    rows = db.session.execute(
        select(Rule.code, func.count()).join(used, used.c.rule_id == Rule.id).group_by(Rule.code)
    )
    return {row[0]: row[1] for row in rows}
