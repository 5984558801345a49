"""A fund's receipts and payments between two days (资金收支表), and single movements."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.donors.errors import NoFundMoveError
from supermarket.donors.models import Donor, Fund, FundMove
from supermarket.donors.queries.funds import visible
from supermarket.ledger.models import Entry, EntryKind, Journal, MoneyLine
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

REVERSAL = aliased(Entry)


class CashLine(NamedTuple):
    """One line of the sheet, in the order of the days."""

    occurred_on: date
    reference: str
    kind: EntryKind
    #: What for; empty where the kind says enough.
    summary: str
    donor: str
    #: Whole fen; positive into the fund, negative out of it.
    fen: int
    #: Whole fen in the fund after this line, counted in the order of the days.
    balance_fen: int


class CashBook(NamedTuple):
    """What a fund held at the start, what moved, what it held at the end."""

    opening_fen: int
    lines: list[CashLine]

    @property
    def received_fen(self) -> int:
        """Fen that came in, reversals of expenses among them."""
        return sum(line.fen for line in self.lines if line.fen > 0)

    @property
    def spent_fen(self) -> int:
        """Fen that went out, reversals of income among them; not negative."""
        return -sum(line.fen for line in self.lines if line.fen < 0)

    @property
    def closing_fen(self) -> int:
        """Fen the fund held at the end."""
        return self.opening_fen + self.received_fen - self.spent_fen


class MoneyReceipt(NamedTuple):
    """A gift of money as its receipt says it."""

    number: str
    donor: Donor
    fund: Fund
    fen: int
    occurred_on: date
    posted_at: datetime
    summary: str
    reference: str
    document: str
    clerk: str
    hash: str
    #: Whether it was taken back since, so that the receipt is void.
    void: bool


def cash_book(of: Fund, since: date, until: date) -> CashBook:
    """Return a fund's lines from ``since`` to ``until``, both included, by day."""
    lines = select(MoneyLine).where(MoneyLine.account_id == of.account_id).subquery()
    opening = db.session.scalar(
        select(func.coalesce(func.sum(lines.c.fen), 0))
        .join(Entry, Entry.id == lines.c.entry_id)
        .where(Entry.occurred_on < since)
    )
    rows = db.session.execute(
        select(
            Entry.occurred_on,
            Journal.code,
            Entry.number,
            Entry.kind,
            func.coalesce(FundMove.summary, Entry.note).label("summary"),
            func.coalesce(Donor.name, "").label("donor"),
            lines.c.fen,
        )
        .join(Entry, Entry.id == lines.c.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .outerjoin(FundMove, FundMove.entry_id == Entry.id)
        .outerjoin(Donor, Donor.id == FundMove.donor_id)
        .where(Entry.occurred_on >= since, Entry.occurred_on <= until)
        .order_by(Entry.occurred_on, lines.c.place)
    )
    balance = int(opening or 0)
    book = CashBook(balance, [])
    for row in rows:
        balance += row.fen
        book.lines.append(
            CashLine(
                row.occurred_on,
                f"{row.code}-{row.number}",
                row.kind,
                row.summary,
                row.donor,
                row.fen,
                balance,
            )
        )
    return book


def move(reference: str, of: Fund) -> FundMove:
    """Return a movement noted in a fund by its number.

    Raises:
        NoFundMoveError: it is none of this fund.
    """
    journal, _dash, number = cleaned(reference).rpartition("-")
    found = None
    if number.isascii() and number.isdigit() and len(number) <= 9:
        found = db.session.scalar(
            select(FundMove)
            .join(Entry, Entry.id == FundMove.entry_id)
            .join(Journal, Journal.id == Entry.journal_id)
            .where(Journal.code == journal, Entry.number == int(number), FundMove.fund_id == of.id)
        )
    if found is None:
        raise NoFundMoveError(reference=cleaned(reference)[:40])
    return found


def reversible(of: Fund, references: Sequence[str]) -> set[str]:
    """Return those of some lines of a fund that were noted in it and not taken back yet."""
    numbers = [int(text.rpartition("-")[2]) for text in references]
    rows = db.session.execute(
        select(Journal.code, Entry.number)
        .join(Entry, Entry.journal_id == Journal.id)
        .join(FundMove, FundMove.entry_id == Entry.id)
        .where(
            FundMove.fund_id == of.id,
            FundMove.settles == "",
            Entry.number.in_(numbers),
            ~taken_back(),
        )
    )
    return {f"{code}-{number}" for code, number in rows}


def money_receipt(number: str, scope: Scope) -> MoneyReceipt | None:
    """Return a gift of money into one of the scope's funds by the number of its receipt."""
    row = db.session.execute(
        _gifts(scope).where(FundMove.receipt_number == cleaned(number).upper())
    ).first()
    return None if row is None else _receipt(*row)


def money_gifts(of: Donor, scope: Scope) -> list[MoneyReceipt]:
    """Return what a donor gave into the funds of a scope, newest first."""
    rows = db.session.execute(
        _gifts(scope)
        .where(FundMove.donor_id == of.id)
        .order_by(FundMove.occurred_on.desc(), FundMove.entry_id.desc())
        .limit(200)
    )
    return [_receipt(*row) for row in rows]


def _gifts(scope: Scope) -> Select[FundMove, Donor, Fund, Entry, str, str, bool]:
    funds = visible(scope).with_only_columns(Fund.id).order_by(None)
    return (
        select(FundMove, Donor, Fund, Entry, Journal.code, StaffMember.name, taken_back())
        .join(Donor, Donor.id == FundMove.donor_id)
        .join(Fund, Fund.id == FundMove.fund_id)
        .join(Entry, Entry.id == FundMove.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(FundMove.fund_id.in_(funds))
    )


def taken_back() -> ColumnElement[bool]:
    """Return the condition that ``Entry`` was taken back."""
    return select(REVERSAL.id).where(REVERSAL.reverses_id == Entry.id).exists()


def _receipt(
    move: FundMove, donor: Donor, fund: Fund, entry: Entry, journal: str, clerk: str, void: bool
) -> MoneyReceipt:
    return MoneyReceipt(
        number=move.receipt_number,
        donor=donor,
        fund=fund,
        fen=move.fen,
        occurred_on=move.occurred_on,
        posted_at=entry.posted_at,
        summary=move.summary,
        reference=f"{journal}-{entry.number}",
        document=entry.document,
        clerk=clerk,
        hash=entry.hash,
        void=void,
    )
