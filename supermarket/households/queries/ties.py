"""Which households somebody who works here must keep out of."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.households.models import Household, StaffTie
from supermarket.regions.models import Region
from supermarket.staff.models import StaffMember


class TieShown(NamedTuple):
    """A tie with the household's and the people's names."""

    tie: StaffTie
    household_code: str
    head: str
    village_code: str
    village_name: str
    declared_by: str


def tied(staff_id: int) -> set[int]:
    """Return the ids of the households somebody belongs to or declared kinship with."""
    return set(
        db.session.scalars(
            select(StaffTie.household_id).where(
                StaffTie.staff_id == staff_id, StaffTie.ended_at.is_(None)
            )
        )
    )


def first_tied(staff_id: int, household_ids: Collection[int]) -> str | None:
    """Return the head of one of the households that somebody is tied to; None if of none."""
    if not household_ids:
        return None
    among = tied(staff_id) & set(household_ids)
    if not among:
        return None
    return db.session.scalar(
        select(Household.head).where(Household.id.in_(among)).order_by(Household.id).limit(1)
    )


def of_staff(staff_id: int) -> list[TieShown]:
    """Return what somebody declared, ended ones too, newest first."""
    declarer = aliased(StaffMember)
    rows = db.session.execute(
        select(
            StaffTie,
            Household.code,
            Household.head,
            Household.village_code,
            Region.name,
            declarer.name,
        )
        .join(Household, Household.id == StaffTie.household_id)
        .join(Region, Region.code == Household.village_code)
        .join(declarer, declarer.id == StaffTie.declared_by)
        .where(StaffTie.staff_id == staff_id)
        .order_by(StaffTie.ended_at.is_not(None), StaffTie.id.desc())
    )
    return [TieShown(*row) for row in rows]


def counts(staff_ids: Collection[int]) -> dict[int, int]:
    """Return how many households people must keep out of, by staff id; of none if missing."""
    rows = db.session.execute(
        select(StaffTie.staff_id, func.count())
        .where(StaffTie.staff_id.in_(staff_ids), StaffTie.ended_at.is_(None))
        .group_by(StaffTie.staff_id)
    )
    return {row[0]: row[1] for row in rows}


def tie(tie_id: int, staff_id: int) -> StaffTie | None:
    """Return a tie of somebody."""
    return db.session.scalar(
        select(StaffTie).where(StaffTie.id == tie_id, StaffTie.staff_id == staff_id)
    )
