"""Households with people, and events through the real service."""

from datetime import date
from typing import Any
from uuid import uuid4

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.household_events import service
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.household_events.service import Proposal
from supermarket.households.models import Household, HouseholdMember
from supermarket.staff.models import Role, StaffMember
from tests.factories import TOWNSHIP, VILLAGE, make_household, make_staff


def make_family(
    *names: str, points_held: int = 0, village: str = VILLAGE, phone: str = ""
) -> Household:
    """A household of these people; the first is the head."""
    household = make_household(points_held=points_held, village=village, head=names[0])
    with transaction():
        household.phone = phone
        for name in names[1:]:
            household.members.append(HouseholdMember(name=name, relation="家人"))
    return household


def member(household: Household, name: str) -> int:
    """The id of one of its people."""
    db.session.rollback()
    return next(person.id for person in household.members if person.name == name)


def names(household: Household) -> list[str]:
    """Who is there now."""
    db.session.rollback()
    db.session.expire_all()
    return [person.name for person in household.members if person.present]


def proposal(kind: EventKind, household: Household, **said: Any) -> Proposal:
    """What happened today, unless said otherwise."""
    on: date = said.pop("on", None) or today()
    return Proposal(kind, household.code, on, said.pop("reason", "村里核实过"), **said)


def propose(
    by: StaffMember, kind: EventKind, household: Household, *, key: str | None = None, **said: Any
) -> HouseholdEvent:
    """Propose an event."""
    meant = proposal(kind, household, **said)
    name = key or uuid4().hex
    return once_more(lambda: service.propose(name, meant, by))


def approve(event: HouseholdEvent, by: StaffMember) -> HouseholdEvent:
    """Agree to an event."""
    code = event.code
    return once_more(lambda: service.approve(code, by))


def make_people() -> tuple[StaffMember, StaffMember]:
    """The village's scorer, who proposes, and the township's officer, who agrees."""
    return make_staff(Role.SCORER, VILLAGE), make_staff(Role.TOWNSHIP, TOWNSHIP)


def happen(kind: EventKind, household: Household, **said: Any) -> HouseholdEvent:
    """Let an event be proposed and agreed to by people who may."""
    county, other = make_staff(Role.COUNTY), make_staff(Role.COUNTY)
    return approve(propose(county, kind, household, **said), other)
