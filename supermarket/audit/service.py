"""Writing the audit log."""

from typing import Any

from supermarket.audit.models import AuditEvent
from supermarket.clock import now
from supermarket.database import db


def record(
    action: str,
    subject: str,
    *,
    by: int | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Note that somebody saw or changed ``subject``.

    ``action`` is ``slice.verb``; ``before`` and ``after`` hold only what changed, as
    text, numbers, lists and dictionaries. ``by`` is a staff member's id, None for a
    command or somebody not signed in.
    """
    event = AuditEvent(
        at=now(), staff_id=by, action=action, subject=subject, before=before, after=after
    )
    db.session.add(event)
