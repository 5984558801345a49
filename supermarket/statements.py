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
#: SQL and what it is run with; a list of parameters runs it once for each of them.
Statement = tuple[str, Parameters | Sequence[Parameters]]
_cursors = count(1)


def _moment_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


# Days and moments are written as SQLAlchemy writes them to SQLite.
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, _moment_text)


def run(sql: str, parameters: Parameters) -> list[Row]:
    """Run one statement; return its rows, or none."""
    return run_together([(sql, parameters)])[0]


def run_together(statements: Sequence[Statement]) -> list[list[Row]]:
    """Run statements in order, in one round trip where the database can; return each one's rows.

    A statement with a list of parameters returns no rows.
    """
    driver = _driver()
    if isinstance(driver, sqlite3.Connection):
        return [_run_sqlite(driver, sql, parameters) for sql, parameters in statements]
    if len(statements) == 1:
        return [_rows(_run_postgres(driver, *statements[0]))]
    with driver.pipeline():
        cursors = [_run_postgres(driver, sql, parameters) for sql, parameters in statements]
    return [_rows(cursor) for cursor in cursors]


def run_many(sql: str, rows: Sequence[Parameters]) -> None:
    """Run one statement for each of ``rows``; nothing comes back."""
    run_together([(sql, rows)])


def stream(sql: str, parameters: Parameters, *, size: int = 5000) -> Iterator[Row]:
    """Yield the rows of a long reading statement without holding them all."""
    driver = _driver()
    if isinstance(driver, sqlite3.Connection):
        yield from driver.execute(_sqlite(sql), parameters)
        return
    with driver.cursor(name=f"stream{next(_cursors)}") as cursor:
        cursor.itersize = size
        cursor.execute(_postgres(sql), parameters)
        yield from cursor


def is_postgres() -> bool:
    """Whether the session talks to PostgreSQL."""
    return isinstance(_driver(), psycopg.Connection)


def _driver() -> sqlite3.Connection | psycopg.Connection[Row]:
    """Return the driver's connection of the session's transaction, its changes flushed.

    SQLAlchemy takes longer to find it than SQLite takes for a statement, so it is looked
    up once in each transaction.
    """
    session = db.session()
    session.flush()
    known, driver = session.info.get("driver", (None, None))
    if known is None or known is not session.get_transaction():
        driver = session.connection().connection.driver_connection
        session.info["driver"] = (session.get_transaction(), driver)
    return cast(sqlite3.Connection | psycopg.Connection[Row], driver)


def _run_sqlite(
    driver: sqlite3.Connection, sql: str, parameters: Parameters | Sequence[Parameters]
) -> list[Row]:
    if isinstance(parameters, Mapping):
        return driver.execute(_sqlite(sql), parameters).fetchall()
    driver.executemany(_sqlite(sql), parameters)
    return []


def _run_postgres(
    driver: psycopg.Connection[Row], sql: str, parameters: Parameters | Sequence[Parameters]
) -> psycopg.Cursor[Row]:
    cursor = driver.cursor()
    if isinstance(parameters, Mapping):
        return cursor.execute(_postgres(sql), parameters)
    cursor.executemany(_postgres(sql), parameters)
    return cursor


def _rows(cursor: psycopg.Cursor[Row]) -> list[Row]:
    return cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=512)
def _sqlite(sql: str) -> str:
    return sql.replace("{for_update}", "")


@lru_cache(maxsize=512)
def _postgres(sql: str) -> str:
    held = sql.replace("{for_update}", "FOR UPDATE").replace("%", "%%")
    return re.sub(r"(?<!:):([a-z_]+)", r"%(\1)s", held)
