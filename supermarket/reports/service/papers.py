"""The papers of a closed month, made from what was frozen: the same bytes whenever, by whomever."""

import hashlib
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from html import escape
from typing import Any, NamedTuple

from sqlalchemy import select

from supermarket.cards.service.faces import spoken
from supermarket.clock import local
from supermarket.database import db
from supermarket.ledger.models import EntryKind
from supermarket.regions.models import COUNTY, TOWNSHIP, VILLAGE, parent_of
from supermarket.reports.models import MonthClose, MonthFigures, MonthPaper, PaperKind
from supermarket.reports.queries import monthly, rollups
from supermarket.reports.queries.monthly import Figures
from supermarket.reports.queries.monthly_facts import month_number
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx

#: Places whose papers are made in one transaction.
PIECE = 40
#: The columns of form F15, in the order of the paper; papers are Chinese, whoever made them.
COLUMNS = (
    Column("期次", Kind.TEXT, 11),
    Column("村", Kind.TEXT, 16),
    Column("店数", Kind.INT, 6),
    Column("覆盖户", Kind.INT, 8),
    Column("本期得分户数", Kind.INT, 8),
    Column("发放分", Kind.POINTS, 10),
    Column("扣分", Kind.POINTS, 8),
    Column("兑换户数", Kind.INT, 8),
    Column("兑换人次", Kind.INT, 8),
    Column("兑换分", Kind.POINTS, 10),
    Column("折合元", Kind.YUAN, 12),
    Column("期末积分余额", Kind.POINTS, 11),
    Column("库存价值", Kind.YUAN, 13),
    Column("保障率", Kind.PERCENT, 9),
    Column("捐赠额", Kind.YUAN, 12),
    Column("采购额", Kind.YUAN, 12),
    Column("报损额", Kind.YUAN, 11),
    Column("异议数", Kind.INT, 7),
    Column("预警", Kind.TEXT, 18),
)
#: The figures that are set beside the month before and the same month of last year.
BESIDE = (
    ("发放分", "awarded"), ("兑换分", "points"), ("兑换户数", "households"), ("兑换人次", "times"),
    ("期末积分余额", "outstanding"),
)  # fmt: skip


class Table(NamedTuple):
    """One table of a paper."""

    name: str
    columns: tuple[Column, ...]
    rows: list[tuple[Content, ...]]


class Paper(NamedTuple):
    """A monthly report in words and numbers, before it is written as a file."""

    title: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]
    closed_at: datetime


def make_papers(county: str, month: date, piece: int = PIECE) -> int:
    """Make the papers of up to ``piece`` places that have none; return how many are left."""
    close = db.session.get_one(MonthClose, (county, month))
    made = select(MonthPaper.place).where(
        MonthPaper.county_code == county, MonthPaper.month == month
    )
    waiting = db.session.scalars(
        select(MonthFigures.place)
        .where(
            MonthFigures.county_code == county,
            MonthFigures.month == month,
            MonthFigures.place.not_in(made),
        )
        .order_by(MonthFigures.place)
    ).all()
    chosen = waiting[:piece]
    for place in chosen:
        paper = paper_of(close, place)
        for kind, content in ((PaperKind.EXCEL, _excel(paper)), (PaperKind.PRINT, _html(paper))):
            db.session.add(
                MonthPaper(
                    county_code=county,
                    month=month,
                    place=place,
                    kind=kind,
                    sha256=hashlib.sha256(content).hexdigest(),
                    size=len(content),
                    content=zlib.compress(content),
                )
            )
    db.session.flush()
    return len(waiting) - len(chosen)


def paper_of(close: MonthClose, place: str) -> Paper:
    """Return the report of one place in a closed month."""
    kept = db.session.get_one(MonthFigures, (close.county_code, close.month, place)).figures
    figures = monthly.thawed(kept["figures"])
    below = [monthly.thawed(row["figures"]) for row in _below(close, place)]
    period = f"{close.month:%Y}年{close.month.month}月"
    rows = [_row(period, one) for one in below] if below else []
    total = _row(period, figures._replace(name="合计" if below else figures.name))
    tables = [Table("月报", COLUMNS, [*rows, total])]
    if len(place) < VILLAGE:
        tables += _more(kept)
    if kept["corrections"]:
        tables.append(_corrections(kept["corrections"]))
    kind = {COUNTY: "县汇总", TOWNSHIP: "乡镇汇总"}.get(len(place), "村级月报")
    last = rollups.last_day(month_number(close.month))
    return Paper(
        title=f"{figures.name}{period}{kind}",
        notes=(
            f"期间：{close.month.isoformat()} 至 {last.isoformat()}",
            "户数按户去重，人次不去重；已扣除冲正；折合元按每笔兑换当日折算",
            f"结账时间：{local(close.closed_at):%Y-%m-%d %H:%M}，数字已封存",
            f"台账校验码：{kept['heads']['digest']}（{kept['heads']['journals']} 本台账、"
            f"{kept['heads']['entries']} 笔凭证）",
            f"数字校验码：{close.fingerprint}",
        ),
        tables=tuple(tables),
        closed_at=close.closed_at,
    )


