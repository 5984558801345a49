"""What signing in leaves behind: failures, notes and tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.models import ApiToken, SignInFailure, StaffMember
from supermarket.staff.queries.names import normal
from supermarket.staff.queries.sign_in import address_of


def record_failure(username: str, address: str) -> None:
    """Note a wrong password, and forget those older than a day."""
    db.session.execute(
        delete(SignInFailure).where(SignInFailure.failed_at < now() - timedelta(days=1))
    )
    failure = SignInFailure(
        username=normal(username)[:64], address=address_of(address), failed_at=now()
    )
    db.session.add(failure)
    db.session.flush()


def record_sign_in(member: StaffMember, address: str) -> None:
    """Note who signed in; the wrong tries before it from there are forgiven."""
    db.session.execute(
        delete(SignInFailure).where(
            SignInFailure.username == member.username,
            SignInFailure.address == address_of(address),
        )
    )
    audit.record("staff.sign_in", member.username, by=member.id)


def forgive(member: StaffMember) -> None:
    """Forget every wrong try for somebody's name."""
    db.session.execute(delete(SignInFailure).where(SignInFailure.username == member.username))


def issue_token(member: StaffMember, *, hours: int) -> tuple[str, datetime]:
    """Return a new bearer token and when it ends; only its hash is kept."""
    token = secrets.token_urlsafe(32)
    expires_at = now() + timedelta(hours=hours)
    db.session.add(
        ApiToken(
            staff_id=member.id,
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            created_at=now(),
            expires_at=expires_at,
        )
    )
    db.session.flush()
    audit.record("staff.issue_token", member.username, by=member.id)
    return token, expires_at


def revoke_tokens(staff_id: int) -> None:
    """End every token of somebody at once."""
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
    )
