"""Declaring slips void: spoilt, torn, left over."""

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.shops.models import Shop
from supermarket.slips import queries
from supermarket.slips.errors import (
    SlipElsewhereError,
    SlipRangeError,
    SlipReasonError,
    SlipUnknownError,
    SlipUsedError,
    SlipVoidError,
)
from supermarket.slips.models import SlipOutcome
from supermarket.slips.queries import numbers
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service.typing_in import key_of
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Most slips at once, and most characters of the reason.
MOST_VOID, MOST_REASON = 100, 100


def declare_void(
    shop: Shop, first: str, last: str, reason: str, *, by: int, scope: Scope
) -> list[SlipNumber]:
    """Declare a slip, or all from ``first`` to ``last``, void for good; all of them or none.

    ``last`` is empty for one slip. Sent again by the same person it changes nothing. Must be
    the first thing in its transaction.

    Raises:
        SlipNumberError, SlipMistypedError, SlipElsewhereError, SlipUnknownError: none of ours.
        SlipRangeError, SlipReasonError: too many, or no reason.
        SlipUsedError, SlipVoidError: somebody was first; the sentence says who.
    """
    if not scope.covers_shop(shop.code, shop.region_code):
        raise NotFoundError(what=shop.code)
    begin = _ours(shop, first)
    end = _ours(shop, last) if last.strip() else begin
    if not begin.own <= end.own < begin.own + MOST_VOID:
        raise SlipRangeError(most=MOST_VOID)
    why = cleaned(reason)
    if not 0 < len(why) <= MOST_REASON:
        raise SlipReasonError(most=MOST_REASON)
    slips = [SlipNumber(shop.id, own) for own in range(begin.own, end.own + 1)]
    for slip in slips:
        _declare(shop, slip, why, by)
    return slips


def _ours(shop: Shop, text: str) -> SlipNumber:
    slip = numbers.parse(text)
    if slip.shop_id != shop.id:
        raise SlipElsewhereError(number=slip.shown, shop=shop.name)
    return slip


def _declare(shop: Shop, slip: SlipNumber, reason: str, by: int) -> None:
    """Write one down, unless the same person said the same before."""
    ledger.named_by(key_of(shop, slip))  # whoever types it in at this moment goes first
    if queries.run_of(slip) is None:
        raise SlipUnknownError(shop=shop.name, number=slip.shown)
    known = queries.outcome(slip)
    if known is not None and known.reference:
        raise SlipUsedError(number=slip.shown, name=known.name, reference=known.reference)
    if known is not None:
        if (known.actor_id, known.reason) == (by, reason):
            return
        raise SlipVoidError(number=slip.shown, name=known.name, reason=known.reason)
    db.session.add(
        SlipOutcome(
            shop_id=shop.id,
            number=slip.own,
            reason=reason,
            occurred_on=today(),
            recorded_at=now(),
            actor_id=by,
        )
    )
    db.session.flush()
    audit.record("slip.void", slip.digits, by=by, after={"reason": reason})
