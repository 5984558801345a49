"""Redemptions and their reversals, and the hours in which a shop hands goods out."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, int_pk, utc


class Redemption(Base):
    """Goods handed over for points (兑换单), or such a handing-over taken back (冲正).

    A reversal is a row of its own, dated the day it was made, with the signs turned, so
    that every report is a plain sum: ``times`` is 1 for a redemption, −1 for the reversal
    that takes back the last of it, 0 for a reversal of a part before that.
    """

    __tablename__ = "redemption"
    __table_args__ = (
        CheckConstraint("times IN (1, 0, -1)", "known_times"),
        CheckConstraint("(times = 1) = (reverses_id IS NULL)", "reversals_name_what_they_reverse"),
        CheckConstraint("(times = 1) = (points > 0)", "reversals_are_negative"),
        Index("ix_redemption_shop_id_occurred_on", "shop_id", "occurred_on"),
        Index("ix_redemption_village_code_occurred_on", "village_code", "occurred_on"),
        Index("ix_redemption_household_id_entry_id", "household_id", "entry_id"),
        Index(  # few rows reverse another; the others need not pay for it
            "ix_redemption_reverses_id",
            "reverses_id",
            sqlite_where=text("reverses_id IS NOT NULL"),
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: The household's village on that day.
    village_code: Mapped[str] = mapped_column(Code)
    #: The card shown; None if the household was found by name.
    card_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("card.id"))
    occurred_on: Mapped[date]
    posted_at: Mapped[utc]
    times: Mapped[int]
    #: Whole points spent; negative in a reversal.
    points: Mapped[int]
    #: Worth of those points in fen, at the rate of the day of the redemption.
    fen: Mapped[int]
    balance_after: Mapped[int]
    reverses_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("redemption.entry_id"))
    #: Who collected for the household (代领人); empty if it came itself.
    collector: Mapped[str] = mapped_column(String(60), default="")
    #: The numbered paper slip it was written on while the power was out; empty if none.
    slip_number: Mapped[str] = mapped_column(String(20), default="")
    #: Why it was taken back; empty in a redemption.
    reason: Mapped[str] = mapped_column(String(100), default="")
    actor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class RedemptionLine(Base):
    """One goods of a redemption (明细); units and points are negative in a reversal."""

    __tablename__ = "redemption_line"
    __table_args__ = (CheckConstraint("quantity <> 0", "some_units"), {"sqlite_with_rowid": False})

    entry_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("redemption.entry_id"), primary_key=True
    )
    #: Place on the receipt, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Whole units.
    quantity: Mapped[int]
    #: Whole points for one unit, as on the day.
    points_price: Mapped[int]
    #: ``quantity`` times ``points_price``.
    points: Mapped[int]
    #: ``points`` in fen, at the rate of the day of the redemption.
    fen: Mapped[int]


class ShopWindow(Base):
    """Hours of a weekday in which a shop hands goods out (兑换时间); with none, it always does."""

    __tablename__ = "shop_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", "known_weekday"),
        CheckConstraint("opens < closes", "opens_before_it_closes"),
        UniqueConstraint("shop_id", "weekday", "opens"),
    )

    id: Mapped[int_pk]
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    #: 1 Monday to 7 Sunday.
    weekday: Mapped[int]
    #: HH:MM by the village's clocks; ``closes`` is the first minute that is too late, to 24:00.
    opens: Mapped[str] = mapped_column(String(5))
    closes: Mapped[str] = mapped_column(String(5))
