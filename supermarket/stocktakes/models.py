"""Counts of a shop's shelves, and the close of its day."""

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_

_UNDER_WAY = text("state IN ('open', 'counted')")


class StocktakeState(enum.Enum):
    """How far a stocktake has come."""

    #: Being counted.
    OPEN = "open"
    #: Handed in: waits for the second person.
    COUNTED = "counted"
    POSTED = "posted"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    StocktakeState.OPEN: N_("正在盘"),
    StocktakeState.COUNTED: N_("待审核"),
    StocktakeState.POSTED: N_("已入账"),
    StocktakeState.CANCELLED: N_("已作废"),
}


class LineDecision(enum.Enum):
    """What to do with a line whose lot moved after it was counted."""

    #: The count stands: what it differed by then is what is posted.
    KEEP = "keep"
    #: It is to be counted again.
    RECOUNT = "recount"


class Stocktake(Base):
    """One count of a shop's shelves while the shop trades on (盘点). Never deleted."""

    __tablename__ = "stocktake"
    __table_args__ = (
        CheckConstraint("(state = 'posted') = (approved_by IS NOT NULL)", "posted_by_somebody"),
        CheckConstraint("entry_id IS NULL OR state = 'posted'", "only_posted_has_an_entry"),
        Index("ix_stocktake_shop_id_id", "shop_id", "id"),
        Index(
            "uq_stocktake_one_under_way",
            "shop_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
        Index(
            "ix_stocktake_entry_id",
            "entry_id",
            sqlite_where=text("entry_id IS NOT NULL"),
            postgresql_where=text("entry_id IS NOT NULL"),
        ),
    )

    id: Mapped[int_pk]
    #: The number people see: the shop's code, P, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    state: Mapped[StocktakeState] = mapped_column(choice(StocktakeState, "known_stocktake_state"))
    #: Times it was handed in: whoever approves says which of them was read.
    round: Mapped[int] = mapped_column(default=0)
    opened_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    opened_at: Mapped[utc]
    #: Who handed it in last, and when.
    handed_in_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    handed_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The second person.
    approved_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: Who posted or cancelled it, and when.
    closed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The entry with the differences; None while there is none, or if nothing differed.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"))
    #: Why it was sent back or cancelled; empty otherwise.
    note: Mapped[str] = mapped_column(String(200), default="")


class StocktakeLine(Base):
    """One lot as it was counted, with what the books said at that moment.

    When the stocktake is posted, lots nobody counted get a line without a count, so that
    the paper names them for ever.
    """

    __tablename__ = "stocktake_line"
    __table_args__ = (
        CheckConstraint("counted >= 0 AND counted <= 100000", "a_count_of_units"),
        CheckConstraint("(counted IS NULL) = (counted_by IS NULL)", "counted_by_somebody"),
        {"sqlite_with_rowid": False},
    )

    stocktake_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stocktake.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"), primary_key=True)
    #: Whole units; None if nobody counted it.
    counted: Mapped[int | None]
    #: Whole units in the books at that moment, and the lot's last movement then.
    book_at_count: Mapped[int]
    last_place_at_count: Mapped[int]
    counted_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision: Mapped[LineDecision | None] = mapped_column(choice(LineDecision, "known_decision"))
    #: Why it differs, if somebody knows.
    note: Mapped[str] = mapped_column(String(100), default="")
    #: How often it was counted from the start, and what the first count said.
    times: Mapped[int] = mapped_column(default=1)
    first_counted: Mapped[int | None]
    #: The last scan that was added: the same one is not added twice.
    scan_key: Mapped[str] = mapped_column(String(100), default="")
    #: Points of one unit on the day it was posted; None before, or if it had no price.
    points_price: Mapped[int | None]


class StocktakeCounter(Base):
    """Somebody who counted in a stocktake, even if another counted the same lot again."""

    __tablename__ = "stocktake_counter"

    stocktake_id: Mapped[int] = mapped_column(BigKey, ForeignKey("stocktake.id"), primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"), primary_key=True)


class DayClose(Base):
    """What a shop took on a day, as its keeper closed it (日结). Never deleted.

    Only the second person's signature is added later.
    """

    __tablename__ = "day_close"
    __table_args__ = (
        UniqueConstraint("shop_id", "day"),
        CheckConstraint("(signed_by IS NULL) = (signed_at IS NULL)", "signed_by_somebody"),
        CheckConstraint("signed_by IS NULL OR signed_by <> closed_by", "signed_by_a_second"),
    )

    id: Mapped[int_pk]
    #: The number people see: the shop's code, R, the day as 20261122.
    code: Mapped[str] = mapped_column(Code, unique=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    day: Mapped[date]
    #: Whole points taken, after what was given back that day.
    points: Mapped[int]
    #: Redemptions of the day, and how often something was taken back.
    times: Mapped[int]
    voids: Mapped[int]
    #: Paper slips used: [{"first", "last", "used", "missing"}, …], one for each series.
    slips: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(String(200), default="")
    closed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    closed_at: Mapped[utc]
    #: The second person.
    signed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    signed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class DayCloseLine(Base):
    """Key goods counted when a day was closed. Never updated, never deleted."""

    __tablename__ = "day_close_line"
    __table_args__ = (
        CheckConstraint("counted >= 0", "a_count_of_units"),
        {"sqlite_with_rowid": False},
    )

    day_close_id: Mapped[int] = mapped_column(BigKey, ForeignKey("day_close.id"), primary_key=True)
    #: Place on the paper, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Whole units in the books at that moment, and as counted.
    book: Mapped[int]
    counted: Mapped[int]
