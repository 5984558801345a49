"""Questions about donors and funds."""

from supermarket.donors.queries.cashbook import (
    CashBook,
    CashLine,
    MoneyReceipt,
    cash_book,
    money_gifts,
    money_receipt,
    move,
    reversible,
)
from supermarket.donors.queries.funds import (
    FundRow,
    MoneyRow,
    balance,
    fund,
    fund_balance,
    fund_or_404,
    funds,
    spendable_at,
    statement,
)
from supermarket.donors.queries.register import donor, donor_or_404, donors, meant, named

__all__ = [
    "CashBook",
    "CashLine",
    "FundRow",
    "MoneyReceipt",
    "MoneyRow",
    "balance",
    "cash_book",
    "donor",
    "donor_or_404",
    "donors",
    "fund",
    "fund_balance",
    "fund_or_404",
    "funds",
    "meant",
    "money_gifts",
    "money_receipt",
    "move",
    "named",
    "reversible",
    "spendable_at",
    "statement",
]
