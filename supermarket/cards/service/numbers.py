"""Moved to supermarket.cards.queries.numbers; kept until nothing imports it from here."""

from supermarket.cards.queries.numbers import (
    FIRST_SERIAL,
    LAST_SERIAL,
    LENGTH,
    format,
    number,
    parse,
)

__all__ = ["FIRST_SERIAL", "LAST_SERIAL", "LENGTH", "format", "number", "parse"]
