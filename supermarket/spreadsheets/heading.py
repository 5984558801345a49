"""Finding the heading row of a table that people made for people."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Cell, Column, RawRow, shortened
from supermarket.spreadsheets.errors import (
    DuplicateHeadersError,
    MissingHeadersError,
    NoHeaderError,
)

#: Rows among which the heading is looked for; titles stand above it.
HEADER_ROWS = 10
#: Headings quoted in a sentence before it says "…".
QUOTED = 12

BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")


class Header(NamedTuple):
    """Where the columns stand."""

    #: The heading row as Excel shows it; the lower of the two if it takes two.
    row: int
    #: That row, as the file has it.
    cells: list[Cell]
    #: By column key: the index of its cells, from 0.
    positions: Mapping[str, int]
    #: Headings that nobody asked for, as they are written.
    unknown: tuple[str, ...]


def find(rows: Sequence[RawRow], columns: Sequence[Column]) -> Header:
    """Find the heading among the first ``rows`` of a sheet.

    It is the row with most of the wanted headings; under a merged heading, which
    names a group of columns, it may take two rows.

    Raises:
        NoHeaderError: no row has any of them.
        MissingHeadersError: a required one is not in it.
        DuplicateHeadersError: one is there twice.
    """
    known = {_folded(name): c for c in columns for name in (c.header, *c.aliases)}
    number, headings = max(_candidates(rows), key=lambda row: _matches(row[1], known))
    places = _places(headings, known)
    if not places:
        raise NoHeaderError(
            rows=HEADER_ROWS,
            expected=quoted(column.header for column in columns if column.required),
            found=quoted(cell for _, cells in rows for cell in _texts(cells)),
        )
    _refuse_missing(places, columns, number, headings)
    _refuse_duplicates(places, columns, headings)
    taken = {position for positions in places.values() for position in positions}
    return Header(
        row=number,
        cells=next(cells for row, cells in rows if row == number),
        positions={key: positions[0] for key, positions in places.items()},
        unknown=tuple(
            text for position, text in enumerate(headings) if text and position not in taken
        ),
    )


def quoted(texts: Iterator[str] | Sequence[str]) -> str:
    """The texts in one line for a sentence; some of them, if they are many."""
    filled = [shortened(text, 20) for text in texts if text]
    return "、".join(filled[:QUOTED]) + ("…" if len(filled) > QUOTED else "")


def letter(position: int) -> str:
    """The name of a column as Excel shows it: 0 is A, 26 is AA."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _candidates(rows: Sequence[RawRow]) -> Iterator[tuple[int, list[str]]]:
    """Each row, then each two rows read as one, where the lower fills what it can."""
    texts = [(number, _texts(cells)) for number, cells in rows]
    yield from texts
    for (_, upper), (number, lower) in pairwise(texts):
        width = max(len(upper), len(lower))
        both = zip(_padded(upper, width), _padded(lower, width), strict=True)
        yield number, [below or above for above, below in both]


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cleaned(cell) if isinstance(cell, str) else "" for cell in cells]


def _padded(texts: list[str], width: int) -> list[str]:
    return texts + [""] * (width - len(texts))


def _folded(text: str) -> str:
    """A heading without what people add to it: full width, spaces, line breaks, stars, colons."""
    return re.sub(r"[\s*:]", "", unicodedata.normalize("NFKC", text)).casefold()


def _matching(heading: str, known: Mapping[str, Column]) -> Column | None:
    """The column of a heading, or of the heading without its "(选填)"."""
    folded = _folded(heading)
    return known.get(folded) or known.get(BRACKETS.sub("", folded))


def _matches(headings: list[str], known: Mapping[str, Column]) -> int:
    return len(_places(headings, known))


def _places(headings: list[str], known: Mapping[str, Column]) -> dict[str, list[int]]:
    """By column key: every position at which its heading stands."""
    places: dict[str, list[int]] = {}
    for position, heading in enumerate(headings):
        column = _matching(heading, known) if heading else None
        if column is not None:
            places.setdefault(column.key, []).append(position)
    return places


def _refuse_missing(
    places: Mapping[str, list[int]], columns: Sequence[Column], number: int, headings: list[str]
) -> None:
    missing = [column.header for column in columns if column.required and column.key not in places]
    if missing:
        raise MissingHeadersError(missing=quoted(missing), row=number, found=quoted(headings))


def _refuse_duplicates(
    places: Mapping[str, list[int]], columns: Sequence[Column], headings: list[str]
) -> None:
    for column in columns:
        positions = places.get(column.key, [])
        if len(positions) > 1:
            raise DuplicateHeadersError(
                header=column.header,
                found="、".join(f"{headings[at]}（{letter(at)} 列）" for at in positions),
            )
