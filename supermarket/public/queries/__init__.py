"""What anybody may know of a card, and what its household may know of itself."""

from supermarket.public.queries.own import (
    OwnObjection,
    Row,
    Wish,
    announces,
    declared_today,
    mark,
    objected_today,
    objection_of_key,
    objections,
    open_notice,
    own_rows,
    row,
    wishes,
)
from supermarket.public.queries.places import phone, shop, words
from supermarket.public.queries.record import Record, record

__all__ = [
    "OwnObjection",
    "Record",
    "Row",
    "Wish",
    "announces",
    "declared_today",
    "mark",
    "objected_today",
    "objection_of_key",
    "objections",
    "open_notice",
    "own_rows",
    "phone",
    "record",
    "row",
    "shop",
    "wishes",
    "words",
]
