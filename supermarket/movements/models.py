"""Transfers between shops, write-offs, and what was done about a recall."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class TransferState(enum.Enum):
    """How far a transfer has come."""

    SENT = "sent"
    RECEIVED = "received"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            TransferState.SENT: N_("在途"),
            TransferState.RECEIVED: N_("已收货"),
            TransferState.CANCELLED: N_("已撤回"),
        }[self]


class Transfer(Base):
    """Goods on their way from one shop to another (调拨单). Never deleted.

    Sending takes them off the sender's lots, receiving makes lots of them at the receiver's;
    what did not arrive stays in transit until somebody else decides what became of it.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        CheckConstraint("from_shop_id <> to_shop_id", "two_shops"),
        CheckConstraint("missing >= 0", "missing_not_negative"),
        CheckConstraint("missing = 0 OR state = 'received'", "missing_after_receipt"),
        CheckConstraint("(state = 'received') = (received_at IS NOT NULL)", "receipt_is_told"),
        Index("ix_transfer_to_shop_id_state", "to_shop_id", "state"),
        Index("ix_transfer_from_shop_id_id", "from_shop_id", "id"),
        Index(  # few transfers miss anything; the others need not pay for it
            "ix_transfer_missing",
            "missing",
            sqlite_where=text("missing > 0"),
            postgresql_where=text("missing > 0"),
        ),
    )

    id: Mapped[int_pk]
    #: The sending shop's code, T, a number without gaps, e.g. 410482100S01T4.
    code: Mapped[str] = mapped_column(Code, unique=True)
    from_shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    to_shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    state: Mapped[TransferState] = mapped_column(choice(TransferState, "known_transfer_state"))
    #: Units of a received transfer of which nobody knows yet what became.
    missing: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(200), default="")
    sent_on: Mapped[date]
    sent_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    sent_at: Mapped[utc]
    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    received_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    received_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: The client's name for the attempt that received it.
    receipt_key: Mapped[str | None] = mapped_column(String(100), unique=True)
    #: None before it was received, and if nothing arrived.
    receipt_entry_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("entry.id"), unique=True
    )
    cancelled_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TransferLine(Base):
    """Units of one lot in a transfer: sent = received + returned + lost + still in transit."""

    __tablename__ = "transfer_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", "some_units"),
        CheckConstraint("received >= 0 AND returned >= 0 AND lost >= 0", "no_negative_units"),
        CheckConstraint("received + returned + lost <= quantity", "no_more_than_sent"),
        CheckConstraint("received = 0 OR to_lot_id IS NOT NULL", "received_into_a_lot"),
        Index("ix_transfer_line_from_lot_id", "from_lot_id"),
    )

    transfer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("transfer.id"), primary_key=True)
    #: Place on the paper, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    from_lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"))
    #: The lot made at the receiver's; None while nothing of the line arrived.
    to_lot_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("lot.id"), unique=True)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Whole units sent; of them arrived, come back to the sender, given up.
    quantity: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    returned: Mapped[int] = mapped_column(default=0)
    lost: Mapped[int] = mapped_column(default=0)
    #: What the receiver says of the line, e.g. that a bag was torn.
    note: Mapped[str] = mapped_column(String(200), default="")

    @property
    def in_transit(self) -> int:
        """Units that neither arrived, nor came back, nor were given up."""
        return self.quantity - self.received - self.returned - self.lost


class Outcome(enum.Enum):
    """What became of units that did not arrive with the rest."""

    BACK = "back"
    ARRIVED = "arrived"
    LOST = "lost"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Outcome.BACK: N_("还在发货店，放回原批次"),
            Outcome.ARRIVED: N_("后来收到了"),
            Outcome.LOST: N_("路上丢了，不再找"),
        }[self]


class TransferDecision(Base):
    """What a third person found out about missing units. Never updated, never deleted."""

    __tablename__ = "transfer_decision"
    __table_args__ = (
        CheckConstraint("quantity > 0", "some_units"),
        CheckConstraint("(outcome = 'lost') = (entry_id IS NULL)", "lost_units_move_nothing"),
        Index("ix_transfer_decision_transfer_id", "transfer_id", "id"),
    )

    id: Mapped[int_pk]
    #: The client's name for the attempt.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    transfer_id: Mapped[int] = mapped_column(BigKey, ForeignKey("transfer.id"))
    #: Of which line of the transfer.
    position: Mapped[int]
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome, "known_outcome"))
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(200))
    decided_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[utc]
    #: None if they are lost: what is in no lot leaves none.
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)


