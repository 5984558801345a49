"""Whose password, session or token is this?"""

import hashlib
import ipaddress
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select

from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.errors import TooManyTriesError, TooManyTriesHereError
from supermarket.staff.models import Role, RoleGrant, SignInFailure, StaffMember
from supermarket.staff.queries.names import is_username, normal
from supermarket.statements import run

#: An office shares one address, so one colleague's mistakes must not stop the others; and
#: a stranger elsewhere must not be able to lock somebody out with five wrong tries.
#: Wrong passwords allowed: for one name from one address, for one name from everywhere,
#: and from one address for all names, as multiples of ``tries``.
FROM_ANYWHERE, FOR_ANYBODY = 6, 10
BEARER = """
SELECT m.id, m.username, m.name, m.session_number, g.role, g.region_code, g.shop_code
FROM api_token t JOIN staff_member m ON m.id = t.staff_id
LEFT JOIN role_grant g ON g.staff_id = m.id
WHERE t.token_hash = :hash AND t.expires_at > :now AND t.revoked_at IS NULL AND m.active
ORDER BY g.id
"""


def authenticate(
    username: str,
    password: str,
    address: str,
    *,
    tries: int,
    wait_minutes: int,
    memory_kib: int = 19 * 1024,
) -> StaffMember | None:
    """Return the active member of staff with this name and password, or None.

    It takes as long for a name that nobody has. ``memory_kib`` is what passwords cost here.

    Raises:
        TooManyTriesError: this name, or this address, failed too often lately.
    """
    username = normal(username)
    _refuse_guessing(username, address_of(address), tries, wait_minutes)
    found = _named(username) if is_username(username) else None
    if found is None:
        password_fits(_nobody(memory_kib), password)
        return None
    fits = password_fits(found.password_hash, password)
    return found if fits and found.active else None


def password_fits(password_hash: str, password: str) -> bool:
    """Whether a password is the one that was hashed; it takes its time."""
    try:
        return PasswordHasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def address_of(text: str) -> str:
    """Return the address that tries are counted by: of IPv6 the network a household has."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text[:64]
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def member(staff_id: int, session_number: int | None = None) -> StaffMember | None:
    """Return an active member of staff by id; with a number, only if that session lives."""
    found = db.session.get(StaffMember, staff_id)
    if found is None or not found.active:
        return None
    return found if session_number in {None, found.session_number} else None


def bearer(token: str) -> StaffMember | None:
    """Return the active member of staff whose unexpired token this is, or None.

    One fixed statement, because every call of a program asks it; what comes back, with its
    grants, belongs to no session and is not to be changed.
    """
    hashed = hashlib.sha256(token.encode()).hexdigest()
    rows = run(BEARER, {"hash": hashed, "now": now()})
    if not rows:
        return None
    staff_id, username, name, number = rows[0][:4]
    return StaffMember(
        id=staff_id,
        username=username,
        name=name,
        session_number=number,
        active=True,
        grants=[
            RoleGrant(role=Role(role), region_code=region_code, shop_code=shop_code)
            for *_who, role, region_code, shop_code in rows
            if role is not None
        ],
    )


def _named(username: str) -> StaffMember | None:
    return db.session.scalar(select(StaffMember).where(StaffMember.username == username))


@cache
def _nobody(memory_kib: int) -> str:
    """A hash that no password fits, as dear as everybody's."""
    hasher = PasswordHasher(time_cost=2, memory_cost=memory_kib, parallelism=1)
    return hasher.hash(secrets.token_hex(16))


def _refuse_guessing(username: str, address: str, tries: int, wait_minutes: int) -> None:
    since = now() - timedelta(minutes=wait_minutes)
    named = _failures(since, username=username[:64])
    here = _failures(since, username=username[:64], address=address) if named else 0
    if _failures(since, address=address) >= tries * FOR_ANYBODY:
        raise TooManyTriesHereError(minutes=wait_minutes)
    if here >= tries or named >= tries * FROM_ANYWHERE:
        raise TooManyTriesError(minutes=wait_minutes)


def _failures(since: datetime, **what: str) -> int:
    question = select(func.count()).select_from(SignInFailure).filter_by(**what)
    return db.session.scalar(question.where(SignInFailure.failed_at > since)) or 0
