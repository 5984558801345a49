"""Opening staff accounts, giving roles, setting passwords."""

from argon2 import PasswordHasher
from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.errors import UsernameTakenError, WeakPasswordError
from supermarket.staff.models import Role, RoleGrant, StaffMember

#: Shortest password, in characters.
PASSWORD_LENGTH = 10


def add_member(
    *,
    username: str,
    name: str,
    password: str,
    by: int | None,
    memory_kib: int = 19 * 1024,
) -> StaffMember:
    """Open an account for somebody who works here.

    Raises:
        UsernameTakenError: somebody has the name.
        WeakPasswordError: the password is too short, or is the name.
    """
    taken = db.session.scalar(select(StaffMember.id).where(StaffMember.username == username))
    if taken is not None:
        raise UsernameTakenError(username=username)
    member = StaffMember(
        username=username,
        name=name,
        password_hash=_hashed(username, password, memory_kib),
        created_at=now(),
    )
    db.session.add(member)
    db.session.flush()
    audit.record("staff.add", username, by=by, after={"name": name})
    return member


def grant(
    member: StaffMember, role: Role, *, region_code: str, shop_code: str | None, by: int | None
) -> None:
    """Give somebody a role in a region, or in one shop of that region."""
    member.grants.append(RoleGrant(role=role, region_code=region_code, shop_code=shop_code))
    db.session.flush()
    after = {"role": role.value, "region": region_code, "shop": shop_code}
    audit.record("staff.grant", member.username, by=by, after=after)


def set_password(
    member: StaffMember, password: str, *, by: int | None, memory_kib: int = 19 * 1024
) -> None:
    """Replace somebody's password.

    Raises:
        WeakPasswordError: the password is too short, or is the name.
    """
    member.password_hash = _hashed(member.username, password, memory_kib)
    db.session.flush()
    audit.record("staff.set_password", member.username, by=by)


def _hashed(username: str, password: str, memory_kib: int) -> str:
    if len(password) < PASSWORD_LENGTH or password == username:
        raise WeakPasswordError
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1).hash(password)
