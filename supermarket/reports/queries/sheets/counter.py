"""Forms about the counter: every line handed out (F8), volumes of goods by month (F18)."""

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import String, cast, func, select

from supermarket.clock import today
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.reports.queries.redemptions import By, Figures, figures, goods_conditions
from supermarket.reports.queries.sheets.reading import Made, numbered, one_by_one, stream
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Narrow,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.reports.queries.window import Window, inside
from supermarket.shops.models import Shop
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission, StaffMember


class _Spread(NamedTuple):
    """How one goods was handed out over a month."""

    shops: int
    #: The day with the most units, the first of several.
    peak: date | None


def _handed_out(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F8: the lines of redemptions and reversals, by day; reversals have negative figures."""
    conditions = inside(asked.window) + goods_conditions(asked.window)
    if asked.household:
        conditions.append(Household.code == asked.household)
    wanted = (
        select(
            Redemption.occurred_on,
            (Journal.code + "-" + cast(Entry.number, String)).label("reference"),
            Shop.name.label("shop"),
            Household.code.label("household"),
            Goods.name.label("goods"),
            Goods.specification,
            Goods.unit,
            RedemptionLine.quantity,
            RedemptionLine.points_price,
            RedemptionLine.points,
            RedemptionLine.fen,
            Redemption.balance_after,
            Redemption.collector,
            StaffMember.name.label("clerk"),
        )
        .join(Redemption, Redemption.entry_id == RedemptionLine.entry_id)
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Household, Household.id == Redemption.household_id)
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .join(StaffMember, StaffMember.id == Redemption.actor_id)
        .where(*conditions)
    )
    return stream(
        wanted,
        [Redemption.occurred_on, RedemptionLine.entry_id, RedemptionLine.position],
        after,
        one_by_one(lambda row: _line(row, asked)),
    )


def _line(row: Any, asked: Asked) -> Made:
    return (
        row.occurred_on,
        row.reference,
        row.shop,
        row.household,
        f"{row.goods} {row.specification}".strip(),
        row.unit,
        row.quantity,
        row.points_price,
        row.points,
        row.fen / 100,
        row.balance_after,
        row.collector or asked.say(N_("本人")),
        "",
        row.clerk,
    ), Link("redemptions.show", {"reference": row.reference})


def _volumes(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F18: each goods in each month of the window, as the page of volumes counts them."""
    return numbered(_months(asked), after)


def _months(asked: Asked) -> Iterator[Made]:
    first, last = db.session.execute(
        select(func.min(Redemption.occurred_on), func.max(Redemption.occurred_on))
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(*inside(asked.window))
    ).one()
    while first is not None and first <= last:
        end = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        begin = max(first.replace(day=1), asked.window.since)
        window = asked.window._replace(since=begin, until=min(end, asked.window.until))
        yield from _month(window)
        first = end + timedelta(days=1)


def _month(window: Window) -> Iterable[Made]:
    days = max((min(window.until, today()) - window.since).days + 1, 1)
    spreads = _spreads(window)
    for row in figures(window, By.GOODS):
        spread = spreads.get(row.group, _Spread(0, None))
        yield _volume(row, window, spread, days), _behind(row, window)


def _volume(row: Figures, window: Window, spread: _Spread, days: int) -> tuple[Any, ...]:
    return (
        row.label,
        f"{window.since:%Y-%m}",
        row.units,
        row.points,
        row.fen / 100,
        round(row.units / (spread.shops * days), 2) if spread.shops else None,
        round(row.units / row.households, 2) if row.households else None,
        spread.peak,
    )


def _behind(row: Figures, window: Window) -> Link:
    """Return the redemptions of one goods in one month."""
    chosen = {
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "region": window.region,
        "shop": window.shop,
        "goods": row.group,
    }
    return Link("reports.redemption_rows", {name: text for name, text in chosen.items() if text})


def _spreads(window: Window) -> dict[str, _Spread]:
    """Return by sku the shops that handed some out, and the day with the most units."""
    rows = db.session.execute(
        select(
            Goods.sku, Redemption.shop_id, Redemption.occurred_on, func.sum(RedemptionLine.quantity)
        )
        .join(RedemptionLine, RedemptionLine.goods_id == Goods.id)
        .join(Redemption, Redemption.entry_id == RedemptionLine.entry_id)
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(*inside(window), *goods_conditions(window))
        .group_by(Goods.sku, Redemption.shop_id, Redemption.occurred_on)
    )
    shops: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    days: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for sku, shop_id, day, units in rows:
        shops[sku][shop_id] += int(units)
        days[sku][day] += int(units)
    return {
        sku: _Spread(
            sum(units > 0 for units in shops[sku].values()),
            min(counted, key=lambda day: (-counted[day], day))
            if max(counted.values()) > 0
            else None,
        )
        for sku, counted in days.items()
    }


register(
    Sheet(
        code="F8",
        title=N_("兑换登记簿"),
        group=Group.COUNTER,
        needs=Permission.VIEW_REDEMPTIONS,
        columns=(
            SheetColumn(N_("日期"), Kind.DATE),
            SheetColumn(N_("凭证号")),
            SheetColumn(N_("店")),
            SheetColumn(N_("户编号"), width=19),
            SheetColumn(N_("物品")),
            SheetColumn(N_("单位")),
            SheetColumn(N_("数量"), Kind.INT),
            SheetColumn(N_("单价(分)"), Kind.POINTS),
            SheetColumn(N_("合计分"), Kind.POINTS),
            SheetColumn(N_("折合元"), Kind.YUAN),
            SheetColumn(N_("余额"), Kind.POINTS),
            SheetColumn(N_("领取人(本人/代领)")),
            SheetColumn(N_("签字"), width=10),
            SheetColumn(N_("经办人")),
        ),
        opens=1,
        rows=_handed_out,
        keepers=True,
        long=True,
        narrows=frozenset({Narrow.SHOP, Narrow.HOUSEHOLD, Narrow.GOODS}),
        personal=True,
        notes=(N_("冲正记在办理冲正的那一天，数字为负；折合元按兑换当天的标准"),),
        page="reports.redemptions_page",
    ),
    Sheet(
        code="F18",
        title=N_("兑换量报表"),
        group=Group.FIGURES,
        needs=Permission.VIEW_REPORTS,
        columns=(
            SheetColumn(N_("物品")),
            SheetColumn(N_("月"), width=9),
            SheetColumn(N_("件数"), Kind.INT),
            SheetColumn(N_("分"), Kind.POINTS),
            SheetColumn(N_("元"), Kind.YUAN),
            SheetColumn(N_("每店日均"), Kind.AVERAGE),
            SheetColumn(N_("每户平均"), Kind.AVERAGE),
            SheetColumn(N_("高峰日"), Kind.DATE),
        ),
        rows=_volumes,
        keepers=True,
        narrows=frozenset({Narrow.SHOP, Narrow.GOODS}),
        notes=(
            N_("已扣除冲正；每店日均＝件数÷发出过的店数÷当月已过的天数，每户平均＝件数÷兑换户数"),
        ),
        page="reports.redemptions_page",
    ),
)
