"""Taking a delivery into a shop (入库): a lot for every line, in one entry."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.donors.service.funds import Bought
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Entry, EntryKind, Journal, Lot, LotSource, StockLine
from supermarket.shops.errors import (
    BestBeforeMissingError,
    BestBeforeTooFarError,
    CostInvalidError,
    DuplicateDeliveryError,
    ExpiredOnArrivalError,
    GoodsStoppedError,
    NoLinesError,
    QuantityInvalidError,
    ReceivedInFutureError,
    ShopClosedError,
    TooManyLinesError,
    UnknownGoodsError,
)
from supermarket.shops.models import GoodsIn, GoodsInLine, Shop
from supermarket.shops.service import provenance
from supermarket.shops.service.provenance import Origin, Traced

MOST_LINES = 200
MOST_UNITS = 100_000
#: Fen for one unit.
MOST_COST = 100_000_00
#: Years a lot may keep.
MOST_YEARS = 20

#: Nobody said where a delivery comes from.
NOWHERE = Origin()

#: An entry that takes another back.
REVERSAL = aliased(Entry)


class GoodsInAsk(NamedTuple):
    """One line of a delivery."""

    sku: str
    #: Whole units.
    quantity: int
    #: Last day it may be handed over; None only for goods that do not perish.
    best_before: date | None = None
    #: Fen for one unit: the cost, or the value of a gift; None if not said.
    unit_cost_fen: int | None = None


class GoodsInRequest(NamedTuple):
    """A delivery as it is asked to be taken in."""

    source: LotSource
    lines: Sequence[GoodsInAsk]
    #: None is today.
    received_on: date | None = None
    #: Who sold or gave it.
    partner: str = ""
    #: Number on the delivery note or receipt.
    document: str = ""
    #: Who gave it, or which fund pays.
    origin: Origin = NOWHERE


class Received(NamedTuple):
    """The entry a delivery, or taking it back, became."""

    entry_id: int
    #: The number people see (单号).
    reference: str
    #: False if the key had made it before, and nothing was posted now.
    new: bool


def receive(shop: Shop, delivery: GoodsInRequest, *, key: str, by: int) -> Received:
    """Take a delivery into a shop: one entry, with a lot for every line.

    ``key`` names this attempt: called again with the same one, the first result is
    returned and nothing comes in twice. ``by`` is the staff member's id.

    Raises:
        ShopClosedError: the shop is closed.
        LineError: a line is wrong; the subclass and its ``position`` say how and which.
        DuplicateDeliveryError: the partner's note was taken in before.
        NoLinesError, TooManyLinesError, ReceivedInFutureError: the paper is wrong.
        KeyReusedError: the key named another request.
    """
    request = ledger.Request(key, _fingerprint(shop, delivery), by)
    if (known := ledger.seen(request)) is not None:
        return received(known, new=False)
    goods, traced = check(shop, delivery)
    received_on = delivery.received_on or today()
    receipt = provenance.receipt_for(traced, shop, received_on)
    lots = [
        Lot(
            shop_id=shop.id,
            goods_id=goods[line.sku].id,
            best_before=line.best_before,
            source=delivery.source,
            received_on=received_on,
        )
        for line in delivery.lines
    ]
    db.session.add_all(lots)
    db.session.flush()
    posted = ledger.post(
        shop.journal_id,
        kind=EntryKind.GOODS_IN,
        occurred_on=received_on,
        request=request,
        stock=[
            ledger.StockMove(lot.id, line.quantity)
            for lot, line in zip(lots, delivery.lines, strict=True)
        ],
        money=provenance.money(traced),
        document=delivery.document,
    )
    _refuse_duplicate(shop, delivery)
    _write_paper(shop, delivery, received_on, posted.entry_id, lots)
    provenance.record(posted.entry_id, traced, receipt)
    return Received(posted.entry_id, posted.reference, new=True)


def check(shop: Shop, delivery: GoodsInRequest) -> tuple[dict[str, Goods], Traced | None]:
    """Return the goods of a delivery by number and its origin, if it may come in; writes nothing.

    Raises:
        DomainError: as ``receive``, but for the key.
    """
    if not shop.active:
        raise ShopClosedError(shop=shop.name)
    if not delivery.lines:
        raise NoLinesError
    if len(delivery.lines) > MOST_LINES:
        raise TooManyLinesError(most=MOST_LINES)
    received_on = delivery.received_on or today()
    if received_on > today():
        raise ReceivedInFutureError
    goods = goods_queries.by_skus({line.sku for line in delivery.lines})
    for position, line in enumerate(delivery.lines, start=1):
        if line.sku not in goods:
            raise UnknownGoodsError(position=position, sku=line.sku)
        _check_line(position, line, goods[line.sku], received_on)
    _refuse_duplicate(shop, delivery)
    ledger.refuse_closed(shop.region_code, received_on)
    bought = [
        Bought(
            goods[line.sku].name,
            goods[line.sku].category,
            None if line.unit_cost_fen is None else line.unit_cost_fen * line.quantity,
        )
        for line in delivery.lines
    ]
    return goods, provenance.trace(delivery.origin, shop, delivery.source, bought)


def _check_line(position: int, line: GoodsInAsk, goods: Goods, received_on: date) -> None:
    if not goods.active:
        raise GoodsStoppedError(position=position, goods=goods.name)
    if isinstance(line.quantity, bool) or not 0 < line.quantity <= MOST_UNITS:
        raise QuantityInvalidError(position=position, goods=goods.name, most=MOST_UNITS)
    if line.best_before is None and goods.has_expiry:
        raise BestBeforeMissingError(position=position, goods=goods.name)
    if line.best_before is not None:
        if line.best_before < today():  # of a delivery noted late too: none of it can go out
            raise ExpiredOnArrivalError(
                position=position, goods=goods.name, best_before=line.best_before
            )
        if line.best_before.year > received_on.year + MOST_YEARS:
            raise BestBeforeTooFarError(
                position=position, goods=goods.name, best_before=line.best_before.isoformat()
            )
    if line.unit_cost_fen is not None and not 0 <= line.unit_cost_fen <= MOST_COST:
        raise CostInvalidError(position=position, goods=goods.name, most=MOST_COST // 100)


def received(entry_id: int, *, new: bool) -> Received:
    """Return an entry as the result of a call."""
    code, number = db.session.execute(
        select(Journal.code, Entry.number)
        .join(Entry, Entry.journal_id == Journal.id)
        .where(Entry.id == entry_id)
    ).one()
    return Received(entry_id, f"{code}-{number}", new=new)


def _refuse_duplicate(shop: Shop, delivery: GoodsInRequest) -> None:
    """Refuse a note taken in before, unless what it brings again was taken back whole.

    After the posting this shop's journal is held, so that of two at once one sees the other.
    """
    if not delivery.document:
        return
    taken_back = (
        select(func.coalesce(func.sum(-StockLine.quantity), 0))
        .join(REVERSAL, REVERSAL.id == StockLine.entry_id)
        .where(StockLine.lot_id == GoodsInLine.lot_id, REVERSAL.reverses_id == GoodsIn.entry_id)
        .correlate(GoodsIn, GoodsInLine)
        .scalar_subquery()
    )
    still_in = (
        select(GoodsInLine.lot_id)
        .join(Goods, Goods.id == GoodsInLine.goods_id)
        .where(
            GoodsInLine.entry_id == GoodsIn.entry_id,
            Goods.sku.in_({line.sku for line in delivery.lines}),
            GoodsInLine.quantity > taken_back,
        )
        .correlate(GoodsIn)
        .exists()
    )
    twin = db.session.scalar(
        select(GoodsIn.entry_id)
        .where(
            GoodsIn.shop_id == shop.id,
            GoodsIn.partner == delivery.partner,
            GoodsIn.document == delivery.document,
            or_(
                ~select(REVERSAL.id).where(REVERSAL.reverses_id == GoodsIn.entry_id).exists(),
                still_in,
            ),
        )
        .limit(1)
    )
    if twin is not None:
        raise DuplicateDeliveryError(
            partner=delivery.partner,
            document=delivery.document,
            reference=received(twin, new=False).reference,
        )


def _write_paper(
    shop: Shop, delivery: GoodsInRequest, received_on: date, entry_id: int, lots: list[Lot]
) -> None:
    db.session.add(
        GoodsIn(
            entry_id=entry_id,
            shop_id=shop.id,
            source=delivery.source,
            partner=delivery.partner,
            document=delivery.document,
            received_on=received_on,
            created_at=now(),
        )
    )
    db.session.flush()
    db.session.add_all(
        GoodsInLine(
            entry_id=entry_id,
            position=position,
            lot_id=lot.id,
            goods_id=lot.goods_id,
            quantity=line.quantity,
            unit_cost_fen=line.unit_cost_fen,
        )
        for position, (lot, line) in enumerate(zip(lots, delivery.lines, strict=True), start=1)
    )
    db.session.flush()


def _fingerprint(shop: Shop, delivery: GoodsInRequest) -> str:
    origin = {} if delivery.origin == NOWHERE else {"origin": list(delivery.origin)}
    return ledger.fingerprint(
        "goods_in",
        {
            **origin,
            "shop": shop.code,
            "source": delivery.source.value,
            "received_on": delivery.received_on and delivery.received_on.isoformat(),
            "partner": delivery.partner,
            "document": delivery.document,
            "lines": [
                [
                    line.sku,
                    line.quantity,
                    line.best_before and line.best_before.isoformat(),
                    line.unit_cost_fen,
                ]
                for line in delivery.lines
            ],
        },
    )
