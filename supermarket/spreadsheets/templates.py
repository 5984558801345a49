"""Empty tables for people to fill in, which ``reading`` then reads."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO

from supermarket.errors import N_
from supermarket.spreadsheets.columns import Column as WantedColumn
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx

KIND_NOTES = {
    Kind.TEXT: N_("文字"),
    Kind.INT: N_("整数"),
    Kind.POINTS: N_("整数"),
    Kind.YUAN: N_("金额（元）"),
    Kind.AVERAGE: N_("数字"),
    Kind.DATE: N_("日期，例如 2026-03-01"),
    Kind.DATETIME: N_("日期和时间，例如 2026-03-01 09:30"),
    Kind.PERCENT: N_("百分比，例如 85%"),
}


def template_xlsx(
    name: str,
    columns: Sequence[WantedColumn],
    example_rows: Iterable[Sequence[Content]] = (),
    *,
    created_at: datetime | None = None,
) -> IO[bytes]:
    """Write an empty table with ``columns`` and a sheet that explains them; return it, open.

    Required headings carry a ``*``. The examples stand in the explanations, so that
    nobody uploads them. The words are Chinese like the headings they explain.
    """
    empty = Sheet(
        name=name,
        title="",
        notes=(),
        columns=[Column(_heading(column), column.kind, width=16) for column in columns],
        rows=(),
    )
    return write_xlsx(
        [empty, _explanations(columns, list(example_rows))], title=name, created_at=created_at
    )


def instructions(column: WantedColumn) -> str:
    """What to write in a column: its own note, or what its kind asks for."""
    return column.note or KIND_NOTES[column.kind]


def _heading(column: WantedColumn) -> str:
    return f"{column.header}*" if column.required else column.header


def _explanations(columns: Sequence[WantedColumn], examples: list[Sequence[Content]]) -> Sheet:
    titles = [f"示例 {number}" for number, _ in enumerate(examples, start=1)]
    return Sheet(
        name="填写说明",
        title="填写说明",
        notes=("带 * 的列必填；其余可以空着。请只在第一张表中填写，不要改动表头。",),
        columns=[Column(header) for header in ("列", "必填", "填什么", *titles)],
        rows=[
            (
                column.header,
                "是" if column.required else "",
                instructions(column),
                *(_example(row[position]) for row in examples),
            )
            for position, column in enumerate(columns)
        ],
    )


def _example(content: Content) -> str:
    return "" if content is None else str(content)
