"""The verbs of the books: open, post, reverse."""

from supermarket.ledger.models import AccountKind, EntryKind, LotSource, MoneyKind
from supermarket.ledger.queries.seal import fingerprint
from supermarket.ledger.service.accounts import (
    open_fund_account,
    open_household_account,
    open_journal,
    open_money_side,
    open_system_account,
)
from supermarket.ledger.service.months import close_month, refuse_closed
from supermarket.ledger.service.numbering import number
from supermarket.ledger.service.posting import Posted, Request, named_by, post, seen
from supermarket.ledger.service.reversing import Left, hold, reverse
from supermarket.ledger.service.taking import MoneyMove, PointsMove, StockMove

__all__ = [
    "AccountKind",
    "EntryKind",
    "Left",
    "LotSource",
    "MoneyKind",
    "MoneyMove",
    "PointsMove",
    "Posted",
    "Request",
    "StockMove",
    "close_month",
    "fingerprint",
    "hold",
    "named_by",
    "number",
    "open_fund_account",
    "open_household_account",
    "open_journal",
    "open_money_side",
    "open_system_account",
    "post",
    "refuse_closed",
    "reverse",
    "seen",
]
