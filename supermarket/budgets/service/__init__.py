"""The verbs of budgets: set them, let villages pass the stop, hold and check when giving."""

from supermarket.budgets.service.checking import check, hold
from supermarket.budgets.service.loading import COLUMNS, read_budgets
from supermarket.budgets.service.overriding import lift, withdraw
from supermarket.budgets.service.setting import BudgetAsk, BudgetsSet, set_budgets

__all__ = [
    "COLUMNS",
    "BudgetAsk",
    "BudgetsSet",
    "check",
    "hold",
    "lift",
    "read_budgets",
    "set_budgets",
    "withdraw",
]
