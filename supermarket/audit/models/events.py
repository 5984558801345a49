"""The audit log."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, int_pk, utc


class AuditEvent(Base):
    """One thing somebody saw or changed. Never updated, never deleted."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_subject", "subject", "id"),
        Index("ix_audit_event_staff_id", "staff_id", "id"),
        Index("ix_audit_event_at", "at"),
        Index("ix_audit_event_action", "action", "id"),
    )

    id: Mapped[int_pk]
    at: Mapped[utc]
    #: Who; None before sign-in and for commands.
    staff_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: What was done, e.g. ``household.update``.
    action: Mapped[str] = mapped_column(String(60))
    #: Code of what it was done to, e.g. a household's.
    subject: Mapped[str] = mapped_column(Code)
    #: The values that changed, before and after; None where nothing was.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
