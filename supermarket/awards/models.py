"""What is declared, decided and given: declarations, reviews, awards and their lines."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class AwardStatus(enum.Enum):
    """How far an award has come."""

    POSTED = "posted"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {AwardStatus.POSTED: N_("已入账")}[self]


class Award(Base):
    """Points given by one entry (加分): under one rule at once, or after a notice under many."""

    __tablename__ = "award"
    __table_args__ = (Index("ix_award_region_code_id", "region_code", "id"),)

    id: Mapped[int_pk]
    #: The entry that posted it.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    status: Mapped[AwardStatus] = mapped_column(choice(AwardStatus, "known_award_status"))
    #: The rule's version; None if the lines were declared under several.
    rule_version_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("rule_version.id"))
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
    #: Place of its points line in the award's entry; several lines of a household may follow.
    position: Mapped[int]
    #: The rule and the day it was earned, for counting caps without a join.
    rule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule.id"))
    rule_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule_version.id"))
    occurred_on: Mapped[date]

    award: Mapped[Award] = relationship(back_populates="lines")


class DeclarationState(enum.Enum):
    """How far what was declared has come (申报)."""

    #: Waits for the panel.
    SUBMITTED = "submitted"
    #: The panel accepted it; level C waits for the township.
    REVIEWED = "reviewed"
    #: Accepted by all who must; waits for a notice.
    ACCEPTED = "accepted"
    #: Hangs on a notice, or hung there and waits to be posted.
    NOTICED = "noticed"
    #: Somebody objected; it waits for the decision.
    HELD = "held"
    POSTED = "posted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _DECLARATION_LABELS[self]


_DECLARATION_LABELS = {
    DeclarationState.SUBMITTED: N_("待评议"),
    DeclarationState.REVIEWED: N_("待乡镇确认"),
    DeclarationState.ACCEPTED: N_("待公示"),
    DeclarationState.NOTICED: N_("公示中"),
    DeclarationState.HELD: N_("有异议，暂缓"),
    DeclarationState.POSTED: N_("已入账"),
    DeclarationState.REFUSED: N_("未通过"),
    DeclarationState.WITHDRAWN: N_("已撤回"),
}
#: Accepted and not yet posted: counts against caps and budgets as if it were.
PENDING = (
    DeclarationState.REVIEWED,
    DeclarationState.ACCEPTED,
    DeclarationState.NOTICED,
    DeclarationState.HELD,
)


class DeclarationSource(enum.Enum):
    """Who said that it was earned."""

    SCORER = "scorer"
    ROUND = "round"
    HOUSEHOLD = "household"
    HELPER = "helper"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            DeclarationSource.SCORER: N_("记分员登记"),
            DeclarationSource.ROUND: N_("检查或活动"),
            DeclarationSource.HOUSEHOLD: N_("农户自己申报"),
            DeclarationSource.HELPER: N_("帮扶责任人代为申报"),
        }[self]


class Declaration(Base):
    """What a household is said to have earned under a rule (申报), until it is posted or refused.

    Never deleted; only ``state``, ``points`` and ``award_line_id`` change. Every decision is
    a ``Decision``; that it hung on a notice is the notice's to say, that it was posted the
    award line's.
    """

    __tablename__ = "declaration"
    __table_args__ = (
        UniqueConstraint("key", "position"),
        CheckConstraint("points > 0", "a_declaration_asks"),
        Index("ix_declaration_village_code_state_id", "village_code", "state", "id"),
        Index("ix_declaration_household_id_occurred_on", "household_id", "occurred_on"),
    )

    id: Mapped[int_pk]
    #: The number people see: village code, D, a number without gaps, e.g. 410482113203D12.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The household's village when it was declared: whose panel decides.
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    member_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household_member.id"))
    #: Frozen when it was declared.
    rule_version_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule_version.id"))
    rule_id: Mapped[int] = mapped_column(BigKey, ForeignKey("rule.id"))
    occurred_on: Mapped[date]
    #: Whole points that were asked for.
    points_asked: Mapped[int]
    #: Whole points as they stand after the decisions so far.
    points: Mapped[int]
    state: Mapped[DeclarationState] = mapped_column(choice(DeclarationState, "known_state"))
    source: Mapped[DeclarationSource] = mapped_column(choice(DeclarationSource, "known_source"))
    #: Who declared it; None if the household did on its own page.
    declared_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: Somebody who saw it (证明人); empty if nobody is named.
    witness: Mapped[str] = mapped_column(String(60), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    photo_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("photo.id"))
    #: The client's name for the attempt that made it, and its place in that.
    key: Mapped[str] = mapped_column(String(100))
    position: Mapped[int]
    submitted_at: Mapped[utc]
    #: The day the panel should have decided it by.
    due_on: Mapped[date]
    #: What it became.
    award_line_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("award_line.id"), unique=True
    )


class Review(Base):
    """A meeting of the panel (评议): who sat, how they were drawn, what was noted."""

    __tablename__ = "review"
    __table_args__ = (Index("ix_review_village_code_id", "village_code", "id"),)

    id: Mapped[int_pk]
    #: Village code, R, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    held_on: Mapped[date]
    #: What the panel was drawn with, and from whom (staff ids, as JSON); empty if it was named.
    seed: Mapped[str] = mapped_column(String(64), default="")
    pool: Mapped[str] = mapped_column(String(2000), default="")
    minutes: Mapped[str] = mapped_column(String(2000), default="")
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    opened_at: Mapped[utc]
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class ReviewMember(Base):
    """Somebody who sat on a panel."""

    __tablename__ = "review_member"
    __table_args__ = ({"sqlite_with_rowid": False},)

    review_id: Mapped[int] = mapped_column(BigKey, ForeignKey("review.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"), primary_key=True)


class Verdict(enum.Enum):
    """What a decision did to a declaration."""

    ACCEPT = "accept"
    CHANGE = "change"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    #: An objection was raised against it, or turned down again.
    HOLD = "hold"
    RELEASE = "release"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Verdict.ACCEPT: N_("通过"),
            Verdict.CHANGE: N_("改分通过"),
            Verdict.REFUSE: N_("不通过"),
            Verdict.WITHDRAW: N_("撤回"),
            Verdict.HOLD: N_("有异议，暂缓"),
            Verdict.RELEASE: N_("异议不成立，恢复"),
        }[self]


class Decision(Base):
    """One step of a declaration (决定). Never updated, never deleted."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_declaration_id", "declaration_id"),)

    id: Mapped[int_pk]
    declaration_id: Mapped[int] = mapped_column(BigKey, ForeignKey("declaration.id"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict, "known_verdict"))
    #: The state after it.
    state: Mapped[DeclarationState] = mapped_column(choice(DeclarationState, "known_state_after"))
    points_before: Mapped[int]
    points_after: Mapped[int]
    #: Why; empty for a plain acceptance.
    reason: Mapped[str] = mapped_column(String(200), default="")
    #: The panel's meeting; None for the township's word and for objections.
    review_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("review.id"))
    #: None if the household itself withdrew it.
    actor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[utc]
