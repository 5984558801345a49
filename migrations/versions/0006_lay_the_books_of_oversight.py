"""lay the books of oversight

Why:   printed paper slips, reservations, deliveries, monthly report files, rollups and the
       findings of oversight need tables of their own.
Data:  none yet.
Lock:  nothing is there to wait for.
Undo:  downgrade drops the new tables and all that is in them.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "report_place_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "place",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("earners", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=False),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("month", "place", name=op.f("pk_report_place_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
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
        sa.Column("listed_in", sa.String(length=24), nullable=False),
        sa.Column(
            "subject",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("sample", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column(
            "concerned_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "method",
            sa.Enum(
                "visit",
                "phone",
                "site",
                "papers",
                "other",
                name="known_method",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("result", sa.String(length=400), nullable=False),
        sa.Column("problem", sa.String(length=400), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "sound",
                "open",
                "answered",
                "closed",
                name="known_finding_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_by IS NOT NULL)",
            name=op.f("ck_finding_closed_by_somebody"),
        ),
        sa.CheckConstraint(
            "(state = 'sound') = (assignee_id IS NULL)",
            name=op.f("ck_finding_a_problem_has_an_assignee"),
        ),
        sa.CheckConstraint(
            "(state = 'sound') = (problem = '')", name=op.f("ck_finding_a_problem_is_said")
        ),
        sa.CheckConstraint(
            "(assignee_id IS NULL) = (due_on IS NULL)",
            name=op.f("ck_finding_a_problem_has_a_deadline"),
        ),
        sa.CheckConstraint(
            "(closed_by IS NULL) = (closed_at IS NULL)", name=op.f("ck_finding_closed_at_a_time")
        ),
        sa.CheckConstraint(
            "closed_by IS NULL OR closed_by <> assignee_id",
            name=op.f("ck_finding_not_by_the_assignee"),
        ),
        sa.CheckConstraint(
            "closed_by IS NULL OR concerned_id IS NULL OR closed_by <> concerned_id",
            name=op.f("ck_finding_not_by_the_person_concerned"),
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["staff_member.id"], name=op.f("fk_finding_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_finding_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["concerned_id"], ["staff_member.id"], name=op.f("fk_finding_concerned_id")
        ),
        sa.ForeignKeyConstraint(
            ["found_by"], ["staff_member.id"], name=op.f("fk_finding_found_by")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["region.code"], name=op.f("fk_finding_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sa.UniqueConstraint("code", name=op.f("uq_finding_code")),
        sa.UniqueConstraint("key", name=op.f("uq_finding_key")),
    )
    op.create_index(
        "ix_finding_assignee_id_state", "finding", ["assignee_id", "state"], unique=False
    )
    op.create_index("ix_finding_region_code_id", "finding", ["region_code", "id"], unique=False)
    op.create_table(
        "print_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "village",
                "group",
                "selected",
                "blanks",
                name="known_run_kind",
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
        sa.Column("group", sa.String(length=30), nullable=False),
        sa.Column("names", sa.Boolean(), nullable=False),
        sa.Column("backs", sa.Boolean(), nullable=False),
        sa.Column("cards", sa.Integer(), nullable=False),
        sa.Column("again_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint("cards > 0", name=op.f("ck_print_run_some_cards")),
        sa.ForeignKeyConstraint(["again_id"], ["print_run.id"], name=op.f("fk_print_run_again_id")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_print_run_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_print_run")),
        sa.UniqueConstraint("key", name=op.f("uq_print_run_key")),
    )
    op.create_index("ix_print_run_made_by", "print_run", ["made_by"], unique=False)
    op.create_index("ix_print_run_region_code", "print_run", ["region_code", "id"], unique=False)
    op.create_table(
        "report_fold",
        sa.Column(
            "journal_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("folded_to", sa.Integer(), nullable=False),
        sa.Column("turns", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_report_fold_journal_id")
        ),
        sa.PrimaryKeyConstraint("journal_id", name=op.f("pk_report_fold")),
    )
    op.create_table(
        "report_goods_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "township",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["goods_id"], ["goods.id"], name=op.f("fk_report_goods_month_goods_id")
        ),
        sa.PrimaryKeyConstraint(
            "month", "township", "goods_id", name=op.f("pk_report_goods_month")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "report_journal_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "journal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["journal.id"], name=op.f("fk_report_journal_month_journal_id")
        ),
        sa.PrimaryKeyConstraint("month", "journal_id", name=op.f("pk_report_journal_month")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "finding_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "found",
                "answered",
                "sent_back",
                "handed_on",
                "closed",
                name="known_step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "sound",
                "open",
                "answered",
                "closed",
                name="known_state_after",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "assignee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_finding_step_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["assignee_id"], ["staff_member.id"], name=op.f("fk_finding_step_assignee_id")
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_step_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_step")),
        sa.UniqueConstraint("key", name=op.f("uq_finding_step_key")),
    )
    op.create_index(
        "ix_finding_step_finding_id", "finding_step", ["finding_id", "id"], unique=False
    )
    op.create_table(
        "month_close",
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
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("heads", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_month_close_closed_by")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "month"],
            ["closed_month.county_code", "closed_month.month"],
            name="fk_month_close_closed_month",
        ),
        sa.PrimaryKeyConstraint("county_code", "month", name=op.f("pk_month_close")),
    )
    op.create_table(
        "report_household_month",
        sa.Column("month", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("awarded", sa.BigInteger(), nullable=False),
        sa.Column("deducted", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_report_household_month_household_id")
        ),
        sa.PrimaryKeyConstraint(
            "month", "household_id", "village_code", name=op.f("pk_report_household_month")
        ),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_report_household_month_village_code_month",
        "report_household_month",
        ["village_code", "month"],
        unique=False,
    )
    op.create_table(
        "reservation",
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
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "fulfilled",
                "cancelled",
                "expired",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "channel",
            sa.Enum(
                "counter",
                "helper",
                "page",
                name="known_channel",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "state <> 'fulfilled' OR taken = units",
            name=op.f("ck_reservation_fulfilled_is_all_of_it"),
        ),
        sa.CheckConstraint(
            "taken BETWEEN 0 AND units", name=op.f("ck_reservation_no_more_than_was_kept")
        ),
        sa.CheckConstraint("units BETWEEN 1 AND 99", name=op.f("ck_reservation_some_units")),
        sa.ForeignKeyConstraint(
            ["closed_by"], ["staff_member.id"], name=op.f("fk_reservation_closed_by")
        ),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_reservation_goods_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_reservation_household_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["staff_member.id"], name=op.f("fk_reservation_made_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_reservation_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservation")),
        sa.UniqueConstraint("code", name=op.f("uq_reservation_code")),
        sa.UniqueConstraint("key", name=op.f("uq_reservation_key")),
    )
    op.create_index(
        "ix_reservation_held",
        "reservation",
        ["shop_id", "goods_id", "until"],
        unique=False,
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_reservation_household_id_id", "reservation", ["household_id", "id"], unique=False
    )
    op.create_index("ix_reservation_shop_id_id", "reservation", ["shop_id", "id"], unique=False)
    op.create_index("ix_reservation_state_until", "reservation", ["state", "until"], unique=False)
    op.create_table(
        "slip_run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "printed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "first_number > 0 AND last_number >= first_number",
            name=op.f("ck_slip_run_numbers_from_one_upwards"),
        ),
        sa.ForeignKeyConstraint(
            ["printed_by"], ["staff_member.id"], name=op.f("fk_slip_run_printed_by")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_slip_run_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slip_run")),
        sa.UniqueConstraint("key", name=op.f("uq_slip_run_key")),
        sa.UniqueConstraint(
            "shop_id", "first_number", name=op.f("uq_slip_run_shop_id_first_number")
        ),
    )
    op.create_table(
        "wish",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "village_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("goods_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("noted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["goods_id"], ["goods.id"], name=op.f("fk_wish_goods_id")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_wish_household_id")
        ),
        sa.ForeignKeyConstraint(["noted_by"], ["staff_member.id"], name=op.f("fk_wish_noted_by")),
        sa.ForeignKeyConstraint(
            ["village_code"], ["region.code"], name=op.f("fk_wish_village_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
    )
    op.create_index("ix_wish_village_code_words", "wish", ["village_code", "words"], unique=False)
    op.create_index(
        "uq_wish_in_force",
        "wish",
        ["household_id", "words"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "card_handover",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("to_whom", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(run_id IS NULL) <> (card_id IS NULL)",
            name=op.f("ck_card_handover_of_a_run_or_a_card"),
        ),
        sa.ForeignKeyConstraint(["by"], ["staff_member.id"], name=op.f("fk_card_handover_by")),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_card_handover_card_id")),
        sa.ForeignKeyConstraint(["run_id"], ["print_run.id"], name=op.f("fk_card_handover_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_handover")),
    )
    op.create_index("ix_card_handover_card_id", "card_handover", ["card_id"], unique=False)
    op.create_index("ix_card_handover_run_id", "card_handover", ["run_id"], unique=False)
    op.create_table(
        "month_figures",
        sa.Column(
            "county_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "place",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "month"],
            ["month_close.county_code", "month_close.month"],
            name="fk_month_figures_month_close",
        ),
        sa.PrimaryKeyConstraint("county_code", "month", "place", name=op.f("pk_month_figures")),
    )
    op.create_table(
        "print_run_card",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["card.id"], name=op.f("fk_print_run_card_card_id")),
        sa.ForeignKeyConstraint(
            ["run_id"], ["print_run.id"], name=op.f("fk_print_run_card_run_id")
        ),
        sa.PrimaryKeyConstraint("run_id", "card_id", name=op.f("pk_print_run_card")),
        sa.UniqueConstraint("run_id", "place", name=op.f("uq_print_run_card_run_id_place")),
    )
    op.create_index("ix_print_run_card_card_id", "print_run_card", ["card_id"], unique=False)
    op.create_table(
        "reservation_taking",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reservation_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_reservation_taking_some_units")),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["entry.id"], name=op.f("fk_reservation_taking_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["reservation_id"],
            ["reservation.id"],
            name=op.f("fk_reservation_taking_reservation_id"),
        ),
        sa.PrimaryKeyConstraint("entry_id", "reservation_id", name=op.f("pk_reservation_taking")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reservation_taking_reservation_id",
        "reservation_taking",
        ["reservation_id"],
        unique=False,
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "household_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column(
            "carrier_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=100), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "to_deliver",
                "delivered",
                "undelivered",
                name="known_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receiver", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("proxy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "proof",
            sa.Enum(
                "pin",
                "paper",
                name="known_proof",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'delivered') = (delivered_at IS NOT NULL)",
            name=op.f("ck_delivery_delivered_at_a_moment"),
        ),
        sa.CheckConstraint(
            "(state = 'delivered') = (proof IS NOT NULL)",
            name=op.f("ck_delivery_delivered_with_a_proof"),
        ),
        sa.ForeignKeyConstraint(
            ["carrier_id"], ["staff_member.id"], name=op.f("fk_delivery_carrier_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["redemption.entry_id"], name=op.f("fk_delivery_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_delivery_household_id")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["staff_member.id"], name=op.f("fk_delivery_made_by")),
        sa.ForeignKeyConstraint(["proxy_id"], ["proxy.id"], name=op.f("fk_delivery_proxy_id")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_delivery_shop_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_delivery_entry_id")),
    )
    op.create_index("ix_delivery_household_id", "delivery", ["household_id"], unique=False)
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["carrier_id", "due_on"],
        unique=False,
        sqlite_where=sa.text("state = 'to_deliver'"),
        postgresql_where=sa.text("state = 'to_deliver'"),
    )
    op.create_index("ix_delivery_shop_id_id", "delivery", ["shop_id", "id"], unique=False)
    op.create_table(
        "month_paper",
        sa.Column(
            "county_code",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column(
            "place",
            sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "xlsx",
                "html",
                name="known_paper",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "month", "place"],
            ["month_figures.county_code", "month_figures.month", "month_figures.place"],
            name="fk_month_paper_month_figures",
        ),
        sa.PrimaryKeyConstraint(
            "county_code", "month", "place", "kind", name=op.f("pk_month_paper")
        ),
    )
    op.create_table(
        "slip_outcome",
        sa.Column("shop_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=100), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint(
            "(entry_id IS NULL) = (reason <> '')", name=op.f("ck_slip_outcome_used_or_void")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_slip_outcome_number_from_one")),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_slip_outcome_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["redemption.entry_id"], name=op.f("fk_slip_outcome_entry_id")
        ),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_slip_outcome_shop_id")),
        sa.PrimaryKeyConstraint("shop_id", "number", name=op.f("pk_slip_outcome")),
        sa.UniqueConstraint("entry_id", name=op.f("uq_slip_outcome_entry_id")),
    )
    op.create_table(
        "delivery_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "step",
            sa.Enum(
                "make",
                "hand_over",
                "fail",
                "again",
                name="known_step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["staff_member.id"], name=op.f("fk_delivery_step_actor_id")
        ),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_step_delivery_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_step")),
    )
    op.create_index(
        "ix_delivery_step_delivery_id", "delivery_step", ["delivery_id", "id"], unique=False
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_delivery_step_delivery_id", table_name="delivery_step")
    op.drop_table("delivery_step")
    op.drop_table("slip_outcome")
    op.drop_table("month_paper")
    op.drop_index("ix_delivery_shop_id_id", table_name="delivery")
    op.drop_index(
        "ix_delivery_open",
        table_name="delivery",
        sqlite_where=sa.text("state = 'to_deliver'"),
        postgresql_where=sa.text("state = 'to_deliver'"),
    )
    op.drop_index("ix_delivery_household_id", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index("ix_reservation_taking_reservation_id", table_name="reservation_taking")
    op.drop_table("reservation_taking")
    op.drop_index("ix_print_run_card_card_id", table_name="print_run_card")
    op.drop_table("print_run_card")
    op.drop_table("month_figures")
    op.drop_index("ix_card_handover_run_id", table_name="card_handover")
    op.drop_index("ix_card_handover_card_id", table_name="card_handover")
    op.drop_table("card_handover")
    op.drop_index(
        "uq_wish_in_force",
        table_name="wish",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index("ix_wish_village_code_words", table_name="wish")
    op.drop_table("wish")
    op.drop_table("slip_run")
    op.drop_index("ix_reservation_state_until", table_name="reservation")
    op.drop_index("ix_reservation_shop_id_id", table_name="reservation")
    op.drop_index("ix_reservation_household_id_id", table_name="reservation")
    op.drop_index(
        "ix_reservation_held",
        table_name="reservation",
        sqlite_where=sa.text("state = 'held'"),
        postgresql_where=sa.text("state = 'held'"),
    )
    op.drop_table("reservation")
    op.drop_index(
        "ix_report_household_month_village_code_month", table_name="report_household_month"
    )
    op.drop_table("report_household_month")
    op.drop_table("month_close")
    op.drop_index("ix_finding_step_finding_id", table_name="finding_step")
    op.drop_table("finding_step")
    op.drop_table("report_journal_month")
    op.drop_table("report_goods_month")
    op.drop_table("report_fold")
    op.drop_index("ix_print_run_region_code", table_name="print_run")
    op.drop_index("ix_print_run_made_by", table_name="print_run")
    op.drop_table("print_run")
    op.drop_index("ix_finding_region_code_id", table_name="finding")
    op.drop_index("ix_finding_assignee_id_state", table_name="finding")
    op.drop_table("finding")
    op.drop_table("report_place_month")
