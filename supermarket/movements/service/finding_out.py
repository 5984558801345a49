"""What became of units that did not arrive: decided by somebody who neither sent nor received."""

from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError
from supermarket.ledger.models import EntryKind
from supermarket.movements.errors import (
    LineUnknownError,
    NotMissingError,
    SamePersonError,
    UnitsInvalidError,
)
from supermarket.movements.models import Outcome, Transfer, TransferDecision, TransferLine
from supermarket.movements.service.receiving import held, lines_of, lot_for
from supermarket.movements.service.sending import MOST_UNITS
from supermarket.movements.service.words import reason_of
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, StaffMember


def decide_missing(
    code: str,
    position: int,
    outcome: Outcome,
    quantity: int,
    *,
    reason: str,
    key: str,
    by: StaffMember,
) -> Transfer:
    """Say what became of missing units of one line of a transfer.

    Back: they return to the lot they left. Arrived: they come into the receiver's lot. Lost:
    they leave the books. The same key returns the same transfer again. Call it through
    ``once_more``.

    Raises:
        NotFoundError: no such transfer where ``by`` may approve for the shop concerned: the
            receiving one for what arrived, else the sending one.
        SamePersonError: ``by`` sent or received it.
        NotMissingError: fewer units are missing.
        LineUnknownError, UnitsInvalidError, ReasonMissingError: the paper is wrong.
        KeyReusedError: the key named another request.
    """
    reason = reason_of(reason)
    facts = [code, position, outcome.value, quantity, reason]
    request = ledger.Request(key, ledger.fingerprint("missing", facts), by.id)
    ledger.seen(request)
    scope = by.scope(Permission.APPROVE_STOCK)
    transfer, from_shop, to_shop = held(code, scope)
    if (first := _decided(key)) is not None:
        if (first.transfer_id, first.position, first.outcome, first.quantity, first.decided_by) != (
            transfer.id, position, outcome, quantity, by.id,
        ):  # fmt: skip
            raise KeyReusedError
        return transfer
    concerned = to_shop if outcome is Outcome.ARRIVED else from_shop
    if not scope.covers_shop(concerned.code, concerned.region_code):
        raise NotFoundError(what=concerned.name)
    if by.id in {transfer.sent_by, transfer.received_by}:
        raise SamePersonError(paper=code)
    ledger.refuse_closed(concerned.region_code, today())
    line = _line(transfer, position, quantity)
    transfer.missing -= quantity
    entry_id = _moved(transfer, line, outcome, quantity, request, reason, from_shop, to_shop)
    db.session.add(
        TransferDecision(
            key=key,
            transfer_id=transfer.id,
            position=position,
            outcome=outcome,
            quantity=quantity,
            reason=reason,
            decided_by=by.id,
            decided_at=now(),
            entry_id=entry_id,
        )
    )
    db.session.flush()
    return transfer


def _decided(key: str) -> TransferDecision | None:
    return db.session.scalar(select(TransferDecision).where(TransferDecision.key == key))


def _line(transfer: Transfer, position: int, quantity: int) -> TransferLine:
    """Return the line, if that many of its units are missing."""
    line = next((line for line in lines_of(transfer) if line.position == position), None)
    if line is None:
        raise LineUnknownError(position=position)
    name = db.session.get_one(Goods, line.goods_id).name
    if type(quantity) is not int or not 0 < quantity <= MOST_UNITS:
        raise UnitsInvalidError(goods=name, most=MOST_UNITS)
    missing = line.in_transit if transfer.missing else 0
    if quantity > missing:
        raise NotMissingError(goods=name, missing=missing, asked=quantity)
    return line


def _moved(
    transfer: Transfer,
    line: TransferLine,
    outcome: Outcome,
    quantity: int,
    request: ledger.Request,
    reason: str,
    from_shop: Shop,
    to_shop: Shop,
) -> int | None:
    """Post what becomes of the units; return the entry, None if they are lost."""
    if outcome is Outcome.LOST:
        line.lost += quantity
        return None
    if outcome is Outcome.BACK:
        line.returned += quantity
        db.session.flush()
        left = ledger.hold(transfer.entry_id)
        place = next(part.position for part in left.stock if part.lot_id == line.from_lot_id)
        posted = ledger.reverse(
            left, request=request, occurred_on=today(), note=reason, stock={place: quantity}
        )
        return posted.entry_id
    if line.to_lot_id is None:
        line.to_lot_id = lot_for(line, to_shop).id
    line.received += quantity
    db.session.flush()
    return ledger.post(
        to_shop.journal_id,
        kind=EntryKind.TRANSFER,
        occurred_on=today(),
        request=request,
        stock=[ledger.StockMove(line.to_lot_id, quantity)],
        document=transfer.code,
        note=reason,
    ).entry_id
