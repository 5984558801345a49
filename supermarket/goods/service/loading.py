"""Taking in a catalogue from a file: all of it or nothing, as often as one likes."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from supermarket.errors import N_, DomainError
from supermarket.goods import queries
from supermarket.goods.errors import GoodsFileError
from supermarket.goods.models import Goods
from supermarket.goods.service.catalogue import (
    MOST_POINTS,
    NewGoods,
    add,
    bind_barcode,
    set_price,
    update,
)
from supermarket.spreadsheets.columns import Column, Kind, Row, RowError, Value

#: What a file of goods has; only the words of the first five are needed.
COLUMNS = (
    Column("sku", "商品编号", ("sku", "编号", "编码", "货号"), required=True, max_length=20),
    Column("name", "名称", ("name", "商品名称", "品名", "商品"), required=True, max_length=60),
    Column("unit", "单位", ("unit", "计量单位"), required=True, max_length=10),
    Column(
        "points",
        "兑换分值",
        ("points_price", "points", "分值", "积分", "兑换积分", "所需积分"),
        required=True,
        kind=Kind.POINTS,
    ),
    Column("has_expiry", "有保质期", ("has_expiry", "保质期", "是否有保质期"), max_length=10),
    Column("specification", "规格", ("specification", "规格型号"), max_length=40),
    Column("category", "类别", ("category", "分类", "品类", "商品类别"), max_length=30),
    Column("low_stock_at", "低库存提醒", ("low_stock_at", "最低库存", "预警数量"), kind=Kind.INT),
    Column("barcode", "条码", ("barcode", "条形码", "商品条码"), max_length=48),
)
YES = {"yes", "y", "是", "有", "true", "1", "√"}
NO = {"no", "n", "否", "无", "false", "0", "", "×"}
MOST_LOW_STOCK = 100_000
#: Shelf of goods whose file names none.
OTHER = "其他"

NOT_YES_OR_NO = N_("应填“是”或“否”")
NOT_A_PRICE = N_("应为 1 到 {limit} 的整数")
NOT_A_LEVEL = N_("应为 0 到 {limit} 的整数")
TWICE = N_("这个编号前面已经有一行")


class Loaded(NamedTuple):
    """What a file changed."""

    rows: int
    added: int
    #: Goods whose entry or price is now another.
    changed: int


def load(rows: Iterable[Row], *, since: date, by: int | None = None) -> Loaded:
    """Add or change the goods of a file and let their prices begin on ``since``.

    All or nothing: run it in one transaction. Goods the file does not name stay, so does
    what a column it lacks would say, and a file loaded twice changes nothing the second
    time.

    Raises:
        GoodsFileError: some lines are wrong; it lists every one.
    """
    read = list(rows)
    errors = [error for row in read for error in _wrong_with(row)]
    errors += _repeated(read)
    if errors:
        raise GoodsFileError(sorted(errors, key=lambda error: error.row))
    known = queries.by_skus([_sku(row.values) for row in read])
    prices = queries.prices(None, [item.id for item in known.values()], since)
    added = changed = 0
    for row in read:
        item = known.get(_sku(row.values))
        try:
            if item is None:
                _take_in(row.values, since, by)
                added += 1
            else:
                changed += _bring_up_to_date(item, row.values, prices.get(item.id), since, by)
        except DomainError as error:
            sentence = str(error).replace("{", "{{").replace("}", "}}")
            errors.append(RowError(row.number, COLUMNS[0].header, sentence, _sku(row.values)))
    if errors:
        raise GoodsFileError(errors)
    return Loaded(len(read), added, changed)


def _wrong_with(row: Row) -> list[RowError]:
    errors = list(row.errors)
    wrong = {error.column for error in errors}
    for header, key, message, fine, limit in (
        ("有保质期", "has_expiry", NOT_YES_OR_NO, _is_yes_or_no, 0),
        ("兑换分值", "points", NOT_A_PRICE, _is_price, MOST_POINTS),
        ("低库存提醒", "low_stock_at", NOT_A_LEVEL, _is_level, MOST_LOW_STOCK),
    ):
        if header not in wrong and not fine(row.values[key]):
            errors.append(RowError(row.number, header, message, str(row.values[key]), limit))
    return errors


def _is_yes_or_no(value: Value) -> bool:
    return str(value).lower() in YES | NO


def _is_price(value: Value) -> bool:
    return isinstance(value, int) and 0 < value <= MOST_POINTS


def _is_level(value: Value) -> bool:
    return value is None or (isinstance(value, int) and 0 <= value <= MOST_LOW_STOCK)


def _repeated(rows: list[Row]) -> list[RowError]:
    seen: set[str] = set()
    errors = []
    for row in rows:
        sku = _sku(row.values)
        if sku and sku in seen:
            errors.append(RowError(row.number, COLUMNS[0].header, TWICE, sku))
        seen.add(sku)
    return errors


def _sku(values: Mapping[str, Value]) -> str:
    return str(values["sku"]).upper()


def _is_filled(value: Value) -> bool:
    return value is not None and value != ""


def _new(values: Mapping[str, Value]) -> NewGoods:
    return NewGoods(
        sku=_sku(values),
        name=str(values["name"]),
        unit=str(values["unit"]),
        category=str(values["category"]) or OTHER,
        has_expiry=str(values["has_expiry"]).lower() in YES,
        specification=str(values["specification"]),
        low_stock_at=int(str(values["low_stock_at"] or 0)),
    )


def _take_in(values: Mapping[str, Value], since: date, by: int | None) -> None:
    item = add(_new(values), by=by)
    set_price(item, int(str(values["points"])), since=since, by=by, past=True)
    if values["barcode"]:
        bind_barcode(item, str(values["barcode"]), by=by)


def _bring_up_to_date(
    item: Goods, values: Mapping[str, Value], price: int | None, since: date, by: int | None
) -> bool:
    """Change what differs; return whether anything did. An empty cell leaves what is there."""
    new = {key: value for key, value in _new(values)._asdict().items() if _is_filled(values[key])}
    del new["sku"]
    points = int(str(values["points"]))
    differs = any(getattr(item, key) != value for key, value in new.items())
    if differs:
        kept = {key: getattr(item, key) for key in NewGoods._fields if key not in {"sku", *new}}
        update(item, **new, **kept, active=item.active, by=by)
    if price != points:
        set_price(item, points, since=since, by=by, past=True)
    barcode = queries.canonical_barcode(str(values["barcode"]))
    fresh = bool(barcode) and barcode not in {known.code for known in item.barcodes}
    if fresh:
        bind_barcode(item, barcode, by=by)
    return differs or price != points or fresh
