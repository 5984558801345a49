"""Questions about budgets, what was issued, and what stands behind it."""

from supermarket.budgets.queries.budgets import (
    Budget,
    budget,
    budgets_in,
    current,
    history,
    issued,
    villages,
)
from supermarket.budgets.queries.coverage import Coverage, area_of, coverages
from supermarket.budgets.queries.overrides import OverrideRow, in_force, overrides
from supermarket.budgets.queries.standing import Standing, nearly_spent, standing, standings

__all__ = [
    "Budget",
    "Coverage",
    "OverrideRow",
    "Standing",
    "area_of",
    "budget",
    "budgets_in",
    "coverages",
    "current",
    "history",
    "in_force",
    "issued",
    "nearly_spent",
    "overrides",
    "standing",
    "standings",
    "villages",
]
