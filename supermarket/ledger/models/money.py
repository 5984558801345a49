"""Funds and their lines."""

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk
from supermarket.ledger.models.kinds import MoneyKind


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
