"""What higher slices hang on a receipt; they append here when they are imported."""

from collections.abc import Callable
from typing import NamedTuple

from supermarket.counter.queries.receipts import Receipt


class ReceiptWay(NamedTuple):
    """A way from a receipt to another slice's page."""

    #: Ready-made words.
    label: str
    icon: str
    url: str
    #: How it stands there, beside the button; empty for nothing.
    words: str = ""


#: Each returns the way it offers from a receipt to whoever is signed in, or None.
receipt_ways: list[Callable[[Receipt], ReceiptWay | None]] = []


def ways(receipt: Receipt) -> list[ReceiptWay]:
    """Return the ways from a receipt that this person may take."""
    return [way for tell in receipt_ways if (way := tell(receipt)) is not None]
