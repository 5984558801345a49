"""The county's summaries: villages (F15), townships and county (F16)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from supermarket.errors import N_
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP, VILLAGE, within
from supermarket.reports.queries import (
    comparing,
    monthly,
    monthly_compared,
    monthly_flows,
)
from supermarket.reports.queries.monthly import Figures
from supermarket.reports.queries.monthly_compared import NotStarted, RunOut
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.sheets.reading import Made, numbered
from supermarket.reports.queries.sheets.shape import (
    Asked,
    Group,
    Link,
    Sheet,
    SheetColumn,
    SheetRow,
    register,
)
from supermarket.reports.queries.window import Window
from supermarket.spreadsheets.columns import Kind
from supermarket.staff.models import Permission

#: Villages that the row of all townships together still names.
MANY = 30


class Place(NamedTuple):
    """The figures of one place, or of all of them, with the window that is only about it."""

    figures: Figures
    window: Window
    name: str
    idle: Sequence[NotStarted]
    run_out: Sequence[RunOut]
    #: Points redeemed a year before, and in the window before.
    last_year: int
    before: int


def _villages(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F15: one row for each village of the window, whether anything happened there or not."""
    return numbered(_village_rows(asked), after)


def _village_rows(asked: Asked) -> Iterator[Made]:
    for row in monthly.figures(asked.window, VILLAGE):
        yield _cells(row, row.name, asked), _behind(asked.window, row.place)


def _townships(asked: Asked, after: str) -> Iterator[SheetRow]:
    """F16: one row for each township, then one for all of them."""
    return numbered((summary(row, asked) for row in places(asked)), after)


def places(asked: Asked) -> Iterable[Place]:
    """Return the townships of the window, and all of it together unless that is one of them."""
    window = asked.window
    if not monthly.reaches(window) or not _known(window.region):
        return
    idle, empty = monthly_compared.not_started(window), monthly_compared.run_out(window)
    earlier = [
        _points(window, days)
        for days in (
            comparing.last_year(window.since, window.until),
            comparing.shifted(window.since, window.until, -1),
        )
    ]
    found = monthly.figures(window, TOWNSHIP)
    for row in found:
        yield Place(
            row,
            window._replace(region=row.place),
            row.name,
            [village for village in idle if within(village.code, row.place)],
            [shop for shop in empty if within(shop.region_code, row.place)],
            *(points.get(row.place, 0) for points in earlier),
        )
    if len(found) != 1:
        whole = monthly.total(window)
        name = whole.name or asked.say(N_("合计"))
        yield Place(whole, window, name, idle, empty, *(points.get("", 0) for points in earlier))


def _known(region: str) -> bool:
    """Whether a chosen place exists; none chosen is fine."""
    return not region or bool(regions.names([region]))


def _points(window: Window, days: comparing.Days | None) -> dict[str, int]:
    """Return the points redeemed on other days by township, and under "" by all of them."""
    if days is None:
        return {}
    reach = monthly.reaches(window)
    parts = monthly_flows.flows(days.since, days.until, reach, TOWNSHIP)
    whole = monthly_flows.flows(days.since, days.until, reach, 0)
    return {place: flow.points for place, flow in {**parts, **whole}.items()}


def _change(now: int, before: int) -> float | None:
    """Return by which part more it is than before; None where there was nothing."""
    return (now - before) / before if before > 0 else None


def _cells(row: Figures, name: str, asked: Asked) -> tuple[Any, ...]:
    """Return the cells of F15."""
    return (
        _period(asked.window),
        name,
        *row.cells,
        "、".join(asked.say(alert.label) for alert in row.alerts),
    )


def summary(row: Place, asked: Asked) -> Made:
    """Return the cells of F16."""
    goods = monthly_compared.top_goods(row.window)
    return (
        *_cells(row.figures, row.name, asked),
        _change(row.figures.points, row.last_year),
        _change(row.figures.points, row.before),
        _idle(row, asked),
        "、".join(f"{one.name} {one.units}{one.unit}" for one in goods),
        sum(shop.times for shop in row.run_out),
    ), _behind(row.window, row.window.region)


