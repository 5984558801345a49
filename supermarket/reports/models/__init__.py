"""What reports keep: sums that follow the journals, and months that are final."""

from supermarket.reports.models.closed import MonthClose, MonthFigures, MonthPaper, PaperKind
from supermarket.reports.models.rollups import (
    Fold,
    GoodsMonth,
    HouseholdMonth,
    JournalMonth,
    PlaceMonth,
)

__all__ = [
    "Fold",
    "GoodsMonth",
    "HouseholdMonth",
    "JournalMonth",
    "MonthClose",
    "MonthFigures",
    "MonthPaper",
    "PaperKind",
    "PlaceMonth",
]
