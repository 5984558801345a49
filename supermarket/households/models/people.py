"""Who stands by a household or must keep out of it: kin, proxies, helpers, visits, freezes."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class TieKind(enum.Enum):
    """How somebody who works here belongs to a household."""

    OWN = "own"
    RELATIVE = "relative"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {TieKind.OWN: N_("本人家庭"), TieKind.RELATIVE: N_("亲属家庭")}[self]


class StaffTie(Base):
    """A household that somebody must not decide on or serve (回避). Ended, never deleted."""

    __tablename__ = "staff_tie"
    __table_args__ = (
        Index(
            "uq_staff_tie_in_force",
            "staff_id",
            "household_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_staff_tie_household_id", "household_id"),
    )

    id: Mapped[int_pk]
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    kind: Mapped[TieKind] = mapped_column(choice(TieKind, "known_kind"))
    #: In words: 本人, 岳父, 姐姐家 …
    relation: Mapped[str] = mapped_column(String(20), default="")
    declared_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    declared_at: Mapped[utc]
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Proxy(Base):
    """Somebody who may collect goods for a household (代领人). Ended, never deleted."""

    __tablename__ = "proxy"
    __table_args__ = (
        CheckConstraint("until >= since", "until_after_since"),
        CheckConstraint("month_points IS NULL OR month_points > 0", "limit_is_positive"),
        Index("ix_proxy_household_id", "household_id"),
    )

    id: Mapped[int_pk]
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    name: Mapped[str] = mapped_column(String(60))
    #: To the head: 邻居, 儿媳 …
    relation: Mapped[str] = mapped_column(String(20))
    phone: Mapped[str] = mapped_column(String(20), default="")
    identity_tail: Mapped[str] = mapped_column(String(4), default="")
    since: Mapped[date]
    #: The last day.
    until: Mapped[date]
    #: Most points to be collected in a calendar month; None sets no limit.
    month_points: Mapped[int | None]
    #: Number of the signed agreement (授权委托书).
    document: Mapped[str] = mapped_column(String(40), default="")
    created_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]
    ended_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str] = mapped_column(String(200), default="")


class HelperPairing(Base):
    """A household and the member of staff who helps it (帮扶责任人), from one day until another."""

    __tablename__ = "helper_pairing"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", "until_after_since"),
        Index(
            "uq_helper_pairing_one_now",
            "household_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_helper_pairing_staff_id", "staff_id", "household_id"),
    )

    id: Mapped[int_pk]
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    since: Mapped[date]
    #: The day it ended; None while it holds.
    until: Mapped[date | None]
    created_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]


class Visit(Base):
    """A visit paid to a household, or meant to be paid."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_household_id_visited_on", "household_id", "visited_on"),)

    id: Mapped[int_pk]
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    visited_on: Mapped[date]
    #: Still to be paid: the day is the one it is meant for.
    planned: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[utc]


class HouseholdFreeze(Base):
    """Days on which a household may not redeem (冻结), proposed by one and approved by another."""

    __tablename__ = "household_freeze"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "ends_after_it_starts"),
        Index("ix_household_freeze_household_id", "household_id", "ends_on"),
    )

    id: Mapped[int_pk]
    code: Mapped[str] = mapped_column(Code, unique=True)
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    basis: Mapped[str] = mapped_column(String(120))
    document_number: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    proposed_at: Mapped[utc]
    #: None until the second person decided; nothing is frozen unless it was approved.
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lifted_on: Mapped[date | None]
    lifted_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    words: Mapped[str] = mapped_column(String(200), default="")