class WriteOffKind(enum.Enum):
    """Why goods are written off."""

    EXPIRED = "expired"
    DAMAGED = "damaged"
    SPOILED = "spoiled"
    LOST = "lost"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            WriteOffKind.EXPIRED: N_("过期"),
            WriteOffKind.DAMAGED: N_("破损"),
            WriteOffKind.SPOILED: N_("变质"),
            WriteOffKind.LOST: N_("丢失"),
            WriteOffKind.OTHER: N_("其他"),
        }[self]

    @property
    def needs_words(self) -> bool:
        """Whether the kind alone says too little."""
        return self in {WriteOffKind.LOST, WriteOffKind.OTHER}


class WriteOffState(enum.Enum):
    """How far a write-off has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REVERSED = "reversed"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            WriteOffState.PROPOSED: N_("待审批"),
            WriteOffState.APPROVED: N_("已批准"),
            WriteOffState.REFUSED: N_("未批准"),
            WriteOffState.WITHDRAWN: N_("已收回"),
            WriteOffState.REVERSED: N_("已冲正"),
        }[self]


class WriteOff(Base):
    """Goods that can no longer be handed out (报损单): proposed by one, approved by another.

    Never deleted. Nothing leaves the shelf before it is approved.
    """

    __tablename__ = "write_off"
    __table_args__ = (
        CheckConstraint(
            "(entry_id IS NOT NULL) = (state IN ('approved', 'reversed'))", "approved_is_posted"
        ),
        CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", "decision_is_told"),
        CheckConstraint("(state = 'reversed') = (reversed_at IS NOT NULL)", "reversal_is_told"),
        Index("ix_write_off_shop_id_state_id", "shop_id", "state", "id"),
    )

    id: Mapped[int_pk]
    #: The shop's code, X, a number without gaps, e.g. 410482100203S01X2.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The client's name for the attempt that proposed it, and what that attempt asked for.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    kind: Mapped[WriteOffKind] = mapped_column(choice(WriteOffKind, "known_write_off_kind"))
    #: What happened, in the proposer's words; empty if the kind says enough.
    words: Mapped[str] = mapped_column(String(200), default="")
    #: What is done with the goods (处理方式), e.g. 销毁; empty if not said.
    disposal: Mapped[str] = mapped_column(String(60), default="")
    state: Mapped[WriteOffState] = mapped_column(choice(WriteOffState, "known_write_off_state"))
    proposed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    proposed_at: Mapped[utc]
    #: Who approved, refused or withdrew it, when, and why if not approved.
    decided_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(200), default="")
    entry_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"), unique=True)
    reversed_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    reversed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class WriteOffLine(Base):
    """Units of one lot on a write-off, and what a unit was worth when it was proposed."""

    __tablename__ = "write_off_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", "some_units"),
        CheckConstraint("approved BETWEEN 0 AND quantity", "no_more_than_proposed"),
        Index("ix_write_off_line_lot_id", "lot_id"),
    )

    write_off_id: Mapped[int] = mapped_column(BigKey, ForeignKey("write_off.id"), primary_key=True)
    #: Place on the paper, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"))
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Whole units proposed, and approved; None while nobody decided.
    quantity: Mapped[int]
    approved: Mapped[int | None]
    #: Whole points, and fen, of one unit; None if it had no price, or nobody said the cost.
    points_price: Mapped[int | None]
    unit_cost_fen: Mapped[int | None]


class RecallMark(Base):
    """A household that received units of a recalled lot, and what was done about it."""

    __tablename__ = "recall_mark"
    __table_args__ = (
        CheckConstraint("told_at IS NOT NULL OR collected_at IS NOT NULL", "something_was_done"),
    )

    recall_id: Mapped[int] = mapped_column(BigKey, ForeignKey("recall.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("household.id"), primary_key=True, autoincrement=False
    )
    #: When and by whom the household was told (已通知).
    told_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    told_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: When and by whom the goods, or what was left of them, were collected (已收回).
    collected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    collected_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
