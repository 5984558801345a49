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
        "donor",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "company",
                "organisation",
                "government",
                name="known_donor_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_donor_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_donor_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donor")),
        sa.UniqueConstraint("code", name=op.f("uq_donor_code")),
    )
    op.create_index("ix_donor_region_code_name", "donor", ["region_code", "name"], unique=False)
    op.create_table(
        "fund",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum(
                "finance",
                "collective",
                "donation",
                "other",
                name="known_fund_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column(
            "only_region",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("only_category", sa.String(length=30), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["money_account.id"], name=op.f("fk_fund_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_fund_created_by")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_fund_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fund")),
        sa.UniqueConstraint("account_id", name=op.f("uq_fund_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_fund_code")),
    )
    op.create_index("ix_fund_region_code", "fund", ["region_code"], unique=False)
    op.create_table(
        "issue_budget",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_on >= starts_on", name=op.f("ck_issue_budget_ends_after_it_starts")
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_issue_budget_not_negative")),
        sa.CheckConstraint("version > 0", name=op.f("ck_issue_budget_version_from_one")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_issue_budget_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_issue_budget_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_budget")),
        sa.UniqueConstraint(
            "region_code",
            "starts_on",
            "ends_on",
            "version",
            name=op.f("uq_issue_budget_region_code_starts_on_ends_on_version"),
        ),
    )
    op.create_table(
        "issue_override",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "withdrawn_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_by IS NULL)",
            name=op.f("ck_issue_override_withdrawn_by_somebody"),
        ),
        sa.CheckConstraint(
            "until_on >= from_on", name=op.f("ck_issue_override_ends_after_it_starts")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_issue_override_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_issue_override_region_code")
        ),
        sa.ForeignKeyConstraint(
            ["withdrawn_by"], ["staff_member.id"], name=op.f("fk_issue_override_withdrawn_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue_override")),
    )
    op.create_index(
        "ix_issue_override_region_code", "issue_override", ["region_code"], unique=False
    )
    op.create_table(
        "notice",
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
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                name="known_notice_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("head_number", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_notice_closed_at_a_moment"),
        ),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_notice_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_notice_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_notice_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("code", name=op.f("uq_notice_code")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
        sa.UniqueConstraint(
            "village_code", "year", "number", name=op.f("uq_notice_village_code_year_number")
        ),
    )
    op.create_index("ix_notice_state_closes_on", "notice", ["state", "closes_on"], unique=False)
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
        "round",
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
        sa.Column("group_name", sa.String(length=30), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "inspection",
                "event",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "submitted",
                "cancelled",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at IS NULL)", name=op.f("ck_round_what_is_closed_has_a_day")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_round_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_round_opened_by")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_round_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("code", name=op.f("uq_round_code")),
        sa.UniqueConstraint("key", name=op.f("uq_round_key")),
    )
    op.create_index("ix_round_state_village_code", "round", ["state", "village_code"], unique=False)
    op.create_index("ix_round_village_code_id", "round", ["village_code", "id"], unique=False)
    op.create_table(
        "day_close",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("voids", sa.Integer(), nullable=False),
        sa.Column("slips", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column(
            "closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(signed_by IS NULL) = (signed_at IS NULL)",
            name=op.f("ck_day_close_signed_by_somebody"),
        ),
        sa.CheckConstraint(
            "signed_by IS NULL OR signed_by <> closed_by",
            name=op.f("ck_day_close_signed_by_a_second"),
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_day_close_closed_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_day_close_shop_id")),
        sa.ForeignKeyConstraint(
            ["signed_by"], ["staff_member.id"], name=op.f("fk_day_close_signed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
        sa.UniqueConstraint("code", name=op.f("uq_day_close_code")),
        sa.UniqueConstraint("shop_id", "day", name=op.f("uq_day_close_shop_id_day")),
    )
    op.create_table(
        "expiry_run",
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
        sa.Column("cutoff_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "announced",
                "posted",
                "reversed",
                "cancelled",
                name="known_run_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "announced_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "state <> 'announced' OR entry_id IS NULL", name=op.f("ck_expiry_run_posted_when_due")
        ),
        sa.CheckConstraint(
            "due_on >= announced_on", name=op.f("ck_expiry_run_announced_before_it_is_due")
        ),
        sa.ForeignKeyConstraint(
            ["announced_by"], ["staff_member.id"], name=op.f("fk_expiry_run_announced_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_expiry_run_entry_id")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_expiry_run_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expiry_run")),
        sa.UniqueConstraint("code", name=op.f("uq_expiry_run_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_expiry_run_entry_id")),
        sa.UniqueConstraint(
            "village_code", "cutoff_on", name=op.f("uq_expiry_run_village_code_cutoff_on")
        ),
    )
    op.create_index("ix_expiry_run_state_due_on", "expiry_run", ["state", "due_on"], unique=False)
    op.create_table(
        "fund_move",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("summary", sa.String(length=200), nullable=False),
        sa.Column("donor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "receipt_number",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "settles",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("fen <> 0", name=op.f("ck_fund_move_some_money")),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_fund_move_donor_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_fund_move_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_fund_move_fund_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_fund_move")),
    )
    op.create_index("ix_fund_move_donor_id", "fund_move", ["donor_id"], unique=False)
    op.create_index(
        "ix_fund_move_fund_id_entry_id", "fund_move", ["fund_id", "entry_id"], unique=False
    )
    op.create_table(
        "goods_photo",
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_goods_photo_goods_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_goods_photo_photo_id")),
        sa.PrimaryKeyConstraint("goods_id", name=op.f("pk_goods_photo")),
    )
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
        "household_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "move",
                "split",
                "merge",
                "death",
                "leave",
                "rejoin",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "other_household_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "to_village",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("outcome", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                "cancelled",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=200), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)",
            name=op.f("ck_household_event_decided_unless_proposed"),
        ),
        sa.CheckConstraint(
            "entry_id IS NULL OR state = 'approved'",
            name=op.f("ck_household_event_entry_when_approved"),
        ),
        sa.CheckConstraint(
            "other_household_id <> household_id",
            name=op.f("ck_household_event_two_different_households"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_household_event_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_household_event_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_event_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["other_household_id"],
            ["household.id"],
            name=op.f("fk_household_event_other_household_id"),
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff_member.id"], name=op.f("fk_household_event_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["to_village"], ["region.code"], name=op.f("fk_household_event_to_village")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_household_event_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_event")),
        sa.UniqueConstraint("code", name=op.f("uq_household_event_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_household_event_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_household_event_key")),
    )
    op.create_index(
        "ix_household_event_household_id_state",
        "household_event",
        ["household_id", "state"],
        unique=False,
    )
    op.create_index(
        "ix_household_event_other_household_id_state",
        "household_event",
        ["other_household_id", "state"],
        unique=False,
    )
    op.create_index("ix_household_event_state_id", "household_event", ["state", "id"], unique=False)
    op.create_index(
        "ix_household_event_village_code_id",
        "household_event",
        ["village_code", "id"],
        unique=False,
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
        "household_pin",
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("failures BETWEEN 0 AND 5", name=op.f("ck_household_pin_five_tries")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_pin_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["set_by"], ["staff_member.id"], name=op.f("fk_household_pin_set_by")
        ),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household_pin")),
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
        "round_grade",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=20), nullable=False),
        sa.Column(
            "rule_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.CheckConstraint("points > 0", name=op.f("ck_round_grade_a_grade_gives")),
        sa.CheckConstraint("position BETWEEN 1 AND 4", name=op.f("ck_round_grade_few_grades")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_grade_round_id")),
        sa.PrimaryKeyConstraint("round_id", "position", name=op.f("pk_round_grade")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "settlement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("merchant", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("carried_points", sa.Integer(), nullable=False),
        sa.Column(
            "carried_fen", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "paid",
                name="known_settlement_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "drafted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state = 'paid') = (paid_by IS NOT NULL)", name=op.f("ck_settlement_paid_by_somebody")
        ),
        sa.CheckConstraint(
            "(fund_id IS NULL) = (entry_id IS NULL)",
            name=op.f("ck_settlement_a_fund_pays_in_the_books"),
        ),
        sa.CheckConstraint(
            "(paid_by IS NULL) = (paid_at IS NULL)", name=op.f("ck_settlement_paid_at_a_time")
        ),
        sa.CheckConstraint(
            "paid_by IS NULL OR paid_by <> drafted_by", name=op.f("ck_settlement_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["staff_member.id"], name=op.f("fk_settlement_drafted_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_settlement_entry_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_settlement_fund_id")),
        sa.ForeignKeyConstraint(
            ["paid_by"], ["staff_member.id"], name=op.f("fk_settlement_paid_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_settlement_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("code", name=op.f("uq_settlement_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_settlement_entry_id")),
        sa.UniqueConstraint("shop_id", "month", name=op.f("uq_settlement_shop_id_month")),
    )
    op.create_table(
        "shop_window",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.CheckConstraint("opens < closes", name=op.f("ck_shop_window_opens_before_it_closes")),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_shop_window_known_weekday")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_shop_window_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_window")),
        sa.UniqueConstraint(
            "shop_id", "weekday", "opens", name=op.f("uq_shop_window_shop_id_weekday_opens")
        ),
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
        "stocktake",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "counted",
                "posted",
                "cancelled",
                name="known_stocktake_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "opened_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "handed_in_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(state = 'posted') = (approved_by IS NOT NULL)",
            name=op.f("ck_stocktake_posted_by_somebody"),
        ),
        sa.CheckConstraint(
            "entry_id IS NULL OR state = 'posted'",
            name=op.f("ck_stocktake_only_posted_has_an_entry"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["staff_member.id"], name=op.f("fk_stocktake_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_stocktake_closed_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_stocktake_entry_id")),
        sa.ForeignKeyConstraint(
            ["handed_in_by"], ["staff_member.id"], name=op.f("fk_stocktake_handed_in_by")
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"], ["staff_member.id"], name=op.f("fk_stocktake_opened_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_stocktake_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stocktake")),
        sa.UniqueConstraint("code", name=op.f("uq_stocktake_code")),
    )
    op.create_index(
        "ix_stocktake_entry_id",
        "stocktake",
        ["entry_id"],
        unique=False,
        sqlite_where=sa.text("entry_id IS NOT NULL"),
        postgresql_where=sa.text("entry_id IS NOT NULL"),
    )
    op.create_index("ix_stocktake_shop_id_id", "stocktake", ["shop_id", "id"], unique=False)
    op.create_index(
        "uq_stocktake_one_under_way",
        "stocktake",
        ["shop_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'counted')"),
        postgresql_where=sa.text("state IN ('open', 'counted')"),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "from_shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "to_shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "sent",
                "received",
                "cancelled",
                name="known_transfer_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=False),
        sa.Column("sent_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "received_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("receipt_key", sa.String(length=100), nullable=True),
        sa.Column(
            "receipt_entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "cancelled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'received') = (received_at IS NOT NULL)",
            name=op.f("ck_transfer_receipt_is_told"),
        ),
        sa.CheckConstraint(
            "missing = 0 OR state = 'received'", name=op.f("ck_transfer_missing_after_receipt")
        ),
        sa.CheckConstraint("from_shop_id <> to_shop_id", name=op.f("ck_transfer_two_shops")),
        sa.CheckConstraint("missing >= 0", name=op.f("ck_transfer_missing_not_negative")),
        sa.ForeignKeyConstraint(
            ["cancelled_by"], ["staff_member.id"], name=op.f("fk_transfer_cancelled_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_transfer_entry_id")),
        sa.ForeignKeyConstraint(
            ["from_shop_id"], ["shop.id"], name=op.f("fk_transfer_from_shop_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_entry_id"], ["entry.id"], name=op.f("fk_transfer_receipt_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_by"], ["staff_member.id"], name=op.f("fk_transfer_received_by")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["staff_member.id"], name=op.f("fk_transfer_sent_by")),
        sa.ForeignKeyConstraint(["to_shop_id"], ["shop.id"], name=op.f("fk_transfer_to_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
        sa.UniqueConstraint("code", name=op.f("uq_transfer_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_transfer_entry_id")),
        sa.UniqueConstraint("receipt_entry_id", name=op.f("uq_transfer_receipt_entry_id")),
        sa.UniqueConstraint("receipt_key", name=op.f("uq_transfer_receipt_key")),
    )
    op.create_index("ix_transfer_from_shop_id_id", "transfer", ["from_shop_id", "id"], unique=False)
    op.create_index(
        "ix_transfer_missing",
        "transfer",
        ["missing"],
        unique=False,
        sqlite_where=sa.text("missing > 0"),
        postgresql_where=sa.text("missing > 0"),
    )
    op.create_index(
        "ix_transfer_to_shop_id_state", "transfer", ["to_shop_id", "state"], unique=False
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
        "write_off",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "expired",
                "damaged",
                "spoiled",
                "lost",
                "other",
                name="known_write_off_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("disposal", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "approved",
                "refused",
                "withdrawn",
                "reversed",
                name="known_write_off_state",
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
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reversed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(entry_id IS NOT NULL) = (state IN ('approved', 'reversed'))",
            name=op.f("ck_write_off_approved_is_posted"),
        ),
        sa.CheckConstraint(
            "(state = 'proposed') = (decided_at IS NULL)",
            name=op.f("ck_write_off_decision_is_told"),
        ),
        sa.CheckConstraint(
            "(state = 'reversed') = (reversed_at IS NOT NULL)",
            name=op.f("ck_write_off_reversal_is_told"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_write_off_decided_by")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_write_off_entry_id")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["staff_member.id"], name=op.f("fk_write_off_proposed_by")
        ),
        sa.ForeignKeyConstraint(
            ["reversed_by"], ["staff_member.id"], name=op.f("fk_write_off_reversed_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_write_off_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off")),
        sa.UniqueConstraint("code", name=op.f("uq_write_off_code")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_write_off_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_write_off_key")),
    )
    op.create_index(
        "ix_write_off_shop_id_state_id", "write_off", ["shop_id", "state", "id"], unique=False
    )
    op.create_table(
        "day_close_line",
        sa.Column(
            "day_close_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=False),
        sa.CheckConstraint("counted >= 0", name=op.f("ck_day_close_line_a_count_of_units")),
        sa.ForeignKeyConstraint(
            ["day_close_id"], ["day_close.id"], name=op.f("fk_day_close_line_day_close_id")
        ),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_day_close_line_goods_id")
        ),
        sa.PrimaryKeyConstraint("day_close_id", "position", name=op.f("pk_day_close_line")),
        sqlite_with_rowid=False,
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
        "expiry_line",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("points_announced", sa.Integer(), nullable=False),
        sa.Column("points_posted", sa.Integer(), nullable=False),
        sa.Column("reversed_points", sa.Integer(), nullable=False),
        sa.CheckConstraint("points_announced > 0", name=op.f("ck_expiry_line_something_ends")),
        sa.CheckConstraint(
            "points_posted BETWEEN 0 AND points_announced",
            name=op.f("ck_expiry_line_never_more_than_announced"),
        ),
        sa.CheckConstraint(
            "reversed_points BETWEEN 0 AND points_posted",
            name=op.f("ck_expiry_line_given_back_once"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_expiry_line_household_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["expiry_run.id"], name=op.f("fk_expiry_line_run_id")),
        sa.PrimaryKeyConstraint("run_id", "household_id", name=op.f("pk_expiry_line")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_expiry_line_household_id", "expiry_line", ["household_id"], unique=False)
    op.create_table(
        "honour",
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
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "village",
                "township",
                "county",
                name="known_honour_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("awarded_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column(
            "granted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_on", sa.Date(), nullable=True),
        sa.Column(
            "revoked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("revoked_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(revoked_on IS NULL) = (revoked_by IS NULL)",
            name=op.f("ck_honour_revoked_by_somebody"),
        ),
        sa.CheckConstraint("length(title) > 0", name=op.f("ck_honour_has_a_title")),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["staff_member.id"], name=op.f("fk_honour_granted_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_honour_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_member.id"], name=op.f("fk_honour_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["revoked_by"], ["staff_member.id"], name=op.f("fk_honour_revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_honour_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_honour")),
        sa.UniqueConstraint("code", name=op.f("uq_honour_code")),
    )
    op.create_index("ix_honour_household_id", "honour", ["household_id"], unique=False)
    op.create_index(
        "ix_honour_village_code_awarded_on",
        "honour",
        ["village_code", "awarded_on", "id"],
        unique=False,
    )
    op.create_table(
        "provenance",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("donor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fund_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("wish", sa.String(length=200), nullable=False),
        sa.Column(
            "only_region",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "receipt_number",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["donor_id"], ["donor.id"], name=op.f("fk_provenance_donor_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["goods_in.entry_id"], name=op.f("fk_provenance_entry_id")
        ),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_provenance_fund_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_provenance")),
    )
    op.create_index("ix_provenance_donor_id", "provenance", ["donor_id"], unique=False)
    op.create_index("ix_provenance_fund_id", "provenance", ["fund_id"], unique=False)
    op.create_table(
        "recall",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "recalled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lift_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by IS NULL)", name=op.f("ck_recall_lifting_is_told")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by"], ["staff_member.id"], name=op.f("fk_recall_lifted_by")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recall_lot_id")),
        sa.ForeignKeyConstraint(
            ["recalled_by"], ["staff_member.id"], name=op.f("fk_recall_recalled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recall")),
        sa.UniqueConstraint("code", name=op.f("uq_recall_code")),
    )
    op.create_index(
        "uq_recall_lot_id_in_force",
        "recall",
        ["lot_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "stocktake_counter",
        sa.Column(
            "stocktake_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_stocktake_counter_staff_id")
        ),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_counter_stocktake_id")
        ),
        sa.PrimaryKeyConstraint("stocktake_id", "staff_id", name=op.f("pk_stocktake_counter")),
    )
    op.create_table(
        "stocktake_line",
        sa.Column(
            "stocktake_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("book_at_count", sa.Integer(), nullable=False),
        sa.Column("last_place_at_count", sa.Integer(), nullable=False),
        sa.Column(
            "counted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "decision",
            sa.Enum(
                "keep",
                "recount",
                name="known_decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_counted", sa.Integer(), nullable=True),
        sa.Column("scan_key", sa.String(length=100), nullable=False),
        sa.Column("points_price", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(counted IS NULL) = (counted_by IS NULL)",
            name=op.f("ck_stocktake_line_counted_by_somebody"),
        ),
        sa.CheckConstraint(
            "counted >= 0 AND counted <= 100000", name=op.f("ck_stocktake_line_a_count_of_units")
        ),
        sa.ForeignKeyConstraint(
            ["counted_by"], ["staff_member.id"], name=op.f("fk_stocktake_line_counted_by")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stocktake_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["stocktake_id"], ["stocktake.id"], name=op.f("fk_stocktake_line_stocktake_id")
        ),
        sa.PrimaryKeyConstraint("stocktake_id", "lot_id", name=op.f("pk_stocktake_line")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transfer_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column(
            "transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "back",
                "arrived",
                "lost",
                name="known_outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'lost') = (entry_id IS NULL)",
            name=op.f("ck_transfer_decision_lost_units_move_nothing"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_decision_some_units")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_transfer_decision_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_transfer_decision_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_decision_transfer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_decision")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_transfer_decision_entry_id")),
        sa.UniqueConstraint("key", name=op.f("uq_transfer_decision_key")),
    )
    op.create_index(
        "ix_transfer_decision_transfer_id", "transfer_decision", ["transfer_id", "id"], unique=False
    )
    op.create_table(
        "transfer_line",
        sa.Column(
            "transfer_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "from_lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("to_lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("received", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_transfer_line_some_units")),
        sa.CheckConstraint(
            "received + returned + lost <= quantity",
            name=op.f("ck_transfer_line_no_more_than_sent"),
        ),
        sa.CheckConstraint(
            "received = 0 OR to_lot_id IS NOT NULL",
            name=op.f("ck_transfer_line_received_into_a_lot"),
        ),
        sa.CheckConstraint(
            "received >= 0 AND returned >= 0 AND lost >= 0",
            name=op.f("ck_transfer_line_no_negative_units"),
        ),
        sa.ForeignKeyConstraint(
            ["from_lot_id"], ["lot.id"], name=op.f("fk_transfer_line_from_lot_id")
        ),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_transfer_line_goods_id")),
        sa.ForeignKeyConstraint(["to_lot_id"], ["lot.id"], name=op.f("fk_transfer_line_to_lot_id")),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_line_transfer_id")
        ),
        sa.PrimaryKeyConstraint("transfer_id", "position", name=op.f("pk_transfer_line")),
        sa.UniqueConstraint("to_lot_id", name=op.f("uq_transfer_line_to_lot_id")),
    )
    op.create_index("ix_transfer_line_from_lot_id", "transfer_line", ["from_lot_id"], unique=False)
    op.create_table(
        "write_off_line",
        sa.Column(
            "write_off_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("approved", sa.Integer(), nullable=True),
        sa.Column("points_price", sa.Integer(), nullable=True),
        sa.Column("unit_cost_fen", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "approved BETWEEN 0 AND quantity", name=op.f("ck_write_off_line_no_more_than_proposed")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_write_off_line_some_units")),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_write_off_line_goods_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_write_off_line_lot_id")),
        sa.ForeignKeyConstraint(
            ["write_off_id"], ["write_off.id"], name=op.f("fk_write_off_line_write_off_id")
        ),
        sa.PrimaryKeyConstraint("write_off_id", "position", name=op.f("pk_write_off_line")),
    )
    op.create_index("ix_write_off_line_lot_id", "write_off_line", ["lot_id"], unique=False)
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
        "recall_mark",
        sa.Column(
            "recall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "household_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("collected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "collected_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "told_at IS NOT NULL OR collected_at IS NOT NULL",
            name=op.f("ck_recall_mark_something_was_done"),
        ),
        sa.ForeignKeyConstraint(
            ["collected_by"], ["staff_member.id"], name=op.f("fk_recall_mark_collected_by")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_recall_mark_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["recall_id"], ["recall.id"], name=op.f("fk_recall_mark_recall_id")
        ),
        sa.ForeignKeyConstraint(
            ["told_by"], ["staff_member.id"], name=op.f("fk_recall_mark_told_by")
        ),
        sa.PrimaryKeyConstraint("recall_id", "household_id", name=op.f("pk_recall_mark")),
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
    op.create_table(
        "notice_line",
        sa.Column(
            "notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_notice_line_a_line_gives")),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_notice_line_declaration_id")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_notice_line_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_notice_line_notice_id")
        ),
        sa.PrimaryKeyConstraint("notice_id", "position", name=op.f("pk_notice_line")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_notice_line_declaration_id")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_notice_line_household_id", "notice_line", ["household_id"], unique=False)
    op.create_table(
        "objection",
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
            "notice_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "counter",
                "phone",
                "page",
                "staff",
                name="known_channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("raised_by_name", sa.String(length=60), nullable=False),
        sa.Column("contact", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "dismissed",
                "corrected",
                "withdrawn",
                name="known_objection_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("points_after", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column(
            "decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "reversal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(state = 'corrected') = (points_after IS NOT NULL)",
            name=op.f("ck_objection_corrected_to"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (decided_by IS NULL)", name=op.f("ck_objection_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff_member.id"], name=op.f("fk_objection_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_objection_declaration_id")
        ),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_objection_notice_id")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["staff_member.id"], name=op.f("fk_objection_recorded_by")
        ),
        sa.ForeignKeyConstraint(
            ["reversal_id"], ["entry.id"], name=op.f("fk_objection_reversal_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_objection_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("code", name=op.f("uq_objection_code")),
        sa.UniqueConstraint("key", name=op.f("uq_objection_key")),
    )
    op.create_index("ix_objection_declaration_id", "objection", ["declaration_id"], unique=False)
    op.create_index(
        "ix_objection_village_code_state_id",
        "objection",
        ["village_code", "state", "id"],
        unique=False,
    )
    op.create_table(
        "round_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.Column(
            "marked_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("left_out", sa.String(length=200), nullable=False),
        sa.Column(
            "declaration_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_round_line_declaration_id")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_round_line_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["marked_by"], ["staff_member.id"], name=op.f("fk_round_line_marked_by")
        ),
        sa.ForeignKeyConstraint(["photo_id"], ["photo.id"], name=op.f("fk_round_line_photo_id")),
        sa.ForeignKeyConstraint(
            ["round_id", "grade"],
            ["round_grade.round_id", "round_grade.position"],
            name="fk_round_line_grade",
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_line_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_line")),
        sa.UniqueConstraint("declaration_id", name=op.f("uq_round_line_declaration_id")),
        sa.UniqueConstraint(
            "round_id", "household_id", name=op.f("uq_round_line_round_id_household_id")
        ),
    )
    op.create_index("ix_round_line_household_id", "round_line", ["household_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_round_line_household_id", table_name="round_line")
    op.drop_table("round_line")
    op.drop_index("ix_objection_village_code_state_id", table_name="objection")
    op.drop_index("ix_objection_declaration_id", table_name="objection")
    op.drop_table("objection")
    op.drop_index("ix_notice_line_household_id", table_name="notice_line")
    op.drop_table("notice_line")
    op.drop_index("ix_decision_declaration_id", table_name="decision")
    op.drop_table("decision")
    op.drop_index("ix_declaration_village_code_state_id", table_name="declaration")
    op.drop_index("ix_declaration_household_id_occurred_on", table_name="declaration")
    op.drop_table("declaration")
    op.drop_table("recall_mark")
    op.drop_index("ix_deduction_step_deduction_id", table_name="deduction_step")
    op.drop_table("deduction_step")
    op.drop_index("ix_appeal_state_due_on", table_name="appeal")
    op.drop_table("appeal")
    op.drop_index("ix_write_off_line_lot_id", table_name="write_off_line")
    op.drop_table("write_off_line")
    op.drop_index("ix_transfer_line_from_lot_id", table_name="transfer_line")
    op.drop_table("transfer_line")
    op.drop_index("ix_transfer_decision_transfer_id", table_name="transfer_decision")
    op.drop_table("transfer_decision")
    op.drop_table("stocktake_line")
    op.drop_table("stocktake_counter")
    op.drop_index(
        "uq_recall_lot_id_in_force",
        table_name="recall",
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.drop_table("recall")
    op.drop_index("ix_provenance_fund_id", table_name="provenance")
    op.drop_index("ix_provenance_donor_id", table_name="provenance")
    op.drop_table("provenance")
    op.drop_index("ix_honour_village_code_awarded_on", table_name="honour")
    op.drop_index("ix_honour_household_id", table_name="honour")
    op.drop_table("honour")
    op.drop_index("ix_expiry_line_household_id", table_name="expiry_line")
    op.drop_table("expiry_line")
    op.drop_index("ix_deduction_village_code_state_id", table_name="deduction")
    op.drop_index("ix_deduction_state_appeal_until", table_name="deduction")
    op.drop_index("ix_deduction_reminder_id", table_name="deduction")
    op.drop_index("ix_deduction_household_id_rule_id", table_name="deduction")
    op.drop_table("deduction")
    op.drop_table("day_close_line")
    op.drop_index("ix_write_off_shop_id_state_id", table_name="write_off")
    op.drop_table("write_off")
    op.drop_index("ix_visit_household_id_visited_on", table_name="visit")
    op.drop_table("visit")
    op.drop_index("ix_transfer_to_shop_id_state", table_name="transfer")
    op.drop_index(
        "ix_transfer_missing",
        table_name="transfer",
        sqlite_where=sa.text("missing > 0"),
        postgresql_where=sa.text("missing > 0"),
    )
    op.drop_index("ix_transfer_from_shop_id_id", table_name="transfer")
    op.drop_table("transfer")
    op.drop_index(
        "uq_stocktake_one_under_way",
        table_name="stocktake",
        sqlite_where=sa.text("state IN ('open', 'counted')"),
        postgresql_where=sa.text("state IN ('open', 'counted')"),
    )
    op.drop_index("ix_stocktake_shop_id_id", table_name="stocktake")
    op.drop_index(
        "ix_stocktake_entry_id",
        table_name="stocktake",
        sqlite_where=sa.text("entry_id IS NOT NULL"),
        postgresql_where=sa.text("entry_id IS NOT NULL"),
    )
    op.drop_table("stocktake")
    op.drop_index(
        "uq_staff_tie_in_force",
        table_name="staff_tie",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_staff_tie_household_id", table_name="staff_tie")
    op.drop_table("staff_tie")
    op.drop_table("shop_window")
    op.drop_table("settlement")
    op.drop_table("round_grade")
    op.drop_table("review_member")
    op.drop_index("ix_proxy_household_id", table_name="proxy")
    op.drop_table("proxy")
    op.drop_table("money_line")
    op.drop_table("household_pin")
    op.drop_index("ix_household_freeze_household_id", table_name="household_freeze")
    op.drop_table("household_freeze")
    op.drop_index("ix_household_event_village_code_id", table_name="household_event")
    op.drop_index("ix_household_event_state_id", table_name="household_event")
    op.drop_index("ix_household_event_other_household_id_state", table_name="household_event")
    op.drop_index("ix_household_event_household_id_state", table_name="household_event")
    op.drop_table("household_event")
    op.drop_index(
        "uq_helper_pairing_one_now",
        table_name="helper_pairing",
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.drop_index("ix_helper_pairing_staff_id", table_name="helper_pairing")
    op.drop_table("helper_pairing")
    op.drop_table("goods_photo")
    op.drop_index("ix_fund_move_fund_id_entry_id", table_name="fund_move")
    op.drop_index("ix_fund_move_donor_id", table_name="fund_move")
    op.drop_table("fund_move")
    op.drop_index("ix_expiry_run_state_due_on", table_name="expiry_run")
    op.drop_table("expiry_run")
    op.drop_table("day_close")
    op.drop_index("ix_round_village_code_id", table_name="round")
    op.drop_index("ix_round_state_village_code", table_name="round")
    op.drop_table("round")
    op.drop_index("ix_review_village_code_id", table_name="review")
    op.drop_table("review")
    op.drop_index("ix_photo_likeness", table_name="photo")
    op.drop_table("photo")
    op.drop_index("ix_notice_state_closes_on", table_name="notice")
    op.drop_table("notice")
    op.drop_index("ix_issue_override_region_code", table_name="issue_override")
    op.drop_table("issue_override")
    op.drop_table("issue_budget")
    op.drop_index("ix_fund_region_code", table_name="fund")
    op.drop_table("fund")
    op.drop_index("ix_donor_region_code_name", table_name="donor")
    op.drop_table("donor")
    op.drop_table("closed_month")
    op.drop_table("money_account")
    op.drop_table("document_series")
