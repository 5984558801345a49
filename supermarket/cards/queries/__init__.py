"""Questions about member cards: whose is this, is it good, what shall be printed."""

from supermarket.cards.queries.cards import (
    CardRead,
    IssuedCard,
    active_card,
    card,
    cards_of,
    code_of,
    history,
    read,
    state_on,
    usable,
)

__all__ = [
    "CardRead",
    "IssuedCard",
    "active_card",
    "card",
    "cards_of",
    "code_of",
    "history",
    "read",
    "state_on",
    "usable",
]
