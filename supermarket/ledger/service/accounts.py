"""Opening journals and accounts."""

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.ledger.models import Account, AccountKind, Journal, MoneyAccount, MoneyKind


def open_journal(code: str) -> Journal:
    """Open the book of a region or shop; return the one that is open already, if any."""
    journal = db.session.scalar(select(Journal).where(Journal.code == code))
    if journal is None:
        journal = Journal(code=code)
        db.session.add(journal)
        db.session.flush()
    return journal


def open_household_account(household_code: str) -> Account:
    """Open the account of a new household, holding 0 points."""
    account = Account(kind=AccountKind.HOUSEHOLD, owner_code=household_code)
    db.session.add(account)
    db.session.flush()
    return account


def open_system_account(kind: AccountKind, owner_code: str) -> int:
    """Return the id of one side of the books of a region or shop, opening it if need be."""
    return _side(Account, kind, owner_code)


def open_fund_account(fund_code: str) -> MoneyAccount:
    """Open the account of a new fund, holding no money."""
    account = MoneyAccount(kind=MoneyKind.FUND, owner_code=fund_code)
    db.session.add(account)
    db.session.flush()
    return account


def open_money_side(kind: MoneyKind, owner_code: str) -> int:
    """Return the id of where money of a region comes from or goes to, opening it if need be."""
    return _side(MoneyAccount, kind, owner_code)


def _side(
    book: type[Account] | type[MoneyAccount], kind: AccountKind | MoneyKind, owner_code: str
) -> int:
    """Return the id of an account without a balance: they are numbered down from -1."""
    wanted = select(book.id).where(book.kind == kind, book.owner_code == owner_code)
    found = db.session.scalar(wanted)
    if found is not None:
        return found
    lowest = db.session.scalar(select(func.min(book.id))) or 0
    account = book(id=min(lowest, 0) - 1, kind=kind, owner_code=owner_code)
    db.session.add(account)
    db.session.flush()
    return account.id
