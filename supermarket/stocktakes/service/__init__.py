"""The verbs of stocktakes and of the day's close."""

from supermarket.stocktakes.service.closing import KEY_GOODS, close_day, sign_day
from supermarket.stocktakes.service.counting import (
    MOST_COUNTED,
    add_scanned,
    cancel,
    count,
    decide,
    hand_in,
    open_stocktake,
)
from supermarket.stocktakes.service.posting import approve, send_back

__all__ = [
    "KEY_GOODS",
    "MOST_COUNTED",
    "add_scanned",
    "approve",
    "cancel",
    "close_day",
    "count",
    "decide",
    "hand_in",
    "open_stocktake",
    "send_back",
    "sign_day",
]
