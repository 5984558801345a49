"""Rows in: an uploaded file, whatever it is, becomes typed rows or a sentence that helps."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import NamedTuple, Protocol

from supermarket.errors import N_
from supermarket.spreadsheets import cells, delimited, heading, kinds, workbooks
from supermarket.spreadsheets.columns import (
    Cell,
    Column,
    Kind,
    Limits,
    RawRow,
    Row,
    RowError,
    Value,
    shortened,
)
from supermarket.spreadsheets.errors import (
    EmptyFileError,
    FileTooLargeError,
    MissingHeadersError,
    NoHeaderError,
    NoRowsError,
    TooManyRowsError,
    UnknownHeadersError,
)

DEFAULT_LIMITS = Limits()
#: Characters of a heading that are looked at.
HEADING_LENGTH = 200
REQUIRED = N_("必填，不能为空")
#: The first cell of a line that adds the table up or tells about it, and is no row of it.
NOTE = re.compile(
    r"(合计|总计|小计)[:：]?|(注|备注|说明|(填表|填报|制表|审核).{0,4}|.{0,4}负责人)[:：].*"
)


class Readable(Protocol):
    """An open file, or an upload: all that is asked of it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most ``size`` bytes."""
        ...


class Table(NamedTuple):
    """What was found in a file."""

    #: The heading row, as Excel shows it.
    header_row: int
    #: Headings nobody asked for; their columns are not read.
    unknown_headers: tuple[str, ...]
    #: Once only, in order, as they are read.
    rows: Iterator[Row]


def read_rows(
    file: bytes | Readable,
    filename: str,
    *,
    headers: Sequence[Column],
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[Row]:
    """Read the filled rows of a file; see ``read_table``, which also tells about the heading."""
    return read_table(file, filename, headers=headers, limits=limits).rows


def read_table(
    file: bytes | Readable,
    filename: str,
    *,
    headers: Sequence[Column],
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Table:
    """Read the first sheet of a file that has the wanted ``headers``.

    xlsx, xlsm, xlsb, xls, ods and CSV, told apart by content. ``strict`` refuses headings
    that are not wanted. The rows are read as they are asked for, so the refusals of
    rows come then: TooManyRowsError, NoRowsError, and what a damaged end brings.

    Raises:
        SpreadsheetError: the file cannot be used; the subclass says why.
    """
    name = shortened(cells.cleaned(filename), 60)
    data = _bytes(file, name, limits)
    header, rows = _headed(_sheets(data, name, headers, limits), headers, name)
    if strict and header.unknown:
        raise UnknownHeadersError(
            unknown=heading.quoted(header.unknown),
            expected=heading.quoted([c.header for c in headers]),
        )
    return Table(
        header_row=header.row,
        unknown_headers=header.unknown,
        rows=_rows(rows, header, headers, name, limits),
    )


def _bytes(file: bytes | Readable, name: str, limits: Limits) -> bytes:
    data = file if isinstance(file, bytes) else file.read(limits.size + 1)
    if len(data) > limits.size:
        raise FileTooLargeError(limit=limits.size // 1024**2)
    if not data.strip(b"\0 \r\n\t"):
        raise EmptyFileError(filename=name)
    return data


def _sheets(
    data: bytes, name: str, columns: Sequence[Column], limits: Limits
) -> Generator[Iterator[RawRow], None, None]:
    if kinds.is_workbook(data, name, unpacked_limit=limits.unpacked):
        # One more than a cell may have, so that a longer one is still seen to be longer.
        characters = max(HEADING_LENGTH, *(column.max_length for column in columns)) + 1
        yield from workbooks.sheets(data, name, characters=characters, limits=limits)
    else:
        yield delimited.rows(data, name, limits=limits)


def _headed(
    sheets: Generator[Iterator[RawRow], None, None], columns: Sequence[Column], name: str
) -> tuple[heading.Header, Iterator[RawRow]]:
    """The heading of the first sheet that has it, and the rows below; else the first refusal."""
    refusal: NoHeaderError | MissingHeadersError | None = None
    for rows in sheets:
        top = list(islice(rows, heading.HEADER_ROWS))
        if not top:
            continue
        try:
            header = heading.find(top, columns)
        except (NoHeaderError, MissingHeadersError) as error:
            refusal = refusal or error
        else:
            below = [row for row in top if row[0] > header.row]
            return header, _until_read(chain(below, rows), sheets)
    raise refusal or EmptyFileError(filename=name)


def _until_read(
    rows: Iterator[RawRow], sheets: Generator[Iterator[RawRow], None, None]
) -> Iterator[RawRow]:
    """The rows of one of the ``sheets``, whose process lives as long as they are being read."""
    with closing(sheets):
        yield from rows


def _rows(
    rows: Iterator[RawRow],
    header: heading.Header,
    columns: Sequence[Column],
    name: str,
    limits: Limits,
) -> Iterator[Row]:
    empty: dict[str, Value] = {c.key: "" if c.kind is Kind.TEXT else None for c in columns}
    at = header.positions
    present = [(column, at[column.key]) for column in columns if column.key in at]
    count = 0
    for number, raw in rows:
        # Lists made for printing repeat their heading on every page.
        again = raw == header.cells
        row = None if again or _is_note(raw) else _row(number, raw, present, empty)
        if row is None:
            continue
        count += 1
        if count > limits.rows:
            raise TooManyRowsError(limit=limits.rows)
        yield row
    if not count:
        raise NoRowsError(filename=name)


def _row(
    number: int,
    raw: list[Cell],
    present: Sequence[tuple[Column, int]],
    empty: Mapping[str, Value],
) -> Row | None:
    """A row of values; None if nothing wanted is in it."""
    values = dict(empty)
    errors: list[RowError] = []
    blanks: list[Column] = []
    for column, position in present:
        cell = raw[position] if position < len(raw) else ""
        try:
            value = cells.value(cell, column)
        except cells.CellError as error:
            errors.append(_error(number, column, str(error), cell))
            continue
        values[column.key] = value
        if column.required and (value == "" or value is None):
            blanks.append(column)
    if not errors and values == empty:
        return None
    errors += [_error(number, column, REQUIRED, "") for column in blanks]
    return Row(number, values, tuple(errors))


def _error(number: int, column: Column, message: str, cell: Cell) -> RowError:
    return RowError(number, column.header, message, cells.displayed(cell), column.max_length)


def _is_note(raw: list[Cell]) -> bool:
    """Whether the first thing in a row says that the row is about the table, not of it."""
    first = next((cell for cell in raw if cell != ""), "")
    return isinstance(first, str) and NOTE.fullmatch("".join(first.split())) is not None
