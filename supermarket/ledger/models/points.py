"""Accounts and their lines."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk
from supermarket.ledger.models.kinds import AccountKind


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