def _below(close: MonthClose, place: str) -> Iterator[dict[str, Any]]:
    if len(place) >= VILLAGE:
        return
    rows = db.session.execute(
        select(MonthFigures.place, MonthFigures.figures)
        .where(
            MonthFigures.county_code == close.county_code,
            MonthFigures.month == close.month,
            MonthFigures.place.startswith(place),
        )
        .order_by(MonthFigures.place)
    )
    for code, figures in rows:
        if parent_of(code) == place:
            yield figures


def _row(period: str, row: Figures) -> tuple[Content, ...]:
    alerts = "、".join(str(alert.label) for alert in row.alerts)
    if row.alerted > 1:
        alerts = f"{row.alerted} 个村：{alerts}"
    return (
        period,
        row.name,
        *row.cells,
        alerts,
    )


def _more(kept: dict[str, Any]) -> list[Table]:
    """Return what a township's or county's report adds (form F16)."""
    now, before, yearly = kept["figures"], kept["before"], kept["last_year"]
    beside = [
        (label, now[name], _part(now, before, name), _part(now, yearly, name))
        for label, name in BESIDE
    ]
    goods = [
        (number, row["name"], row["unit"], row["units"], row["points"], row["fen"] / 100)
        for number, row in enumerate(kept["top_goods"], start=1)
    ]
    out = [(row["name"], row["goods"], row["times"]) for row in kept["run_out"]]
    part, points = Kind.PERCENT, Kind.POINTS
    return [
        Table(
            "环比和同比",
            (Column("项目"), Column("本月", points), Column("环比", part), Column("同比", part)),
            list(beside),
        ),
        Table(
            "前 10 物品",
            (Column("名次", Kind.INT), Column("物品"), Column("单位"), Column("件数", Kind.INT),
             Column("积分", points), Column("折合元", Kind.YUAN)),
            list(goods),
        ),
        Table("未开展村", (Column("店"), Column("村数", Kind.INT), Column("覆盖户", Kind.INT),
              Column("村", Kind.TEXT, 90)), _idle(kept["not_started"])),
        Table("缺货", (Column("店"), Column("物品种数", Kind.INT), Column("缺货次数", Kind.INT)),
              list(out)),
    ]  # fmt: skip


def _idle(villages: list[dict[str, Any]]) -> list[tuple[Content, ...]]:
    """Return the villages where nothing happened, a row for each shop: a county has hundreds."""
    by_shop: dict[str, list[dict[str, Any]]] = {}
    for row in villages:
        by_shop.setdefault("、".join(row["shops"]) or "没有店", []).append(row)
    return [
        (
            shop,
            len(rows),
            sum(row["covered"] for row in rows),
            "、".join(spoken(row["name"]) for row in rows),
        )
        for shop, rows in by_shop.items()
    ]


def _part(now: dict[str, Any], then: dict[str, Any] | None, name: str) -> float | None:
    return now[name] / then[name] - 1 if then and then[name] else None


def _corrections(rows: list[dict[str, Any]]) -> Table:
    """Return what was taken back this month of months that were closed."""
    return Table(
        "以前月份的更正",
        (Column("日期"), Column("凭证号"), Column("更正哪一笔"), Column("原日期"), Column("事项"),
         Column("农户积分增减", Kind.INT), Column("说明")),
        [
            (row["occurred_on"], row["reference"], row["original"], row["original_on"],
             str(EntryKind(row["kind"]).label), row["points"], row["note"])
            for row in rows
        ],
    )  # fmt: skip


def _excel(paper: Paper) -> bytes:
    sheets = [
        Sheet(table.name, f"{paper.title}{'' if number == 0 else '　' + table.name}",
              paper.notes if number == 0 else (), table.columns, table.rows)
        for number, table in enumerate(paper.tables)
    ]  # fmt: skip
    with write_xlsx(sheets, title=paper.title, created_at=paper.closed_at) as file:
        return file.read()


def _html(paper: Paper) -> bytes:
    """Write the report as a page of its own that prints on A4 and needs nothing but a style."""
    parts = [
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">',
        f"<title>{escape(paper.title)}</title>",
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="paper.css"></head><body>',
        f'<article class="month-paper"><h1>{escape(paper.title)}</h1>',
    ]
    for table in paper.tables:
        heads = "".join(f'<th scope="col">{escape(one.header)}</th>' for one in table.columns)
        rows = "".join(
            "<tr>" + "".join(map(_cell, row, table.columns)) + "</tr>" for row in table.rows
        )
        empty = f'<tr><td colspan="{len(table.columns)}">无</td></tr>'
        parts.append(
            f"<table><caption>{escape(table.name)}</caption><thead><tr>{heads}</tr></thead>"
            f"<tbody>{rows or empty}</tbody></table>"
        )
    parts += [f"<p>{escape(note)}</p>" for note in paper.notes]
    parts.append('<p class="signers">制表：　　　　　　审核：　　　　　　负责人：</p>')
    return "\n".join([*parts, "</article></body></html>", ""]).encode()


def _cell(value: Content, column: Column) -> str:
    if isinstance(value, int | float):
        if column.kind is Kind.PERCENT:
            text = f"{round(value, 2) + 0.0:.0%}"  # no minus before nothing
        else:
            text = f"{value:,.2f}" if column.kind is Kind.YUAN else f"{value:,}"
        return f'<td class="number">{text}</td>'
    return f"<td>{escape(str(value)) if value is not None else ''}</td>"
