"""Streaming rows in order, from a place on: bounded memory, no OFFSET."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from supermarket.clock import VILLAGE
from supermarket.database import UTCDateTime, db
from supermarket.regions.models import within
from supermarket.regions.queries import under
from supermarket.reports.errors import PlaceError
from supermarket.reports.queries.sheets.shape import Link, SheetRow
from supermarket.reports.queries.window import Window
from supermarket.shops.models import Shop
from supermarket.spreadsheets.writing import Content
from supermarket.staff.models import Scope

#: Rows in memory at a time.
BATCH = 500
#: The largest row number of any database.
LARGEST = 2**63

#: Cells of a row, and what is behind it.
Made = tuple[tuple[Content, ...], Link | None]


def stream(
    wanted: Any,
    keys: Sequence[Any],
    after: str,
    make: Callable[[Sequence[Any]], Iterable[Made]],
) -> Iterator[SheetRow]:
    """Yield the rows of a question in the order of ``keys``, which name each row.

    ``make`` turns a batch of rows into cells and links, so that it can look things up for
    many at once. The keys are selected behind the question's own columns.

    Raises:
        PlaceError: ``after`` is no place of this form.
    """
    named = [key.label(f"key_{index}") for index, key in enumerate(keys)]
    asked = wanted.add_columns(*named).order_by(*keys)
    if after:
        here = _read(after, keys)
        values = [literal(value, key.type) for value, key in zip(here, keys, strict=True)]
        asked = asked.where(tuple_(*keys) > tuple_(*values))
    with db.session.execute(asked.execution_options(yield_per=BATCH)) as found:
        for rows in found.partitions():
            for row, (cells, link) in zip(rows, make(rows), strict=True):
                yield SheetRow(cells, _write(row[-len(keys) :]), link)


def numbered(rows: Iterable[Made], after: str) -> Iterator[SheetRow]:
    """Yield the rows of a short form, named by their number.

    Raises:
        PlaceError: ``after`` is no place of this form.
    """
    if after and not (after.isascii() and after.isdigit() and len(after) <= 9):
        raise PlaceError
    seen = int(after or 0)
    for number, (cells, link) in enumerate(rows, start=1):
        if number > seen:
            yield SheetRow(cells, str(number), link)


def one_by_one(make: Callable[[Any], Made]) -> Callable[[Sequence[Any]], Iterable[Made]]:
    """Return ``make`` for batches, where a row needs nothing looked up."""
    return lambda rows: [make(row) for row in rows]


def of_villages(column: InstrumentedAttribute[str], asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions that a village's code lies in the scope and the chosen place."""
    conditions = [under(column, asked.scope.regions)]
    if asked.region:
        conditions.append(under(column, [asked.region]))
    return conditions


def of_shops(asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions on ``Shop`` that it lies in the scope and is the one chosen."""
    conditions = [
        or_(under(Shop.region_code, asked.scope.regions), Shop.code.in_(asked.scope.shops))
    ]
    if asked.region:
        conditions.append(under(Shop.region_code, [asked.region]))
    if asked.shop:
        conditions.append(Shop.code == asked.shop)
    return conditions


def within_days(column: Any, asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions that a day lies in the window."""
    return [column >= asked.since, column <= asked.until]


def within_moments(column: Any, asked: Window) -> list[ColumnElement[bool]]:
    """Return the conditions that a moment lies in the window's days by the village's clocks."""
    return [column >= start_of(asked.since), column < start_of(asked.until + timedelta(days=1))]


def start_of(day: date) -> datetime:
    """Return the first moment of a day by the village's clocks."""
    return datetime.combine(day, time(), VILLAGE)


def narrowest(asked: Window) -> list[str]:
    """Return the regions that rows may come from: those of the scope, or the chosen one in it."""
    if not asked.region:
        return list(asked.scope.regions)
    return [asked.region] if asked.scope.covers_region(asked.region) else []


def narrowed(asked: Window) -> Scope:
    """Return the scope as far as it lies in the chosen place."""
    shops = [code for code in asked.scope.shops if within(code.partition("S")[0], asked.region)]
    return Scope(tuple(narrowest(asked)), tuple(shops))


def _write(values: Sequence[Any]) -> str:
    texts = [value.isoformat() if isinstance(value, date) else value for value in values]
    return json.dumps(texts, ensure_ascii=False, separators=(",", ":"))


def _read(place: str, keys: Sequence[Any]) -> list[Any]:
    """Read what ``_write`` wrote; whatever else it is, it is no place."""
    try:
        values = json.loads(place)
        if not isinstance(values, list) or len(values) != len(keys):
            raise PlaceError
        return [_value(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, OverflowError, RecursionError):
        raise PlaceError from None


def _value(value: object, key: Any) -> object:
    # A type of our own does not tell what it is in Python.
    kind = datetime if isinstance(key.type, UTCDateTime) else key.type.python_type
    if kind is int and type(value) is int and abs(value) < LARGEST:
        return value
    if kind is str and isinstance(value, str) and b"\0" not in value.encode():
        return value
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    raise PlaceError
