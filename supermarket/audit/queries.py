"""Questions to the audit log that its writers ask."""

from datetime import datetime, time

from sqlalchemy import exists, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import VILLAGE, today
from supermarket.database import db


def noted_today(action: str, subject: str, by: int) -> bool:
    """Whether the log has it already that somebody did this to ``subject`` today."""
    midnight = datetime.combine(today(), time(), VILLAGE)
    noted = exists().where(
        AuditEvent.subject == subject,
        AuditEvent.action == action,
        AuditEvent.staff_id == by,
        AuditEvent.at >= midnight,
    )
    return bool(db.session.scalar(select(noted)))
