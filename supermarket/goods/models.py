"""The catalogue: goods, their prices in points, their barcodes."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, int_pk, utc


class Goods(Base):
    """Something a household can take home for points (商品)."""

    __tablename__ = "goods"
    __table_args__ = (CheckConstraint("low_stock_at >= 0", "low_stock_not_negative"),)

    id: Mapped[int_pk]
    #: Our own number for it, e.g. G001.
    sku: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(60))
    #: e.g. 5 kg; empty if there is none.
    specification: Mapped[str] = mapped_column(String(40), default="")
    #: What one is called: 袋, 瓶 …
    unit: Mapped[str] = mapped_column(String(10))
    #: Shelf it belongs to, e.g. 粮油食品.
    category: Mapped[str] = mapped_column(String(30))
    #: Whether every lot must carry a best-before date.
    has_expiry: Mapped[bool]
    #: A shop holding this many units or fewer should order.
    low_stock_at: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    #: Most units one household may take in a calendar month; None for no limit.
    month_limit: Mapped[int | None]
    #: Pinyin initials of the name, lower case, for typing.
    initials: Mapped[str] = mapped_column(Code, default="")

    barcodes: Mapped[list["Barcode"]] = relationship(
        back_populates="goods", order_by="Barcode.code"
    )


class PointsPrice(Base):
    """What one unit costs in points from one day on, everywhere or in one shop."""

    __tablename__ = "points_price"
    __table_args__ = (
        CheckConstraint("points > 0", "never_free"),
        Index(
            "uq_points_price_everywhere",
            "goods_id",
            "since",
            unique=True,
            sqlite_where=text("shop_id IS NULL"),
            postgresql_where=text("shop_id IS NULL"),
        ),
        Index(
            "uq_points_price_in_a_shop",
            "goods_id",
            "shop_id",
            "since",
            unique=True,
            sqlite_where=text("shop_id IS NOT NULL"),
            postgresql_where=text("shop_id IS NOT NULL"),
        ),
        Index("ix_points_price_goods_id_shop_id_since", "goods_id", "shop_id", "since"),
    )

    id: Mapped[int_pk]
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: None for every shop without a price of its own.
    shop_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("shop.id"))
    since: Mapped[date]
    #: Whole points for one unit.
    points: Mapped[int]
    created_at: Mapped[utc]


class Barcode(Base):
    """A code printed on a unit or a pack, bound to one goods."""

    __tablename__ = "barcode"
    __table_args__ = (CheckConstraint("units > 0", "at_least_one_unit"),)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"), index=True)
    #: Units in the pack that carries the code; 1 for the goods itself.
    units: Mapped[int] = mapped_column(default=1)

    goods: Mapped[Goods] = relationship(back_populates="barcodes")


class GoodsPhoto(Base):
    """The picture of goods, so that people who do not read find them."""

    __tablename__ = "goods_photo"

    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"), primary_key=True)
    photo_id: Mapped[int] = mapped_column(BigKey, ForeignKey("photo.id"))
