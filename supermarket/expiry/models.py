"""Points that end: what was announced, and what was posted of it."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_


class RunState(enum.Enum):
    """How far an expiry has come."""

    ANNOUNCED = "announced"
    POSTED = "posted"
    #: Everything it took was given back.
    REVERSED = "reversed"
    #: Called off before its day.
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            RunState.ANNOUNCED: N_("已预告"),
            RunState.POSTED: N_("已过期入账"),
            RunState.REVERSED: N_("已全部退回"),
            RunState.CANCELLED: N_("已取消"),
        }[self]


class ExpiryRun(Base):
    """The points of one village that end on one day (过期), announced before. Never deleted.

    Only ``state``, ``entry_id`` and ``reason`` change.
    """

    __tablename__ = "expiry_run"
    __table_args__ = (
        UniqueConstraint("village_code", "cutoff_on"),
        CheckConstraint("due_on >= announced_on", "announced_before_it_is_due"),
        CheckConstraint("state <> 'announced' OR entry_id IS NULL", "posted_when_due"),
        Index("ix_expiry_run_state_due_on", "state", "due_on"),
    )

    id: Mapped[int_pk]
    #: Village code, E, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: Points that came in until the end of this day end, oldest used first.
    cutoff_on: Mapped[date]
    #: The day they end: not before the notice days have passed.
    due_on: Mapped[date]
    announced_on: Mapped[date]
    #: What came in after this moment does not end with it.
    announced_at: Mapped[utc]
    state: Mapped[RunState] = mapped_column(choice(RunState, "known_run_state"))
    #: The entry that took the points; None before, and if nothing was left to take.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    #: Why it was called off; empty if it was not.
    reason: Mapped[str] = mapped_column(String(200), default="")
    announced_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))

    lines: Mapped[list["ExpiryLine"]] = relationship(
        back_populates="run", order_by="ExpiryLine.household_id"
    )


class ExpiryLine(Base):
    """What ends for one household. Only the last two columns change."""

    __tablename__ = "expiry_line"
    __table_args__ = (
        CheckConstraint("points_announced > 0", "something_ends"),
        CheckConstraint(
            "points_posted BETWEEN 0 AND points_announced", "never_more_than_announced"
        ),
        CheckConstraint("reversed_points BETWEEN 0 AND points_posted", "given_back_once"),
        Index("ix_expiry_line_household_id", "household_id"),
        {"sqlite_with_rowid": False},
    )

    run_id: Mapped[int] = mapped_column(BigKey, ForeignKey("expiry_run.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"), primary_key=True)
    #: Whole points.
    points_announced: Mapped[int]
    #: Whole points taken on the day, 0 before it; what was spent meanwhile is not taken.
    points_posted: Mapped[int] = mapped_column(default=0)
    #: Whole points of them given back since.
    reversed_points: Mapped[int] = mapped_column(default=0)

    run: Mapped[ExpiryRun] = relationship(back_populates="lines")
