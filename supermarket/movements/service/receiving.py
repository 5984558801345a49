"""Receiving a transfer, whole or short, and taking one back before it is received."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError
from supermarket.ledger.models import EntryKind, Lot
from supermarket.movements.errors import (
    LineUnknownError,
    MoreThanSentError,
    NotYoursToCancelError,
    SamePersonError,
    ShopClosedError,
    TransferOverError,
    WrongShopError,
)
from supermarket.movements.models import Transfer, TransferLine, TransferState
from supermarket.movements.service.words import note_of, reason_of, who_and_when
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, StaffMember


def receive(
    code: str,
    quantities: Mapping[int, int] | None = None,
    *,
    key: str,
    by: StaffMember,
    notes: Mapping[int, str] | None = None,
) -> Transfer:
    """Take a transfer into its shop: a lot for every line that arrived.

    ``quantities`` are the units that arrived, by line; a line not named arrived whole, and
    None is everything. What did not arrive stays in transit. The same key returns the same
    transfer again. Call it through ``once_more``.

    Raises:
        NotFoundError: no such transfer where ``by`` may see stock.
        WrongShopError: it was sent to another shop.
        SamePersonError: ``by`` sent it.
        TransferOverError: it was received or taken back.
        MoreThanSentError, LineUnknownError: not that many, not that line.
        ShopClosedError: the shop takes nothing in.
        KeyReusedError: the key named another request.
    """
    given = sorted((quantities or {}).items())
    told = sorted((position, note_of(text)) for position, text in (notes or {}).items())
    request = ledger.Request(key, ledger.fingerprint("receive", [code, given, told]), by.id)
    known = ledger.seen(request)
    transfer, from_shop, to_shop = held(code, by.scope(Permission.VIEW_STOCK))
    if known is not None and transfer.receipt_entry_id != known:
        raise KeyReusedError
    if transfer.receipt_key == key and transfer.received_by == by.id:
        return transfer
    if not by.scope(Permission.TRANSFER_GOODS).covers_shop(to_shop.code, to_shop.region_code):
        raise WrongShopError(transfer=code, shop=to_shop.name)
    if transfer.sent_by == by.id:
        raise SamePersonError(paper=code)
    if not to_shop.active:
        raise ShopClosedError(shop=to_shop.name)
    ledger.refuse_closed(to_shop.region_code, today())
    lines = lines_of(transfer)
    arrived = _arrived(lines, dict(given))
    move(
        transfer,
        TransferState.RECEIVED,
        received_by=by.id,
        received_at=now(),
        receipt_key=key,
        missing=sum(line.quantity for line in lines) - sum(arrived.values()),
    )
    notes_by_line = dict(told)
    for line in lines:
        line.note = notes_by_line.get(line.position, "")
        if arrived[line.position]:
            line.to_lot_id = lot_for(line, to_shop).id
            line.received = arrived[line.position]
    db.session.flush()
    if stock := [ledger.StockMove(_lot(line), line.received) for line in lines if line.received]:
        posted = ledger.post(
            to_shop.journal_id,
            kind=EntryKind.TRANSFER,
            occurred_on=today(),
            request=request,
            stock=stock,
            document=code,
            note=from_shop.name,
        )
        transfer.receipt_entry_id = posted.entry_id
        db.session.flush()
    return transfer


def cancel(code: str, *, reason: str, key: str, by: StaffMember) -> Transfer:
    """Take a transfer back before it is received: its units return to their lots.

    The same key returns the same transfer again. Call it through ``once_more``.

    Raises:
        NotFoundError: no such transfer where ``by`` may see stock.
        NotYoursToCancelError: another shop sent it.
        TransferOverError: it was received or taken back.
        ReasonMissingError: no reason is given.
        KeyReusedError: the key named another request.
    """
    reason = reason_of(reason)
    request = ledger.Request(key, ledger.fingerprint("cancel", [code, reason]), by.id)
    known = ledger.seen(request)
    transfer, from_shop, _to_shop = held(code, by.scope(Permission.VIEW_STOCK))
    if known is not None:
        return transfer
    if not by.scope(Permission.TRANSFER_GOODS).covers_shop(from_shop.code, from_shop.region_code):
        raise NotYoursToCancelError(transfer=code, shop=from_shop.name)
    ledger.refuse_closed(from_shop.region_code, today())
    move(transfer, TransferState.CANCELLED, cancelled_by=by.id, cancelled_at=now())
    for line in lines_of(transfer):
        line.returned = line.quantity
    db.session.flush()
    left = ledger.hold(transfer.entry_id)
    ledger.reverse(left, request=request, occurred_on=today(), note=reason)
    return transfer


def held(code: str, scope: Any) -> tuple[Transfer, Shop, Shop]:
    """Return a transfer as it is now, held, and its two shops.

    Raises:
        NotFoundError: there is none, or neither shop lies in ``scope``.
    """
    transfer = db.session.scalar(
        select(Transfer)
        .where(Transfer.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if transfer is not None:
        from_shop = db.session.get_one(Shop, transfer.from_shop_id)
        to_shop = db.session.get_one(Shop, transfer.to_shop_id)
        if any(scope.covers_shop(shop.code, shop.region_code) for shop in (from_shop, to_shop)):
            return transfer, from_shop, to_shop
    raise NotFoundError(what=code[:40])


def lines_of(transfer: Transfer) -> list[TransferLine]:
    """Return the lines of a held transfer, as they are now."""
    return list(
        db.session.scalars(
            select(TransferLine)
            .where(TransferLine.transfer_id == transfer.id)
            .order_by(TransferLine.position)
            .execution_options(populate_existing=True)
        )
    )


def move(transfer: Transfer, after: TransferState, **values: Any) -> None:
    """Move a transfer that is on its way to its end, in one statement.

    Raises:
        TransferOverError: it is not on its way any more; the sentence says who ended it.
    """
    moved = db.session.execute(
        update(Transfer)
        .where(Transfer.id == transfer.id, Transfer.state == TransferState.SENT)
        .values(state=after, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(transfer)
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        who: int | None = transfer.received_by or transfer.cancelled_by
        when: datetime | None = transfer.received_at or transfer.cancelled_at
        state = transfer.state.label
        raise TransferOverError(transfer=transfer.code, state=state, **who_and_when(who, when))


def lot_for(line: TransferLine, shop: Shop) -> Lot:
    """Make the lot at the receiver's for the units of a line."""
    sent = db.session.get_one(Lot, line.from_lot_id)
    lot = Lot(
        shop_id=shop.id,
        goods_id=line.goods_id,
        best_before=sent.best_before,
        source=sent.source,
        received_on=today(),
        origin_id=sent.origin_id or sent.id,
    )
    db.session.add(lot)
    db.session.flush()
    return lot


def _lot(line: TransferLine) -> int:
    assert line.to_lot_id is not None  # noqa: S101 - made just now for every line that arrived
    return line.to_lot_id


def _arrived(lines: list[TransferLine], given: dict[int, int]) -> dict[int, int]:
    """Return the units that arrived by line; those not named arrived whole."""
    sent = {line.position: line for line in lines}
    for position, units in given.items():
        line = sent.get(position)
        if line is None or type(units) is not int or units < 0:
            raise LineUnknownError(position=position)
        if units > line.quantity:
            name = db.session.get_one(Goods, line.goods_id).name
            raise MoreThanSentError(goods=name, sent=line.quantity, asked=units)
    return {line.position: given.get(line.position, line.quantity) for line in lines}
