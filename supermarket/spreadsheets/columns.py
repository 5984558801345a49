"""The nouns of reading: a column, a row, what is wrong with a cell, how much is too much."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

#: What a file holds in a cell before anyone asks what it should be.
Cell = str | int | float | bool | date | datetime | time | timedelta
#: What a column makes of it. Empty text is "", everything else empty is None.
Value = str | int | Decimal | date | datetime | None
#: A row as the file has it: its number as Excel shows it, and its cells from column A.
RawRow = tuple[int, list[Cell]]


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    #: A whole number.
    INT = "int"
    #: Whole points, shown with thousands separators.
    POINTS = "points"
    #: An amount of money in yuan, two decimals.
    YUAN = "yuan"
    #: A mean or a rate, two decimals.
    AVERAGE = "average"
    DATE = "date"
    #: A moment; written in Asia/Shanghai, without its zone.
    DATETIME = "datetime"
    #: A ratio; 0.85 is 85 %.
    PERCENT = "percent"


class Column(NamedTuple):
    """A column that a file to be read should have."""

    #: What the program calls it.
    key: str
    #: What the template calls it.
    header: str
    #: What else people call it.
    aliases: tuple[str, ...] = ()
    #: The column must exist and no row may leave it empty.
    required: bool = False
    kind: Kind = Kind.TEXT
    #: Characters a text may have.
    max_length: int = 500
    #: What to write in it, for the template's instructions.
    note: str = ""


class RowError(NamedTuple):
    """What is wrong with one cell, in words that the person who filled it in can act on."""

    #: As Excel shows it; the first row is 1.
    row: int
    #: The column's heading as our template spells it; "" when the row as a whole is wrong.
    column: str
    #: A catalogue sentence, untranslated; it may hold ``{limit}``.
    message: str
    #: What the cell says, shortened for display.
    value: str
    limit: int = 0

    @property
    def sentence(self) -> str:
        """The sentence in Chinese; pages translate ``message`` and fill in ``limit`` themselves."""
        return self.message.format(limit=self.limit)


class Row(NamedTuple):
    """A filled row: a value for every column asked for, and what is wrong with the rest."""

    #: As Excel shows it; the first row is 1.
    number: int
    #: By column key. A value with an error is "" or None, as if it were empty.
    values: Mapping[str, Value]
    errors: tuple[RowError, ...] = ()


class Limits(NamedTuple):
    """How much of a file is too much."""

    #: Bytes of the file as uploaded.
    size: int = 20 * 1024 * 1024
    #: Filled rows under the heading.
    rows: int = 100_000
    columns: int = 200
    #: Bytes of a workbook once unzipped.
    unpacked: int = 400 * 1024 * 1024
    #: Bytes of address space of the process that parses a workbook.
    memory: int = 1024 * 1024 * 1024
    #: Seconds of computing that the process may take.
    seconds: int = 60


def shortened(text: str, length: int = 40) -> str:
    """``text`` in at most ``length`` characters, for quoting in a sentence."""
    return text if len(text) <= length else text[: length - 1] + "…"
