"""lay the books

Why:   everything stands on these tables: places, staff, the journals, households, cards,
       rules, goods, shops, awards, redemptions.
Data:  none yet.
Lock:  nothing is there to wait for.
Undo:  downgrade drops every table and all that is in them.

Revision ID: 0001
Revises: None
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "household",
                "debt",
                "issued",
                "redeemed",
                "expired",
                "deducted",
                "opening",
                name="known_account_kind",
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
        sa.Column("balance", sa.Integer(), nullable=False),
        sa.Column("last_place", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(id > 0) = (kind IN ('household', 'debt'))",
            name=op.f("ck_account_kept_balance_above_zero"),
        ),
        sa.CheckConstraint("kind <> 'debt' OR balance <= 0", name=op.f("ck_account_debt_is_owed")),
        sa.CheckConstraint(
            "kind <> 'household' OR balance >= 0", name=op.f("ck_account_no_overdraft")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("kind", "owner_code", name=op.f("uq_account_kind_owner_code")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "goods",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sku",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("specification", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("has_expiry", sa.Boolean(), nullable=False),
        sa.Column("low_stock_at", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "initials",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.CheckConstraint("low_stock_at >= 0", name=op.f("ck_goods_low_stock_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods")),
        sa.UniqueConstraint("sku", name=op.f("uq_goods_sku")),
    )
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sa.UniqueConstraint("code", name=op.f("uq_journal_code")),
    )
    op.create_table(
        "region",
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column(
            "parent_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "length(code) IN (2, 4, 6, 9, 12)", name=op.f("ck_region_code_has_a_level")
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["region.code"], name=op.f("fk_region_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_index(op.f("ix_region_parent_code"), "region", ["parent_code"], unique=False)
    op.create_table(
        "sign_in_failure",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_address_failed_at",
        "sign_in_failure",
        ["address", "failed_at"],
        unique=False,
    )
    op.create_index(
        "ix_sign_in_failure_username_failed_at",
        "sign_in_failure",
        ["username", "failed_at"],
        unique=False,
    )
    op.create_table(
        "staff_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "username",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_number", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_member")),
        sa.UniqueConstraint("username", name=op.f("uq_staff_member_username")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_api_token_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column(
            "subject",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_audit_event_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_index("ix_audit_event_action", "audit_event", ["action", "id"], unique=False)
    op.create_index("ix_audit_event_at", "audit_event", ["at"], unique=False)
    op.create_index("ix_audit_event_staff_id", "audit_event", ["staff_id", "id"], unique=False)
    op.create_index("ix_audit_event_subject", "audit_event", ["subject", "id"], unique=False)
    op.create_table(
        "barcode",
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_barcode_at_least_one_unit")),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_barcode_goods_id")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_barcode")),
    )
    op.create_index(op.f("ix_barcode_goods_id"), "barcode", ["goods_id"], unique=False)
    op.create_table(
        "entry",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opening",
                "award",
                "deduction",
                "expiry",
                "household_event",
                "redemption",
                "goods_in",
                "transfer",
                "write_off",
                "stocktake",
                "reversal",
                name="known_kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "id = journal_id * 1000000000 + number", name=op.f("ck_entry_id_is_journal_and_number")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_entry_number_from_one")),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_member.id"], name=op.f("fk_entry_actor_id")),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_entry_journal_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["entry.id"], name=op.f("fk_entry_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("key", name=op.f("uq_entry_key")),
    )
    op.create_index(
        "ix_entry_reverses_id",
        "entry",
        ["reverses_id"],
        unique=False,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_table(
        "favourite_rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "rule_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_favourite_rule_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_favourite_rule")),
        sa.UniqueConstraint(
            "staff_id", "rule_code", name=op.f("uq_favourite_rule_staff_id_rule_code")
        ),
    )
    op.create_table(
        "household",
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
        sa.Column("head", sa.String(length=60), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("helper", sa.String(length=60), nullable=False),
        sa.Column("identity_tail", sa.String(length=4), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "left",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_household_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_household_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("account_id", name=op.f("uq_household_account_id")),
        sa.UniqueConstraint("code", name=op.f("uq_household_code")),
    )
    op.create_index(
        "ix_household_village_code_code", "household", ["village_code", "code"], unique=False
    )
    op.create_table(
        "roster_upload",
        sa.Column(
            "token",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_roster_upload_staff_id")
        ),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_roster_upload")),
    )
    op.create_index(op.f("ix_roster_upload_staff_id"), "roster_upload", ["staff_id"], unique=False)
    op.create_table(
        "rule",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_rule_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("region_code", "code", name=op.f("uq_rule_region_code_code")),
    )
    op.create_table(
        "scheme",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("programme_name", sa.String(length=40), nullable=False),
        sa.Column("fen_per_point", sa.Integer(), nullable=False),
        sa.Column("household_month_cap", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("fen_per_point > 0", name=op.f("ck_scheme_a_point_is_worth_something")),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_scheme_created_by")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_scheme_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("region_code", "since", name=op.f("uq_scheme_region_code_since")),
    )
    op.create_table(
        "shop",
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
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column(
            "journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "redeemed_account_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["journal_id"], ["journal.id"], name=op.f("fk_shop_journal_id")),
        sa.ForeignKeyConstraint(
            ["redeemed_account_id"], ["account.id"], name=op.f("fk_shop_redeemed_account_id")
        ),
        sa.ForeignKeyConstraint(["region_code"], ["region.code"], name=op.f("fk_shop_region_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_code")),
        sa.UniqueConstraint("journal_id", name=op.f("uq_shop_journal_id")),
        sa.UniqueConstraint("redeemed_account_id", name=op.f("uq_shop_redeemed_account_id")),
    )
    op.create_index(op.f("ix_shop_region_code"), "shop", ["region_code"], unique=False)
    op.create_table(
        "card",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "card_number",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "token",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "state",
            sa.Enum(
                "blank",
                "active",
                "lost",
                "revoked",
                "expired",
                name="known_card_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "state = 'blank' OR household_id IS NOT NULL",
            name=op.f("ck_card_only_blanks_belong_to_nobody"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_card_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card")),
        sa.UniqueConstraint("card_number", name=op.f("uq_card_card_number")),
        sa.UniqueConstraint("token", name=op.f("uq_card_token")),
    )
    op.create_index("ix_card_household_id", "card", ["household_id"], unique=False)
    op.create_index(
        "uq_card_active_household",
        "card",
        ["household_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "goods_in",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "purchase",
                "donation",
                name="known_goods_in_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("partner", sa.String(length=60), nullable=False),
        sa.Column("document", sa.String(length=64), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_goods_in_entry_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_goods_in_shop_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_goods_in")),
    )
    op.create_index(
        "ix_goods_in_shop_id_entry_id", "goods_in", ["shop_id", "entry_id"], unique=False
    )
    op.create_table(
        "household_member",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_member_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
    )
    op.create_index(
        "ix_household_member_household_id", "household_member", ["household_id"], unique=False
    )
    op.create_table(
        "household_tag",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "lifted",
                "lifted_unstable",
                "marginal",
                "sudden_hardship",
                "minimum_living",
                "extreme_poverty",
                "ordinary",
                name="known_tag",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_household_tag_until_after_since")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_tag_household_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_tag")),
    )
    op.create_index(
        "ix_household_tag_household_id", "household_tag", ["household_id"], unique=False
    )
    op.create_table(
        "household_term",
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "term",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_term_household_id")
        ),
        sa.PrimaryKeyConstraint("household_id", "term", name=op.f("pk_household_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_household_term_term",
        "household_term",
        ["term", "village_code", "household_id"],
        unique=False,
    )
    op.create_index(
        "ix_household_term_village_code",
        "household_term",
        ["village_code", "term", "household_id"],
        unique=False,
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("best_before", sa.Date(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "purchase",
                "donation",
                name="known_source",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("on_hand", sa.Integer(), nullable=False),
        sa.Column("last_place", sa.Integer(), nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_lot_never_below_zero")),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_lot_goods_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_lot_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
    )
    op.create_index(
        "ix_lot_shop_id_goods_id_best_before",
        "lot",
        ["shop_id", "goods_id", "best_before"],
        unique=False,
    )
    op.create_table(
        "points_price",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_price_never_free")),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_points_price_goods_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_points_price_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_points_price")),
    )
    op.create_index(
        "ix_points_price_goods_id_shop_id_since",
        "points_price",
        ["goods_id", "shop_id", "since"],
        unique=False,
    )
    op.create_index(
        "uq_points_price_everywhere",
        "points_price",
        ["goods_id", "since"],
        unique=True,
        sqlite_where=sa.text("shop_id IS NULL"),
        postgresql_where=sa.text("shop_id IS NULL"),
    )
    op.create_index(
        "uq_points_price_in_a_shop",
        "points_price",
        ["goods_id", "shop_id", "since"],
        unique=True,
        sqlite_where=sa.text("shop_id IS NOT NULL"),
        postgresql_where=sa.text("shop_id IS NOT NULL"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "scorer",
                "reviewer",
                "supervisor",
                "shopkeeper",
                "helper",
                "township",
                "county",
                "auditor",
                "administrator",
                name="known_role",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "shop_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(shop_code IS NOT NULL) = (role = 'shopkeeper')",
            name=op.f("ck_role_grant_a_shopkeeper_keeps_one_shop"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_role_grant_region_code")
        ),
        sa.ForeignKeyConstraint(["shop_code"], ["shop.code"], name=op.f("fk_role_grant_shop_code")),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff_member.id"], name=op.f("fk_role_grant_staff_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    op.create_index("ix_role_grant_staff_id", "role_grant", ["staff_id"], unique=False)
    op.create_table(
        "rule_version",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "labour",
                "conduct",
                "special",
                "deduction",
                name="known_category",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("points_min", sa.Integer(), nullable=True),
        sa.Column("points_max", sa.Integer(), nullable=True),
        sa.Column("cap_times", sa.Integer(), nullable=True),
        sa.Column(
            "cap_period",
            sa.Enum(
                "month",
                "quarter",
                "year",
                "event",
                "once",
                "once_per_member",
                name="known_period",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("cap_points", sa.Integer(), nullable=True),
        sa.Column(
            "evidence",
            sa.Enum(
                "sign_in",
                "observation",
                "photo_optional",
                "document_seen",
                "minutes",
                "weighed",
                "none",
                name="known_evidence",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "review_level",
            sa.Enum(
                "A",
                "B",
                "C",
                name="known_review_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "ability",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                name="known_ability",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "created_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("cap_points > 0", name=op.f("ck_rule_version_some_points")),
        sa.CheckConstraint("cap_times > 0", name=op.f("ck_rule_version_some_times")),
        sa.CheckConstraint(
            "points_min <= points_max", name=op.f("ck_rule_version_points_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["staff_member.id"], name=op.f("fk_rule_version_created_by")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_version_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_version")),
        sa.UniqueConstraint("rule_id", "version", name=op.f("uq_rule_version_rule_id_version")),
    )
    op.create_table(
        "award",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "status",
            sa.Enum(
                "posted",
                name="known_award_status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "rule_version_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "region_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["staff_member.id"], name=op.f("fk_award_actor_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_award_entry_id")),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_award_region_code")
        ),
        sa.ForeignKeyConstraint(
            ["rule_version_id"], ["rule_version.id"], name=op.f("fk_award_rule_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_award_entry_id")),
    )
    op.create_index("ix_award_region_code_id", "award", ["region_code", "id"], unique=False)
    op.create_table(
        "card_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "blank",
                "active",
                "lost",
                "revoked",
                "expired",
                name="known_card_event_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_card_event_actor_id")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_event_card_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_event")),
    )
    op.create_index("ix_card_event_card_id", "card_event", ["card_id"], unique=False)
    op.create_table(
        "goods_in_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cost_fen", sa.Integer(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_goods_in_line_some_units")),
        sa.CheckConstraint("unit_cost_fen >= 0", name=op.f("ck_goods_in_line_cost_not_negative")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["goods_in.entry_id"], name=op.f("fk_goods_in_line_entry_id")
        ),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_goods_in_line_goods_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_goods_in_line_lot_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_goods_in_line")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_goods_in_line_lot_id")),
    )
    op.create_table(
        "points_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reverses_position", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(account_id > 0) = (balance_after IS NOT NULL)",
            name=op.f("ck_points_line_balance_kept"),
        ),
        sa.CheckConstraint(
            "(account_id > 0) = (place IS NOT NULL)", name=op.f("ck_points_line_place_kept")
        ),
        sa.CheckConstraint("points <> 0", name=op.f("ck_points_line_points_not_zero")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_points_line_account_id")
        ),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_points_line_entry_id")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_member.id"], name=op.f("fk_points_line_member_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_points_line")),
        sa.UniqueConstraint("account_id", "place", name=op.f("uq_points_line_account_id_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "redemption",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.Column("balance_after", sa.Integer(), nullable=False),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(times = 1) = (points > 0)", name=op.f("ck_redemption_reversals_are_negative")
        ),
        sa.CheckConstraint(
            "(times = 1) = (reverses_id IS NULL)",
            name=op.f("ck_redemption_reversals_name_what_they_reverse"),
        ),
        sa.CheckConstraint("times IN (1, 0, -1)", name=op.f("ck_redemption_known_times")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_redemption_actor_id")
        ),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_redemption_card_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_redemption_entry_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_redemption_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["redemption.entry_id"], name=op.f("fk_redemption_reverses_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_redemption_shop_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_redemption")),
    )
    op.create_index(
        "ix_redemption_household_id_entry_id",
        "redemption",
        ["household_id", "entry_id"],
        unique=False,
    )
    op.create_index(
        "ix_redemption_reverses_id",
        "redemption",
        ["reverses_id"],
        unique=False,
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.create_index(
        "ix_redemption_shop_id_occurred_on", "redemption", ["shop_id", "occurred_on"], unique=False
    )
    op.create_index(
        "ix_redemption_village_code_occurred_on",
        "redemption",
        ["village_code", "occurred_on"],
        unique=False,
    )
    op.create_table(
        "stock_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("lot_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("on_hand_after", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reverses_position", sa.Integer(), nullable=True),
        sa.CheckConstraint("on_hand_after >= 0", name=op.f("ck_stock_line_never_below_zero")),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_stock_line_quantity_not_zero")),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name=op.f("fk_stock_line_entry_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_stock_line_lot_id")),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_stock_line")),
        sa.UniqueConstraint("lot_id", "place", name=op.f("uq_stock_line_lot_id_place")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "award_line",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("award_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reversed_points", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.CheckConstraint("points > 0", name=op.f("ck_award_line_an_award_gives")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_line_award_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_award_line_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["household_member.id"], name=op.f("fk_award_line_member_id")
        ),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_award_line_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_line")),
    )
    op.create_index("ix_award_line_award_id", "award_line", ["award_id"], unique=False)
    op.create_index(
        "ix_award_line_household_id_rule_id_occurred_on",
        "award_line",
        ["household_id", "rule_id", "occurred_on"],
        unique=False,
    )
    op.create_table(
        "redemption_line",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points_price", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity <> 0", name=op.f("ck_redemption_line_some_units")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["redemption.entry_id"], name=op.f("fk_redemption_line_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_redemption_line_goods_id")
        ),
        sa.PrimaryKeyConstraint("entry_id", "position", name=op.f("pk_redemption_line")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("redemption_line")
    op.drop_index("ix_award_line_household_id_rule_id_occurred_on", table_name="award_line")
    op.drop_index("ix_award_line_award_id", table_name="award_line")
    op.drop_table("award_line")
    op.drop_table("stock_line")
    op.drop_index("ix_redemption_village_code_occurred_on", table_name="redemption")
    op.drop_index("ix_redemption_shop_id_occurred_on", table_name="redemption")
    op.drop_index(
        "ix_redemption_reverses_id",
        table_name="redemption",
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.drop_index("ix_redemption_household_id_entry_id", table_name="redemption")
    op.drop_table("redemption")
    op.drop_table("points_line")
    op.drop_table("goods_in_line")
    op.drop_index("ix_card_event_card_id", table_name="card_event")
    op.drop_table("card_event")
    op.drop_index("ix_award_region_code_id", table_name="award")
    op.drop_table("award")
    op.drop_table("rule_version")
    op.drop_index("ix_role_grant_staff_id", table_name="role_grant")
    op.drop_table("role_grant")
    op.drop_index(
        "uq_points_price_in_a_shop",
        table_name="points_price",
        sqlite_where=sa.text("shop_id IS NOT NULL"),
        postgresql_where=sa.text("shop_id IS NOT NULL"),
    )
    op.drop_index(
        "uq_points_price_everywhere",
        table_name="points_price",
        sqlite_where=sa.text("shop_id IS NULL"),
        postgresql_where=sa.text("shop_id IS NULL"),
    )
    op.drop_index("ix_points_price_goods_id_shop_id_since", table_name="points_price")
    op.drop_table("points_price")
    op.drop_index("ix_lot_shop_id_goods_id_best_before", table_name="lot")
    op.drop_table("lot")
    op.drop_index("ix_household_term_village_code", table_name="household_term")
    op.drop_index("ix_household_term_term", table_name="household_term")
    op.drop_table("household_term")
    op.drop_index("ix_household_tag_household_id", table_name="household_tag")
    op.drop_table("household_tag")
    op.drop_index("ix_household_member_household_id", table_name="household_member")
    op.drop_table("household_member")
    op.drop_index("ix_goods_in_shop_id_entry_id", table_name="goods_in")
    op.drop_table("goods_in")
    op.drop_index(
        "uq_card_active_household",
        table_name="card",
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.drop_index("ix_card_household_id", table_name="card")
    op.drop_table("card")
    op.drop_index(op.f("ix_shop_region_code"), table_name="shop")
    op.drop_table("shop")
    op.drop_table("scheme")
    op.drop_table("rule")
    op.drop_index(op.f("ix_roster_upload_staff_id"), table_name="roster_upload")
    op.drop_table("roster_upload")
    op.drop_index("ix_household_village_code_code", table_name="household")
    op.drop_table("household")
    op.drop_table("favourite_rule")
    op.drop_index(
        "ix_entry_reverses_id",
        table_name="entry",
        sqlite_where=sa.text("reverses_id IS NOT NULL"),
        postgresql_where=sa.text("reverses_id IS NOT NULL"),
    )
    op.drop_table("entry")
    op.drop_index(op.f("ix_barcode_goods_id"), table_name="barcode")
    op.drop_table("barcode")
    op.drop_index("ix_audit_event_subject", table_name="audit_event")
    op.drop_index("ix_audit_event_staff_id", table_name="audit_event")
    op.drop_index("ix_audit_event_at", table_name="audit_event")
    op.drop_index("ix_audit_event_action", table_name="audit_event")
    op.drop_table("audit_event")
    op.drop_table("api_token")
    op.drop_table("staff_member")
    op.drop_index("ix_sign_in_failure_username_failed_at", table_name="sign_in_failure")
    op.drop_index("ix_sign_in_failure_address_failed_at", table_name="sign_in_failure")
    op.drop_table("sign_in_failure")
    op.drop_index(op.f("ix_region_parent_code"), table_name="region")
    op.drop_table("region")
    op.drop_table("journal")
    op.drop_table("goods")
    op.drop_table("account")
