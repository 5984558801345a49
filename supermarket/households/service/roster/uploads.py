"""Keeping an uploaded roster between its dry run and its confirmation."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, or_

from supermarket.clock import now
from supermarket.database import db
from supermarket.households.models import RosterUpload

#: Hours an upload is kept.
HOURS = 24


def stage(content: bytes, filename: str, village_code: str, by: int) -> RosterUpload:
    """Keep a file until its owner confirms it, uploads another, or a day has passed."""
    old = RosterUpload.uploaded_at < now() - timedelta(hours=HOURS)
    db.session.execute(delete(RosterUpload).where(or_(old, RosterUpload.staff_id == by)))
    upload = RosterUpload(
        token=secrets.token_urlsafe(18),
        staff_id=by,
        filename=filename[:200],
        village_code=village_code,
        content=content,
        uploaded_at=now(),
    )
    db.session.add(upload)
    db.session.flush()
    return upload


def discard(upload: RosterUpload) -> None:
    """Forget an upload."""
    db.session.delete(upload)
    db.session.flush()
