"""Taking in budgets from a file: all of it or nothing, as often as one likes."""

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO

from supermarket.budgets.errors import BudgetRowsError
from supermarket.budgets.service.setting import MOST_POINTS, BudgetAsk
from supermarket.errors import N_
from supermarket.spreadsheets.columns import Column, Kind, Row, RowError
from supermarket.spreadsheets.reading import read_rows

#: What a file of budgets has; the export has the same headings and more.
COLUMNS = (
    Column("region", "村代码", ("region", "代码", "区划代码"), required=True, max_length=12),
    Column("starts_on", "起始日期", ("since", "起始", "开始日期"), required=True, kind=Kind.DATE),
    Column("ends_on", "截止日期", ("until", "截止", "结束日期"), required=True, kind=Kind.DATE),
    Column(
        "points",
        "预算分",
        ("points", "预算", "预算（分）", "分值"),
        required=True,
        kind=Kind.POINTS,
        note="这一期最多发多少分，0 表示这一期不发",
    ),
)
NOT_POINTS = N_("应为 0 到 {limit} 的整数")


def read_budgets(file: BinaryIO | bytes, filename: str) -> list[BudgetAsk]:
    """Read the budgets of a file.

    Raises:
        BudgetRowsError: some rows are wrong; it lists every one.
        SpreadsheetError: it is no table that can be read.
    """
    rows = list(read_rows(file, filename, headers=COLUMNS))
    errors = [error for row in rows for error in _wrong_with(row)]
    if errors:
        raise BudgetRowsError(errors)
    return [_ask(row) for row in rows]


def _wrong_with(row: Row) -> Sequence[RowError]:
    points = row.values["points"]
    if isinstance(points, int) and not 0 <= points <= MOST_POINTS:
        return (*row.errors, RowError(row.number, "预算分", NOT_POINTS, str(points), MOST_POINTS))
    return row.errors


def _ask(row: Row) -> BudgetAsk:
    values = row.values
    since, until, points = values["starts_on"], values["ends_on"], values["points"]
    if not (isinstance(since, date) and isinstance(until, date) and isinstance(points, int)):
        raise TypeError("a required cell is empty")  # read_rows has said so before
    return BudgetAsk(str(values["region"]), since, until, points)
