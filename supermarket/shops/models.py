"""Shops and the papers their goods come in with."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, UTCDateTime, choice, int_pk, utc
from supermarket.ledger.models import LotSource


class Shop(Base):
    """One 爱心超市, in a region of any level; it serves the villages below that region."""

    __tablename__ = "shop"

    id: Mapped[int_pk]
    #: The region's code, S and two digits, e.g. 410482100203S01.
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(60))
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), index=True)
    address: Mapped[str] = mapped_column(String(100), default="")
    #: Printed on cards: whom to call about a lost one.
    phone: Mapped[str] = mapped_column(String(20), default="")
    active: Mapped[bool] = mapped_column(default=True)
    #: The partner merchant whose goods these are, settled with monthly; empty for own stock.
    merchant: Mapped[str] = mapped_column(String(60), default="")
    journal_id: Mapped[int] = mapped_column(BigKey, ForeignKey("journal.id"), unique=True)
    #: The account that takes the points redeemed here.
    redeemed_account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), unique=True)


class GoodsIn(Base):
    """A delivery taken into a shop (入库), bought or given; its entry holds the units."""

    __tablename__ = "goods_in"
    __table_args__ = (Index("ix_goods_in_shop_id_entry_id", "shop_id", "entry_id"),)

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    source: Mapped[LotSource] = mapped_column(choice(LotSource, "known_goods_in_source"))
    #: Who sold or gave it; empty if not said.
    partner: Mapped[str] = mapped_column(String(60), default="")
    #: Number on the delivery note or receipt; empty if there is none.
    document: Mapped[str] = mapped_column(String(64), default="")
    received_on: Mapped[date]
    created_at: Mapped[utc]


class GoodsInLine(Base):
    """One line of a delivery: the lot it made and what a unit cost."""

    __tablename__ = "goods_in_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", "some_units"),
        CheckConstraint("unit_cost_fen >= 0", "cost_not_negative"),
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods_in.entry_id"), primary_key=True)
    #: Place on the paper, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"), unique=True)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    quantity: Mapped[int]
    #: Cost, or the valuation of a gift, of one unit in fen; None if not said.
    unit_cost_fen: Mapped[int | None]


class Provenance(Base):
    """Who gave a delivery, or which fund paid for it, and what it is bound to.

    Never updated, never deleted. A delivery without one was noted before donors and funds
    were kept, or nobody said.
    """

    __tablename__ = "provenance"
    __table_args__ = (
        Index("ix_provenance_donor_id", "donor_id"),
        Index("ix_provenance_fund_id", "fund_id"),
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods_in.entry_id"), primary_key=True)
    donor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("donor.id"))
    fund_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("fund.id"))
    #: What the donor wishes (捐赠意愿), in words.
    wish: Mapped[str] = mapped_column(String(200), default="")
    #: The region whose shops alone may have the goods; empty where they are free.
    only_region: Mapped[str] = mapped_column(Code, default="")
    #: Number of the receipt given to the donor; empty if it was bought.
    receipt_number: Mapped[str] = mapped_column(Code, default="")


class Recall(Base):
    """A lot that must not be handed out, with every lot of another shop that came from it (召回).

    Never deleted. In force until it is lifted; the counter and transfers pass its lots over.
    """

    __tablename__ = "recall"
    __table_args__ = (
        CheckConstraint("(lifted_at IS NULL) = (lifted_by IS NULL)", "lifting_is_told"),
        Index(
            "uq_recall_lot_id_in_force",
            "lot_id",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int_pk]
    #: The code of the shop the lot was delivered to, R, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The root: the lot as it was delivered.
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"))
    reason: Mapped[str] = mapped_column(String(200))
    recalled_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    recalled_at: Mapped[utc]
    lifted_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    lifted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    #: Why it was lifted; empty while it is in force.
    lift_reason: Mapped[str] = mapped_column(String(200), default="")
