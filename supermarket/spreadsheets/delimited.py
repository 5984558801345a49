"""The rows of a CSV in whatever encoding and with whatever delimiter it was saved."""

import codecs
import csv
import io
import re
from collections.abc import Iterator

from supermarket.spreadsheets.columns import Cell, Limits, RawRow
from supermarket.spreadsheets.errors import (
    TooManyColumnsError,
    UnclosedQuoteError,
    UnknownEncodingError,
    WrongKindError,
)

#: Characters read to find the delimiter.
SAMPLE = 20_000
#: The rarer in a text, the earlier: on equal counts the first wins.
DELIMITERS = "\t;,"
#: What ``writing`` puts before a text in a CSV so that Excel does not run it.
GUARDED = re.compile(r"'(?='*[=+\-@])")
#: How other programs keep the zeros of ``007`` in a CSV meant for Excel.
AS_FORMULA = re.compile(r'="([^"]*)"')
#: What a text file has none of; tab and line ends are not among them.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def rows(data: bytes, filename: str, *, limits: Limits) -> Iterator[RawRow]:
    """Yield the filled rows of a CSV, numbered by line as a spreadsheet shows them.

    Raises:
        UnknownEncodingError: it is text in no encoding we know.
        WrongKindError: it decodes, and is no text.
        UnclosedQuoteError: a quotation mark is never closed.
        TooManyColumnsError: a row is wider than the limit.
    """
    text = _decoded(data, filename)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    number = 0
    while True:
        number += 1
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnclosedQuoteError(row=number) from error
        if len(texts) > limits.columns and any(texts[limits.columns :]):
            raise TooManyColumnsError(columns=len(texts), limit=limits.columns)
        if any(texts):
            yield number, [_meant(cell) for cell in texts]


def _meant(text: str) -> Cell:
    """The text without what was put around it for Excel's sake."""
    if text[:1] == "'" and GUARDED.match(text):
        return text[1:]
    if text[:2] == '="' and (formula := AS_FORMULA.fullmatch(text)):
        return formula[1]
    return text


def _decoded(data: bytes, filename: str) -> str:
    text = _text(data, filename)
    if len(CONTROL.findall(text[:SAMPLE])) * 50 > len(text[:SAMPLE]):
        raise WrongKindError(kind="binary", filename=filename)
    return text


def _text(data: bytes, filename: str) -> str:
    encodings = [name for bom, name in BOMS if data.startswith(bom)] or ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnknownEncodingError(filename=filename)


def _delimiter(text: str) -> str:
    """The candidate found in most of the first lines; of two, the one found more often."""
    lines = text[:SAMPLE].splitlines()[:10]

    def found(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines]
        return len(counts) - counts.count(0), sum(counts)

    return max(DELIMITERS, key=found)
