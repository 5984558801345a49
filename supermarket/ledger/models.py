"""Journals, entries and their lines; accounts and lots with their cached balances."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_

#: The ``prev_hash`` of the first entry of every journal.
GENESIS = "0" * 64
#: Entries a journal can hold: an entry's id is its journal's id and its number side by side.
ENTRIES_PER_JOURNAL = 1_000_000_000


class EntryKind(enum.Enum):
    """What an entry records."""

    OPENING = "opening"
    AWARD = "award"
    DEDUCTION = "deduction"
    EXPIRY = "expiry"
    HOUSEHOLD_EVENT = "household_event"
    REDEMPTION = "redemption"
    GOODS_IN = "goods_in"
    TRANSFER = "transfer"
    WRITE_OFF = "write_off"
    STOCKTAKE = "stocktake"
    REVERSAL = "reversal"
    FUND = "fund"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    EntryKind.OPENING: N_("期初"),
    EntryKind.AWARD: N_("加分"),
    EntryKind.DEDUCTION: N_("扣分"),
    EntryKind.EXPIRY: N_("过期"),
    EntryKind.HOUSEHOLD_EVENT: N_("户变动"),
    EntryKind.REDEMPTION: N_("兑换"),
    EntryKind.GOODS_IN: N_("入库"),
    EntryKind.TRANSFER: N_("调拨"),
    EntryKind.WRITE_OFF: N_("报损"),
    EntryKind.STOCKTAKE: N_("盘点"),
    EntryKind.REVERSAL: N_("冲正"),
    EntryKind.FUND: N_("资金收支"),
}


class AccountKind(enum.Enum):
    """Whose points an account holds."""

    HOUSEHOLD = "household"
    DEBT = "debt"
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    DEDUCTED = "deducted"
    OPENING = "opening"


class MoneyKind(enum.Enum):
    """Whose money an account holds: a fund's, or the side it came from or went to."""

    FUND = "fund"
    INCOME = "income"
    SPENDING = "spending"


class LotSource(enum.Enum):
    """Where the goods of a lot came from."""

    PURCHASE = "purchase"
    DONATION = "donation"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {LotSource.PURCHASE: N_("采购"), LotSource.DONATION: N_("捐赠")}[self]


class Journal(Base):
    """The book (台账) of one village, township or shop: entries numbered without a gap."""

    __tablename__ = "journal"

    id: Mapped[int_pk]
    #: The region's code or the shop's.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: Number of the newest entry; 0 before the first.
    last_number: Mapped[int] = mapped_column(default=0)
    #: Hash of the newest entry: the head of the chain.
    last_hash: Mapped[str] = mapped_column(String(64), default=GENESIS)


