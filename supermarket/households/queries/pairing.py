"""Which helper stands by which household (结对帮扶)."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select

from supermarket.database import db
from supermarket.households.models import HelperPairing, Household, HouseholdState
from supermarket.regions.queries import under
from supermarket.staff.models import Role, RoleGrant, Scope, StaffMember


class HelperShown(NamedTuple):
    """Somebody with the role of a helper, and how many households he stands by."""

    id: int
    username: str
    name: str
    active: bool
    households: int


class PairedTo(NamedTuple):
    """The helper of a household now."""

    pairing_id: int
    staff_id: int
    name: str
    since: date


class Candidate(NamedTuple):
    """A household that a helper might stand by."""

    code: str
    head: str
    group: str
    #: Name of the helper it is paired with now; None if with nobody.
    paired_to: str | None
    #: Its roster names the helper.
    suggested: bool
    mine: bool


def helpers(scope: Scope) -> list[HelperShown]:
    """Return the helpers with a role inside the scope, by name."""
    paired = (
        select(func.count())
        .where(HelperPairing.staff_id == StaffMember.id, HelperPairing.until.is_(None))
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.username, StaffMember.name, StaffMember.active, paired)
        .where(StaffMember.id.in_(_held(scope)))
        .order_by(StaffMember.name, StaffMember.username)
    )
    return [HelperShown(*row) for row in rows]


def helper(username: str, scope: Scope) -> StaffMember | None:
    """Return a helper with a role inside the scope."""
    return db.session.scalar(
        select(StaffMember).where(
            StaffMember.username == username, StaffMember.id.in_(_held(scope))
        )
    )


def helper_of(household_id: int) -> PairedTo | None:
    """Return the helper of a household now."""
    return helpers_of([household_id]).get(household_id)


def helpers_of(household_ids: Collection[int]) -> dict[int, PairedTo]:
    """Return the helpers of households now, by household."""
    rows = db.session.execute(
        select(
            HelperPairing.household_id,
            HelperPairing.id,
            StaffMember.id,
            StaffMember.name,
            HelperPairing.since,
        )
        .join(StaffMember, StaffMember.id == HelperPairing.staff_id)
        .where(HelperPairing.household_id.in_(household_ids), HelperPairing.until.is_(None))
    )
    return {row[0]: PairedTo(row[1], row[2], row[3], row[4]) for row in rows}


def paired_ids(staff_id: int) -> set[int]:
    """Return the ids of the households that somebody stands by now."""
    return set(
        db.session.scalars(
            select(HelperPairing.household_id).where(
                HelperPairing.staff_id == staff_id, HelperPairing.until.is_(None)
            )
        )
    )


def paired(staff_id: int) -> Sequence[Household]:
    """Return the households in the programme that somebody stands by now, by code."""
    return db.session.scalars(
        select(Household)
        .where(
            Household.id.in_(paired_ids(staff_id)),
            Household.state == HouseholdState.ACTIVE,
        )
        .order_by(Household.code)
    ).all()


def paired_household(code: str, staff_id: int) -> Household | None:
    """Return a household by its code, if somebody stands by it now."""
    if not (code.isascii() and code.isdigit()):
        return None
    return db.session.scalar(
        select(Household)
        .join(HelperPairing, HelperPairing.household_id == Household.id)
        .where(
            Household.code == code,
            HelperPairing.staff_id == staff_id,
            HelperPairing.until.is_(None),
        )
    )


def candidates(member: StaffMember, village_code: str, group: str = "") -> list[Candidate]:
    """Return the households of a village for one helper: those its roster names him in first."""
    other = select(StaffMember.name).where(StaffMember.id == HelperPairing.staff_id)
    rows = db.session.execute(
        select(
            Household.code,
            Household.head,
            Household.group,
            other.scalar_subquery(),
            Household.helper,
            HelperPairing.staff_id,
        )
        .outerjoin(
            HelperPairing,
            (HelperPairing.household_id == Household.id) & HelperPairing.until.is_(None),
        )
        .where(
            Household.village_code == village_code,
            Household.state == HouseholdState.ACTIVE,
            *([Household.group == group] if group else []),
        )
        .order_by(Household.code)
    )
    found = [
        Candidate(code, head, of_group, name, named == member.name, staff_id == member.id)
        for code, head, of_group, name, named, staff_id in rows
    ]
    return sorted(found, key=lambda row: not (row.suggested and row.paired_to is None))


def _held(scope: Scope) -> Select[int]:
    """Select the ids of those who are helpers in a part of the scope, or in a place round it."""
    round_it = {area[:length] for area in scope.regions for length in range(2, len(area) + 1)}
    return select(RoleGrant.staff_id).where(
        RoleGrant.role == Role.HELPER,
        or_(under(RoleGrant.region_code, scope.regions), RoleGrant.region_code.in_(round_it)),
    )
