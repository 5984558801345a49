"""Taking a redemption back, whole or by line: goods to their lots, points to the household."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from supermarket.clock import today
from supermarket.counter.errors import (
    PointsToNobodyError,
    QuantityError,
    ReasonMissingError,
    VoidTooLateError,
)
from supermarket.counter.queries.receipts import Receipt, find, receipt_of
from supermarket.counter.queries.returning import LineLeft, lines_left
from supermarket.counter.service.redeeming import MOST_UNITS
from supermarket.counter.service.writing import ADD_LINE, ADD_REDEMPTION
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.models import HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import AlreadyReversedError, ReversalTooLargeError
from supermarket.staff.models import Scope
from supermarket.statements import run, run_together

#: Longest reason, in characters.
MOST_REASON = 100

ORIGINAL = """
SELECT shop_id, household_id, village_code, card_id FROM redemption WHERE entry_id = :entry
"""
STATE = "SELECT state FROM household WHERE id = :household"
#: Which goods each lot holds, those handed over last (the last to expire) first.
LOTS = """
SELECT l.id, l.goods_id FROM stock_line s JOIN lot l ON l.id = s.lot_id
WHERE s.entry_id = :entry ORDER BY l.best_before IS NOT NULL, l.best_before DESC, l.id DESC
"""


def reverse(
    key: str,
    *,
    reference: str,
    reason: str,
    by: int,
    void_scope: Scope,
    reverse_scope: Scope,
    lines: Iterable[tuple[str, int]] | None = None,
) -> Receipt:
    """Take a redemption back and return the reversal's receipt; the same key returns the first.

    ``lines`` are (sku, units) to take back, None for all that is left. The goods return to
    the very lots they came from, those that were handed over last (with the latest
    best-before date) first. ``by`` is the actor's id; ``void_scope`` is where the actor may
    redeem, and so void on the same day; ``reverse_scope`` is where any day may be reversed.
    Call it through ``once_more``.

    Raises:
        NotFoundError: no such redemption in either scope, or none of that goods in it.
        VoidTooLateError: the actor may only take back today's.
        TiedHouseholdError: the actor's own household, or a declared relative's.
        ReasonMissingError, QuantityError: no reason; units that are not 1 to 999.
        AlreadyReversedError, ReversalTooLargeError, NotReversibleError: not that much is left.
        KeyReusedError: the key named another request.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= MOST_REASON:
        raise ReasonMissingError(most=MOST_REASON)
    wanted = None if lines is None else _counted(lines)
    asked = [reference, reason, sorted(wanted.items()) if wanted is not None else None, by]
    request = ledger.Request(key, ledger.fingerprint("reverse_redemption", asked), by)
    if (entry_id := ledger.seen(request)) is not None:
        return receipt_of(entry_id)
    day = today()
    found = find(reference)
    if found is None:
        raise NotFoundError(what=reference)
    if not reverse_scope.covers_shop(found.shop_code, found.shop_region):
        if not void_scope.covers_shop(found.shop_code, found.shop_region):
            raise NotFoundError(what=reference)
        if found.occurred_on != day:
            raise VoidTooLateError
    households.refuse_tied(by, [found.household_id])
    left = ledger.hold(found.entry_id)
    goods = lines_left(found.entry_id)
    parts = _parts(reference, goods, wanted)
    points = sum(units * line.points_price for line, units in parts)
    posted = ledger.reverse(
        left,
        request=request,
        occurred_on=day,
        note=reason,
        points={line.position: points for line in left.points},
        stock=_lots(left, parts),
    )
    if run(STATE, {"household": found.household_id})[0][0] == HouseholdState.LEFT.value:
        raise PointsToNobodyError  # its account is held now, so that it does not leave meanwhile
    is_rest = sum(line.units for line in goods) == sum(units for _line, units in parts)
    account = next(line.account_id for line in left.points if line.account_id > 0)
    _write(posted, parts, day, account, found.entry_id, reason, by, times=-1 if is_rest else 0)
    return receipt_of(posted.entry_id)


def _counted(lines: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Add up the units of each sku."""
    wanted: Counter[str] = Counter()
    for sku, units in lines:
        if type(units) is not int or not 1 <= units <= MOST_UNITS:
            raise QuantityError(goods=sku[:40], most=MOST_UNITS)
        wanted[sku] += units
    if not wanted:
        raise QuantityError(goods="", most=MOST_UNITS)
    return dict(wanted)


def _parts(
    reference: str, goods: list[LineLeft], wanted: dict[str, int] | None
) -> list[tuple[LineLeft, int]]:
    """Return the lines to take back and how many units of each."""
    if wanted is None:
        return [(line, line.units) for line in goods if line.units]
    by_sku = {line.sku: line for line in goods}
    parts = []
    for sku, units in wanted.items():
        if sku not in by_sku:
            raise NotFoundError(what=sku[:40])
        line = by_sku[sku]
        if line.units == 0:
            raise AlreadyReversedError(reference=f"{reference} {line.name}")
        if units > line.units:
            raise ReversalTooLargeError(left=line.units, asked=units)
        parts.append((line, units))
    return parts


def _lots(left: ledger.Left, parts: list[tuple[LineLeft, int]]) -> dict[int, int]:
    """Return the units to put back by the position of the stock line they left by."""
    by_lot = {line.lot_id: line for line in left.stock}
    wanted = {line.goods_id: units for line, units in parts}
    back = {}
    for lot_id, goods_id in run(LOTS, {"entry": left.entry_id}):
        line = by_lot[lot_id]
        units = min(wanted.get(goods_id, 0), -line.quantity)
        if units:
            back[line.position] = units
            wanted[goods_id] -= units
    return back


def _write(
    posted: ledger.Posted,
    parts: list[tuple[LineLeft, int]],
    day: date,
    account_id: int,
    original: int,
    reason: str,
    by: int,
    *,
    times: int,
) -> None:
    """Add the reversal as a redemption with its signs turned."""
    shop, household, village, card = run(ORIGINAL, {"entry": original})[0]
    rows: list[dict[str, Any]] = [
        {
            "entry": posted.entry_id,
            "position": position,
            "goods": line.goods_id,
            "quantity": -units,
            "points_price": line.points_price,
            "points": -units * line.points_price,
            "fen": -units * line.fen_price,
        }
        for position, (line, units) in enumerate(parts, start=1)
    ]
    head = {
        "entry": posted.entry_id,
        "shop": shop,
        "household": household,
        "village": village,
        "card": card,
        "occurred_on": day,
        "posted_at": posted.posted_at,
        "times": times,
        "points": sum(row["points"] for row in rows),
        "fen": sum(row["fen"] for row in rows),
        "balance_after": posted.balance_of(account_id),
        "reverses": original,
        "collector": "",
        "slip": "",
        "reason": reason,
        "actor": by,
    }
    run_together([(ADD_REDEMPTION, head), (ADD_LINE, rows)])
