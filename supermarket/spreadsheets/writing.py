"""Rows out: workbooks fit to be printed and filed, and CSV, both in bounded memory."""

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any, NamedTuple

import xlsxwriter

from supermarket import clock
from supermarket.spreadsheets.cells import EXACT, cleaned
from supermarket.spreadsheets.columns import Kind

#: Rows of one sheet of a workbook, and characters of one cell: the format's own limits.
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
#: What the name of a sheet may not hold, and what stands there instead.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
#: The widest column that still prints; in digits, of which a Chinese character takes two.
WIDEST = 50
#: An A4 page on its side holds more than this.
PORTRAIT_WIDTH = 95
#: CSV goes out in pieces of about so many characters.
PIECE = 64 * 1024

NUMBER_FORMATS = {
    Kind.TEXT: "@",
    Kind.INT: "0",
    Kind.POINTS: "#,##0",
    Kind.YUAN: "#,##0.00",
    Kind.AVERAGE: "#,##0.00",
    Kind.DATE: "yyyy-mm-dd",
    Kind.DATETIME: "yyyy-mm-dd hh:mm",
    Kind.PERCENT: "0.0%",
}

#: Excel runs a text of a CSV that begins so; an apostrophe before it prevents that.
RUN_BY_EXCEL = re.compile(r"'*[=+\-@]")

MOMENT_KINDS = {Kind.DATE, Kind.DATETIME}

#: None is an empty cell.
Content = str | int | float | Decimal | date | datetime | None


class Column(NamedTuple):
    """A column to be written."""

    header: str
    kind: Kind = Kind.TEXT
    #: In digits; 0 fits the contents.
    width: int = 0


class Sheet(NamedTuple):
    """A table to be written. The caller words everything, in its reader's language."""

    #: On the tab; made to fit the rules for one.
    name: str
    #: Above the table; "" for none.
    title: str
    #: Lines between the title and the table: the period, the as-of time, the unit.
    notes: Sequence[str]
    columns: Sequence[Column]
    #: One content for each column. Moments are UTC and shown in Asia/Shanghai.
    rows: Iterable[Sequence[Content]]


def write_xlsx(
    sheets: Iterable[Sheet], *, title: str = "", created_at: datetime | None = None
) -> IO[bytes]:
    """Write a workbook to a temporary file and return it, open at its start.

    One row at a time is in memory. A table longer than a sheet goes on in another one.
    ``title`` is the document's; the same ``created_at`` and rows give the same bytes.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it, by sending it
    options = {"constant_memory": True, "in_memory": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": title, "created": created_at or clock.now()})
        formats = _formats(book)
        names: set[str] = set()
        for sheet in sheets:
            rows = iter(sheet.rows)
            more = True
            while more:
                page = book.add_worksheet(_sheet_name(sheet.name, names))
                more, rows = _write_sheet(page, sheet, rows, formats)
    file.seek(0)
    return file


def write_csv(columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> Iterator[bytes]:
    """Yield a CSV in pieces: UTF-8 with the mark by which Excel knows it, and a heading."""
    buffer = io.StringIO("\ufeff", newline="")
    buffer.seek(0, io.SEEK_END)
    writer = csv.writer(buffer)
    writer.writerow([_csv_content(column.header, Kind.TEXT) for column in columns])
    for row in rows:
        writer.writerow(
            [
                _csv_content(content, column.kind)
                for content, column in zip(row, columns, strict=True)
            ]
        )
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def display_width(text: str) -> int:
    """How many digits wide ``text`` is; a Chinese character is as wide as two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in text)


def _write_sheet(
    page: Any, sheet: Sheet, rows: Iterator[Sequence[Content]], formats: dict[str, Any]
) -> tuple[bool, Iterator[Sequence[Content]]]:
    """Write what fits on one sheet; return whether there is more, and the rest."""
    top = _write_top(page, sheet, formats)
    widths = [display_width(column.header) + 2 for column in sheet.columns]
    last = top
    for row in islice(rows, SHEET_ROWS - top - 1):
        last += 1
        for position, (content, column) in enumerate(zip(row, sheet.columns, strict=True)):
            shown = _write(page, last, position, content, column.kind, formats[column.kind])
            widths[position] = max(widths[position], shown)
    _set_widths(page, sheet.columns, widths, formats["typed"])
    _set_paper(page, top, landscape=sum(widths) > PORTRAIT_WIDTH)
    following = next(rows, None)
    if following is None:
        return False, rows
    return True, chain([following], rows)


