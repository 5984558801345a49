"""Redemptions as programs ask for them: told whether the key was new."""

from collections.abc import Callable
from typing import TypeVar

from supermarket.ledger.service.posting import BY_KEY, ONE_AT_A_TIME
from supermarket.statements import is_postgres, run_together

Receipt = TypeVar("Receipt")


def told_if_new(key: str, verb: Callable[[], Receipt]) -> tuple[Receipt, bool]:
    """Run a posting verb; return its receipt, and whether this call posted it.

    Must be the first thing in its transaction. On PostgreSQL calls with the same key wait
    for each other here, so that exactly one of many at once is the new one.
    """
    known = (BY_KEY, {"key": key})
    if is_postgres():
        rows = run_together([(ONE_AT_A_TIME, {"key": key}), known])[1]
    else:
        rows = run_together([known])[0]
    return verb(), not rows
