"""Settlements with partner merchants."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class SettlementState(enum.Enum):
    """How far a settlement has come."""

    DRAFTED = "drafted"
    PAID = "paid"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {SettlementState.DRAFTED: N_("待付款"), SettlementState.PAID: N_("已付款")}[self]


class Settlement(Base):
    """What a partner merchant is owed for one month of its shop (结算单).

    Its figures are those of the day they were drafted; paying counts them anew, and from
    then on nothing of it changes. What changed in a month paid before is carried over.
    """

    __tablename__ = "settlement"
    __table_args__ = (
        UniqueConstraint("shop_id", "month"),
        CheckConstraint("(state = 'paid') = (paid_by IS NOT NULL)", "paid_by_somebody"),
        CheckConstraint("(paid_by IS NULL) = (paid_at IS NULL)", "paid_at_a_time"),
        CheckConstraint("paid_by IS NULL OR paid_by <> drafted_by", "two_people"),
        CheckConstraint("(fund_id IS NULL) = (entry_id IS NULL)", "a_fund_pays_in_the_books"),
    )

    id: Mapped[int_pk]
    #: The shop's code, M, year and month, e.g. 410482100203S01M202610.
    code: Mapped[str] = mapped_column(Code, unique=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    #: First day of the month.
    month: Mapped[date]
    #: The merchant's name at that time.
    merchant: Mapped[str] = mapped_column(String(60))
    #: Points redeemed less those taken back, and their worth in fen, the carried ones among them.
    points: Mapped[int]
    fen: Mapped[int] = mapped_column(BigKey)
    #: Of those: what was noted in months paid before, after they were paid.
    carried_points: Mapped[int] = mapped_column(default=0)
    carried_fen: Mapped[int] = mapped_column(BigKey, default=0)
    state: Mapped[SettlementState] = mapped_column(
        choice(SettlementState, "known_settlement_state")
    )
    drafted_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    drafted_at: Mapped[utc]
    paid_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    paid_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The fund that paid and the entry it did so in; None if it was paid outside the books.
    fund_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("fund.id"))
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    #: Number of the payment slip; empty if there is none.
    document: Mapped[str] = mapped_column(String(64), default="")
