"""What happens to households (户变动): proposed by one person, agreed to by another."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class EventKind(enum.Enum):
    """What happens to a household."""

    MOVE = "move"
    SPLIT = "split"
    MERGE = "merge"
    DEATH = "death"
    LEAVE = "leave"
    #: A household that left comes back.
    REJOIN = "rejoin"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    EventKind.MOVE: N_("搬到别的村"),
    EventKind.SPLIT: N_("分户"),
    EventKind.MERGE: N_("并户"),
    EventKind.DEATH: N_("家里有人去世"),
    EventKind.LEAVE: N_("退出"),
    EventKind.REJOIN: N_("退出后又回来"),
}


class EventState(enum.Enum):
    """How far an event has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    EventState.PROPOSED: N_("待批准"),
    EventState.APPROVED: N_("已批准"),
    EventState.REFUSED: N_("未批准"),
    EventState.CANCELLED: N_("已撤回"),
}


class HouseholdEvent(Base):
    """A change of one household, or of two (户变动). Never deleted; decided once.

    Until it is approved nothing about the households changes; then all of it does at once.
    """

    __tablename__ = "household_event"
    __table_args__ = (
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", "decided_unless_proposed"),
        CheckConstraint("entry_id IS NULL OR state = 'approved'", "entry_when_approved"),
        CheckConstraint("other_household_id <> household_id", "two_different_households"),
        Index("ix_household_event_village_code_id", "village_code", "id"),
        Index("ix_household_event_household_id_state", "household_id", "state"),
        Index("ix_household_event_other_household_id_state", "other_household_id", "state"),
        Index("ix_household_event_state_id", "state", "id"),
    )

    id: Mapped[int_pk]
    #: The number people see: village code, B, a number without gaps, e.g. 410482113203B7.
    code: Mapped[str] = mapped_column(Code, unique=True)
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "known_kind"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Who takes the household in (merge, death), or was made of it (split, once approved).
    other_household_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household.id"))
    #: The household's village when it was proposed.
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: The other village concerned: where it moves, or where the other household lives.
    to_village: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"))
    #: What was said besides, by the names of ``Proposal``: member ids, points, group, phone.
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: What it did once approved: points before and after by household code, what moved along.
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(String(200))
    #: Number of the paper it rests on; empty if there is none.
    document: Mapped[str] = mapped_column(String(64), default="")
    #: The day it happened, on the village's calendar.
    effective_on: Mapped[date]
    state: Mapped[EventState] = mapped_column(choice(EventState, "known_state"))
    #: The client's name for the attempt that proposed it, and what that asked for.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    proposed_at: Mapped[utc]
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Why it was refused or withdrawn; empty for a plain approval.
    decision_reason: Mapped[str] = mapped_column(String(200), default="")
    #: The entry it posted; None if no points moved.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
