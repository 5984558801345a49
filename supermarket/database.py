"""The database session, column types, and the one transaction everything writes in."""

import enum
import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

import psycopg
from flask import current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, Enum, Integer, MetaData, String, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from supermarket.errors import ConflictError

#: The isolation in which PostgreSQL shows one moment.
MOMENT = "REPEATABLE READ"

log = logging.getLogger(__name__)
Made = TypeVar("Made")

#: Text compared and sorted by code point on both databases, so that prefixes are ranges.
Code = String(64).with_variant(String(64, collation="C"), "postgresql")
#: Row numbers that may pass two thousand million.
BigKey = BigInteger().with_variant(Integer(), "sqlite")


class UTCDateTime(TypeDecorator[datetime]):
    """A moment, always UTC and always aware; SQLite would lose the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the moment its zone back."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def choice(kind: type[enum.Enum], name: str) -> Enum:
    """Return the column type of an enum: its values are stored, held by a CHECK."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """What every model inherits."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


int_pk = Annotated[int, mapped_column(BigKey, primary_key=True)]
big_int = Annotated[int, mapped_column(BigKey)]
code_text = Annotated[str, mapped_column(Code)]
utc = Annotated[datetime, mapped_column(UTCDateTime)]

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """Commit what the block did, or roll all of it back.

    Only views and commands open one, around one call into a service. What was read
    before belongs to an older snapshot, so that transaction is ended first and the
    loaded rows are read anew. Inside the block a broken constraint, a dead-lock or a
    lock not had in time means that another request won a race, so it is reported as
    a ConflictError; every other exception passes through unchanged.
    """
    if _writing.get():
        raise RuntimeError("transactions do not nest")
    session = db.session
    session.rollback()
    token = _writing.set(True)
    try:
        with _turn(db.engine):
            try:
                yield
                session.commit()
            except BaseException:
                session.rollback()
                raise
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        if not _is_lost_race(error):
            raise
        log.warning("another request was first, or a constraint refused: %s", _refusal(error))
        raise ConflictError from error
    finally:
        _writing.reset(token)


def _refusal(error: Exception) -> str:
    """Say what refused without quoting the row, which may be somebody's name and telephone."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, psycopg.Error):
        return f"{type(cause).__name__} {cause.diag.table_name} {cause.diag.constraint_name}"
    return f"{type(cause).__name__} {cause}"  # SQLite names columns, never values


def once_more(work: Callable[[], Made]) -> Made:
    """Run ``work`` in a transaction of its own; try a lost race a second time.

    Only for calls that carry an idempotency key: a second run of anything else could
    do it twice.
    """
    try:
        with transaction():
            return work()
    except ConflictError:
        with transaction():
            return work()


def one_moment() -> None:
    """Let all that follows be read as of one moment, however many statements that takes.

    Figures beside each other then agree while shops go on. To be called outside a transaction:
    SQLite does so anyway, a PostgreSQL transaction must be told before it has read anything.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.rollback()
        db.session.connection(execution_options={"isolation_level": MOMENT})


def _is_lost_race(error: Exception) -> bool:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        return "locked" in str(cause) or "busy" in str(cause)
    return isinstance(
        cause,
        sqlite3.IntegrityError
        | psycopg.errors.IntegrityError
        | psycopg.errors.LockNotAvailable
        | psycopg.errors.DeadlockDetected
        | psycopg.errors.SerializationFailure
        | psycopg.errors.ConnectionException
        | psycopg.errors.AdminShutdown,
    )


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Let the SQLite writers of this machine write one after another, first come first served.

    SQLite has one writer, and its own waiting is a lottery in which a process can starve.
    The first lock is the head of the queue, the second is the database itself.
    """
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    if not path or path == ":memory:":
        yield
        return
    deadline = time.monotonic() + current_app.config["TURN_TIMEOUT_SECONDS"]
    # Opened anew each time, for threads must wait for each other too; closing lets go.
    queue = os.open(f"{path}.queue", os.O_RDWR | os.O_CREAT, 0o666)
    turn = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        fcntl.flock(queue, fcntl.LOCK_EX)
        while not _taken(turn):
            if time.monotonic() > deadline:
                raise ConflictError
            time.sleep(0.0005)
        fcntl.flock(queue, fcntl.LOCK_UN)
        yield
    finally:
        os.close(turn)
        os.close(queue)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def prepare(engine: Engine, *, lock_timeout_seconds: int) -> None:
    """Set up every connection of ``engine``: who may wait how long, who begins how."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:

        def wait_briefly(connection: psycopg.Connection, _record: object) -> None:
            connection.execute(f"SET lock_timeout = '{lock_timeout_seconds}s'")
            connection.execute("SET timezone = 'UTC'")
            connection.commit()

        event.listen(engine, "connect", wait_briefly)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA busy_timeout = 3000")
    connection.execute("PRAGMA wal_autocheckpoint = 10000")
    connection.execute("PRAGMA cache_size = -32000")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")
