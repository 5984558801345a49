"""widen the books: what awards under review, notices, deductions, funds and partner shops add to old tables

Why:   awards are declared, reviewed and announced before they are posted (P4 to P8), deductions
       and expiry follow rules of the programme (P9, P11), gifts have a donor and a fund (G7),
       partner merchants are settled with (G1), redemptions may be collected by a proxy (A7),
       a household reports its own card lost (C9).
Data:  every row stays; award lines learn their rule's version and their place in the entry,
       both read from what is there; new columns start with the value that changes nothing.
Lock:  on SQLite entry, award, award_line and card_event are copied once, about a second for
       a million rows; on PostgreSQL only definitions change, save one update of award_line.
Undo:  downgrade drops the columns and what is in them, and refuses while there are entries
       of kind fund, awards under several rules or cards that a household reported lost.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: Columns added to tables that were there before: table, column, its type and rules.
COLUMNS = (
    ("scheme", "review_period", "VARCHAR(24) DEFAULT 'month' NOT NULL CONSTRAINT ck_scheme_known_review_period CHECK (review_period IN ('week', 'month', 'quarter'))"),
    ("scheme", "review_day", "INTEGER DEFAULT 25 NOT NULL"),
    ("scheme", "panel_least", "INTEGER DEFAULT 3 NOT NULL"),
    ("scheme", "notice_days", "INTEGER DEFAULT 3 NOT NULL"),
    ("scheme", "appeal_days", "INTEGER DEFAULT 7 NOT NULL"),
    ("scheme", "expiry", "VARCHAR(24) DEFAULT 'none' NOT NULL CONSTRAINT ck_scheme_known_expiry CHECK (expiry IN ('none', 'year_end', 'rolling'))"),
    ("scheme", "expiry_months", "INTEGER"),
    ("scheme", "expiry_notice_days", "INTEGER DEFAULT 30 NOT NULL"),
    ("scheme", "base_score", "INTEGER DEFAULT 100 NOT NULL"),
    ("scheme", "base_grants", "VARCHAR(400) DEFAULT '' NOT NULL"),
    ("scheme", "redeem_minimum", "INTEGER DEFAULT 0 NOT NULL"),
    ("scheme", "redeem_month_cap", "INTEGER"),
    ("scheme", "pin_above", "INTEGER"),
    ("scheme", "offline_allowance", "INTEGER DEFAULT 0 NOT NULL"),
    ("scheme", "budget_warn", "INTEGER DEFAULT 80 NOT NULL"),
    ("scheme", "coverage_warn", "INTEGER DEFAULT 100 NOT NULL"),
    ("scheme", "coverage_stop", "INTEGER"),
    ("rule_version", "basis", "VARCHAR(120) DEFAULT '' NOT NULL"),
    ("rule_version", "adjust_min", "INTEGER"),
    ("rule_version", "adjust_max", "INTEGER"),
    ("award_line", "position", "INTEGER DEFAULT 0 NOT NULL"),
    ("award_line", "rule_version_id", "{key} CONSTRAINT fk_award_line_rule_version_id REFERENCES rule_version (id)"),
    ("household", "name_on_card", "BOOLEAN DEFAULT TRUE NOT NULL"),
    ("lot", "origin_id", "{key} CONSTRAINT fk_lot_origin_id REFERENCES lot (id)"),
    ("shop", "merchant", "VARCHAR(60) DEFAULT '' NOT NULL"),
    ("goods", "month_limit", "INTEGER"),
    ("redemption", "collector", "VARCHAR(60) DEFAULT '' NOT NULL"),
    ("redemption", "slip_number", "VARCHAR(20) DEFAULT '' NOT NULL"),
)  # fmt: skip

#: The n-th line of a household in an award is the n-th points line of its account in the entry.
LEARN = """
UPDATE award_line SET rule_version_id = placed.rule_version_id, position = placed.position
FROM (SELECT l.id, a.rule_version_id, p.position, l.nth,
             row_number() OVER (PARTITION BY l.id ORDER BY p.position) AS candidate
      FROM (SELECT id, award_id, household_id,
                   row_number() OVER (PARTITION BY award_id, household_id ORDER BY id) AS nth
            FROM award_line) l
      JOIN award a ON a.id = l.award_id JOIN household h ON h.id = l.household_id
      JOIN points_line p ON p.entry_id = a.entry_id AND p.account_id = h.account_id) placed
