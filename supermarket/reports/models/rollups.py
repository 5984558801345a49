"""Sums by month that follow the journals by number (ADR 14): a cache, never a fact.

Anything here can be emptied and folded again from the journals with the same result.
"""

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code


class Fold(Base):
    """How far one journal has been folded into the sums."""

    __tablename__ = "report_fold"

    journal_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("journal.id"), primary_key=True, autoincrement=False
    )
    #: Number of the last entry that is in the sums; 0 before the first.
    folded_to: Mapped[int]
    #: How often this row was written: who reads sees by it that a fold came between.
    turns: Mapped[int] = mapped_column(BigInteger)


class JournalMonth(Base):
    """Between which numbers of a journal the entries of a month lie: how an edge is found."""

    __tablename__ = "report_journal_month"
    __table_args__ = ({"sqlite_with_rowid": False},)

    #: Year and month as 202610.
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    journal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("journal.id"), primary_key=True)
    first_number: Mapped[int]
    last_number: Mapped[int]


class _Sums:
    """What is added up; net of what was taken back, each on its own day (ADR 8)."""

    #: Times (次): redemptions less those wholly reversed.
    times: Mapped[int]
    units: Mapped[int]
    #: Whole points redeemed, and their worth in fen at the rate of the day.
    points: Mapped[int] = mapped_column(BigInteger)
    fen: Mapped[int] = mapped_column(BigInteger)
    #: Whole points awarded, deducted and expired.
    awarded: Mapped[int] = mapped_column(BigInteger)
    deducted: Mapped[int] = mapped_column(BigInteger)
    expired: Mapped[int] = mapped_column(BigInteger)
    #: What the balances of the households gained, whatever the reason.
    change: Mapped[int] = mapped_column(BigInteger)


class HouseholdMonth(_Sums, Base):
    """What one household got and spent in a month while it lived in one village."""

    __tablename__ = "report_household_month"
    __table_args__ = (
        Index("ix_report_household_month_village_code_month", "village_code", "month"),
        {"sqlite_with_rowid": False},
    )

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"), primary_key=True)
    village_code: Mapped[str] = mapped_column(Code, primary_key=True)


class PlaceMonth(_Sums, Base):
    """What the households of a village, township or county got and spent in a month."""

    __tablename__ = "report_place_month"
    __table_args__ = ({"sqlite_with_rowid": False},)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: 12, 9 or 6 digits.
    place: Mapped[str] = mapped_column(Code, primary_key=True)
    #: Distinct households that kept a redemption of the month, and that were awarded points.
    households: Mapped[int]
    earners: Mapped[int]


class GoodsMonth(Base):
    """What the households of a township had of one goods in a month."""

    __tablename__ = "report_goods_month"
    __table_args__ = ({"sqlite_with_rowid": False},)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: 9 digits.
    township: Mapped[str] = mapped_column(Code, primary_key=True)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"), primary_key=True)
    units: Mapped[int]
    points: Mapped[int] = mapped_column(BigInteger)
    fen: Mapped[int] = mapped_column(BigInteger)
