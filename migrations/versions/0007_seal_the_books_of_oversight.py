"""Seal the books of oversight: what was printed, closed or found cannot be changed or deleted

Why:   as for the books before (K1): a printed slip's number, a closed month's figures and
       papers, and the history of a finding are proofs.
Data:  no row changes.
Lock:  none worth naming; triggers are created.
Undo:  downgrade drops these triggers and no others.

Revision ID: 0007
Revises: 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "card_handover",
    "delivery_step",
    "finding_step",
    "month_close",
    "month_figures",
    "month_paper",
    "print_run",
    "print_run_card",
    "reservation_taking",
    "slip_outcome",
    "slip_run",
)
NEVER_DELETED = (
    "delivery",
    "finding",
    "reservation",
    "wish",
)


def upgrade() -> None:
    """Create the triggers."""
    postgres = op.get_bind().dialect.name == "postgresql"
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
    postgres = op.get_bind().dialect.name == "postgresql"
    for table, action in _sealed():
        on = f" ON {table}" if postgres else ""
        op.execute(f"DROP TRIGGER {table}_no_{action.lower()}{on}")
    if postgres:
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")


def _sealed() -> list[tuple[str, str]]:
    changes = [(table, action) for table in APPEND_ONLY for action in ("UPDATE", "DELETE")]
    return changes + [(table, "DELETE") for table in NEVER_DELETED]
