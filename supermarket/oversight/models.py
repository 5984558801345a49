"""What oversight found, and every step until it was put right."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class Method(enum.Enum):
    """How something was verified (核实方式)."""

    VISIT = "visit"
    PHONE = "phone"
    SITE = "site"
    PAPERS = "papers"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Method.VISIT: N_("入户核实"),
            Method.PHONE: N_("电话核实"),
            Method.SITE: N_("现场查看"),
            Method.PAPERS: N_("查看资料"),
            Method.OTHER: N_("其他方式"),
        }[self]


class FindingState(enum.Enum):
    """How far a finding has come."""

    #: Verified, and nothing was wrong.
    SOUND = "sound"
    #: To be put right by the assignee.
    OPEN = "open"
    #: Said to be put right; waits for somebody to check it again.
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            FindingState.SOUND: N_("核实无误"),
            FindingState.OPEN: N_("待整改"),
            FindingState.ANSWERED: N_("待复查"),
            FindingState.CLOSED: N_("已销号"),
        }[self]


#: Not over yet.
UNDER_WAY = (FindingState.OPEN, FindingState.ANSWERED)


class Finding(Base):
    """Something that was checked, what it showed and what became of it (监督抽查). Never deleted.

    Only ``state``, ``assignee_id``, ``due_on`` and the closing change; each change is a
    ``FindingStep``.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint("(state = 'sound') = (assignee_id IS NULL)", "a_problem_has_an_assignee"),
        CheckConstraint("(assignee_id IS NULL) = (due_on IS NULL)", "a_problem_has_a_deadline"),
        CheckConstraint("(state = 'sound') = (problem = '')", "a_problem_is_said"),
        CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL)", "closed_by_somebody"),
        CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", "closed_at_a_time"),
        CheckConstraint("closed_by IS NULL OR closed_by <> assignee_id", "not_by_the_assignee"),
        CheckConstraint(
            "closed_by IS NULL OR concerned_id IS NULL OR closed_by <> concerned_id",
            "not_by_the_person_concerned",
        ),
        Index("ix_finding_region_code_id", "region_code", "id"),
        Index("ix_finding_assignee_id_state", "assignee_id", "state"),
    )

    id: Mapped[int_pk]
    #: The region's code, C, a number without gaps, e.g. 410482100203C3.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: Where.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: The list it comes from; empty if it was found elsewhere.
    listed_in: Mapped[str] = mapped_column(String(24), default="")
    #: Code of what was checked: an entry's number, a household, a username; empty if none.
    subject: Mapped[str] = mapped_column(Code, default="")
    #: What was checked, in words (样本).
    sample: Mapped[str] = mapped_column(String(200))
    #: What the sample was drawn with; empty if it was not drawn at random.
    seed: Mapped[str] = mapped_column(String(64), default="")
    #: Whose work was checked; None if nobody's in particular.
    concerned_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    method: Mapped[Method] = mapped_column(choice(Method, "known_method"))
    #: What was seen (结果).
    result: Mapped[str] = mapped_column(String(400))
    #: What is wrong (问题); empty if nothing is.
    problem: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[FindingState] = mapped_column(choice(FindingState, "known_finding_state"))
    #: Who puts it right, and by when (整改期限).
    assignee_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    due_on: Mapped[date | None]
    #: The day it was checked.
    found_on: Mapped[date]
    found_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    found_at: Mapped[utc]
    closed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The client's name for the attempt, and what it asked for.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class StepKind(enum.Enum):
    """What was done about a finding."""

    FOUND = "found"
    ANSWERED = "answered"
    SENT_BACK = "sent_back"
    HANDED_ON = "handed_on"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            StepKind.FOUND: N_("登记"),
            StepKind.ANSWERED: N_("报告整改"),
            StepKind.SENT_BACK: N_("复查未过，退回"),
            StepKind.HANDED_ON: N_("改派或改期"),
            StepKind.CLOSED: N_("复查通过，销号"),
        }[self]


class FindingStep(Base):
    """One step of a finding. Never updated, never deleted."""

    __tablename__ = "finding_step"
    __table_args__ = (Index("ix_finding_step_finding_id", "finding_id", "id"),)

    id: Mapped[int_pk]
    finding_id: Mapped[int] = mapped_column(BigKey, ForeignKey("finding.id"))
    kind: Mapped[StepKind] = mapped_column(choice(StepKind, "known_step"))
    #: The state, assignee and deadline after it.
    state: Mapped[FindingState] = mapped_column(choice(FindingState, "known_state_after"))
    assignee_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    due_on: Mapped[date | None]
    #: What was said; empty if nothing.
    words: Mapped[str] = mapped_column(String(400), default="")
    actor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    at: Mapped[utc]
    #: The client's name for the attempt.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
