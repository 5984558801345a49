"""What signing in leaves behind: failures and tokens."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from supermarket.clock import now
from supermarket.database import db
from supermarket.staff.models import ApiToken, SignInFailure, StaffMember


def record_failure(username: str, address: str) -> None:
    """Note a wrong password, and forget those older than a day."""
    db.session.execute(
        delete(SignInFailure).where(SignInFailure.failed_at < now() - timedelta(days=1))
    )
    failure = SignInFailure(username=username[:64], address=address[:64], failed_at=now())
    db.session.add(failure)
    db.session.flush()


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
    return token, expires_at


def revoke_tokens(staff_id: int) -> None:
    """End every token of somebody at once."""
    db.session.execute(
        update(ApiToken)
        .where(ApiToken.staff_id == staff_id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now())
    )
