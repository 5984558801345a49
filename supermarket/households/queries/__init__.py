"""Questions about households."""

from supermarket.households.queries.activity import Standing, inactive
from supermarket.households.queries.bank_book import StatementLine, balance, statement
from supermarket.households.queries.collecting import Collector, proxies
from supermarket.households.queries.finding import HouseholdFound, narrowed, search
from supermarket.households.queries.freezes import frozen
from supermarket.households.queries.lookup import current_tags, household, visible
from supermarket.households.queries.pairing import helper_of, paired_ids
from supermarket.households.queries.ties import tied

__all__ = [
    "Collector",
    "HouseholdFound",
    "Standing",
    "StatementLine",
    "balance",
    "current_tags",
    "frozen",
    "helper_of",
    "household",
    "inactive",
    "narrowed",
    "paired_ids",
    "proxies",
    "search",
    "statement",
    "tied",
    "visible",
]
