"""The verbs of deliveries."""

from supermarket.deliveries.service.bringing import (
    MOST_AHEAD,
    MOST_CARRIER,
    MOST_NOTE,
    MOST_REASON,
    Errand,
    bring_again,
    fail,
    mark,
)
from supermarket.deliveries.service.handing import Received, hand_over, try_pin

__all__ = [
    "MOST_AHEAD",
    "MOST_CARRIER",
    "MOST_NOTE",
    "MOST_REASON",
    "Errand",
    "Received",
    "bring_again",
    "fail",
    "hand_over",
    "mark",
    "try_pin",
]
