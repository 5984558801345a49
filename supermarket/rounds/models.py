"""Rounds: an inspection of many households, or an event they sign in to."""

import enum
from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class RoundKind(enum.Enum):
    """Whether somebody goes to the households, or they come."""

    INSPECTION = "inspection"
    EVENT = "event"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {RoundKind.INSPECTION: N_("入户检查"), RoundKind.EVENT: N_("活动签到")}[self]


class RoundState(enum.Enum):
    """How far a round has come."""

    OPEN = "open"
    SUBMITTED = "submitted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            RoundState.OPEN: N_("进行中"),
            RoundState.SUBMITTED: N_("已提交"),
            RoundState.CANCELLED: N_("已作废"),
        }[self]


class Round(Base):
    """A round (检查或活动): marked household by household as it goes, submitted once.

    Never deleted. While it is open everything about it may change; afterwards nothing does.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (closed_at IS NULL)", "what_is_closed_has_a_day"),
        Index("ix_round_village_code_id", "village_code", "id"),
        Index("ix_round_state_village_code", "state", "village_code"),
    )

    id: Mapped[int_pk]
    #: The number people see: village code, K, a number without gaps, e.g. 410482100203K12.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: The villagers' group that is visited; empty for the whole village, and for events.
    group: Mapped[str] = mapped_column("group_name", String(30), default="")
    kind: Mapped[RoundKind] = mapped_column(choice(RoundKind, "known_kind"))
    title: Mapped[str] = mapped_column(String(60))
    #: The day the points are earned.
    occurred_on: Mapped[date]
    state: Mapped[RoundState] = mapped_column(choice(RoundState, "known_state"))
    #: The client's name for the attempt that opened it.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    opened_at: Mapped[utc]
    #: When something about it changed last; every change of an open round goes through here.
    touched_at: Mapped[utc]
    #: Who submitted or cancelled it.
    closed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Why it was cancelled; else empty.
    reason: Mapped[str] = mapped_column(String(200), default="")

    grades: Mapped[list["RoundGrade"]] = relationship(
        order_by="RoundGrade.position", cascade="all, delete-orphan", lazy="selectin"
    )


class RoundGrade(Base):
    """A grade of an inspection, or the one thing an event is about: what it is worth."""

    __tablename__ = "round_grade"
    __table_args__ = (
        CheckConstraint("position BETWEEN 1 AND 4", "few_grades"),
        CheckConstraint("points > 0", "a_grade_gives"),
        {"sqlite_with_rowid": False},
    )

    round_id: Mapped[int] = mapped_column(BigKey, ForeignKey("round.id"), primary_key=True)
    #: From 1, best first.
    position: Mapped[int] = mapped_column(primary_key=True)
    #: e.g. 清洁.
    label: Mapped[str] = mapped_column(String(20))
    #: The rule its households are awarded by; None gives no points.
    rule_code: Mapped[str | None] = mapped_column(Code)
    #: Whole points where the rule leaves them open; None takes what the rule gives.
    points: Mapped[int | None]


class RoundLine(Base):
    """What was seen at one household, or that it signed in. Never deleted.

    A mark that is taken back leaves its line with no grade, and who took it back.
    """

    __tablename__ = "round_line"
    __table_args__ = (
        UniqueConstraint("round_id", "household_id"),
        ForeignKeyConstraint(
            ["round_id", "grade"],
            ["round_grade.round_id", "round_grade.position"],
            name="fk_round_line_grade",
        ),
        Index("ix_round_line_household_id", "household_id"),
    )

    id: Mapped[int_pk]
    round_id: Mapped[int] = mapped_column(BigKey, ForeignKey("round.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Position of the grade; None if the mark was taken back, or there is only a note so far.
    grade: Mapped[int | None]
    #: Who marked it last, and when.
    marked_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    marked_at: Mapped[utc]
    note: Mapped[str] = mapped_column(String(100), default="")
    photo_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("photo.id"))
    #: Why it got nothing although its grade is worth something; empty for all others.
    left_out: Mapped[str] = mapped_column(String(200), default="")
    #: What it was declared as when the round was submitted; None if it gave nothing.
    declaration_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("declaration.id"), unique=True
    )
