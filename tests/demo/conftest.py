"""The demo county, made once for all the tests that only look at it."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from supermarket import clock, create_app
from supermarket.database import db
from supermarket.demo import commands as demo
from tests.conftest import settings_for

#: The morning on which the short county is looked at: days enough for awards and redemptions.
MORNING = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)
DAYS = 3


@contextmanager
def county(database: Path, *, days: int, morning: datetime = MORNING) -> Iterator[Flask]:
    """Load the demo county into a copy of the empty database and keep its context pushed."""
    app = create_app(settings_for(f"sqlite:///{database}"))
    with app.app_context():
        event.listen(db.engine, "connect", _skip_fsync)
        with clock.at(morning):
            demo.load(app, days=days)
        db.session.rollback()
        yield app
        db.session.remove()
        db.engine.dispose()


def _skip_fsync(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture(scope="module")
def short(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the first days of the demo county."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copyfile(migrated_sqlite, path)
    with county(path, days=DAYS):
        pass
    return path


@pytest.fixture
def app(short: Path) -> Iterator[Flask]:
    """An application on the short county."""
    app = create_app(settings_for(f"sqlite:///{short}"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def number_of(what: type) -> int:
    return db.session.scalar(select(func.count()).select_from(what)) or 0
