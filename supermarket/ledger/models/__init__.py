"""Journals, entries and their lines; accounts, lots and funds with their cached balances."""

from supermarket.ledger.models.books import (
    ENTRIES_PER_JOURNAL,
    GENESIS,
    ClosedMonth,
    DocumentSeries,
    Entry,
    Journal,
)
from supermarket.ledger.models.kinds import AccountKind, EntryKind, LotSource, MoneyKind
from supermarket.ledger.models.money import MoneyAccount, MoneyLine
from supermarket.ledger.models.points import Account, PointsLine
from supermarket.ledger.models.stock import Lot, StockLine

__all__ = [
    "ENTRIES_PER_JOURNAL",
    "GENESIS",
    "Account",
    "AccountKind",
    "ClosedMonth",
    "DocumentSeries",
    "Entry",
    "EntryKind",
    "Journal",
    "Lot",
    "LotSource",
    "MoneyAccount",
    "MoneyKind",
    "MoneyLine",
    "PointsLine",
    "StockLine",
]