WHERE placed.id = award_line.id AND placed.candidate = placed.nth
"""


def upgrade() -> None:
    """Apply."""
    for table, column, definition in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {_typed(definition)}")
    op.execute(LEARN)
    if op.get_bind().dialect.name == "postgresql":
        _know_kinds("fund")
        op.alter_column("award", "rule_version_id", nullable=True)
        op.alter_column("award_line", "rule_version_id", nullable=False)
        op.alter_column("card_event", "actor_id", nullable=True)
        return
    _rebuild("entry", "'reversal')", "'reversal', 'fund')")
    _rebuild("award", "rule_version_id INTEGER NOT NULL", "rule_version_id INTEGER")
    _rebuild(
        "award_line",
        "rule_version_id INTEGER CONSTRAINT",
        "rule_version_id INTEGER NOT NULL CONSTRAINT",
    )
    _rebuild("card_event", "actor_id INTEGER NOT NULL", "actor_id INTEGER")


def downgrade() -> None:
    """Take back."""
    if op.get_bind().dialect.name == "postgresql":
        _know_kinds()
        op.alter_column("award", "rule_version_id", nullable=False)
        op.alter_column("card_event", "actor_id", nullable=False)
        for table, column, _definition in reversed(COLUMNS):
            op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        return
    _rebuild("entry", "'reversal', 'fund')", "'reversal')")
    _rebuild("award", "rule_version_id INTEGER,", "rule_version_id INTEGER NOT NULL,")
    _rebuild("card_event", "actor_id INTEGER,", "actor_id INTEGER NOT NULL,")
    for table in dict.fromkeys(table for table, _column, _definition in COLUMNS):
        _drop_columns(table)


def _typed(definition: str) -> str:
    """Write the type of a key as the database at hand has it."""
    postgres = op.get_bind().dialect.name == "postgresql"
    return definition.replace("{key}", "BIGINT" if postgres else "INTEGER")


def _know_kinds(*more: str) -> None:
    """Say on PostgreSQL which kinds of entries there may be."""
    kinds = (
        "opening", "award", "deduction", "expiry", "household_event", "redemption", "goods_in",
        "transfer", "write_off", "stocktake", "reversal", *more,
    )  # fmt: skip
    op.execute("ALTER TABLE entry DROP CONSTRAINT ck_entry_known_kind")
    op.execute(
        "ALTER TABLE entry ADD CONSTRAINT ck_entry_known_kind "
        f"CHECK (kind IN ({', '.join(repr(kind) for kind in kinds)}))"
    )


def _rebuild(table: str, old: str, new: str) -> None:
    """Change a table's definition on SQLite, which can only copy it: rows, indexes, triggers stay."""
    written = _definition(table)
    if written.count(old) != 1:
        raise RuntimeError(f"the definition of {table} is not what this migration knows")
    _copy(table, written.replace(old, new), "*")


def _drop_columns(table: str) -> None:
    """Drop the columns added here; SQLite drops no column that carries a rule of its own."""
    written, gone = _definition(table), [c for t, c, _d in COLUMNS if t == table]
    for _table, column, definition in COLUMNS:
        if _table == table:
            definition = _typed(definition).replace(
                "INTEGER CONSTRAINT fk_award", "INTEGER NOT NULL CONSTRAINT fk_award"
            )
            written = written.replace(f", {column} {definition}", "")
    known = op.get_bind().exec_driver_sql(f"PRAGMA table_info({table})").fetchall()
    _copy(table, written, ", ".join(f'"{row[1]}"' for row in known if row[1] not in gone))


def _definition(table: str) -> str:
    return (
        op.get_bind()
        .exec_driver_sql(f"SELECT sql FROM sqlite_master WHERE type = 'table' AND name = '{table}'")
        .scalar_one()
    )


def _copy(table: str, written: str, columns: str) -> None:
    """Put the rows of a table into one of another definition, under the same name.

    env.py has switched foreign keys off meanwhile and checks them afterwards.
    """
    connection = op.get_bind()
    kept = (
        connection.exec_driver_sql(
            "SELECT sql FROM sqlite_master WHERE type IN ('index', 'trigger') "
            f"AND tbl_name = '{table}' AND sql IS NOT NULL ORDER BY type"
        )
        .scalars()
        .all()
    )
    head = next(
        start
        for start in (f"CREATE TABLE {table} (", f'CREATE TABLE "{table}" (')
        if written.startswith(start)
    )
    connection.exec_driver_sql(f"CREATE TABLE {table}_copied ({written.removeprefix(head)}")
    connection.exec_driver_sql(f"INSERT INTO {table}_copied SELECT {columns} FROM {table}")
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(f"ALTER TABLE {table}_copied RENAME TO {table}")
    for statement in kept:
        connection.exec_driver_sql(statement)
