"""What is announced in a village before it is posted, and who objected to what."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class NoticeState(enum.Enum):
    """Whether objections are still taken."""

    OPEN = "open"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {NoticeState.OPEN: N_("公示中"), NoticeState.CLOSED: N_("已结束")}[self]


class Notice(Base):
    """What a village announces together (公示): accepted lines, from one day to another."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("village_code", "year", "number"),
        CheckConstraint("closes_on >= opens_on", "closes_after_opening"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", "closed_at_a_moment"),
        Index("ix_notice_state_closes_on", "state", "closes_on"),
    )

    id: Mapped[int_pk]
    #: Ten random letters and digits: the address of the web copy.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: The period (期次): from 1 in each year, without a gap.
    year: Mapped[int]
    number: Mapped[int]
    opens_on: Mapped[date]
    #: Last day objections are taken.
    closes_on: Mapped[date]
    state: Mapped[NoticeState] = mapped_column(choice(NoticeState, "known_notice_state"))
    #: The village's journal when it opened: number and hash of its newest entry.
    head_number: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    #: Whom villagers call to object (异议电话); printed.
    phone: Mapped[str] = mapped_column(String(20))
    #: The client's name for the attempt that opened it.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    opened_at: Mapped[utc]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Entries it made so far: one when it closed, more for lines released later.
    entries: Mapped[int] = mapped_column(default=0)

    @property
    def reference(self) -> str:
        """The number people see, e.g. 410482113203G2026-3."""
        return f"{self.village_code}G{self.year}-{self.number}"


class NoticeLine(Base):
    """One declaration as it was announced. Never updated, never deleted.

    How it stands now is the declaration's to say: its state and its points.
    """

    __tablename__ = "notice_line"
    __table_args__ = (
        CheckConstraint("points > 0", "a_line_gives"),
        Index("ix_notice_line_household_id", "household_id"),
        {"sqlite_with_rowid": False},
    )

    notice_id: Mapped[int] = mapped_column(BigKey, ForeignKey("notice.id"), primary_key=True)
    #: Place on the notice, from 1; the lines of a household stand together.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    declaration_id: Mapped[int] = mapped_column(BigKey, ForeignKey("declaration.id"), unique=True)
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Whole points as announced.
    points: Mapped[int]
    #: Whole points the household held when it was announced.
    balance: Mapped[int]


class ObjectionChannel(enum.Enum):
    """How somebody objected."""

    COUNTER = "counter"
    PHONE = "phone"
    PAGE = "page"
    STAFF = "staff"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _CHANNEL_LABELS[self]


_CHANNEL_LABELS = {
    ObjectionChannel.COUNTER: N_("当面提出"),
    ObjectionChannel.PHONE: N_("打电话"),
    ObjectionChannel.PAGE: N_("农户网页"),
    ObjectionChannel.STAFF: N_("工作人员发现"),
}


class ObjectionState(enum.Enum):
    """What became of an objection."""

    OPEN = "open"
    DISMISSED = "dismissed"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _OBJECTION_LABELS[self]


_OBJECTION_LABELS = {
    ObjectionState.OPEN: N_("待答复"),
    ObjectionState.DISMISSED: N_("异议不成立"),
    ObjectionState.CORRECTED: N_("更正分数"),
    ObjectionState.WITHDRAWN: N_("撤销这一笔"),
}


class Objection(Base):
    """Somebody's doubt about one line of a notice (异议). Never deleted; decided once."""

    __tablename__ = "objection"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (decided_by IS NULL)", "decided_by_somebody"),
        CheckConstraint("(state = 'corrected') = (points_after IS NOT NULL)", "corrected_to"),
        Index("ix_objection_village_code_state_id", "village_code", "state", "id"),
        Index("ix_objection_declaration_id", "declaration_id"),
    )

    id: Mapped[int_pk]
    #: Village code, Y, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    notice_id: Mapped[int] = mapped_column(BigKey, ForeignKey("notice.id"))
    declaration_id: Mapped[int] = mapped_column(BigKey, ForeignKey("declaration.id"))
    channel: Mapped[ObjectionChannel] = mapped_column(choice(ObjectionChannel, "known_channel"))
    #: Who objected and how to answer; empty if they did not say. Never public.
    raised_by_name: Mapped[str] = mapped_column(String(60), default="")
    contact: Mapped[str] = mapped_column(String(60), default="")
    #: What is doubted, in their words.
    text: Mapped[str] = mapped_column(String(500))
    #: The client's name for the attempt that raised it.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    raised_at: Mapped[utc]
    #: Who wrote it down; None if the household did on its own page.
    recorded_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: Whether the line was posted already: nothing was held.
    late: Mapped[bool]
    #: The day it is to be answered by.
    answer_due_on: Mapped[date]
    state: Mapped[ObjectionState] = mapped_column(choice(ObjectionState, "known_objection_state"))
    #: Whole points it was corrected to.
    points_after: Mapped[int | None]
    #: Why it was decided so, as the objector is told.
    reason: Mapped[str] = mapped_column(String(200), default="")
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The reversal of a line that was posted already.
    reversal_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"))
