"""Fixed SQL on the session's own driver connection: the hot path, in its transaction.

The ORM is for pages. A redemption is a handful of statements that never change, so
they go straight to the driver; on PostgreSQL several travel in one round trip. SQL
here is written once, with ``:name`` parameters and ``{for_update}`` where a row must be
held; SQLite has one writer and needs no row locks.
"""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from typing import Any, cast

import psycopg

from supermarket.database import db

Row = tuple[Any, ...]
Parameters = Mapping[str, Any]
_cursors = count(1)


def run(sql: str, parameters: Parameters) -> list[Row]:
    """Run one statement; return its rows, or none."""
    return run_together([(sql, parameters)])[0]


def run_together(statements: Sequence[tuple[str, Parameters]]) -> list[list[Row]]:
    """Run statements in order, in one round trip where the database can; return each one's rows."""
    driver = _driver()
    if isinstance(driver, sqlite3.Connection):
        return [
            driver.execute(_sqlite(sql), _plain(parameters)).fetchall()
            for sql, parameters in statements
        ]
    if len(statements) == 1:
        return [_rows(driver.execute(_postgres(statements[0][0]), statements[0][1]))]
    with driver.pipeline():
        cursors = [driver.execute(_postgres(sql), parameters) for sql, parameters in statements]
    return [_rows(cursor) for cursor in cursors]


def run_many(sql: str, rows: Sequence[Parameters]) -> None:
    """Run one statement for each of ``rows``; nothing comes back."""
    if not rows:
        return
    driver = _driver()
    if isinstance(driver, sqlite3.Connection):
        driver.executemany(_sqlite(sql), [_plain(row) for row in rows])
    else:
        with driver.cursor() as cursor:
            cursor.executemany(_postgres(sql), rows)


def stream(sql: str, parameters: Parameters, *, size: int = 5000) -> Iterator[Row]:
    """Yield the rows of a long reading statement without holding them all."""
    driver = _driver()
    if isinstance(driver, sqlite3.Connection):
        yield from driver.execute(_sqlite(sql), _plain(parameters))
        return
    with driver.cursor(name=f"stream{next(_cursors)}") as cursor:
        cursor.itersize = size
        cursor.execute(_postgres(sql), parameters)
        yield from cursor


def is_postgres() -> bool:
    """Whether the session talks to PostgreSQL."""
    return db.session.get_bind().dialect.name == "postgresql"


def _driver() -> sqlite3.Connection | psycopg.Connection[Row]:
    db.session.flush()
    driver = db.session.connection().connection.driver_connection
    return cast(sqlite3.Connection | psycopg.Connection[Row], driver)


def _rows(cursor: psycopg.Cursor[Row]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []


def _plain(parameters: Parameters) -> dict[str, Any]:
    """Write days and moments as SQLAlchemy writes them to SQLite."""
    return {name: _text(value) for name, value in parameters.items()}


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, date) else value


@lru_cache(maxsize=512)
def _sqlite(sql: str) -> str:
    return sql.replace("{for_update}", "")


@lru_cache(maxsize=512)
def _postgres(sql: str) -> str:
    held = sql.replace("{for_update}", "FOR UPDATE").replace("%", "%%")
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", held)
