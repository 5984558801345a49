"""Questions about what is kept for households and what they wish for."""

from supermarket.reservations.queries.holding import (
    HELD,
    SHOP_KEEPS,
    Free,
    Kept,
    free_shelf,
    held_units,
    kept_points,
    units_held,
)
from supermarket.reservations.queries.listing import (
    Found,
    Section,
    by_code,
    listed,
    of_household,
    short_goods,
    state_on,
    waiting,
)
from supermarket.reservations.queries.wishes import Counted, counted, served, wishes_of

__all__ = [
    "HELD",
    "SHOP_KEEPS",
    "Counted",
    "Found",
    "Free",
    "Kept",
    "Section",
    "by_code",
    "counted",
    "free_shelf",
    "held_units",
    "kept_points",
    "listed",
    "of_household",
    "served",
    "short_goods",
    "state_on",
    "units_held",
    "waiting",
    "wishes_of",
]
