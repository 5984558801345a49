"""Which objections there are, and what they are about."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from supermarket.awards.models import Declaration, DeclarationState
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.notices.models import Notice, Objection, ObjectionState
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Scope, StaffMember


class ObjectionFound(NamedTuple):
    """An objection with the line it is about."""

    objection: Objection
    notice: Notice
    village: str
    #: Number of the declaration, and how it stands now.
    declaration: str
    state: DeclarationState
    #: Whole points now.
    points: int
    title: str
    household_code: str
    head: str
    #: Who decided it; empty until then.
    decider: str
    rule_version_id: int


def _found(scope: Scope) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Objection,
            Notice,
            Region.name,
            Declaration.code,
            Declaration.state,
            Declaration.points,
            RuleVersion.title,
            Household.code,
            Household.head,
            func.coalesce(StaffMember.name, ""),
            Declaration.rule_version_id,
        )
        .join(Notice, Notice.id == Objection.notice_id)
        .join(Region, Region.code == Objection.village_code)
        .join(Declaration, Declaration.id == Objection.declaration_id)
        .join(RuleVersion, RuleVersion.id == Declaration.rule_version_id)
        .join(Household, Household.id == Declaration.household_id)
        .outerjoin(StaffMember, StaffMember.id == Objection.decided_by)
        .where(under(Objection.village_code, scope.regions))
    )


def objections(
    scope: Scope, *, open_only: bool = False, before: int | None = None, limit: int
) -> list[ObjectionFound]:
    """Return the objections in ``scope``, newest first; ``before`` is the last id before."""
    wanted = _found(scope).order_by(Objection.id.desc()).limit(limit)
    if open_only:
        wanted = wanted.where(Objection.state == ObjectionState.OPEN)
    if before is not None:
        wanted = wanted.where(Objection.id < before)
    return [ObjectionFound(*row) for row in db.session.execute(wanted)]


def objection(code: str, scope: Scope) -> ObjectionFound | None:
    """Return the objection with this number, if its village lies in ``scope``."""
    row = db.session.execute(_found(scope).where(Objection.code == code)).one_or_none()
    return ObjectionFound(*row) if row is not None else None


def objections_of(declaration_ids: Collection[int]) -> dict[int, list[Objection]]:
    """Map declarations to the objections against each, oldest first."""
    found: dict[int, list[Objection]] = {}
    for row in db.session.scalars(
        select(Objection)
        .where(Objection.declaration_id.in_(declaration_ids))
        .order_by(Objection.id)
    ):
        found.setdefault(row.declaration_id, []).append(row)
    return found


def waiting_objections(scope: Scope, on: date) -> tuple[int, datetime | None, bool]:
    """Return how many objections wait, since when, and whether one should be answered by now."""
    count, since, first_due = db.session.execute(
        select(
            func.count(), func.min(Objection.raised_at), func.min(Objection.answer_due_on)
        ).where(
            Objection.state == ObjectionState.OPEN,
            under(Objection.village_code, scope.regions),
        )
    ).one()
    return count, since, first_due is not None and first_due < on