def _idle(row: Place, asked: Asked) -> str:
    """Name the villages where nothing happened, by the shop that serves them."""
    if len(row.window.region) < TOWNSHIP and len(row.idle) > MANY:
        return asked.say(N_("共 %(count)s 个村，名单见各乡镇"), count=len(row.idle))
    by_shop: dict[tuple[str, ...], list[str]] = {}
    for village in row.idle:
        by_shop.setdefault(village.shops, []).append(village.name)
    return "；".join(
        f"{'、'.join(shops) or asked.say(N_('没有店'))}：{'、'.join(names)}"
        for shops, names in by_shop.items()
    )


def _period(window: Window) -> str:
    """Name the days: 2026, 2026-11, or from one to the other."""
    first, last = window.since, window.until
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{first:%Y}"
    month = comparing.shifted(first, last, 1)
    if (
        first.day == 1
        and month
        and month.since.day == 1
        and (first.month, first.year)
        == (
            last.month,
            last.year,
        )
    ):
        return f"{first:%Y-%m}"
    return f"{first.isoformat()} – {last.isoformat()}"


def _behind(window: Window, region: str) -> Link:
    """Return the page of volumes of a place in the window."""
    chosen = {
        "since": window.since.isoformat(),
        "until": window.until.isoformat(),
        "region": region,
        "by": By.SHOP.value,
    }
    return Link("reports.redemptions_page", {name: text for name, text in chosen.items() if text})


MONTHLY = (
    SheetColumn(N_("期次")),
    SheetColumn(N_("村")),
    SheetColumn(N_("店数"), Kind.INT),
    SheetColumn(N_("覆盖户"), Kind.INT),
    SheetColumn(N_("本期得分户数"), Kind.INT),
    SheetColumn(N_("发放分"), Kind.POINTS),
    SheetColumn(N_("扣分"), Kind.POINTS),
    SheetColumn(N_("兑换户数"), Kind.INT),
    SheetColumn(N_("兑换人次"), Kind.INT),
    SheetColumn(N_("兑换分"), Kind.POINTS),
    SheetColumn(N_("折合元"), Kind.YUAN),
    SheetColumn(N_("期末积分余额"), Kind.POINTS),
    SheetColumn(N_("库存价值"), Kind.YUAN),
    SheetColumn(N_("保障率"), Kind.PERCENT),
    SheetColumn(N_("捐赠额"), Kind.YUAN),
    SheetColumn(N_("采购额"), Kind.YUAN),
    SheetColumn(N_("报损额"), Kind.YUAN),
    SheetColumn(N_("异议数"), Kind.INT),
    SheetColumn(N_("预警")),
)
SUMMARY = (
    MONTHLY[0],
    SheetColumn(N_("乡镇/县")),
    *MONTHLY[2:],
    SheetColumn(N_("同比"), Kind.PERCENT),
    SheetColumn(N_("环比"), Kind.PERCENT),
    SheetColumn(N_("未开展村名单(按店)"), width=40),
    SheetColumn(N_("前 10 物品"), width=40),
    SheetColumn(N_("缺货次数"), Kind.INT),
)
HOW = N_("户数按户去重，人次不去重；冲正在办理的当天扣除；折合元按兑换当天的标准")
COMPARED = N_("同比、环比比的是兑换分：和上年同期比，和前一个同样长的期间比")
NAMED = N_("未开展村是没有一户得分也没有一户兑换的村，按服务它的店排列；一种物品发完一次算缺货一次")

register(
    Sheet(
        code="F15",
        title=N_("村级月报"),
        group=Group.FIGURES,
        needs=Permission.VIEW_REPORTS,
        columns=MONTHLY,
        opens=1,
        rows=_villages,
        notes=(HOW,),
    ),
    Sheet(
        code="F16",
        title=N_("乡镇/县汇总"),
        group=Group.FIGURES,
        needs=Permission.VIEW_REPORTS,
        columns=SUMMARY,
        opens=1,
        rows=_townships,
        notes=(HOW, COMPARED, NAMED),
    ),
)
