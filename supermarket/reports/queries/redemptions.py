"""Redemption volumes (R2, R4, form F18): one definition for page, Excel and API."""

from collections.abc import Callable
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, extract, func, select
from sqlalchemy.orm import InstrumentedAttribute

from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.regions.models import TOWNSHIP, Region
from supermarket.reports.errors import GroupingError
from supermarket.reports.queries.window import Window, inside
from supermarket.shops.models import Shop


class By(Enum):
    """What the rows of a report stand for."""

    TOWNSHIP = "township"
    VILLAGE = "village"
    SHOP = "shop"
    CATEGORY = "category"
    GOODS = "goods"
    DAY = "day"
    HALF_MONTH = "half_month"
    MONTH = "month"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _BY_LABELS[self]

    @property
    def of_time(self) -> bool:
        """Whether the rows follow the calendar."""
        return self in {By.DAY, By.HALF_MONTH, By.MONTH}

    @property
    def of_goods(self) -> bool:
        """Whether the rows are about lines rather than whole redemptions."""
        return self in {By.CATEGORY, By.GOODS}


_BY_LABELS = {
    By.TOWNSHIP: N_("乡镇"),
    By.VILLAGE: N_("村"),
    By.SHOP: N_("店"),
    By.CATEGORY: N_("类别"),
    By.GOODS: N_("商品"),
    By.DAY: N_("日"),
    By.HALF_MONTH: N_("半月"),
    By.MONTH: N_("月"),
}


class Figures(NamedTuple):
    """What one place, time or goods saw redeemed, net of what was taken back.

    A reversal counts on the day it was made, with the signs turned.
    """

    #: Code of the place, shop or goods; name of the category; 2026-11-22, 2026-11-H2, 2026-11.
    group: str
    label: str
    #: Times (次): redemptions less those wholly reversed; for goods and categories, the
    #: redemptions of the window in which some of it was kept.
    redemptions: int
    #: Distinct households (户) that kept at least one redemption of the window.
    households: int
    units: int
    points: int
    #: Worth in fen at the rate of the day of each redemption.
    fen: int


def grouping(text: str) -> By:
    """Return what a report is asked to be grouped by.

    Raises:
        GroupingError: nothing is grouped like that.
    """
    try:
        return By(text)
    except ValueError:
        raise GroupingError(by=text, known="、".join(by.value for by in By)) from None


def figures(asked: Window, by: By) -> list[Figures]:
    """Return one row for each group with a redemption or reversal in the window.

    Times are in order; places, shops and goods follow their codes.
    """
    counted = _counted(asked, by)
    rows = db.session.execute(counted).all()
    groups = [_group(by, row[:-5]) for row in rows]
    labels = _LABELS[by](groups) if by in _LABELS else {}
    found = [
        Figures(group, labels.get(group, group), *(int(value or 0) for value in row[-5:]))
        for group, row in zip(groups, rows, strict=True)
    ]
    return sorted(found, key=lambda row: row.group)


def total(asked: Window) -> Figures:
    """Return the figures of the whole window; households are counted once."""
    row = db.session.execute(_counted(asked, None)).one()
    return Figures("", "", *(int(value or 0) for value in row[-5:]))


def _counted(asked: Window, by: By | None) -> Select[*tuple[Any, ...]]:
    """Build the one statement: facts by household, then groups over them.

    Inside, one row is one household (and one redemption, where goods are counted) in one
    group; outside, households whose redemptions were all taken back drop out of the count.
    """
    by_lines = bool(asked.goods or asked.category or (by and by.of_goods))
    keys = _keys(by)
    facts = select(*keys, Redemption.household_id.label("household")).join(
        Shop, Shop.id == Redemption.shop_id
    )
    if by_lines:
        return _by_lines(facts.where(*inside(asked)), asked, len(keys))
    units = (
        select(func.sum(RedemptionLine.quantity))
        .where(RedemptionLine.entry_id == Redemption.entry_id)
        .correlate(Redemption)
        .scalar_subquery()
    )
    inner = (
        facts.add_columns(
            func.sum(Redemption.times).label("times"),
            func.sum(units).label("units"),
            func.sum(Redemption.points).label("points"),
            func.sum(Redemption.fen).label("fen"),
        )
        .where(*inside(asked))
        .group_by(*keys, Redemption.household_id)
        .subquery()
    )
    outer = [inner.c[index] for index in range(len(keys))]
    return select(
        *outer,
        func.sum(inner.c.times),
        func.sum(case((inner.c.times > 0, 1), else_=0)),
        func.sum(inner.c.units),
        func.sum(inner.c.points),
        func.sum(inner.c.fen),
    ).group_by(*outer)


