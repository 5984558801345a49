"""The days a report is about, and the rows somebody may see in it."""

import calendar
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.errors import N_
from supermarket.regions import queries as regions
from supermarket.reports.errors import WindowError
from supermarket.shops.models import Shop
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope

#: The longest window, in years.
LONGEST = 50
#: Years in which a day and those beside it can still be reckoned with.
FIRST_YEAR, LAST_YEAR = 1900, 2999


class Preset(Enum):
    """A window people ask for by name."""

    HALF_MONTH = "half_month"
    MONTH = "month"
    LAST_MONTH = "last_month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"

    @property
    def label(self) -> str:
        """The words people use, untranslated."""
        return _PRESET_LABELS[self]


_PRESET_LABELS = {
    Preset.HALF_MONTH: N_("本半月"),
    Preset.MONTH: N_("本月"),
    Preset.LAST_MONTH: N_("上月"),
    Preset.QUARTER: N_("本季"),
    Preset.HALF_YEAR: N_("本半年"),
    Preset.YEAR: N_("本年"),
}


class Window(NamedTuple):
    """Days from ``since`` to ``until``, both included, of what somebody may see.

    ``region`` narrows to one place by its code prefix; "" takes all of ``scope``.
    ``shop``, ``goods`` (a sku) and ``category`` narrow further; "" takes all.
    """

    since: date
    until: date
    scope: Scope
    region: str = ""
    shop: str = ""
    goods: str = ""
    category: str = ""


def window(
    since: date,
    until: date,
    scope: Scope,
    *,
    region: str = "",
    shop: str = "",
    goods: str = "",
    category: str = "",
) -> Window:
    """Return a window that has been checked.

    Raises:
        WindowError: the days are the wrong way round, or too far apart.
        OutOfScopeError: the region or shop is not the asker's to see.
    """
    known = since.year >= FIRST_YEAR and until.year <= LAST_YEAR
    if until < since or (until - since).days > LONGEST * 366 or not known:
        raise WindowError(years=LONGEST)
    if region and not _may_narrow_to(region, scope):
        raise OutOfScopeError(what=region)
    if shop:
        place = db.session.scalar(select(Shop.region_code).where(Shop.code == shop))
        if place is None or not scope.covers_shop(shop, place):
            raise OutOfScopeError(what=shop)
    return Window(since, until, scope, region, shop, goods, category)


def _may_narrow_to(region: str, scope: Scope) -> bool:
    """Whether a region lies in the scope, or touches the place of one of its shops."""
    places = [code.partition("S")[0] for code in scope.shops]
    return scope.covers_region(region) or any(
        place.startswith(region) or region.startswith(place) for place in places
    )


def preset(kind: Preset, today: date) -> tuple[date, date]:
    """Return the first and last day of a named window that ``today`` lies in, or follows."""
    first = today.replace(day=1)
    if kind is Preset.HALF_MONTH:
        return (
            (first, first.replace(day=15))
            if today.day <= 15
            else (
                first.replace(day=16),
                _month_end(first),
            )
        )
    if kind is Preset.MONTH:
        return first, _month_end(first)
    if kind is Preset.LAST_MONTH:
        last = first - timedelta(days=1)
        return last.replace(day=1), last
    if kind is Preset.QUARTER:
        start = first.replace(month=(today.month - 1) // 3 * 3 + 1)
        return start, _month_end(start.replace(month=start.month + 2))
    if kind is Preset.HALF_YEAR:
        start = first.replace(month=1 if today.month <= 6 else 7)
        return start, _month_end(start.replace(month=start.month + 5))
    return today.replace(month=1, day=1), today.replace(month=12, day=31)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def inside(asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions on ``Redemption`` joined to ``Shop`` that a window stands for.

    A place counts by the household's village; a keeper's scope by the shop.
    """
    conditions = [
        Redemption.occurred_on >= asked.since,
        Redemption.occurred_on <= asked.until,
        or_(
            regions.under(Redemption.village_code, asked.scope.regions),
            Shop.code.in_(asked.scope.shops),
        ),
    ]
    if asked.region:
        conditions.append(regions.under(Redemption.village_code, [asked.region]))
    if asked.shop:
        conditions.append(Shop.code == asked.shop)
    return conditions
