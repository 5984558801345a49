"""Seal the books: the database itself refuses to change or delete what was posted

Why:   auditors ask for proof that a posted entry was never edited; model code cannot
       give it, because anyone with a database shell goes round it (K1).
Data:  no row changes.
Lock:  none worth naming; triggers are created.
Undo:  downgrade drops the triggers; entries made meanwhile stay as they are.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "entry",
    "points_line",
    "stock_line",
    "redemption",
    "redemption_line",
    "goods_in",
    "goods_in_line",
    "audit_event",
)
NEVER_DELETED = ("journal", "account", "lot", "award", "award_line", "card", "household")


def upgrade() -> None:
    """Create the triggers."""
    postgres = op.get_bind().dialect.name == "postgresql"
    if postgres:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table, action in _sealed():
        name = f"{table}_no_{action.lower()}"
        if postgres:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    if postgres:
        for table in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )


def downgrade() -> None:
    """Drop the triggers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change() CASCADE")
        return
    for table, action in _sealed():
        op.execute(f"DROP TRIGGER {table}_no_{action.lower()}")


def _sealed() -> list[tuple[str, str]]:
    changes = [(table, action) for table in APPEND_ONLY for action in ("UPDATE", "DELETE")]
    return changes + [(table, "DELETE") for table in NEVER_DELETED]
