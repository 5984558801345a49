"""Redemptions as programs ask for them: told whether the key was new."""

from collections.abc import Callable
from typing import TypeVar

from supermarket.ledger import service as ledger

Receipt = TypeVar("Receipt")


def told_if_new(key: str, verb: Callable[[], Receipt]) -> tuple[Receipt, bool]:
    """Run a posting verb; return its receipt, and whether this call posted it.

    Must be the first thing in its transaction: of many calls with the same key at once
    exactly one is the new one.
    """
    new = ledger.named_by(key) is None
    return verb(), new
