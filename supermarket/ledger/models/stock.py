"""Lots and their movements."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, choice, int_pk
from supermarket.ledger.models.kinds import LotSource


class Lot(Base):
    """Goods that came into a shop together (批次): one delivery line, one best-before date."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", "never_below_zero"),
        Index("ix_lot_shop_id_goods_id_best_before", "shop_id", "goods_id", "best_before"),
    )

    id: Mapped[int_pk]
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Last day it may be handed over (保质期至); None for goods that do not perish.
    best_before: Mapped[date | None]
    source: Mapped[LotSource] = mapped_column(choice(LotSource, "known_source"))
    received_on: Mapped[date]
    #: The lot these units were moved from, in another shop; None if they were delivered here.
    origin_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("lot.id"))
    #: Whole units on the shelf.
    on_hand: Mapped[int] = mapped_column(default=0)
    #: Movements so far: the place of the newest one in the lot's stock card.
    last_place: Mapped[int] = mapped_column(default=0)


class StockLine(Base):
    """One movement of one lot in an entry (库存流水). Never updated, never deleted."""

    __tablename__ = "stock_line"
    __table_args__ = (
        UniqueConstraint("lot_id", "place"),
        CheckConstraint("quantity <> 0", "quantity_not_zero"),
        CheckConstraint("on_hand_after >= 0", "never_below_zero"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    #: Place among the entry's stock lines, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"))
    #: Whole units; positive into the lot, negative out of it.
    quantity: Mapped[int]
    #: Whole units in the lot after this line.
    on_hand_after: Mapped[int]
    #: Place in the lot's stock card, from 1, without a gap.
    place: Mapped[int]
    #: In a reversal: the position of the line it takes back.
    reverses_position: Mapped[int | None]
