"""Sending goods to another shop: off the sender's lots, and in transit until they are received."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import EntryKind
from supermarket.movements.errors import (
    BoundError,
    DayInvalidError,
    ExpiredError,
    LotTooSmallError,
    NoLinesError,
    NotEnoughError,
    RecalledError,
    SameLotTwiceError,
    SameShopError,
    ShopClosedError,
    TooManyLinesError,
    UnitsInvalidError,
)
from supermarket.movements.models import Transfer, TransferLine, TransferState
from supermarket.movements.queries.allotting import Shelf, shelves
from supermarket.movements.service.words import WORDS, note_of
from supermarket.regions.models import COUNTY
from supermarket.reservations import service as reservations
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned

MOST_LINES = 200
MOST_UNITS = 100_000


class MoveAsk(NamedTuple):
    """Goods to be moved, as they are asked for."""

    sku: str
    #: Whole units.
    quantity: int
    #: Code of the lot they are to come from; empty for whichever expires first.
    lot: str = ""


class Allotted(NamedTuple):
    """Units of one lot."""

    lot: Shelf
    quantity: int


def send(
    shop: Shop,
    to: Shop,
    lines: Sequence[MoveAsk],
    *,
    key: str,
    by: int,
    note: str = "",
    sent_on: date | None = None,
) -> Transfer:
    """Send goods from a shop to another of the county; the same key returns the first transfer.

    ``by`` is the sender's id, ``sent_on`` None is today. Call it through ``once_more``.

    Raises:
        NotEnoughError, LotTooSmallError: the shelf or the lot does not hold that many.
        KeptError: they are kept for households.
        ExpiredError, RecalledError, BoundError: these units may not go there.
        ShopClosedError, SameShopError, NotFoundError: not to this shop; no such goods or lot.
        MonthClosedError, InvalidError: the day lies in a closed month; the paper is wrong.
        KeyReusedError: the key named another request.
    """
    sent_on = sent_on or today()
    asked = [shop.code, to.code, sorted(map(list, lines)), note, str(sent_on)]
    request = ledger.Request(key, ledger.fingerprint("transfer", asked), by)
    if (entry_id := ledger.seen(request)) is not None:
        return db.session.scalars(select(Transfer).where(Transfer.entry_id == entry_id)).one()
    if sent_on > today():
        raise DayInvalidError
    ledger.refuse_closed(shop.region_code, sent_on)
    note = note_of(note)
    _check_shops(shop, to)
    goods = goods_asked(lines)
    code = f"{shop.code}T{ledger.number(shop.code, 'transfer')}"
    moves = allot(shop, to, lines, goods, hold=True)
    posted = ledger.post(
        shop.journal_id,
        kind=EntryKind.TRANSFER,
        occurred_on=sent_on,
        request=request,
        stock=[ledger.StockMove(move.lot.row.lot_id, -move.quantity) for move in moves],
        document=code,
        note=(f"{to.name}：{note}" if note else to.name)[:WORDS],
    )
    transfer = Transfer(
        code=code,
        from_shop_id=shop.id,
        to_shop_id=to.id,
        state=TransferState.SENT,
        note=note,
        sent_on=sent_on,
        sent_by=by,
        sent_at=now(),
        entry_id=posted.entry_id,
    )
    db.session.add(transfer)
    db.session.flush()
    db.session.add_all(
        TransferLine(
            transfer_id=transfer.id,
            position=position,
            from_lot_id=move.lot.row.lot_id,
            goods_id=move.lot.goods_id,
            quantity=move.quantity,
        )
        for position, move in enumerate(moves, start=1)
    )
    db.session.flush()
    return transfer


def propose(shop: Shop, to: Shop, lines: Sequence[MoveAsk]) -> list[Allotted]:
    """Return which lots a transfer would take from, if it may be sent; writes nothing.

    Raises:
        DomainError: as ``send``, but for the key.
    """
    _check_shops(shop, to)
    return allot(shop, to, lines, goods_asked(lines), hold=False)


def goods_asked(lines: Sequence[MoveAsk]) -> dict[str, Goods]:
    """Return the goods of the lines by number, after checking numbers and units.

    Raises:
        NoLinesError, TooManyLinesError, UnitsInvalidError: the paper is wrong.
        NotFoundError: there are no goods of a number.
    """
    if not lines:
        raise NoLinesError
    if len(lines) > MOST_LINES:
        raise TooManyLinesError(most=MOST_LINES)
    goods = goods_queries.by_skus({line.sku for line in lines})
    for line in lines:
        if line.sku not in goods:
            raise NotFoundError(what=cleaned(line.sku)[:40])
        if type(line.quantity) is not int or not 0 < line.quantity <= MOST_UNITS:
            raise UnitsInvalidError(goods=goods[line.sku].name, most=MOST_UNITS)
    return goods


def allot(
    shop: Shop, to: Shop, lines: Sequence[MoveAsk], goods: Mapping[str, Goods], *, hold: bool
) -> list[Allotted]:
    """Return units by lot: chosen lots as asked, the rest first expired first.

    Raises:
        NotEnoughError, LotTooSmallError, ExpiredError, RecalledError, BoundError: as ``send``.
    """
    ids = {item.id for item in goods.values()}
    found = shelves(shop.id, ids, today(), hold=hold)
    taken: dict[int, int] = {}
    for line in lines:
        if line.lot:
            lot = chosen(found, line)
            if lot.row.lot_id in taken:
                raise SameLotTwiceError(goods=lot.name)
            _refuse_lot(lot, to, line.quantity)
            taken[lot.row.lot_id] = line.quantity
    for sku in dict.fromkeys(line.sku for line in lines if not line.lot):
        needed = sum(line.quantity for line in lines if line.sku == sku and not line.lot)
        shelf = [lot for lot in found if lot.sku == sku]
        _take_first_expired(shelf, needed, to, taken, goods[sku].name)
    leaving, usable = Counter[int](), Counter[int]()
    for lot in found:
        leaving[lot.goods_id] += taken.get(lot.row.lot_id, 0)
        usable[lot.goods_id] += lot.row.on_hand if lot.row.usable else 0
    reservations.refuse_kept(shop.id, leaving, usable)
    return [Allotted(lot, taken[lot.row.lot_id]) for lot in found if lot.row.lot_id in taken]


def chosen(found: Sequence[Shelf], line: MoveAsk) -> Shelf:
    """Return the lot that a line names.

    Raises:
        NotFoundError: the shop has no such lot of these goods with units left.
    """
    named = (lot for lot in found if lot.row.code == line.lot and lot.sku == line.sku)
    lot = next(named, None)
    if lot is None:
        raise NotFoundError(what=cleaned(line.lot)[:40])
    return lot


def _take_first_expired(
    shelf: Sequence[Shelf], needed: int, to: Shop, taken: dict[int, int], name: str
) -> None:
    missing, bound = needed, None
    for lot in shelf:
        free = lot.row.on_hand - taken.get(lot.row.lot_id, 0)
        if not (missing and free and lot.row.usable):
            continue
        if not lot.may_go_to(to.region_code):
            bound = bound or lot
            continue
        units = min(missing, free)
        taken[lot.row.lot_id] = taken.get(lot.row.lot_id, 0) + units
        missing -= units
    if missing and bound is not None:
        raise _bound(bound, to)
    if missing:
        raise NotEnoughError(goods=name, on_hand=needed - missing, needed=needed)


def _refuse_lot(lot: Shelf, to: Shop, quantity: int) -> None:
    facts = {"goods": lot.name, "lot": lot.row.code}
    if lot.row.expired:
        raise ExpiredError(**facts)
    if lot.row.recalled:
        raise RecalledError(**facts)
    if not lot.may_go_to(to.region_code):
        raise _bound(lot, to)
    if quantity > lot.row.on_hand:
        raise LotTooSmallError(on_hand=lot.row.on_hand, needed=quantity, **facts)


def _bound(lot: Shelf, to: Shop) -> BoundError:
    assert lot.wish is not None  # noqa: S101 - only asked for bound lots
    return BoundError(
        goods=lot.name,
        lot=lot.row.code,
        donor=lot.wish.donor,
        place=lot.wish.place,
        wish=lot.wish.words,
        shop=to.name,
    )


def _check_shops(shop: Shop, to: Shop) -> None:
    if shop.id == to.id:
        raise SameShopError
    if shop.region_code[:COUNTY] != to.region_code[:COUNTY]:
        raise NotFoundError(what=to.code)
    if not to.active:
        raise ShopClosedError(shop=to.name)
