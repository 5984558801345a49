"""The migrations make what the models say, on both databases, there and back again."""

from collections.abc import Iterator

import pytest
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import inspect, text

from supermarket import create_app
from supermarket.database import Base, db
from tests.conftest import settings_for


@pytest.fixture
def migrated(database_uri: str) -> Iterator[Flask]:
    """An application of its own, whose tables come and go."""
    app = create_app(settings_for(database_uri))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def test_models_and_migrations_agree(migrated: Flask) -> None:
    check()

    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() is not None


def test_down_and_up_again_leaves_the_same_tables_and_triggers(migrated: Flask) -> None:
    before = tables(), triggers()

    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    assert triggers() == set()
    upgrade()

    assert (tables(), triggers()) == before
    assert tables() == set(Base.metadata.tables) | {"alembic_version"}
    assert any("points_line_no_update" in name for name in triggers())


def tables() -> set[str]:
    """The tables there are."""
    return set(inspect(db.engine).get_table_names())


def triggers() -> set[str]:
    """The triggers there are."""
    ask = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with db.engine.connect() as connection:
        return set(connection.execute(text(ask[db.engine.dialect.name])).scalars())
