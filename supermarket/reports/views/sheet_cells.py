"""How the contents of a form are written: for people on pages, for programs in JSON."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from supermarket.clock import local
from supermarket.reports.queries.sheets.shape import SheetColumn
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Content


def shown(cells: Sequence[Content], columns: Sequence[SheetColumn]) -> list[str]:
    """Return the contents of a row as a page writes them."""
    return [written(cell, column.kind) for cell, column in zip(cells, columns, strict=True)]


def written(cell: Content, kind: Kind) -> str:
    """Return one content as a page writes it; an empty one is nothing."""
    match cell:
        case None:
            return ""
        case datetime():
            return f"{local(cell):%Y-%m-%d %H:%M}"
        case date():
            return cell.isoformat()
        case int() | float() | Decimal() if kind in {Kind.YUAN, Kind.AVERAGE}:
            return f"{cell:,.2f}"
        case int() | float() | Decimal() if kind is Kind.PERCENT:
            return f"{cell * 100:,.1f}%"
        case int() if kind is not Kind.TEXT:
            return f"{cell:,}"
    return str(cell)


def plain(cell: Content) -> str | int | float | None:
    """Return one content as JSON has it: days and moments as ISO text."""
    if isinstance(cell, date):
        return cell.isoformat()
    return float(cell) if isinstance(cell, Decimal) else cell
