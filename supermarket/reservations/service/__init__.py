"""The verbs of reservations and wishes."""

from supermarket.reservations.service.ending import cancel, expire, let_go
from supermarket.reservations.service.keeping import (
    HOLD_DAYS,
    MOST_DAYS,
    MOST_UNITS,
    Ask,
    reserve,
)
from supermarket.reservations.service.taking import free_for, fulfilled, refuse_kept
from supermarket.reservations.service.wishing import MOST_WORDS, end_wish, wish

__all__ = [
    "HOLD_DAYS",
    "MOST_DAYS",
    "MOST_UNITS",
    "MOST_WORDS",
    "Ask",
    "cancel",
    "end_wish",
    "expire",
    "free_for",
    "fulfilled",
    "let_go",
    "refuse_kept",
    "reserve",
    "wish",
]
