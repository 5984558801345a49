"""How many points a village may issue, and when the county let it pass the stop."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, int_pk, utc


class IssueBudget(Base):
    """What a village may issue from one day to another (发放预算). Never updated, never deleted.

    A change is a new row of the same days with the next ``version``; the newest one counts.
    The days of a village's budgets in force never overlap.
    """

    __tablename__ = "issue_budget"
    __table_args__ = (
        UniqueConstraint("region_code", "starts_on", "ends_on", "version"),
        CheckConstraint("ends_on >= starts_on", "ends_after_it_starts"),
        CheckConstraint("points >= 0", "not_negative"),
        CheckConstraint("version > 0", "version_from_one"),
    )

    id: Mapped[int_pk]
    #: The village's.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: First and last day of awards that count.
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    #: From 1, without a gap.
    version: Mapped[int]
    #: Whole points; None takes the budget of these days away.
    points: Mapped[int | None]
    created_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]


class IssueOverride(Base):
    """The county lets villages issue past the stop for a while, and says why. Never deleted.

    Only ``withdrawn_at`` and ``withdrawn_by`` change, once.
    """

    __tablename__ = "issue_override"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", "ends_after_it_starts"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", "withdrawn_by_somebody"),
        Index("ix_issue_override_region_code", "region_code"),
    )

    id: Mapped[int_pk]
    #: The village, or the township or county all of whose villages are meant.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: First and last day of awards it lets pass.
    from_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    approved_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawn_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
