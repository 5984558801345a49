"""Adding and changing goods, their prices and their barcodes."""

import re
from datetime import date
from typing import NamedTuple

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select
from stdnum import ean

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.goods import queries
from supermarket.goods.errors import (
    BarcodeInvalidError,
    BarcodeTakenError,
    PriceInPastError,
    PriceInvalidError,
    SkuInvalidError,
    SkuTakenError,
    UnitsInvalidError,
)
from supermarket.goods.models import Barcode, Goods, PointsPrice

#: All digits only up to 7, so that nothing a scanner reads from a package or card is a number.
SKU = re.compile(r"(?=.{1,20}$)([0-9]{1,7}|[0-9-]*[A-Z][A-Z0-9-]*)")
OWN_CODE = re.compile(r"[0-9]{1,7}|(?=[!-~]*[A-Z])[!-)+-~]{3,48}")
GTIN_LENGTHS = {8, 12, 13, 14}
MOST_UNITS = 1000
MOST_POINTS = 100_000


class NewGoods(NamedTuple):
    """What is known about goods; see the model for the meaning of each."""

    sku: str
    name: str
    unit: str
    category: str
    has_expiry: bool
    specification: str = ""
    low_stock_at: int = 0


def add(new: NewGoods, *, by: int | None) -> Goods:
    """Add goods to the catalogue; they cost nothing yet and so cannot be redeemed.

    Raises:
        SkuInvalidError: the number has the wrong form.
        SkuTakenError: other goods have the number.
    """
    sku = new.sku.strip().upper()
    if not SKU.fullmatch(sku):
        raise SkuInvalidError(sku=new.sku.strip())
    taken = queries.goods(sku) or _goods_of_barcode(sku)
    if taken is not None:
        raise SkuTakenError(sku=sku, goods=taken.name)
    item = Goods(**new._replace(sku=sku)._asdict(), initials=initials(new.name))
    db.session.add(item)
    db.session.flush()
    audit.record("goods.add", sku, by=by, after=new._asdict())
    return item


def add_priced(new: NewGoods, points: int, *, by: int | None) -> Goods:
    """Add goods that cost ``points`` from today on.

    Raises:
        SkuInvalidError, SkuTakenError: as ``add``.
        PriceInvalidError: not whole points above zero.
    """
    item = add(new, by=by)
    set_price(item, points, since=today(), by=by)
    return item


def update(
    item: Goods,
    *,
    name: str,
    specification: str,
    unit: str,
    category: str,
    has_expiry: bool,
    low_stock_at: int,
    active: bool,
    month_limit: int | None = None,
    by: int | None,
) -> None:
    """Change what the catalogue says of goods; what was redeemed keeps its own record.

    ``month_limit`` is the most units for a household in a calendar month; None for no limit.
    """
    after = {
        "name": name,
        "specification": specification,
        "unit": unit,
        "category": category,
        "has_expiry": has_expiry,
        "low_stock_at": low_stock_at,
        "active": active,
        "month_limit": month_limit,
    }
    changed = {key: value for key, value in after.items() if getattr(item, key) != value}
    if not changed:
        return
    before = {key: getattr(item, key) for key in changed}
    for key, value in changed.items():
        setattr(item, key, value)
    item.initials = initials(name)
    db.session.flush()
    audit.record("goods.update", item.sku, by=by, before=before, after=changed)


def set_price(
    item: Goods,
    points: int,
    *,
    since: date,
    by: int | None,
    shop_id: int | None = None,
    shop_code: str | None = None,
    past: bool = False,
) -> PointsPrice:
    """Let one unit cost ``points`` from a day on, everywhere or in one shop.

    ``shop_code`` names that shop in the audit log.
    A price set for the same day before is replaced. ``past`` allows days gone by, for
    loading a catalogue into an empty programme.

    Raises:
        PriceInvalidError: not whole points above zero.
        PriceInPastError: the day has gone by.
    """
    if isinstance(points, bool) or not 0 < points <= MOST_POINTS:
        raise PriceInvalidError
    if since < today() and not past:
        raise PriceInPastError
    price = db.session.scalar(
        select(PointsPrice).where(
            PointsPrice.goods_id == item.id,
            PointsPrice.since == since,
            PointsPrice.shop_id.is_(None) if shop_id is None else PointsPrice.shop_id == shop_id,
        )
    )
    before = None if price is None else {"points": price.points}
    if price is None:
        price = PointsPrice(
            goods_id=item.id, shop_id=shop_id, since=since, points=points, created_at=now()
        )
        db.session.add(price)
    price.points = points
    db.session.flush()
    after = {"points": points, "since": since.isoformat(), "shop": shop_code}
    audit.record("goods.set_price", item.sku, by=by, before=before, after=after)
    return price


def bind_barcode(item: Goods, text: str, *, units: int = 1, by: int | None) -> Barcode:
    """Let a code mean ``units`` of these goods; binding it again changes the units.

    Codes of 8, 12, 13 and 14 digits must have their check digit; any other run of more
    than 7 digits is a cut or mistaken reading. Shorter ones, and codes with a letter,
    are the shop's own.

    Raises:
        BarcodeInvalidError: no package carries such a code.
        BarcodeTakenError: it belongs to other goods.
        UnitsInvalidError: a pack of none, or of too many.
    """
    code = queries.canonical_barcode(text)
    if not _is_barcode(code):
        raise BarcodeInvalidError(code=text.strip()[:40])
    if isinstance(units, bool) or not 0 < units <= MOST_UNITS:
        raise UnitsInvalidError
    taken = _goods_of_barcode(code) or queries.goods(code)
    if taken is not None and taken.id != item.id:
        raise BarcodeTakenError(code=code, goods=taken.name, sku=taken.sku)
    barcode = db.session.get(Barcode, code)
    before = None if barcode is None else {"units": barcode.units}
    if barcode is None:
        barcode = Barcode(code=code, goods=item)
        db.session.add(barcode)
    barcode.units = units
    db.session.flush()
    after = {"code": code, "units": units}
    audit.record("goods.bind_barcode", item.sku, by=by, before=before, after=after)
    return barcode


def unbind_barcode(item: Goods, code: str, *, by: int | None) -> None:
    """Let a code mean nothing again; nothing happens if it meant nothing here."""
    barcode = db.session.get(Barcode, queries.canonical_barcode(code))
    if barcode is None or barcode.goods_id != item.id:
        return
    before = {"code": barcode.code, "units": barcode.units}
    db.session.delete(barcode)
    db.session.flush()
    db.session.expire(item, ["barcodes"])
    audit.record("goods.unbind_barcode", item.sku, by=by, before=before)


def initials(name: str) -> str:
    """Return the pinyin initials of a name, lower case: 大米 is dm."""
    letters = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, strict=False))
    return "".join(c for c in letters.lower() if c.isascii() and c.isalnum())[:64]


def _is_barcode(code: str) -> bool:
    if code.isascii() and code.isdigit() and len(code) > 7:
        return len(code) in GTIN_LENGTHS and bool(ean.is_valid(code))
    return OWN_CODE.fullmatch(code) is not None


def _goods_of_barcode(code: str) -> Goods | None:
    return db.session.scalar(select(Goods).join(Barcode).where(Barcode.code == code))
