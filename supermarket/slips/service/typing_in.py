"""Typing in what was written on a slip while the power was out: a redemption of that day."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from supermarket.clock import now
from supermarket.counter import service as counter
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError
from supermarket.shops.models import Shop
from supermarket.slips import queries
from supermarket.slips.errors import (
    SlipElsewhereError,
    SlipNotYetPrintedError,
    SlipUnknownError,
    SlipUsedError,
    SlipVoidError,
)
from supermarket.slips.models import SlipOutcome
from supermarket.slips.queries import numbers
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.staff.models import Scope

#: Lines of goods on a slip.
MOST_LINES = 4


class WrittenSlip(NamedTuple):
    """What stands on a slip."""

    #: As typed or scanned.
    number: str
    #: The day it was written.
    day: date
    #: A card's number or a household's code, the other None.
    card: str | None
    household: str | None
    #: (sku, units).
    lines: Sequence[tuple[str, int]]


def type_in(shop: Shop, written: WrittenSlip, *, by: int, scope: Scope) -> Receipt:
    """Post what was written on a slip and return its receipt; sent again it posts nothing.

    Prices, limits and freezes are those of the day that is written on it; the shop's hours
    are not asked about, and the signature on the paper stands for a PIN. ``scope`` is where
    ``by`` may redeem. Must be the first thing in its transaction; call it through ``once_more``.

    Raises:
        SlipNumberError, SlipMistypedError: no slip's number.
        SlipElsewhereError, SlipUnknownError: another shop's, or never printed.
        SlipUsedError, SlipVoidError: somebody was first; the sentence says who.
        SlipNotYetPrintedError: dated before it was printed.
        DomainError: as ``counter.redeem`` refuses.
    """
    slip = numbers.parse(written.number)
    if slip.shop_id != shop.id:
        raise SlipElsewhereError(number=slip.shown, shop=shop.name)
    if not scope.covers_shop(shop.code, shop.region_code):
        raise NotFoundError(what=shop.code)
    posted_before = ledger.named_by(key_of(shop, slip)) is not None
    known = queries.outcome(slip)
    if known is not None and not known.reference:
        raise SlipVoidError(number=slip.shown, name=known.name, reason=known.reason)
    if known is None:
        _refuse_unprinted(shop, slip, written.day)
    try:
        receipt = counter.redeem(
            key_of(shop, slip),
            shop=shop.code,
            lines=written.lines,
            by=by,
            scope=scope,
            card=written.card,
            household=written.household,
            occurred_on=written.day,
            slip=slip.digits,
        )
    except KeyReusedError:
        if known is None:
            raise
        raise SlipUsedError(number=slip.shown, name=known.name, reference=known.reference) from None
    if not posted_before:
        _keep(slip, receipt, by)
    return receipt


def key_of(shop: Shop, slip: SlipNumber) -> str:
    """Return the key that all attempts to type in, or to void, a slip share."""
    return f"slip:{shop.code}:{slip.own}"


def _refuse_unprinted(shop: Shop, slip: SlipNumber, day: date) -> None:
    run = queries.run_of(slip)
    if run is None:
        raise SlipUnknownError(shop=shop.name, number=slip.shown)
    if day < run.printed_on:
        raise SlipNotYetPrintedError(number=slip.shown, printed_on=run.printed_on, day=day)


def _keep(slip: SlipNumber, receipt: Receipt, by: int) -> None:
    db.session.add(
        SlipOutcome(
            shop_id=slip.shop_id,
            number=slip.own,
            entry_id=receipt.entry_id,
            occurred_on=receipt.occurred_on,
            recorded_at=now(),
            actor_id=by,
        )
    )
    db.session.flush()
