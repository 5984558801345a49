"""Awards and the households they went to."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_


class AwardStatus(enum.Enum):
    """How far an award has come."""

    POSTED = "posted"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {AwardStatus.POSTED: N_("已入账")}[self]


class Award(Base):
    """Points given under one version of one rule (加分), for what happened on one day."""

    __tablename__ = "award"
    __table_args__ = (Index("ix_award_region_code_id", "region_code", "id"),)

    id: Mapped[int_pk]
    #: The entry that posted it.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    status: Mapped[AwardStatus] = mapped_column(choice(AwardStatus, "known_award_status"))
    rule_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule_version.id"))
    #: The region whose journal it is in: the nearest that all its households share.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    occurred_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(200), default="")
    actor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]

    lines: Mapped[list["AwardLine"]] = relationship(back_populates="award", order_by="AwardLine.id")


class AwardLine(Base):
    """What one household got by an award."""

    __tablename__ = "award_line"
    __table_args__ = (
        CheckConstraint("points > 0", "an_award_gives"),
        Index(
            "ix_award_line_household_id_rule_id_occurred_on",
            "household_id",
            "rule_id",
            "occurred_on",
        ),
        Index("ix_award_line_award_id", "award_id"),
    )

    id: Mapped[int_pk]
    award_id: Mapped[int] = mapped_column(BigKey, ForeignKey("award.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Who in the household earned it; None if not said.
    member_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household_member.id"))
    #: Whole points.
    points: Mapped[int]
    #: Points taken back since by reversals, 0 to ``points``; a taken-back line fills no cap.
    reversed_points: Mapped[int] = mapped_column(default=0)
    #: Copies of the award's, for counting caps without a join.
    rule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule.id"))
    occurred_on: Mapped[date]

    award: Mapped[Award] = relationship(back_populates="lines")
