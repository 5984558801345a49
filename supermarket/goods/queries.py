"""Questions to the catalogue: finding goods, what they cost, what a code means."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import selectinload
from sqlalchemy.sql.base import ExecutableOption as ORMOption
from stdnum import ean

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods.errors import GoodsInactiveError, GoodsNotRecognisedError
from supermarket.goods.models import Barcode, Goods, GoodsPhoto, PointsPrice
from supermarket.photos.models import Photo
from supermarket.spreadsheets.cells import cleaned

#: ``12*6901234567892``: twelve of what the code names.
COUNTED = re.compile(r"([0-9]{1,4})\s*[*×]\s*(.+)")


class Scanned(NamedTuple):
    """What a scanned or typed code means."""

    goods_id: int
    sku: str
    name: str
    #: Units meant: those in the pack, times the number before the ``*``.
    units: int


class GoodsRow(NamedTuple):
    """One line of the catalogue."""

    goods: Goods
    #: Points for one unit where a shop has no price of its own; None if not for sale yet.
    points: int | None


def goods(sku: str) -> Goods | None:
    """Return goods by their number, written in any case."""
    return db.session.scalar(select(Goods).where(Goods.sku == cleaned(sku).upper()))


def goods_or_404(sku: str) -> Goods:
    """Return goods by their number.

    Raises:
        NotFoundError: there are none.
    """
    found = goods(sku)
    if found is None:
        raise NotFoundError(what=cleaned(sku)[:40])
    return found


def by_skus(skus: Collection[str]) -> dict[str, Goods]:
    """Return the goods with these numbers, by number."""
    rows = db.session.scalars(select(Goods).where(Goods.sku.in_(skus)))
    return {row.sku: row for row in rows}


def canonical_barcode(text: str) -> str:
    """Return a code as it is kept: half-width, without spaces, a 12-digit UPC as 13 digits."""
    code = "".join(cleaned(unicodedata.normalize("NFKC", text)).split()).upper()
    return f"0{code}" if len(code) == 12 and code.isdigit() and ean.is_valid(code) else code


def scan(text: str) -> Scanned:
    """Return what a barcode, a goods number or either behind ``12*`` means.

    Raises:
        GoodsNotRecognisedError: it means nothing here.
        GoodsInactiveError: the goods were taken off the catalogue.
    """
    plain = cleaned(unicodedata.normalize("NFKC", text))
    found = _lookup(plain)
    times = 1
    if found is None and (counted := COUNTED.fullmatch(plain)):
        times = int(counted[1])
        found = _lookup(counted[2]) if times else None
    if found is None:
        raise GoodsNotRecognisedError(what=cleaned(text)[:40])
    item, units = found
    if not item.active:
        raise GoodsInactiveError(goods=item.name)
    return Scanned(item.id, item.sku, item.name, times * units)


def _lookup(text: str) -> tuple[Goods, int] | None:
    code = canonical_barcode(text)
    if not code or len(code) > 64:
        return None
    row = db.session.execute(
        select(Goods, Barcode.units)
        .outerjoin(Barcode, (Barcode.goods_id == Goods.id) & (Barcode.code == code))
        .where(or_(Barcode.code == code, Goods.sku == code))
        .order_by(Barcode.code.is_(None))
        .limit(1)
    ).first()
    return (row[0], row[1] or 1) if row else None


def catalogue(*, text: str = "", category: str = "", active: bool | None = True) -> Select[Goods]:
    """Return the goods whose name, initials, number or barcode match, to page by number."""
    wanted = select(Goods).order_by(Goods.sku)
    if active is not None:
        wanted = wanted.where(Goods.active == active)
    if category:
        wanted = wanted.where(Goods.category == cleaned(category))
    if text := cleaned(text):
        wanted = wanted.where(matching(text))
    return wanted


def matching(text: str) -> ColumnElement[bool]:
    """Return the condition that goods match what somebody typed."""
    words, code = cleaned(text), canonical_barcode(text)
    return or_(
        Goods.name.contains(words, autoescape=True),
        Goods.initials.startswith(words.lower(), autoescape=True),
        Goods.sku.startswith(code, autoescape=True),
        Goods.id.in_(select(Barcode.goods_id).where(Barcode.code == code)),
    )


def with_barcodes() -> tuple[ORMOption, ...]:
    """Return the options that load the barcodes of a list of goods in one statement."""
    return (selectinload(Goods.barcodes),)


def page(
    wanted: Select[Goods], *, on: date, after: str = "", limit: int = 50
) -> tuple[list[GoodsRow], str | None]:
    """Return one page of a catalogue with prices, and the number after which the next begins."""
    found = db.session.scalars(wanted.where(Goods.sku > cleaned(after)).limit(limit + 1)).all()
    shown = found[:limit]
    points = prices(None, [item.id for item in shown], on)
    rows = [GoodsRow(item, points.get(item.id)) for item in shown]
    return rows, (shown[-1].sku if len(found) > limit else None)


def photo_token(goods_id: int) -> str | None:
    """Return what names the picture of goods; None if there is none."""
    return db.session.scalar(
        select(Photo.token)
        .join(GoodsPhoto, GoodsPhoto.photo_id == Photo.id)
        .where(GoodsPhoto.goods_id == goods_id)
    )


def categories() -> Sequence[str]:
    """Return the shelves there are, by name."""
    return db.session.scalars(select(Goods.category).distinct().order_by(Goods.category)).all()


def prices(shop_id: int | None, goods_ids: Collection[int], on: date) -> dict[int, int]:
    """Return the points of one unit of each goods on a day; goods without a price are left out.

    A shop's own price, once it has begun, goes before the general one; without a shop
    only the general prices count.
    """
    if not goods_ids:
        return {}
    newest = (
        func.row_number()
        .over(
            partition_by=PointsPrice.goods_id,
            order_by=(
                PointsPrice.shop_id.is_(None),
                PointsPrice.since.desc(),
                PointsPrice.id.desc(),
            ),
        )
        .label("newest")
    )
    ranked = (
        select(PointsPrice.goods_id, PointsPrice.points, newest)
        .where(
            PointsPrice.goods_id.in_(goods_ids),
            PointsPrice.since <= on,
            _in_force(shop_id),
        )
        .subquery()
    )
    rows = db.session.execute(
        select(ranked.c.goods_id, ranked.c.points).where(ranked.c.newest == 1)
    )
    return {row.goods_id: row.points for row in rows}


def _in_force(shop_id: int | None) -> ColumnElement[bool]:
    everywhere = PointsPrice.shop_id.is_(None)
    return everywhere if shop_id is None else everywhere | (PointsPrice.shop_id == shop_id)


def price_history(goods_id: int, *, shop_id: int | None = None) -> Sequence[PointsPrice]:
    """Return every general price of some goods, or every one of a shop's own, newest first."""
    return db.session.scalars(
        select(PointsPrice)
        .where(
            PointsPrice.goods_id == goods_id,
            PointsPrice.shop_id.is_(None) if shop_id is None else PointsPrice.shop_id == shop_id,
        )
        .order_by(PointsPrice.since.desc())
    ).all()


def own_prices(shop_id: int, on: date) -> set[int]:
    """Return the ids of the goods for which a shop has a price of its own on a day."""
    return set(
        db.session.scalars(
            select(PointsPrice.goods_id).where(
                PointsPrice.shop_id == shop_id, PointsPrice.since <= on
            )
        )
    )


def shops_with_prices(on: date) -> set[int]:
    """Return the ids of the shops that have a price of their own for anything on a day."""
    return set(
        db.session.scalars(
            select(PointsPrice.shop_id)
            .where(PointsPrice.shop_id.is_not(None), PointsPrice.since <= on)
            .distinct()
        )
    )


def shops_with_own_price(goods_id: int) -> int:
    """Return how many shops have a price of their own for some goods."""
    return (
        db.session.scalar(
            select(func.count(PointsPrice.shop_id.distinct())).where(
                PointsPrice.goods_id == goods_id, PointsPrice.shop_id.is_not(None)
            )
        )
        or 0
    )
