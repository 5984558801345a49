"""Run the migrations on the application's own engine."""

from alembic import context
from flask import current_app
from sqlalchemy import types

from supermarket.database import UTCDateTime

database = current_app.extensions["migrate"].db


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Write our moments as plain ``sa.DateTime`` into new migrations."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def compare_type(
    _context: object, _column: object, _metadata: object, found: object, wanted: object
) -> bool | None:
    """Trust enums, which are text with a CHECK; compare the rest as Alembic does."""
    return False if isinstance(wanted, types.Enum) else None


with database.engine.connect() as connection:
    # SQLite can change some definitions only by copying a table, which must not look to it
    # like deleting what others refer to; the references are checked at the end instead.
    copying = connection.dialect.name == "sqlite"
    if copying:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.connection.driver_connection.execute("PRAGMA legacy_alter_table = ON")
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_item=render_item,
        compare_type=compare_type,
        render_as_batch=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
    if copying:
        driver = connection.connection.driver_connection
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        driver.execute("PRAGMA legacy_alter_table = OFF")
        driver.execute("PRAGMA foreign_keys = ON")
        if broken:
            raise RuntimeError(f"rows refer to what is not there: {broken[:5]}")
