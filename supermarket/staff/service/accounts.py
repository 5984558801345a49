"""Opening staff accounts, giving roles, setting passwords."""

import secrets
from typing import NamedTuple

from argon2 import PasswordHasher
from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.errors import (
    OldPasswordError,
    UsernameError,
    UsernameTakenError,
    WeakPasswordError,
)
from supermarket.staff.models import Grant, Role, RoleGrant, StaffMember
from supermarket.staff.queries.names import is_username, normal
from supermarket.staff.queries.sign_in import password_fits
from supermarket.staff.service.sign_in import forgive, revoke_tokens

#: Shortest and longest password, in characters.
PASSWORD_LENGTH, LONGEST_PASSWORD = 10, 200
#: Letters and digits that nobody reads wrongly off a slip of paper.
CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"


class NewAccount(NamedTuple):
    """An account to be opened, its password hashed already: hashing takes too long for a lock."""

    username: str
    name: str
    password_hash: str
    grants: tuple[Grant, ...]


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
        UsernameError: the name has the wrong form.
        UsernameTakenError: somebody has the name.
        WeakPasswordError: the password is too short, or is the name.
    """
    username = normal(username)
    return open_account(username, name, hash_password(username, password, memory_kib), by=by)


def open_account(username: str, name: str, password_hash: str, *, by: int | None) -> StaffMember:
    """Open an account with a password that is hashed already.

    Raises:
        UsernameError: the name has the wrong form.
        UsernameTakenError: somebody has the name.
    """
    if not is_username(username):
        raise UsernameError
    taken = db.session.scalar(select(StaffMember.id).where(StaffMember.username == username))
    if taken is not None:
        raise UsernameTakenError(username=username)
    member = StaffMember(
        username=username, name=name, password_hash=password_hash, created_at=now()
    )
    db.session.add(member)
    db.session.flush()
    audit.record("staff.add", username, by=by, after={"name": name})
    return member


def grant(
    member: StaffMember, role: Role, *, region_code: str, shop_code: str | None, by: int | None
) -> None:
    """Give somebody a role in a region, or in one shop of that region, unchecked."""
    member.grants.append(RoleGrant(role=role, region_code=region_code, shop_code=shop_code))
    db.session.flush()
    after = {"role": role.value, "region": region_code, "shop": shop_code}
    audit.record("staff.grant", member.username, by=by, after=after)


def set_password(member: StaffMember, password_hash: str, *, by: int | None) -> None:
    """Replace somebody's password by one hashed already; end what was opened with the old one.

    The wrong tries before it are forgiven: with the new password one signs in at once.
    """
    member.password_hash = password_hash
    end_access(member)
    forgive(member)
    audit.record("staff.set_password", member.username, by=by)


def hash_own_password(member: StaffMember, old: str, new: str, memory_kib: int) -> str:
    """Return the hash of a new password of one's own, if the present one is known.

    Raises:
        OldPasswordError: ``old`` is not the present password.
        WeakPasswordError: the new one is too short, or is the name.
    """
    if not password_fits(member.password_hash, old):
        raise OldPasswordError
    return hash_password(member.username, new, memory_kib)


def end_access(member: StaffMember) -> None:
    """End every browser session and every token of somebody at once."""
    member.session_number += 1
    revoke_tokens(member.id)
    db.session.flush()


def make_password() -> str:
    """Return a fresh password that can be read off paper: three groups of four, 59 bits."""
    return "-".join("".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(3))


def hash_password(username: str, password: str, memory_kib: int) -> str:
    """Return the argon2id hash of a password fit for ``username``.

    Raises:
        WeakPasswordError: it is too short, too long, one character again and again, or the name.
    """
    if not is_fit(username, password):
        raise WeakPasswordError
    return PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1).hash(password)


def is_fit(username: str, password: str) -> bool:
    """Whether a password is long enough, is not the name and not one character again and again."""
    proper = PASSWORD_LENGTH <= len(password) <= LONGEST_PASSWORD
    return proper and len(set(password)) > 1 and normal(password) != username
