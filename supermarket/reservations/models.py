"""Goods kept for a household until a day, and what households wish their shops had."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class ReservationState(enum.Enum):
    """What became of a reservation."""

    #: Keeps its goods while its day has not passed; after that it keeps nothing, marked or not.
    HELD = "held"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    ReservationState.HELD: N_("留着"),
    ReservationState.FULFILLED: N_("已领走"),
    ReservationState.CANCELLED: N_("已取消"),
    ReservationState.EXPIRED: N_("过期没来领"),
}


class Channel(enum.Enum):
    """Who asked for a reservation."""

    COUNTER = "counter"
    HELPER = "helper"
    PAGE = "page"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Channel.COUNTER: N_("柜台"),
            Channel.HELPER: N_("帮扶责任人"),
            Channel.PAGE: N_("农户页面"),
        }[self]


class Reservation(Base):
    """Units of one goods kept for a household at a shop until a day (留货). Never deleted.

    No points are taken for it; the household pays when it collects. What it collects at the
    shop of these goods comes out of the reservation first.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        CheckConstraint("units BETWEEN 1 AND 99", "some_units"),
        CheckConstraint("taken BETWEEN 0 AND units", "no_more_than_was_kept"),
        CheckConstraint("state <> 'fulfilled' OR taken = units", "fulfilled_is_all_of_it"),
        Index(
            "ix_reservation_held",
            "shop_id",
            "goods_id",
            "until",
            sqlite_where=text("state = 'held'"),
            postgresql_where=text("state = 'held'"),
        ),
        Index("ix_reservation_household_id_id", "household_id", "id"),
        Index("ix_reservation_shop_id_id", "shop_id", "id"),
        Index("ix_reservation_state_until", "state", "until"),
    )

    id: Mapped[int_pk]
    #: The number people see: the shop's code, Y, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The client's name for the attempt that made it, and what it asked for.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Whole units kept, and those of them that were collected.
    units: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    #: The last day.
    until: Mapped[date]
    state: Mapped[ReservationState] = mapped_column(
        choice(ReservationState, "known_state"), default=ReservationState.HELD
    )
    channel: Mapped[Channel] = mapped_column(choice(Channel, "known_channel"))
    #: None if the household made it on its own page.
    made_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    made_at: Mapped[utc]
    #: Who ended it; None for the household itself, for the job and for the counter.
    closed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Why it was cancelled, in words; empty if nobody said.
    reason: Mapped[str] = mapped_column(String(100), default="")


class ReservationTaking(Base):
    """Units that a redemption took out of a reservation. Never updated, never deleted."""

    __tablename__ = "reservation_taking"
    __table_args__ = (
        CheckConstraint("units > 0", "some_units"),
        Index("ix_reservation_taking_reservation_id", "reservation_id"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    reservation_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("reservation.id"), primary_key=True, autoincrement=False
    )
    #: Whole units.
    units: Mapped[int]


class Wish(Base):
    """Something a household would like its shop to have (心愿). Ended, never deleted.

    In public, and to shops, only how many households wish for what.
    """

    __tablename__ = "wish"
    __table_args__ = (
        Index(
            "uq_wish_in_force",
            "household_id",
            "words",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_wish_village_code_words", "village_code", "words"),
    )

    id: Mapped[int_pk]
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: The household's village when it was noted.
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: Goods of the catalogue; None for something that is not in it.
    goods_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Name of the goods, or what the household calls it.
    words: Mapped[str] = mapped_column(String(40))
    #: None if the household noted it on its own page.
    noted_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    noted_at: Mapped[utc]
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
