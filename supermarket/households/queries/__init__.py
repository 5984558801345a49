"""Questions about households."""

from supermarket.households.queries.bank_book import StatementLine, balance, statement
from supermarket.households.queries.finding import HouseholdFound, narrowed, search
from supermarket.households.queries.lookup import current_tags, household, visible

__all__ = [
    "HouseholdFound",
    "StatementLine",
    "balance",
    "current_tags",
    "household",
    "narrowed",
    "search",
    "statement",
    "visible",
]