def _by_lines(
    facts: Select[*tuple[Any, ...]], asked: Window, keys: int
) -> Select[*tuple[Any, ...]]:
    """Count goods: a redemption or household counts where some units were kept."""
    original = func.coalesce(Redemption.reverses_id, Redemption.entry_id)
    narrowed = (
        facts.join(RedemptionLine, RedemptionLine.entry_id == Redemption.entry_id)
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .where(*goods_conditions(asked))
    )
    chosen = list(narrowed.selected_columns)[:keys]
    kept = (
        narrowed.add_columns(
            func.sum(RedemptionLine.quantity).label("units"),
            func.sum(RedemptionLine.points).label("points"),
            func.sum(RedemptionLine.fen).label("fen"),
        )
        .group_by(*chosen, Redemption.household_id, original)
        .subquery()
    )
    outer = [kept.c[index] for index in range(keys)]
    some = kept.c.units > 0
    return select(
        *outer,
        func.sum(case((some, 1), else_=0)),
        func.count(case((some, kept.c.household)).distinct()),
        func.sum(kept.c.units),
        func.sum(kept.c.points),
        func.sum(kept.c.fen),
    ).group_by(*outer)


def goods_conditions(asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions on ``Goods`` that a window stands for."""
    conditions = []
    if asked.goods:
        conditions.append(Goods.sku == asked.goods)
    if asked.category:
        conditions.append(Goods.category == asked.category)
    return conditions


def _keys(by: By | None) -> list[ColumnElement[Any]]:
    if by is None:
        return []
    year, month = extract("year", Redemption.occurred_on), extract("month", Redemption.occurred_on)
    half = case((extract("day", Redemption.occurred_on) <= 15, 1), else_=2)
    columns: dict[By, list[Any]] = {
        By.TOWNSHIP: [func.substr(Redemption.village_code, 1, TOWNSHIP)],
        By.VILLAGE: [Redemption.village_code],
        By.SHOP: [Shop.code],
        By.CATEGORY: [Goods.category],
        By.GOODS: [Goods.sku],
        By.DAY: [Redemption.occurred_on],
        By.HALF_MONTH: [year, month, half],
        By.MONTH: [year, month],
    }
    return [column.label(f"key{index}") for index, column in enumerate(columns[by])]


def _group(by: By, keys: Any) -> str:
    """Write the key of a row as the API shows it."""
    if by is By.MONTH:
        return f"{int(keys[0]):04}-{int(keys[1]):02}"
    if by is By.HALF_MONTH:
        return f"{int(keys[0]):04}-{int(keys[1]):02}-H{keys[2]}"
    return keys[0].isoformat() if isinstance(keys[0], date) else str(keys[0])


def _names(
    code: InstrumentedAttribute[str], name: InstrumentedAttribute[str]
) -> Callable[[list[str]], dict[str, str]]:
    def find(groups: list[str]) -> dict[str, str]:
        rows = db.session.execute(select(code, name).where(code.in_(groups)))
        return {row[0]: row[1] for row in rows}

    return find


_LABELS = {
    By.TOWNSHIP: _names(Region.code, Region.name),
    By.VILLAGE: _names(Region.code, Region.name),
    By.SHOP: _names(Shop.code, Shop.name),
    By.GOODS: _names(Goods.sku, Goods.name),
}
