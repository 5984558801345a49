"""Questions about donors and funds."""

from supermarket.donors.queries.funds import (
    FundRow,
    MoneyRow,
    fund,
    fund_balance,
    funds,
    spendable_at,
    statement,
)
from supermarket.donors.queries.register import donor, donors, named

__all__ = [
    "FundRow",
    "MoneyRow",
    "donor",
    "donors",
    "fund",
    "fund_balance",
    "funds",
    "named",
    "spendable_at",
    "statement",
]
