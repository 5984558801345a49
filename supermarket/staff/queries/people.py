"""Who works here, as far as an administrator may see."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, or_, select

from supermarket.database import db
from supermarket.regions.queries import under
from supermarket.staff.models import Role, RoleGrant, Scope, StaffMember
from supermarket.staff.queries.names import is_username, normal


class Filter(NamedTuple):
    """How a list of people is narrowed; what is empty does not narrow."""

    #: Part of a name or of a username.
    text: str = ""
    role: Role | None = None
    #: A region's code: roles there or below.
    region: str = ""
    active: bool | None = None


def visible(scope: Scope) -> Select[StaffMember]:
    """Return the people with a role in the scope's regions."""
    held = select(RoleGrant.staff_id).where(under(RoleGrant.region_code, scope.regions))
    return select(StaffMember).where(StaffMember.id.in_(held))


def listed(
    scope: Scope, asked: Filter, *, after: str = "", limit: int = 50
) -> Sequence[StaffMember]:
    """Return the people that fit, by username, those after ``after``.

    Role and region must be those of one grant inside the scope.
    """
    held = select(RoleGrant.staff_id).where(under(RoleGrant.region_code, scope.regions))
    if asked.role is not None:
        held = held.where(RoleGrant.role == asked.role)
    if asked.region:
        held = held.where(under(RoleGrant.region_code, [asked.region]))
    found = select(StaffMember).where(StaffMember.id.in_(held), StaffMember.username > after)
    if text := asked.text.strip():
        found = found.where(
            or_(
                StaffMember.name.contains(text, autoescape=True),
                StaffMember.username.contains(normal(text), autoescape=True),
            )
        )
    if asked.active is not None:
        found = found.where(StaffMember.active == asked.active)
    return db.session.scalars(found.order_by(StaffMember.username).limit(limit)).all()


def person(username: str, scope: Scope) -> StaffMember | None:
    """Return somebody by username, if the scope reaches one of the roles."""
    if not is_username(username):
        return None
    return db.session.scalar(visible(scope).where(StaffMember.username == username))


def manageable(member: StaffMember, scope: Scope) -> bool:
    """Whether all roles of somebody lie in the scope, so that it may manage the account."""
    return all(scope.covers_region(grant.region_code) for grant in member.grants)
