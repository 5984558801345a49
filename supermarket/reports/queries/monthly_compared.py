"""What a township's or county's report (form F16) adds to its figures."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import func, or_, select, union_all

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Lot, StockLine
from supermarket.regions.models import TOWNSHIP, VILLAGE, within
from supermarket.regions.queries import under
from supermarket.reports.queries import monthly, monthly_facts, rollups
from supermarket.reports.queries.comparing import Days, last_year, shifted
from supermarket.reports.queries.monthly import Figures, reaches
from supermarket.reports.queries.monthly_facts import days
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.redemptions import figures as volumes_by
from supermarket.reports.queries.window import Window
from supermarket.shops.models import Shop

#: Goods named in a report.
TOP = 10


class Compared(NamedTuple):
    """The figures of one place beside those of the window before and of last year."""

    now: Figures
    #: 环比 and 同比; None where the calendar ends.
    before: Figures | None
    last_year: Figures | None

    def change(self, name: str, *, yearly: bool = False) -> float | None:
        """Return by what part a figure grew, e.g. 0.25; None if there was nothing before."""
        old = self.last_year if yearly else self.before
        then = getattr(old, name) if old is not None else None
        if not then:
            return None
        return float((getattr(self.now, name) or 0) / then - 1)


class NotStarted(NamedTuple):
    """A village in which nobody got points and nobody redeemed in the window (未开展村)."""

    code: str
    name: str
    #: The open shops of its area; empty if it has none.
    shops: tuple[str, ...]
    covered: int


class GoodsTotal(NamedTuple):
    """One goods as it was redeemed in the window, net."""

    sku: str
    name: str
    unit: str
    units: int
    points: int
    fen: int


class RunOut(NamedTuple):
    """How often a shop ran out of goods in the window (缺货次数)."""

    code: str
    name: str
    region_code: str
    #: How often the last unit of some goods left the shelf, and of how many goods.
    times: int
    goods: int


def compared(asked: Window, level: int) -> list[Compared]:
    """Return each place of a level beside the window before and the same one last year."""
    now = monthly.figures(asked, level)
    before, yearly = (
        {row.place: row for row in monthly.figures(_at(asked, other), level)} if other else {}
        for other in _others(asked)
    )
    return [Compared(row, before.get(row.place), yearly.get(row.place)) for row in now]


def compared_total(asked: Window) -> Compared:
    """Return all places of a window together beside the window before and last year's."""
    before, yearly = (
        monthly.total(_at(asked, other)) if other else None for other in _others(asked)
    )
    return Compared(monthly.total(asked), before, yearly)


def _others(asked: Window) -> tuple[Days | None, Days | None]:
    return shifted(asked.since, asked.until, -1), last_year(asked.since, asked.until)


def _at(asked: Window, other: Days) -> Window:
    return asked._replace(since=other.since, until=other.until)


def not_started(asked: Window, rows: Sequence[Figures] | None = None) -> list[NotStarted]:
    """Return the villages where nothing happened, by the shop that serves them, then by code.

    ``rows`` are the figures of the window's villages, if the caller has them.
    """
    rows = monthly.figures(asked, VILLAGE) if rows is None else rows
    idle = [row for row in rows if row.earners == 0 and row.households == 0]
    shops = db.session.execute(
        select(Shop.region_code, Shop.name).where(Shop.active).order_by(Shop.code)
    ).all()
    found = []
    for row in idle:
        near = [shop for shop in shops if within(row.place, shop.region_code)]
        nearest = max((len(shop.region_code) for shop in near), default=0)
        names = tuple(shop.name for shop in near if len(shop.region_code) == nearest)
        found.append(NotStarted(row.place, row.name, names, row.covered))
    return sorted(found, key=lambda row: (row.shops, row.code))


def top_goods(asked: Window, limit: int = TOP) -> list[GoodsTotal]:
    """Return the goods most points were redeemed for, most first."""
    reach = reaches(asked)
    if any(len(code) > TOWNSHIP for code in reach):
        rows = {row.group: row[4:7] for row in volumes_by(asked, By.GOODS) if row.units}
        named = db.session.execute(
            select(Goods.sku, Goods.name, Goods.unit).where(Goods.sku.in_(rows))
        )
        found = [GoodsTotal(*one, *rows[one.sku]) for one in named]
        return sorted(found, key=lambda row: (-row.points, row.sku))[:limit]
    return rollups.steadily(lambda: _top_goods(asked, reach, limit))


def _top_goods(asked: Window, reach: Sequence[str], limit: int) -> list[GoodsTotal]:
    parts = rollups.goods_parts(asked.since, asked.until)
    if not parts:
        return []
    both = union_all(*parts).subquery()
    sums = [func.sum(both.c[name]) for name in ("units", "points", "fen")]
    rows = db.session.execute(
        select(Goods.sku, Goods.name, Goods.unit, *sums)
        .join(both, both.c.goods_id == Goods.id)
        .where(or_(False, *(both.c.township.startswith(code) for code in reach)))
        .group_by(Goods.sku, Goods.name, Goods.unit)
        .having(func.sum(both.c.units) != 0)
        .order_by(func.sum(both.c.points).desc(), Goods.sku)
        .limit(limit)
    )
    return [GoodsTotal(*row[:3], *(int(value) for value in row[3:])) for row in rows]


def run_out(asked: Window) -> list[RunOut]:
    """Return the shops that ran out of something in the window, most often first."""
    reach = reaches(asked)
    named = {
        row.id: row
        for row in db.session.execute(
            select(Shop.id, Shop.code, Shop.name, Shop.region_code).where(
                under(Shop.region_code, reach)
            )
        )
    }
    counted = rollups.steadily(lambda: _run_out(asked, reach))
    found = [
        RunOut(*named[shop][1:], sum(goods.values()), len(goods)) for shop, goods in counted.items()
    ]
    return sorted(found, key=lambda row: (-row.times, row.code))


def _run_out(asked: Window, reach: Sequence[str]) -> dict[int, dict[int, int]]:
    """Go through the movements of each goods in each shop in order; count when it reaches none."""
    spans = rollups.spans_from(asked.since)
    if not spans:
        return {}
    span = monthly_facts.ranges(spans)
    moved = (
        select(Lot.shop_id, Lot.goods_id, StockLine.quantity, Entry.occurred_on)
        .select_from(span)
        .join(Entry, Entry.id.between(span.c.low, span.c.high))
        .join(StockLine, StockLine.entry_id == Entry.id)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Shop, Shop.id == Lot.shop_id)
        .where(under(Shop.region_code, reach), *days(Entry.occurred_on, asked.since, None))
        .order_by(Entry.posted_at, Entry.id, StockLine.position)
    )
    units: dict[tuple[int, int], int] = {
        (shop, goods): int(on_hand)
        for shop, goods, on_hand in db.session.execute(
            select(Lot.shop_id, Lot.goods_id, func.sum(Lot.on_hand))
            .join(Shop, Shop.id == Lot.shop_id)
            .where(under(Shop.region_code, reach))
            .group_by(Lot.shop_id, Lot.goods_id)
        )
    }
    lines = db.session.execute(moved).all()
    for shop, goods, quantity, _day in lines:  # back to how it was before the window
        units[shop, goods] -= quantity
    found: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    last = asked.until + timedelta(days=1)
    for shop, goods, quantity, day in lines:
        if day >= last:
            continue
        units[shop, goods] += quantity
        if units[shop, goods] == 0 and quantity < 0:
            found[shop][goods] += 1
    return found
