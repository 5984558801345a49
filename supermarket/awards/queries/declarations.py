"""Questions about what was declared, and what became of it."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from supermarket.awards.models import (
    Award,
    AwardLine,
    Declaration,
    DeclarationSource,
    DeclarationState,
)
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdMember
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Entry, Journal
from supermarket.photos.models import Photo
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import ReviewLevel, Rule, RuleVersion
from supermarket.staff.models import Scope, StaffMember


class DeclarationFound(NamedTuple):
    """A declaration in words."""

    id: int
    code: str
    state: DeclarationState
    household_id: int
    household_code: str
    head: str
    group: str
    #: The village whose panel decides.
    village_code: str
    village: str
    #: Empty if nobody was named.
    member: str
    rule_code: str
    title: str
    level: ReviewLevel
    #: The most that the frozen rule gives; None if it leaves it open.
    points_max: int | None
    points_asked: int
    points: int
    occurred_on: date
    source: DeclarationSource
    declared_by: int | None
    #: Empty if the household itself declared it.
    declarer: str
    witness: str
    note: str
    #: Token of its photo; None if there is none.
    photo: str | None
    submitted_at: datetime
    due_on: date
    entry_id: int | None
    #: The journal of the entry that posted it.
    journal: str | None
    posted_at: datetime | None
    reversed_points: int | None

    @property
    def reference(self) -> str | None:
        """Number of the entry that posted it."""
        number = None if self.entry_id is None else self.entry_id % ENTRIES_PER_JOURNAL
        return None if number is None else f"{self.journal}-{number}"


def listed() -> Select[*tuple[Any, ...]]:
    """Return all declarations as ``DeclarationFound`` rows, to narrow and order."""
    staff = aliased(StaffMember)
    return (
        select(
            Declaration.id,
            Declaration.code,
            Declaration.state,
            Declaration.household_id,
            Household.code,
            Household.head,
            Household.group,
            Declaration.village_code,
            Region.name,
            func.coalesce(HouseholdMember.name, ""),
            Rule.code,
            RuleVersion.title,
            RuleVersion.review_level,
            RuleVersion.points_max,
            Declaration.points_asked,
            Declaration.points,
            Declaration.occurred_on,
            Declaration.source,
            Declaration.declared_by,
            func.coalesce(staff.name, ""),
            Declaration.witness,
            Declaration.note,
            Photo.token,
            Declaration.submitted_at,
            Declaration.due_on,
            Award.entry_id,
            Journal.code,
            Entry.posted_at,
            AwardLine.reversed_points,
        )
        .join(Household, Household.id == Declaration.household_id)
        .join(Region, Region.code == Declaration.village_code)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .outerjoin(HouseholdMember, HouseholdMember.id == Declaration.member_id)
        .outerjoin(staff, staff.id == Declaration.declared_by)
        .outerjoin(Photo, Photo.id == Declaration.photo_id)
        .outerjoin(AwardLine, AwardLine.id == Declaration.award_line_id)
        .outerjoin(Award, Award.id == AwardLine.award_id)
        .outerjoin(Entry, Entry.id == Award.entry_id)
        .outerjoin(Journal, Journal.id == Entry.journal_id)
    )


def declaration(code: str, scope: Scope) -> Declaration | None:
    """Return a declaration by its number, if its village lies in ``scope``."""
    return db.session.scalar(
        select(Declaration).where(
            Declaration.code == code, under(Declaration.village_code, scope.regions)
        )
    )


def declaration_or_404(code: str) -> Declaration:
    """Return a declaration by its number.

    Raises:
        NotFoundError: there is none.
    """
    found = db.session.scalar(select(Declaration).where(Declaration.code == code))
    if found is None:
        raise NotFoundError(what=code[:40])
    return found


def queue(
    scope: Scope,
    states: Collection[DeclarationState] = (DeclarationState.SUBMITTED,),
    *,
    village_code: str | None = None,
    household_id: int | None = None,
    after: int | None = None,
    limit: int = 200,
) -> list[DeclarationFound]:
    """Return what is in these states inside ``scope``, oldest first, those after an id.

    ``village_code`` narrows to one village, grouped by household there.
    """
    wanted = listed().where(
        Declaration.state.in_(states), under(Declaration.village_code, scope.regions)
    )
    if after is not None:
        wanted = wanted.where(Declaration.id > after)
    if household_id is not None:
        wanted = wanted.where(Declaration.household_id == household_id)
    if village_code is None:
        rows = db.session.execute(wanted.order_by(Declaration.id).limit(limit))
        return [DeclarationFound(*row) for row in rows]
    narrowed = wanted.where(Declaration.village_code == village_code)
    rows = db.session.execute(narrowed.order_by(Declaration.id).limit(limit))
    found = [DeclarationFound(*row) for row in rows]
    return sorted(found, key=lambda row: (row.group, row.household_code, row.id))


def newest(
    scope: Scope,
    states: Collection[DeclarationState],
    *,
    before: int | None = None,
    limit: int,
    household_id: int | None = None,
) -> list[DeclarationFound]:
    """Return declarations inside ``scope``, newest first; ``before`` is the last id before."""
    wanted = (
        listed()
        .where(Declaration.state.in_(states), under(Declaration.village_code, scope.regions))
        .order_by(Declaration.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Declaration.id < before)
    if household_id is not None:
        wanted = wanted.where(Declaration.household_id == household_id)
    return [DeclarationFound(*row) for row in db.session.execute(wanted)]


def found(rows: Sequence[Declaration]) -> list[DeclarationFound]:
    """Return declarations in words, in the order they are given in."""
    ids = [row.id for row in rows]
    told = db.session.execute(listed().where(Declaration.id.in_(ids)))
    by_id = {row[0]: DeclarationFound(*row) for row in told}
    return [by_id[key] for key in ids]


def of_award(award_id: int) -> dict[int, DeclarationFound]:
    """Return what was declared behind an award, by the id of its line."""
    rows = db.session.execute(
        listed().add_columns(AwardLine.id).where(AwardLine.award_id == award_id)
    )
    return {row[-1]: DeclarationFound(*row[:-1]) for row in rows}
