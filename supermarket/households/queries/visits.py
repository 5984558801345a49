"""Visits paid to households, and those that are meant to be paid."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.households.models import Visit
from supermarket.staff.models import StaffMember


class VisitShown(NamedTuple):
    """A visit and who pays it."""

    visit: Visit
    name: str


class VisitDays(NamedTuple):
    """When a household was visited last, and for when the next visit is planned."""

    last_on: date | None = None
    planned_on: date | None = None


def visits_of(household_id: int, limit: int = 10) -> list[VisitShown]:
    """Return the visits of a household: plans first, then the newest."""
    rows = db.session.execute(
        select(Visit, StaffMember.name)
        .join(StaffMember, StaffMember.id == Visit.staff_id)
        .where(Visit.household_id == household_id)
        .order_by(Visit.planned.desc(), Visit.visited_on.desc(), Visit.id.desc())
        .limit(limit)
    )
    return [VisitShown(*row) for row in rows]


def visit_days(household_ids: Collection[int]) -> dict[int, VisitDays]:
    """Return the last visit and the next plan of households, by household."""
    rows = db.session.execute(
        select(
            Visit.household_id,
            Visit.planned,
            func.max(Visit.visited_on),
            func.min(Visit.visited_on),
        )
        .where(Visit.household_id.in_(household_ids))
        .group_by(Visit.household_id, Visit.planned)
    )
    found: dict[int, VisitDays] = {}
    for household_id, planned, last, first in rows:
        days = found.get(household_id, VisitDays())
        found[household_id] = (
            days._replace(planned_on=first) if planned else days._replace(last_on=last)
        )
    return found


def visit(visit_id: int, household_id: int) -> Visit | None:
    """Return a visit of a household."""
    return db.session.scalar(
        select(Visit).where(Visit.id == visit_id, Visit.household_id == household_id)
    )
