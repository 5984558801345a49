"""The second person's word on a write-off, and taking an approved one back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select, update

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Entry, EntryKind, Journal, Lot, StockLine
from supermarket.movements.errors import (
    LineUnknownError,
    NotApprovedError,
    NothingLeftError,
    NotProposedByYouError,
    SamePersonError,
    StockChangedError,
    WriteOffDecidedError,
)
from supermarket.movements.models import WriteOff, WriteOffLine, WriteOffState
from supermarket.movements.service.words import reason_of, who_and_when
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, Scope, StaffMember


class Held(NamedTuple):
    """A write-off that nobody else decides meanwhile."""

    write_off: WriteOff
    shop: Shop


def approve(
    code: str, *, key: str, by: StaffMember, quantities: Mapping[int, int] | None = None
) -> WriteOff:
    """Approve a write-off: its units leave the shelf in one entry.

    ``quantities`` are the units approved, by line, never more than proposed; a line not
    named is approved whole. The same key returns the same write-off again. Call it through
    ``once_more``.

    Raises:
        NotFoundError: no such write-off where ``by`` may approve.
        SamePersonError: ``by`` proposed it.
        WriteOffDecidedError: somebody decided before.
        StockChangedError, NothingLeftError: units left the shelf since it was proposed.
        LineUnknownError: no such line, or more than proposed.
        KeyReusedError: the key named another request.
    """
    given = sorted((quantities or {}).items())
    request = ledger.Request(key, ledger.fingerprint("approve_write_off", [code, given]), by.id)
    known = ledger.seen(request)
    write_off, shop = held(code, by.scope(Permission.APPROVE_STOCK))
    if known is not None:
        return write_off
    _refuse_own(write_off, by)
    if write_off.state is not WriteOffState.PROPOSED:
        raise _decided(write_off)
    ledger.refuse_closed(shop.region_code, today())
    lines = _lines(write_off)
    approved = _approved(lines, dict(given))
    _check_shelf(lines, approved)
    posted = ledger.post(
        shop.journal_id,
        kind=EntryKind.WRITE_OFF,
        occurred_on=today(),
        request=request,
        stock=[
            ledger.StockMove(line.lot_id, -approved[line.position])
            for line in lines
            if approved[line.position]
        ],
        document=code,
        note=write_off.words,
    )
    for line in lines:
        line.approved = approved[line.position]
    _decide(write_off, WriteOffState.APPROVED, by, entry_id=posted.entry_id)
    return write_off


def refuse(code: str, *, reason: str, by: StaffMember) -> WriteOff:
    """Refuse a write-off: its goods stay in the books, and the shop is told why.

    Raises:
        NotFoundError: no such write-off where ``by`` may approve.
        SamePersonError, WriteOffDecidedError, ReasonMissingError: as their names say.
    """
    reason = reason_of(reason)
    write_off, _shop = held(code, by.scope(Permission.APPROVE_STOCK))
    _refuse_own(write_off, by)
    _decide(write_off, WriteOffState.REFUSED, by, reason=reason)
    return write_off


def withdraw(code: str, *, reason: str, by: StaffMember) -> WriteOff:
    """Take one's own proposal back before anybody decided.

    Raises:
        NotFoundError: no such write-off where ``by`` may propose.
        NotProposedByYouError: somebody else proposed it.
        WriteOffDecidedError, ReasonMissingError: as their names say.
    """
    reason = reason_of(reason)
    write_off, _shop = held(code, by.scope(Permission.WRITE_OFF))
    if write_off.proposed_by != by.id:
        raise NotProposedByYouError(write_off=code)
    _decide(write_off, WriteOffState.WITHDRAWN, by, reason=reason)
    return write_off


def reverse_write_off(code: str, *, reason: str, key: str, by: StaffMember) -> WriteOff:
    """Take an approved write-off back: its units return to their lots.

    By somebody who neither proposed nor approved it. The same key returns the same write-off
    again. Call it through ``once_more``.

    Raises:
        NotFoundError: no such write-off where ``by`` may approve.
        NotApprovedError: it was not posted, or was taken back before.
        SamePersonError, ReasonMissingError, KeyReusedError: as their names say.
    """
    reason = reason_of(reason)
    request = ledger.Request(key, ledger.fingerprint("reverse_write_off", [code, reason]), by.id)
    known = ledger.seen(request)
    write_off, shop = held(code, by.scope(Permission.APPROVE_STOCK))
    if known is not None:
        return write_off
    if write_off.state is WriteOffState.REVERSED:
        raise _decided(write_off)
    if write_off.entry_id is None:
        raise NotApprovedError(write_off=code)
    if by.id in {write_off.proposed_by, write_off.decided_by}:
        raise SamePersonError(paper=code)
    ledger.refuse_closed(shop.region_code, today())
    left = ledger.hold(write_off.entry_id)
    ledger.reverse(left, request=request, occurred_on=today(), note=reason)
    _move(
        write_off,
        WriteOffState.APPROVED,
        state=WriteOffState.REVERSED,
        reversed_by=by.id,
        reversed_at=now(),
        reason=reason,
    )
    return write_off


def held(code: str, scope: Scope) -> Held:
    """Return a write-off as it is now, held, and its shop.

    Raises:
        NotFoundError: there is none, or its shop lies outside ``scope``.
    """
    found = db.session.scalar(
        select(WriteOff)
        .where(WriteOff.code == code)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None:
        shop = db.session.get_one(Shop, found.shop_id)
        if scope.covers_shop(shop.code, shop.region_code):
            return Held(found, shop)
    raise NotFoundError(what=code[:40])


def _lines(write_off: WriteOff) -> list[WriteOffLine]:
    return list(
        db.session.scalars(
            select(WriteOffLine)
            .where(WriteOffLine.write_off_id == write_off.id)
            .order_by(WriteOffLine.position)
        )
    )


def _approved(lines: list[WriteOffLine], given: dict[int, int]) -> dict[int, int]:
    """Return the units approved by line; those not named are approved whole."""
    proposed = {line.position: line.quantity for line in lines}
    for position, units in given.items():
        if type(units) is not int or not 0 <= units <= proposed.get(position, -1):
            raise LineUnknownError(position=position)
    approved = proposed | given
    if not any(approved.values()):
        raise NothingLeftError
    return approved


def _check_shelf(lines: list[WriteOffLine], approved: Mapping[int, int]) -> None:
    """Hold the lots in ascending id and refuse units that left them since the proposal."""
    asked = {line.lot_id: approved[line.position] for line in lines}
    db.session.execute(select(Lot.id).where(Lot.id.in_(asked)).order_by(Lot.id).with_for_update())
    rows = db.session.execute(
        select(Lot.id, Lot.on_hand, Goods.name, Entry.number, StockLine.position, Journal.code)
        .join(Goods, Goods.id == Lot.goods_id)
        .join(StockLine, (StockLine.lot_id == Lot.id) & (StockLine.place == 1))
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Lot.id.in_(asked))
        .order_by(Lot.id)
    ).all()
    if not any(min(asked[lot_id], on_hand) for lot_id, on_hand, *_rest in rows):
        raise NothingLeftError
    for lot_id, on_hand, name, number, position, journal in rows:
        if asked[lot_id] > on_hand:
            raise StockChangedError(
                goods=name,
                lot=f"{journal}-{number}-{position}",
                on_hand=on_hand,
                asked=asked[lot_id],
            )


def _refuse_own(write_off: WriteOff, by: StaffMember) -> None:
    if write_off.proposed_by == by.id:
        raise SamePersonError(paper=write_off.code)


def _decide(write_off: WriteOff, after: WriteOffState, by: StaffMember, **values: Any) -> None:
    _move(
        write_off,
        WriteOffState.PROPOSED,
        state=after,
        decided_by=by.id,
        decided_at=now(),
        **values,
    )


def _move(write_off: WriteOff, before: WriteOffState, **values: Any) -> None:
    """Change a write-off in one statement, if it is still in a state.

    Raises:
        WriteOffDecidedError: it is not; the sentence says who did what.
    """
    db.session.flush()
    moved = db.session.execute(
        update(WriteOff)
        .where(WriteOff.id == write_off.id, WriteOff.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(write_off)
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise _decided(write_off)


def _decided(write_off: WriteOff) -> WriteOffDecidedError:
    """Word who decided what, for whoever comes too late."""
    who = write_off.reversed_by or write_off.decided_by
    when = write_off.reversed_at or write_off.decided_at
    facts = who_and_when(who, when)
    return WriteOffDecidedError(write_off=write_off.code, state=write_off.state.label, **facts)
