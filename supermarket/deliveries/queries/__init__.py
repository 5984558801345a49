"""Questions about goods that are brought to the door."""

from supermarket.deliveries.queries.finding import (
    Found,
    Open,
    Section,
    StepFound,
    found,
    listed,
    of_household,
    open_for,
    steps,
    to_take_back,
)
from supermarket.deliveries.queries.register import F9Row, f9

__all__ = [
    "F9Row",
    "Found",
    "Open",
    "Section",
    "StepFound",
    "f9",
    "found",
    "listed",
    "of_household",
    "open_for",
    "steps",
    "to_take_back",
]
