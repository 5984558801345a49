"""Seal the new books: what was decided, told, given or numbered cannot be changed or deleted

Why:   as for the first books (K1): auditors ask for proof that a decision, a step of a
       deduction or a receipt was never edited, whoever has a database shell.
Data:  no row changes.
Lock:  none worth naming; triggers are created.
Undo:  downgrade drops these triggers and no others.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "closed_month",
    "day_close_line",
    "decision",
    "deduction_step",
    "fund_move",
    "issue_budget",
    "money_line",
    "notice_line",
    "photo",
    "provenance",
    "review_member",
    "stocktake_counter",
    "transfer_decision",
)
NEVER_DELETED = (
    "appeal",
    "day_close",
    "declaration",
    "deduction",
    "document_series",
    "donor",
    "expiry_line",
    "expiry_run",
    "fund",
    "helper_pairing",
    "honour",
    "household_event",
    "household_freeze",
    "household_pin",
    "issue_override",
    "money_account",
    "notice",
    "objection",
    "proxy",
    "recall",
    "recall_mark",
    "review",
    "round",
    "round_line",
    "rule",
    "rule_version",
    "scheme",
    "settlement",
    "staff_tie",
    "stocktake",
    "stocktake_line",
    "transfer",
    "transfer_line",
    "write_off",
    "write_off_line",
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
