"""Questions about people who work here."""

import hashlib
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, or_, select

from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.errors import TooManyTriesError
from supermarket.staff.models import ApiToken, SignInFailure, StaffMember

#: Checked when there is nobody of that name, so that both cases take as long.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$G4fZNFc5Lm2vU4nFZQ7r6y1gXbXn8cXo"


def authenticate(
    username: str, password: str, address: str, *, tries: int, wait_minutes: int
) -> StaffMember | None:
    """Return the active member of staff with this name and password, or None.

    Raises:
        TooManyTriesError: the name or the address failed ``tries`` times lately.
    """
    since = now() - timedelta(minutes=wait_minutes)
    if _failures(username, address, since) >= tries:
        raise TooManyTriesError(minutes=wait_minutes)
    member = db.session.scalar(select(StaffMember).where(StaffMember.username == username))
    hashed = member.password_hash if member else _NOBODY
    try:
        PasswordHasher().verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return None
    return member if member is not None and member.active else None


def _failures(username: str, address: str, since: datetime) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                SignInFailure.failed_at > since,
                or_(SignInFailure.username == username, SignInFailure.address == address),
            )
        )
        or 0
    )


def member(staff_id: int) -> StaffMember | None:
    """Return an active member of staff by id."""
    found = db.session.get(StaffMember, staff_id)
    return found if found is not None and found.active else None


def bearer(token: str) -> StaffMember | None:
    """Return the active member of staff whose unexpired token this is, or None."""
    hashed = hashlib.sha256(token.encode()).hexdigest()
    return db.session.scalar(
        select(StaffMember)
        .join(ApiToken, ApiToken.staff_id == StaffMember.id)
        .where(
            ApiToken.token_hash == hashed,
            ApiToken.expires_at > now(),
            ApiToken.revoked_at.is_(None),
            StaffMember.active,
        )
    )