def _write_top(page: Any, sheet: Sheet, formats: dict[str, Any]) -> int:
    """Write title, notes and heading; return the heading's row, from 0."""
    row = 0
    if sheet.title:
        page.set_row(row, 28)
        page.write_string(row, 0, _text(sheet.title), formats["title"])
        for position in range(1, len(sheet.columns)):
            page.write_blank(row, position, None, formats["title"])
        row += 1
    for note in sheet.notes:
        page.write_string(row, 0, _text(note), formats["note"])
        row += 1
    page.set_row(row, 24)
    for position, column in enumerate(sheet.columns):
        page.write_string(row, position, _text(column.header), formats["header"])
    return row


def _write(page: Any, row: int, position: int, content: Content, kind: Kind, style: Any) -> int:
    """Write one cell as what it is, never as a formula; return how wide it is."""
    match content:
        case None:
            page.write_blank(row, position, None, style)
            return 0
        case datetime() if kind in MOMENT_KINDS:
            page.write_datetime(row, position, _village_time(content), style)
            return 17
        case date() if kind in MOMENT_KINDS and content.year >= 1900:
            page.write_datetime(row, position, content, style)
            return 11
        case int() | float() | Decimal() if kind is not Kind.TEXT and -EXACT < content < EXACT:
            page.write_number(row, position, content, style)
            return len(f"{content:,.2f}") if kind is Kind.YUAN else len(f"{content:,}") + 1
    text = _text(str(content))
    page.write_string(row, position, text, style)
    return display_width(text) + 1


def _set_widths(page: Any, columns: Sequence[Column], widths: list[int], typed: Any) -> None:
    """Fit the columns; what is typed under a text column later stays a text: 007, a phone."""
    for position, column in enumerate(columns):
        widths[position] = column.width or min(widths[position], WIDEST)
        style = typed if column.kind is Kind.TEXT else None
        page.set_column(position, position, widths[position], style)


def _set_paper(page: Any, top: int, *, landscape: bool) -> None:
    """Freeze the heading; print on A4 with all columns on a page and the heading on each."""
    page.freeze_panes(top + 1, 0)
    page.repeat_rows(top)
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    if landscape:
        page.set_landscape()
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.center_horizontally()
    page.set_footer("&C&P / &N")


def _formats(book: Any) -> dict[str, Any]:
    """The styles of a workbook: title, note, header, and one for each kind of cell."""
    line = {"border": 1, "border_color": "#BFBFBF", "valign": "vcenter"}
    formats = {
        "title": book.add_format(
            {"bold": True, "font_size": 16, "align": "center_across", "valign": "vcenter"}
        ),
        "typed": book.add_format({"num_format": "@"}),
        "note": book.add_format({"font_color": "#595959"}),
        "header": book.add_format(
            line | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#F2F2F2"}
        ),
    }
    for kind, shape in NUMBER_FORMATS.items():
        formats[kind] = book.add_format(line | {"num_format": shape})
    formats[Kind.TEXT].set_text_wrap()
    return formats


def _sheet_name(wanted: str, taken: set[str]) -> str:
    """A name that the format allows: 31 characters, none of FORBIDDEN, unlike those ``taken``."""
    name = cleaned(wanted.translate(FORBIDDEN)).strip("' ")
    if not name or name.casefold() == "history":
        name = f"{name}1" if name else "Sheet"
    unique, number = name[:31], 1
    while unique.casefold() in taken:
        number += 1
        ending = f" ({number})"
        unique = name[: 31 - len(ending)] + ending
    taken.add(unique.casefold())
    return unique


def _csv_content(content: Content, kind: Kind) -> str:
    match content:
        case None:
            return ""
        case datetime():
            return f"{_village_time(content):%Y-%m-%d %H:%M:%S}"
        case str():
            text = _text(content)
            return f"'{text}" if RUN_BY_EXCEL.match(text) else text
        case Decimal() if kind is Kind.YUAN:
            return f"{content:.2f}"
        case _:
            return str(content)


def _village_time(moment: datetime) -> datetime:
    return clock.local(moment).replace(tzinfo=None)


def _text(text: str) -> str:
    """``text`` as a cell can hold it."""
    kept = cleaned(text)
    return kept if len(kept) <= CELL_CHARACTERS else kept[: CELL_CHARACTERS - 1] + "…"
