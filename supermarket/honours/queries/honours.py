"""Which honours were given."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.honours.models import Honour
from supermarket.households.models import Household, HouseholdMember
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.staff.models import Scope, StaffMember


class HonourRow(NamedTuple):
    """An honour in a list."""

    honour: Honour
    village: str
    household_code: str
    head: str
    #: Empty if it is the whole household's.
    member: str

    @property
    def holder(self) -> str:
        """Who holds it."""
        return self.member or self.head


def _rows(scope: Scope) -> Select[Honour, str, str, str, str]:
    return (
        select(
            Honour,
            Region.name,
            Household.code,
            Household.head,
            func.coalesce(HouseholdMember.name, ""),
        )
        .join(Household, Household.id == Honour.household_id)
        .join(Region, Region.code == Honour.village_code)
        .outerjoin(HouseholdMember, HouseholdMember.id == Honour.member_id)
        .where(under(Honour.village_code, scope.regions))
    )


def honours(
    scope: Scope,
    *,
    year: int | None = None,
    title: str = "",
    before: int | None = None,
    limit: int,
) -> list[HonourRow]:
    """Return honours of the villages of a scope, the last noted first."""
    wanted = _rows(scope).order_by(Honour.id.desc()).limit(limit)
    if year is not None:
        wanted = wanted.where(_in(year))
    if title:
        wanted = wanted.where(Honour.title == title)
    if before is not None:
        wanted = wanted.where(Honour.id < before)
    return [HonourRow(*row) for row in db.session.execute(wanted)]


def of_year(scope: Scope, year: int) -> list[HonourRow]:
    """Return all honours of a year, by village and day: the yearly list."""
    wanted = (
        _rows(scope).where(_in(year)).order_by(Honour.village_code, Honour.awarded_on, Honour.id)
    )
    return [HonourRow(*row) for row in db.session.execute(wanted)]


def _in(year: int) -> ColumnElement[bool]:
    return Honour.awarded_on.between(date(year, 1, 1), date(year, 12, 31))


def of_household(household_id: int) -> list[HonourRow]:
    """Return a household's honours, newest first, those taken back too."""
    wanted = (
        _rows(Scope(("",), ()))
        .where(Honour.household_id == household_id)
        .order_by(Honour.awarded_on.desc(), Honour.id.desc())
    )
    return [HonourRow(*row) for row in db.session.execute(wanted)]


def honour_or_404(code: str, scope: Scope) -> HonourRow:
    """Return an honour of a village in ``scope`` by its number.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = db.session.execute(_rows(scope).where(Honour.code == code)).first()
    if found is None:
        raise NotFoundError(what=code[:40])
    return HonourRow(*found)


def staff_name(staff_id: int | None) -> str:
    """Return somebody's name; empty for nobody."""
    if staff_id is None:
        return ""
    return db.session.scalar(select(StaffMember.name).where(StaffMember.id == staff_id)) or ""
