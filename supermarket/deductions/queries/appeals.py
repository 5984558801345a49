"""Appeals: the list to answer, and one of them."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.deductions.models import Appeal, AppealState, Deduction
from supermarket.households.models import Household
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Scope


class AppealFound(NamedTuple):
    """An appeal with what it is about."""

    id: int
    code: str
    deduction: str
    state: AppealState
    household_code: str
    head: str
    village: str
    title: str
    points: int
    raised_by_name: str
    text: str
    raised_at: datetime
    due_on: date
    late: bool


def appeal(code: str, scope: Scope) -> tuple[Appeal, Deduction] | None:
    """Return an appeal and its deduction, if its village lies in ``scope``."""
    row = db.session.execute(
        select(Appeal, Deduction)
        .join(Deduction, Deduction.id == Appeal.deduction_id)
        .where(Appeal.code == code, under(Deduction.village_code, scope.regions))
    ).first()
    return (row[0], row[1]) if row else None


def appeal_of(deduction_id: int) -> Appeal | None:
    """Return the appeal against a deduction, if there is one."""
    return db.session.scalar(select(Appeal).where(Appeal.deduction_id == deduction_id))


def open_appeals(scope: Scope, *, limit: int, after: int | None = None) -> list[AppealFound]:
    """Return the appeals in ``scope`` that nobody answered, the oldest first.

    ``after`` is the last id of the page before.
    """
    wanted = (
        select(
            Appeal.id,
            Appeal.code,
            Deduction.code,
            Appeal.state,
            Household.code,
            Household.head,
            Region.name,
            RuleVersion.title,
            Deduction.points,
            Appeal.raised_by_name,
            Appeal.text,
            Appeal.raised_at,
            Appeal.due_on,
            Appeal.late,
        )
        .join(Deduction, Deduction.id == Appeal.deduction_id)
        .join(Household, Household.id == Deduction.household_id)
        .join(Region, Region.code == Deduction.village_code)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .where(Appeal.state == AppealState.OPEN, under(Deduction.village_code, scope.regions))
    )
    if after is not None:
        wanted = wanted.where(Appeal.id > after)
    rows = db.session.execute(wanted.order_by(Appeal.id).limit(limit))
    return [AppealFound._make(row) for row in rows]
