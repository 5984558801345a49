"""Printed runs of paper slips, and what became of each slip."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, int_pk, utc


class SlipRun(Base):
    """Blank slips of one shop printed at once (印单): who, when, from which number to which.

    Never changed, never deleted; the numbers of a shop's runs follow each other without a gap.
    """

    __tablename__ = "slip_run"
    __table_args__ = (
        CheckConstraint(
            "first_number > 0 AND last_number >= first_number", "numbers_from_one_upwards"
        ),
        UniqueConstraint("shop_id", "first_number"),
    )

    id: Mapped[int_pk]
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    first_number: Mapped[int]
    last_number: Mapped[int]
    printed_on: Mapped[date]
    printed_at: Mapped[utc]
    printed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: The client's name for this attempt and the shop, so that a retry prints nothing anew.
    key: Mapped[str] = mapped_column(String(120), unique=True)


class SlipOutcome(Base):
    """What became of a printed slip: its redemption, or why it is void (作废).

    A slip has one outcome or none. Never changed, never deleted.
    """

    __tablename__ = "slip_outcome"
    __table_args__ = (
        CheckConstraint("number > 0", "number_from_one"),
        CheckConstraint("(entry_id IS NULL) = (reason <> '')", "used_or_void"),
    )

    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"), primary_key=True)
    #: The slip's place among the shop's, from 1; what people read has a check digit as well.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: The redemption that was written on it; None if it is void.
    entry_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("redemption.entry_id"), unique=True
    )
    #: Why it is void; empty if it was used.
    reason: Mapped[str] = mapped_column(String(100), default="")
    #: The day that was written on it, or on which it was declared void.
    occurred_on: Mapped[date]
    recorded_at: Mapped[utc]
    actor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
