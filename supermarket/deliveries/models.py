"""Goods of a redemption on their way to the household's door."""

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, UTCDateTime, choice, int_pk, utc
from supermarket.errors import N_


class DeliveryState(enum.Enum):
    """How far a delivery has come."""

    TO_DELIVER = "to_deliver"
    DELIVERED = "delivered"
    #: The goods came back to the shop, to be brought again or taken back into stock.
    UNDELIVERED = "undelivered"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            DeliveryState.TO_DELIVER: N_("待送"),
            DeliveryState.DELIVERED: N_("已送到"),
            DeliveryState.UNDELIVERED: N_("没送到，货在店里"),
        }[self]


class Proof(enum.Enum):
    """What shows that the goods were received."""

    PIN = "pin"
    PAPER = "paper"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {Proof.PIN: N_("密码核对"), Proof.PAPER: N_("纸单签字")}[self]


class Delivery(Base):
    """A redemption whose goods are brought to the household (送货上门). Never deleted.

    One for each redemption. After it was made only its state, its carrier and day, and who
    received the goods change, each with a ``DeliveryStep``.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)", "delivered_at_a_moment"
        ),
        CheckConstraint("(state = 'delivered') = (proof IS NOT NULL)", "delivered_with_a_proof"),
        Index("ix_delivery_shop_id_id", "shop_id", "id"),
        Index("ix_delivery_household_id", "household_id"),
        Index(
            "ix_delivery_open",
            "carrier_id",
            "due_on",
            sqlite_where=text("state = 'to_deliver'"),
            postgresql_where=text("state = 'to_deliver'"),
        ),
    )

    id: Mapped[int_pk]
    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("redemption.entry_id"), unique=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Who brings it, by name; and that person's account, None for a volunteer without one.
    carrier: Mapped[str] = mapped_column(String(40))
    carrier_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: The day by which it is to be there.
    due_on: Mapped[date]
    #: Where to and what to mind, in words; empty if nobody said.
    note: Mapped[str] = mapped_column(String(100), default="")
    state: Mapped[DeliveryState] = mapped_column(
        choice(DeliveryState, "known_state"), default=DeliveryState.TO_DELIVER
    )
    made_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    made_at: Mapped[utc]
    #: Who took the goods at the door, and what they are to the head (本人, 邻居 …).
    receiver: Mapped[str] = mapped_column(String(60), default="")
    relation: Mapped[str] = mapped_column(String(20), default="")
    #: The proxy who did, if it was one.
    proxy_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("proxy.id"))
    proof: Mapped[Proof | None] = mapped_column(choice(Proof, "known_proof"))
    delivered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Step(enum.Enum):
    """What was done to a delivery."""

    MAKE = "make"
    HAND_OVER = "hand_over"
    FAIL = "fail"
    AGAIN = "again"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Step.MAKE: N_("登记送货"),
            Step.HAND_OVER: N_("送到"),
            Step.FAIL: N_("没送到"),
            Step.AGAIN: N_("改天再送"),
        }[self]


class DeliveryStep(Base):
    """One step of a delivery's way. Never updated, never deleted."""

    __tablename__ = "delivery_step"
    __table_args__ = (Index("ix_delivery_step_delivery_id", "delivery_id", "id"),)

    id: Mapped[int_pk]
    delivery_id: Mapped[int] = mapped_column(BigKey, ForeignKey("delivery.id"))
    step: Mapped[Step] = mapped_column(choice(Step, "known_step"))
    actor_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    at: Mapped[utc]
    #: Carrier, receiver or reason, as the step asks; empty if it says enough.
    words: Mapped[str] = mapped_column(String(120), default="")
