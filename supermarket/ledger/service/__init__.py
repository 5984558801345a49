"""The verbs of the books: open, post, reverse."""

from supermarket.ledger.models import AccountKind, EntryKind, LotSource
from supermarket.ledger.queries.seal import fingerprint
from supermarket.ledger.service.accounts import (
    open_household_account,
    open_journal,
    open_system_account,
)
from supermarket.ledger.service.months import close_month, refuse_closed
from supermarket.ledger.service.numbering import number
from supermarket.ledger.service.posting import (
    PointsMove,
    Posted,
    Request,
    StockMove,
    named_by,
    post,
    seen,
)
from supermarket.ledger.service.reversing import Left, hold, reverse

__all__ = [
    "AccountKind",
    "EntryKind",
    "Left",
    "LotSource",
    "PointsMove",
    "Posted",
    "Request",
    "StockMove",
    "close_month",
    "fingerprint",
    "hold",
    "named_by",
    "number",
    "open_household_account",
    "open_journal",
    "open_system_account",
    "post",
    "refuse_closed",
    "reverse",
    "seen",
]
