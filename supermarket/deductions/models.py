"""Reminders, deductions and appeals against them: private from the first word to the last."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class DeductionState(enum.Enum):
    """How far a deduction has come."""

    #: The household was told, nothing else: what every deduction must follow.
    REMINDED = "reminded"
    #: It happened again and somebody proposed to take points.
    PROPOSED = "proposed"
    #: Approved at level C; waits for the township's word.
    APPROVED = "approved"
    #: The household has its private notice and may appeal.
    NOTIFIED = "notified"
    #: Disputed: nothing is taken until the appeal is decided.
    APPEALED = "appealed"
    #: The appeal was decided and something remains to be taken.
    UPHELD = "upheld"
    POSTED = "posted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    DeductionState.REMINDED: N_("已提醒"),
    DeductionState.PROPOSED: N_("待审批"),
    DeductionState.APPROVED: N_("待乡镇确认"),
    DeductionState.NOTIFIED: N_("已告知，可申诉"),
    DeductionState.APPEALED: N_("申诉中，暂不扣"),
    DeductionState.UPHELD: N_("申诉已答复"),
    DeductionState.POSTED: N_("已扣分"),
    DeductionState.CANCELLED: N_("已撤销"),
}
#: Not yet posted and still to be worked on.
OPEN = (
    DeductionState.PROPOSED,
    DeductionState.APPROVED,
    DeductionState.NOTIFIED,
    DeductionState.APPEALED,
    DeductionState.UPHELD,
)


class Deduction(Base):
    """A reminder, or points to be taken under a deduction rule (扣分), until posted or cancelled.

    Never deleted. A reminder takes 0 points and follows nothing; a deduction takes some and
    follows a reminder. After it was made only its state, its points (downwards) and who
    decided what change, each with a ``DeductionStep``.
    """

    __tablename__ = "deduction"
    __table_args__ = (
        CheckConstraint("points BETWEEN 0 AND 1000", "some_points"),
        CheckConstraint("(points = 0) = (reminder_id IS NULL)", "a_reminder_comes_first"),
        CheckConstraint("reversed_points BETWEEN 0 AND points_posted", "no_more_than_was_taken"),
        Index("ix_deduction_village_code_state_id", "village_code", "state", "id"),
        Index("ix_deduction_household_id_rule_id", "household_id", "rule_id"),
        Index("ix_deduction_reminder_id", "reminder_id"),
        Index("ix_deduction_state_appeal_until", "state", "appeal_until"),
    )

    id: Mapped[int_pk]
    #: The number people see: village code, J, a number without gaps, e.g. 410482113203J4.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The client's name for the attempt that made it.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    #: The household's village when it was made: whose people decide.
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Who in the household it was about; None if not said.
    member_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household_member.id"))
    #: Frozen when it was made.
    rule_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule_version.id"))
    rule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule.id"))
    #: The reminder it follows; None for a reminder.
    reminder_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("deduction.id"))
    #: Whole points proposed, and those that stand after an appeal; 0 for a reminder.
    points_asked: Mapped[int]
    points: Mapped[int]
    #: The day it happened.
    occurred_on: Mapped[date]
    #: What happened and how it is known, in the proposer's words.
    note: Mapped[str] = mapped_column(String(200))
    #: Number of the paper it rests on, seen but not kept; empty if none.
    document_number: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[DeductionState] = mapped_column(choice(DeductionState, "known_state"))
    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    proposed_at: Mapped[utc]
    approved_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    approved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Who confirmed it for the township; level C only.
    township_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: The last day to appeal; None until the household has its notice.
    appeal_until: Mapped[date | None]
    #: None while nothing was posted, and if there was nothing to take.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    #: Points really taken (never more than there were), and given back since.
    points_posted: Mapped[int] = mapped_column(default=0)
    reversed_points: Mapped[int] = mapped_column(default=0)
    #: The day it was settled: posted or cancelled.
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Step(enum.Enum):
    """What was done to a deduction."""

    REMIND = "remind"
    PROPOSE = "propose"
    APPROVE = "approve"
    NOTIFY = "notify"
    APPEAL = "appeal"
    DISMISS = "dismiss"
    LOWER = "lower"
    CANCEL = "cancel"
    POST = "post"
    REVERSE = "reverse"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Step.REMIND: N_("提醒"),
            Step.PROPOSE: N_("提出扣分"),
            Step.APPROVE: N_("同意，报乡镇确认"),
            Step.NOTIFY: N_("同意，告知农户"),
            Step.APPEAL: N_("申诉"),
            Step.DISMISS: N_("申诉不成立"),
            Step.LOWER: N_("减少扣分"),
            Step.CANCEL: N_("撤销"),
            Step.POST: N_("扣分入账"),
            Step.REVERSE: N_("退回已扣的分"),
        }[self]


class DeductionStep(Base):
    """One step of a deduction's way. Never updated, never deleted."""

    __tablename__ = "deduction_step"
    __table_args__ = (Index("ix_deduction_step_deduction_id", "deduction_id", "id"),)

    id: Mapped[int_pk]
    deduction_id: Mapped[int] = mapped_column(BigKey, ForeignKey("deduction.id"))
    step: Mapped[Step] = mapped_column(choice(Step, "known_step"))
    #: Points that stand after it.
    points: Mapped[int]
    #: Who; None for the household itself and for the job that posts.
    actor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    at: Mapped[utc]
    #: In the actor's words; empty if the step says enough.
    words: Mapped[str] = mapped_column(String(200), default="")


class AppealState(enum.Enum):
    """What became of an appeal."""

    OPEN = "open"
    DISMISSED = "dismissed"
    CHANGED = "changed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            AppealState.OPEN: N_("待答复"),
            AppealState.DISMISSED: N_("申诉不成立"),
            AppealState.CHANGED: N_("减少扣分"),
            AppealState.CANCELLED: N_("撤销扣分"),
        }[self]


class AppealChannel(enum.Enum):
    """How an appeal came in."""

    HOUSEHOLD_PAGE = "household_page"
    IN_PERSON = "in_person"
    PHONE = "phone"
    LETTER = "letter"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            AppealChannel.HOUSEHOLD_PAGE: N_("农户页面"),
            AppealChannel.IN_PERSON: N_("当面"),
            AppealChannel.PHONE: N_("电话"),
            AppealChannel.LETTER: N_("书面"),
        }[self]


class Appeal(Base):
    """What a household says against a deduction (申诉): one for each, decided by a third person."""

    __tablename__ = "appeal"
    __table_args__ = (Index("ix_appeal_state_due_on", "state", "due_on"),)

    id: Mapped[int_pk]
    #: The deduction's code and A.
    code: Mapped[str] = mapped_column(Code, unique=True)
    deduction_id: Mapped[int] = mapped_column(BigKey, ForeignKey("deduction.id"), unique=True)
    raised_by_name: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(String(500))
    channel: Mapped[AppealChannel] = mapped_column(choice(AppealChannel, "known_channel"))
    raised_at: Mapped[utc]
    #: Who wrote it down; None if the household did on its own page.
    recorded_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: The points had been taken already: only giving them back can answer it.
    late: Mapped[bool]
    #: The day by which it should be answered.
    due_on: Mapped[date]
    state: Mapped[AppealState] = mapped_column(choice(AppealState, "known_appeal_state"))
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
