"""lay the new books

Why:   declarations, reviews, rounds, notices, deductions, budgets, expiry, honours, household
       events, funds and donors, and what shops do besides the counter, need tables of their own.
Data:  none yet.
Lock:  nothing is there to wait for.
Undo:  downgrade drops the new tables and all that is in them.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "document_series",
        sa.Column(
            "owner_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "series",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("owner_code", "series", name=op.f("pk_document_series")),
    )
    op.create_table(
        "money_account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "fund",
                "income",
                "spending",
                name="known_money_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "owner_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "balance_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("last_place", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(id > 0) = (kind = 'fund')", name=op.f("ck_money_account_kept_balance_above_zero")
        ),
        sa.CheckConstraint(
            "kind <> 'fund' OR balance_fen >= 0", name=op.f("ck_money_account_no_overdraft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_account")),
        sa.UniqueConstraint("kind", "owner_code", name=op.f("uq_money_account_kind_owner_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "closed_month",
        sa.Column(
            "county_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_closed_month_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["region.code"], name=op.f("fk_closed_month_county_code")
        ),
        sa.PrimaryKeyConstraint("county_code", "month", name=op.f("pk_closed_month")),
    )
    op.create_table(
        "photo",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "token",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("likeness", sa.String(length=16), nullable=False),
        sa.Column("taken_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["taken_by"], ["staff_member.id"], name=op.f("fk_photo_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sa.UniqueConstraint("token", name=op.f("uq_photo_token")),
    )
    op.create_index("ix_photo_likeness", "photo", ["likeness"], unique=False)
    op.create_table(
        "review",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("pool", sa.String(length=2000), nullable=False),
        sa.Column("minutes", sa.String(length=2000), nullable=False),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_review_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_review_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("code", name=op.f("uq_review_code")),
    )
    op.create_index("ix_review_village_code_id", "review", ["village_code", "id"], unique=False)
    op.create_table(
        "helper_pairing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_helper_pairing_until_after_since")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_helper_pairing_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_helper_pairing_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_helper_pairing_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helper_pairing")),
    )
    op.create_index(
        "ix_helper_pairing_staff_id", "helper_pairing", ["staff_id", "household_id"], unique=False
    )
    op.create_index(
        "uq_helper_pairing_one_now",
        "helper_pairing",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "household_freeze",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("basis", sa.String(length=120), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=True),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_household_freeze_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_household_freeze_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_freeze_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["staff_member.id"], name=op.f("fk_household_freeze_lifted_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff_member.id"], name=op.f("fk_household_freeze_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_freeze")),
        sa.UniqueConstraint("code", name=op.f("uq_household_freeze_code")),
    )
    op.create_index(
        "ix_household_freeze_household_id",
        "household_freeze",
        ["household_id", "ends_on"],
        unique=False,
    )
    op.create_table(
        "money_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "balance_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reverses_position", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(account_id > 0) = (balance_after IS NOT NULL)",
            name=op.f("ck_money_line_balance_kept"),
        ),
        sa.CheckConstraint(
            "(account_id > 0) = (place IS NOT NULL)", name=op.f("ck_money_line_place_kept")
        ),
        sa.CheckConstraint("fen <> 0", name=op.f("ck_money_line_fen_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["money_account.id"], name=op.f("fk_money_line_account_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_money_line_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_money_line")),
        sa.UniqueConstraint("account_id", "place", name=op.f("uq_money_line_account_id_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "proxy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("identity_tail", sa.String(length=4), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("month_points", sa.Integer(), nullable=True),
        sa.Column("document", sa.String(length=40), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "month_points IS NULL OR month_points > 0", name=op.f("ck_proxy_limit_is_positive")
        ),
        sa.CheckConstraint("until >= since", name=op.f("ck_proxy_until_after_since")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_proxy_created_by")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["staff_member.id"], name=op.f("fk_proxy_ended_by")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_proxy_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proxy")),
    )
    op.create_index("ix_proxy_household_id", "proxy", ["household_id"], unique=False)
    op.create_table(
        "review_member",
        sa.Column(
            "review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_member_review_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_review_member_staff_id")
        ),
        sa.PrimaryKeyConstraint("review_id", "staff_id", name=op.f("pk_review_member")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "staff_tie",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "own",
                "relative",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column(
            "declared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["staff_member.id"], name=op.f("fk_staff_tie_declared_by")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["staff_member.id"], name=op.f("fk_staff_tie_ended_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_staff_tie_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_staff_tie_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_tie")),
    )
    op.create_index("ix_staff_tie_household_id", "staff_tie", ["household_id"], unique=False)
    op.create_index(
        "uq_staff_tie_in_force",
        "staff_tie",
        ["staff_id", "household_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "visit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("planned", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_visit_household_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff_member.id"], name=op.f("fk_visit_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(
        "ix_visit_household_id_visited_on", "visit", ["household_id", "visited_on"], unique=False
    )
    op.create_table(
        "deduction",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "rule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reminder_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("points_asked", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("document_number", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reminded",
                "proposed",
                "approved",
                "notified",
                "appealed",
                "upheld",
                "posted",
                "cancelled",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "township_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("appeal_until", sa.Date(), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points_posted", sa.Integer(), nullable=False),
        sa.Column("reversed_points", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(points = 0) = (reminder_id IS NULL)", name=op.f("ck_deduction_a_reminder_comes_first")
        ),
        sa.CheckConstraint("points BETWEEN 0 AND 1000", name=op.f("ck_deduction_some_points")),
        sa.CheckConstraint(
            "reversed_points BETWEEN 0 AND points_posted",
            name=op.f("ck_deduction_no_more_than_was_taken"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_deduction_approved_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_deduction_entry_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_deduction_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_member.id"], name=op.f("fk_deduction_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff_member.id"], name=op.f("fk_deduction_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["deduction.id"], name=op.f("fk_deduction_reminder_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_deduction_rule_id")),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name=op.f("fk_deduction_rule_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["township_by"], ["staff_member.id"], name=op.f("fk_deduction_township_by")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_deduction_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction")),
        sa.UniqueConstraint("code", name=op.f("uq_deduction_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_deduction_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_deduction_key")),
    )
    op.create_index(
        "ix_deduction_household_id_rule_id", "deduction", ["household_id", "rule_id"], unique=False
    )
    op.create_index("ix_deduction_reminder_id", "deduction", ["reminder_id"], unique=False)
    op.create_index(
        "ix_deduction_state_appeal_until", "deduction", ["state", "appeal_until"], unique=False
    )
    op.create_index(
        "ix_deduction_village_code_state_id",
        "deduction",
        ["village_code", "state", "id"],
        unique=False,
    )
    op.create_table(
        "appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "deduction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("raised_by_name", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "household_page",
                "in_person",
                "phone",
                "letter",
                name="known_channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "dismissed",
                "changed",
                "cancelled",
                name="known_appeal_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_appeal_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["deduction_id"], ["deduction.id"], name=op.f("fk_appeal_deduction_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_member.id"], name=op.f("fk_appeal_recorded_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("code", name=op.f("uq_appeal_code")),
        sa.UniqueConstraint("deduction_id", name=op.f("uq_appeal_deduction_id")),
    )
    op.create_index("ix_appeal_state_due_on", "appeal", ["state", "due_on"], unique=False)
    op.create_table(
        "deduction_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "deduction_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "step",
            sa.Enum(
                "remind",
                "propose",
                "approve",
                "notify",
                "appeal",
                "dismiss",
                "lower",
                "cancel",
                "post",
                "reverse",
                name="known_step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_deduction_step_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["deduction_id"], ["deduction.id"], name=op.f("fk_deduction_step_deduction_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction_step")),
    )
    op.create_index(
        "ix_deduction_step_deduction_id", "deduction_step", ["deduction_id", "id"], unique=False
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "rule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("points_asked", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "reviewed",
                "accepted",
                "noticed",
                "held",
                "posted",
                "refused",
                "withdrawn",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "scorer",
                "round",
                "household",
                "helper",
                name="known_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "declared_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("witness", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "award_line_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_declaration_a_declaration_asks")),
        sa.ForeignKeyConstraint(
            ["award_line_id"], ["award_line.id"], name=op.f("fk_declaration_award_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["declared_by"], ["staff_member.id"], name=op.f("fk_declaration_declared_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_declaration_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_member.id"], name=op.f("fk_declaration_member_id")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_declaration_photo_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_declaration_rule_id")),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name=op.f("fk_declaration_rule_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_declaration_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
        sa.UniqueConstraint("award_line_id", name=op.f("uq_declaration_award_line_id")),
        sa.UniqueConstraint("code", name=op.f("uq_declaration_code")),
        sa.UniqueConstraint("key", "position", name=op.f("uq_declaration_key_position")),
    )
    op.create_index(
        "ix_declaration_household_id_occurred_on",
        "declaration",
        ["household_id", "occurred_on"],
        unique=False,
    )
    op.create_index(
        "ix_declaration_village_code_state_id",
        "declaration",
        ["village_code", "state", "id"],
        unique=False,
    )
    op.create_table(
        "decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "verdict",
            sa.Enum(
                "accept",
                "change",
                "refuse",
                "withdraw",
                "hold",
                "release",
                name="known_verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "submitted",
                "reviewed",
                "accepted",
                "noticed",
                "held",
                "posted",
                "refused",
                "withdrawn",
                name="known_state_after",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("points_before", sa.Integer(), nullable=False),
        sa.Column("points_after", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("review_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_decision_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_decision_declaration_id")
        ),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_decision_review_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    op.create_index("ix_decision_declaration_id", "decision", ["declaration_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_decision_declaration_id", table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_declaration_village_code_state_id", table_name="declaration")
    op.drop_index("ix_declaration_household_id_occurred_on", table_name="declaration")
    op.drop_table("declaration")
    op.drop_index("ix_deduction_step_deduction_id", table_name="deduction_step")
    op.drop_table("deduction_step")
    op.drop_index("ix_appeal_state_due_on", table_name="appeal")
    op.drop_table("appeal")
    op.drop_index("ix_deduction_village_code_state_id", table_name="deduction")
    op.drop_index("ix_deduction_state_appeal_until", table_name="deduction")
    op.drop_index("ix_deduction_reminder_id", table_name="deduction")
    op.drop_index("ix_deduction_household_id_rule_id", table_name="deduction")
    op.drop_table("deduction")
    op.drop_index("ix_visit_household_id_visited_on", table_name="visit")
    op.drop_table("visit")
    op.drop_index(
        "uq_staff_tie_in_force",
        table_name="staff_tie",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_staff_tie_household_id", table_name="staff_tie")
    op.drop_table("staff_tie")
    op.drop_table("review_member")
    op.drop_index("ix_proxy_household_id", table_name="proxy")
    op.drop_table("proxy")
    op.drop_table("money_line")
    op.drop_index("ix_household_freeze_household_id", table_name="household_freeze")
    op.drop_table("household_freeze")
    op.drop_index(
        "uq_helper_pairing_one_now",
        table_name="helper_pairing",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index("ix_helper_pairing_staff_id", table_name="helper_pairing")
    op.drop_table("helper_pairing")
    op.drop_index("ix_review_village_code_id", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_photo_likeness", table_name="photo")
    op.drop_table("photo")
    op.drop_table("closed_month")
    op.drop_table("money_account")
    op.drop_table("document_series")
