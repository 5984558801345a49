"""Many rows into one table at once."""

from collections.abc import Callable, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from supermarket import statements
from supermarket.database import db

_AS_TEXT: dict[str, Callable[[Any], str]] = {
    "date": lambda day: day.isoformat(),
    "timestamptz": lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
}
#: Rows sent together.
PIECE = 20_000


class Table(NamedTuple):
    """A table and the columns that are written, each with its type on PostgreSQL."""

    name: str
    columns: dict[str, str]


def insert(table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Write ``rows`` of values in the order of the table's columns.

    PostgreSQL takes a whole piece as one array a column, in one statement; SQLite has no
    round trips and takes them one by one.
    """
    if not rows:
        return
    names = ", ".join(table.columns)
    if not statements.is_postgres():
        marks = ", ".join("?" * len(table.columns))
        sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 - our own names
        db.session.connection().exec_driver_sql(sql, _plain(table, rows))
        return
    arrays = ", ".join(f":{name}::{kind}[]" for name, kind in table.columns.items())
    sql = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - our own names
    for start in range(0, len(rows), PIECE):
        columns = zip(*rows[start : start + PIECE], strict=True)
        parameters = dict(zip(table.columns, map(list, columns), strict=True))
        statements.run(sql, parameters)


def _plain(table: Table, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Return rows as SQLAlchemy writes them to SQLite: days and moments are texts."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at, kind in enumerate(table.columns.values()):
        if kind in _AS_TEXT:
            # Many rows of one import share a day or a moment.
            texts = {value: _AS_TEXT[kind](value) for value in set(columns[at])}
            columns[at] = [texts[value] for value in columns[at]]
    return list(zip(*columns, strict=True))