class DocumentSeries(Base):
    """The papers of one kind of one region or shop: numbered from 1 without a gap."""

    __tablename__ = "document_series"

    #: The region's code or the shop's.
    owner_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: What is numbered, and for which year if it starts anew: notice/2026, transfer …
    series: Mapped[str] = mapped_column(Code, primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


class ClosedMonth(Base):
    """A month of a county whose figures are final: nothing new may be dated in it."""

    __tablename__ = "closed_month"

    county_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    #: First day of the month.
    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[utc]
    closed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class Entry(Base):
    """One posted change of points or stock (凭证). Never updated, never deleted.

    Its id is ``journal_id * ENTRIES_PER_JOURNAL + number``: known before it is written,
    and in the order of the journal. ``hash`` covers its content, its lines and the hash
    of the entry before it.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("number > 0", "number_from_one"),
        CheckConstraint("id = journal_id * 1000000000 + number", "id_is_journal_and_number"),
        Index(  # few rows reverse another; the others need not pay for it
            "ix_entry_reverses_id",
            "reverses_id",
            sqlite_where=text("reverses_id IS NOT NULL"),
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))
    #: Place in the journal, from 1, without a gap.
    number: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "known_kind"))
    #: The day it happened, on the village's calendar.
    occurred_on: Mapped[date]
    posted_at: Mapped[utc]
    actor_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    #: The client's name for this attempt; kept for ever, so a retry is recognised.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    #: SHA-256 of what the call asked for: the same key must ask for the same.
    fingerprint: Mapped[str] = mapped_column(String(64))
    reverses_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"))
    #: Number of the paper or document it rests on; empty if none.
    document: Mapped[str] = mapped_column(String(64), default="")
    #: Why, in the actor's words; empty if the kind says enough.
    note: Mapped[str] = mapped_column(String(200), default="")
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Account(Base):
    """Points of one household, or one side of the books of a village or shop.

    Only household and debt accounts keep a balance, guarded by each posting; they are
    numbered above zero, the others below, so that a line alone says which it is and no
    system account is ever a hot row.
    """

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("kind", "owner_code"),
        CheckConstraint("kind <> 'household' OR balance >= 0", "no_overdraft"),
        CheckConstraint("kind <> 'debt' OR balance <= 0", "debt_is_owed"),
        CheckConstraint("(id > 0) = (kind IN ('household', 'debt'))", "kept_balance_above_zero"),
        {"sqlite_autoincrement": True},  # else SQLite would number on from below zero
    )

    id: Mapped[int_pk]
    kind: Mapped[AccountKind] = mapped_column(choice(AccountKind, "known_account_kind"))
    #: Code of the household, region or shop.
    owner_code: Mapped[str] = mapped_column(Code)
    #: Whole points; always 0 for a system account.
    balance: Mapped[int] = mapped_column(default=0)
    #: Lines so far: the place of the newest one in the account's statement.
    last_place: Mapped[int] = mapped_column(default=0)


class PointsLine(Base):
    """One side of an entry in the points ledger (积分流水). Never updated, never deleted.

    The lines of one entry sum to zero: what a household gains, its village issued; what
    it spends, a shop redeemed. ``balance_after`` and ``place`` are kept for accounts with
    a balance only, so that a statement reads like a bank book and a gap is visible.
    """

    __tablename__ = "points_line"
    __table_args__ = (
        UniqueConstraint("account_id", "place"),
        CheckConstraint("points <> 0", "points_not_zero"),
        CheckConstraint("(account_id > 0) = (balance_after IS NOT NULL)", "balance_kept"),
        CheckConstraint("(account_id > 0) = (place IS NOT NULL)", "place_kept"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    #: Place among the entry's points lines, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"))
    #: Whole points; positive into the account, negative out of it.
    points: Mapped[int]
    #: Whole points in the account after this line.
    balance_after: Mapped[int | None]
    #: Place in the account's statement, from 1, without a gap.
    place: Mapped[int | None]
    #: Who in the household earned it; None if not said.
    member_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household_member.id"))
    #: In a reversal: the position of the line it takes back.
    reverses_position: Mapped[int | None]


class Lot(Base):
    """Goods that came into a shop together (批次): one delivery line, one best-before date."""

    __tablename__ = "lot"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", "never_below_zero"),
        Index("ix_lot_shop_id_goods_id_best_before", "shop_id", "goods_id", "best_before"),
    )

    id: Mapped[int_pk]
    shop_id: Mapped[int] = mapped_column(BigKey, ForeignKey("shop.id"))
    goods_id: Mapped[int] = mapped_column(BigKey, ForeignKey("goods.id"))
    #: Last day it may be handed over (保质期至); None for goods that do not perish.
    best_before: Mapped[date | None]
    source: Mapped[LotSource] = mapped_column(choice(LotSource, "known_source"))
    received_on: Mapped[date]
    #: The lot these units were moved from, in another shop; None if they were delivered here.
    origin_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("lot.id"))
    #: Whole units on the shelf.
    on_hand: Mapped[int] = mapped_column(default=0)
    #: Movements so far: the place of the newest one in the lot's stock card.
    last_place: Mapped[int] = mapped_column(default=0)


class StockLine(Base):
    """One movement of one lot in an entry (库存流水). Never updated, never deleted."""

    __tablename__ = "stock_line"
    __table_args__ = (
        UniqueConstraint("lot_id", "place"),
        CheckConstraint("quantity <> 0", "quantity_not_zero"),
        CheckConstraint("on_hand_after >= 0", "never_below_zero"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    #: Place among the entry's stock lines, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(BigKey, ForeignKey("lot.id"))
    #: Whole units; positive into the lot, negative out of it.
    quantity: Mapped[int]
    #: Whole units in the lot after this line.
    on_hand_after: Mapped[int]
    #: Place in the lot's stock card, from 1, without a gap.
    place: Mapped[int]
    #: In a reversal: the position of the line it takes back.
    reverses_position: Mapped[int | None]


class MoneyAccount(Base):
    """Money of one fund, or one side of the cash books of a region.

    As with points, only funds keep a balance, guarded by each posting, and are numbered
    above zero.
    """

    __tablename__ = "money_account"
    __table_args__ = (
        UniqueConstraint("kind", "owner_code"),
        CheckConstraint("kind <> 'fund' OR balance_fen >= 0", "no_overdraft"),
        CheckConstraint("(id > 0) = (kind = 'fund')", "kept_balance_above_zero"),
        {"sqlite_autoincrement": True},  # else SQLite would number on from below zero
    )

    id: Mapped[int_pk]
    kind: Mapped[MoneyKind] = mapped_column(choice(MoneyKind, "known_money_kind"))
    #: Code of the fund or the region.
    owner_code: Mapped[str] = mapped_column(Code)
    #: Whole fen; always 0 for the other sides.
    balance_fen: Mapped[int] = mapped_column(BigKey, default=0)
    #: Lines so far: the place of the newest one in the fund's statement.
    last_place: Mapped[int] = mapped_column(default=0)


class MoneyLine(Base):
    """One side of an entry in the cash books (资金流水). Never updated, never deleted.

    The lines of one entry sum to zero.
    """

    __tablename__ = "money_line"
    __table_args__ = (
        UniqueConstraint("account_id", "place"),
        CheckConstraint("fen <> 0", "fen_not_zero"),
        CheckConstraint("(account_id > 0) = (balance_after IS NOT NULL)", "balance_kept"),
        CheckConstraint("(account_id > 0) = (place IS NOT NULL)", "place_kept"),
        {"sqlite_with_rowid": False},
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    #: Place among the entry's money lines, from 1.
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("money_account.id"))
    #: Whole fen; positive into the account, negative out of it.
    fen: Mapped[int] = mapped_column(BigKey)
    #: Whole fen in the fund after this line.
    balance_after: Mapped[int | None] = mapped_column(BigKey)
    #: Place in the fund's statement, from 1, without a gap.
    place: Mapped[int | None]
    #: In a reversal: the position of the line it takes back.
    reverses_position: Mapped[int | None]
