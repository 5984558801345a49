"""Counting while the shop trades: each line keeps what the books said at that moment."""

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Lot
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.stocktakes import queries
from supermarket.stocktakes.errors import (
    AlreadyUnderWayError,
    CountInvalidError,
    CountUnlikelyError,
    LotElsewhereError,
    MovedWhileAddingError,
    NoLotError,
    NotCountedError,
    UncountedError,
    UndecidedError,
)
from supermarket.stocktakes.models import (
    LineDecision,
    Stocktake,
    StocktakeCounter,
    StocktakeLine,
    StocktakeState,
)
from supermarket.stocktakes.queries import LineRow
from supermarket.stocktakes.service.holding import held, hold_lots, move, reason_of, too_late

#: Most units anybody counts of a lot.
MOST_COUNTED = 100_000
#: A count further than this from the books, in units or as a multiple of them, is asked about.
UNLIKELY_UNITS, UNLIKELY_TIMES = 20, 3
#: Lots named in a sentence; the rest are counted.
MOST_NAMED = 5
#: Characters of the words beside a line.
MOST_NOTE = 100


def open_stocktake(shop: Shop, *, by: StaffMember) -> Stocktake:
    """Begin to count a shop's shelves; the shop goes on trading.

    Raises:
        AlreadyUnderWayError: the one before has not ended.
    """
    number = ledger.number(shop.code, "stocktake")
    if (before := queries.under_way(shop.id)) is not None:
        raise AlreadyUnderWayError(stocktake=before.code)
    stocktake = Stocktake(
        code=f"{shop.code}P{number}",
        shop_id=shop.id,
        state=StocktakeState.OPEN,
        opened_by=by.id,
        opened_at=now(),
    )
    db.session.add(stocktake)
    db.session.flush()
    return stocktake


def count(
    code: str, lot: str, counted: int, *, by: StaffMember, sure: bool = False, note: str = ""
) -> LineRow:
    """Write down how many units of a lot are on the shelf at this moment.

    ``lot`` is the lot's code; counted again, the newer count stands. ``sure`` says that a
    count far from the books was made twice.

    Raises:
        NotFoundError: no such stocktake where ``by`` counts.
        StocktakeOverError: it is not being counted any more.
        LotElsewhereError: the shop has no such lot.
        CountInvalidError: no whole number from 0 to 100000.
        CountUnlikelyError: far from the books, and not ``sure``.
    """
    stocktake = _open(code, by)
    held_lot, goods = _lot(stocktake, lot)
    _check(held_lot, goods, counted, sure=sure)
    _write(stocktake, held_lot, counted, by=by, note=cleaned(note)[:MOST_NOTE])
    return _shown(stocktake, held_lot)


def add_scanned(code: str, text: str, *, key: str, by: StaffMember) -> list[LineRow]:
    """Add scanned units to the count of their lot, if the goods have one lot; return the lots.

    With several lots nothing is added: whoever counts chooses by the date. ``key`` names
    the scan: the same one is not added twice.

    Raises:
        NotFoundError, StocktakeOverError: as for ``count``.
        GoodsNotRecognisedError, GoodsInactiveError: the code means nothing here.
        NoLotError: the shop never had the goods, or has none left.
        MovedWhileAddingError: the lot moved since the units before were counted.
        CountInvalidError, CountUnlikelyError: as for ``count``.
    """
    stocktake = _open(code, by)
    scanned = goods_queries.scan(text)
    rows = queries.lines(stocktake, goods_id=scanned.goods_id)
    if not rows and not queries.empty_lots(stocktake, scanned.goods_id):
        raise NoLotError(goods=scanned.name)
    if len(rows) != 1:
        return rows
    lot = hold_lots([rows[0].lot_id])[rows[0].lot_id]
    line = db.session.get(StocktakeLine, (stocktake.id, lot.id))
    before = 0
    if line is not None and line.decision is not LineDecision.RECOUNT:
        if key and line.scan_key == key:
            return rows
        if line.last_place_at_count != lot.last_place:
            raise MovedWhileAddingError(goods=scanned.name)
        before = line.counted or 0
    total = before + scanned.units
    _check(lot, scanned.name, total, sure=False)
    _write(stocktake, lot, total, by=by, note=None, scan_key=key[:100], goes_on=before > 0)
    return [_shown(stocktake, lot)]


def decide(code: str, lot: str, decision: LineDecision, *, by: StaffMember) -> LineRow:
    """Say of a counted lot whether the count stands although it moved since.

    Raises:
        NotFoundError, StocktakeOverError, LotElsewhereError: as for ``count``.
        NotCountedError: nobody has counted it.
    """
    stocktake = _open(code, by)
    held_lot, _goods = _lot(stocktake, lot)
    line = db.session.get(StocktakeLine, (stocktake.id, held_lot.id))
    if line is None:
        raise NotCountedError
    line.decision = decision
    db.session.flush()
    return _shown(stocktake, held_lot)


def hand_in(code: str, *, by: StaffMember, leaving: int = 0) -> Stocktake:
    """Give a counted stocktake to the second person.

    ``leaving`` is how many uncounted lots the caller was shown and leaves as the books
    have them.

    Raises:
        NotFoundError, StocktakeOverError: as for ``count``.
        NotCountedError: nothing was counted at all.
        UndecidedError: lines moved since they were counted, and nobody said what holds.
        UncountedError: lots are uncounted that the caller did not know of.
    """
    stocktake = _open(code, by)
    rows = queries.lines(stocktake)
    missing = [row for row in rows if row.counted is None]
    if len(missing) == len(rows):
        raise NotCountedError
    if undecided := [row for row in rows if row.to_decide]:
        raise UndecidedError(count=len(undecided), names=named(undecided))
    if len(missing) != leaving:
        raise UncountedError(count=len(missing), names=named(missing) or "—")
    _took_part(stocktake, by)
    move(
        stocktake,
        (StocktakeState.OPEN,),
        StocktakeState.COUNTED,
        handed_in_by=by.id,
        handed_in_at=now(),
        round=stocktake.round + 1,
        note="",
    )
    return stocktake


def cancel(code: str, *, reason: str, by: StaffMember) -> Stocktake:
    """Give a stocktake up: nothing of it is posted, the paper stays.

    Raises:
        NotFoundError: no such stocktake where ``by`` counts or approves.
        ReasonMissingError: no reason is given.
        StocktakeOverError: it was posted or cancelled before.
    """
    counts, approves = by.scope(Permission.COUNT_STOCK), by.scope(Permission.APPROVE_STOCK)
    either = Scope(counts.regions + approves.regions, counts.shops + approves.shops)
    stocktake = held(code, either)
    why = reason_of(reason)
    move(
        stocktake,
        (StocktakeState.OPEN, StocktakeState.COUNTED),
        StocktakeState.CANCELLED,
        closed_by=by.id,
        closed_at=now(),
        note=why,
    )
    audit.record("stocktake.cancel", stocktake.code, by=by.id, after={"reason": why})
    return stocktake


def named(rows: list[LineRow]) -> str:
    """Return the first of some lots by name and date, for a sentence."""
    words = [
        f"{row.full_name}（{row.best_before.isoformat()}）" if row.best_before else row.full_name
        for row in rows[:MOST_NAMED]
    ]
    return "、".join(words) + ("……" if len(rows) > MOST_NAMED else "")


def _open(code: str, by: StaffMember) -> Stocktake:
    stocktake = held(code, by.scope(Permission.COUNT_STOCK))
    if stocktake.state is not StocktakeState.OPEN:
        raise too_late(stocktake)
    return stocktake


def _lot(stocktake: Stocktake, code: str) -> tuple[Lot, str]:
    """Hold a lot of the stocktake's shop and return it as it is now, with what it holds."""
    shop = db.session.scalar(select(Shop.code).where(Shop.id == stocktake.shop_id)) or ""
    card = shops.lot(code, Scope((), (shop,)), today())
    if card is None:
        raise LotElsewhereError
    lot_id = card.row.lot_id
    return hold_lots([lot_id])[lot_id], card.name


def _check(lot: Lot, goods: str, counted: int, *, sure: bool) -> None:
    """Refuse what is no count; ask once about what is far from the books."""
    if type(counted) is not int or not 0 <= counted <= MOST_COUNTED:
        raise CountInvalidError(goods=goods, most=MOST_COUNTED)
    far = abs(counted - lot.on_hand) > max(UNLIKELY_UNITS, UNLIKELY_TIMES * lot.on_hand)
    if far and not sure:
        raise CountUnlikelyError(goods=goods, counted=counted)


def _write(
    stocktake: Stocktake,
    lot: Lot,
    counted: int,
    *,
    by: StaffMember,
    note: str | None,
    scan_key: str = "",
    goes_on: bool = False,
) -> None:
    """Keep a count with the books of this moment; a later count of a lot leaves a trace.

    ``goes_on`` adds to the count before: that is one count, not two. ``note`` None leaves
    the words beside the line as they are.
    """
    line = db.session.get(StocktakeLine, (stocktake.id, lot.id))
    if line is None:
        line = StocktakeLine(
            stocktake_id=stocktake.id, lot_id=lot.id, first_counted=counted, note=""
        )
        db.session.add(line)
    elif goes_on:
        line.first_counted = counted if line.times == 1 else line.first_counted
    elif line.counted != counted or line.decision is LineDecision.RECOUNT:
        line.times += 1
        audit.record(
            "stocktake.recount",
            stocktake.code,
            by=by.id,
            before={"counted": line.counted},
            after={"counted": counted},
        )
    line.counted, line.counted_by, line.counted_at = counted, by.id, now()
    line.book_at_count, line.last_place_at_count = lot.on_hand, lot.last_place
    line.decision, line.scan_key = None, scan_key
    line.note = line.note if note is None else note
    db.session.flush()
    _took_part(stocktake, by)


def _took_part(stocktake: Stocktake, by: StaffMember) -> None:
    """Remember who may not approve it."""
    if db.session.get(StocktakeCounter, (stocktake.id, by.id)) is None:
        db.session.add(StocktakeCounter(stocktake_id=stocktake.id, staff_id=by.id))
        db.session.flush()


def _shown(stocktake: Stocktake, lot: Lot) -> LineRow:
    row = queries.line(stocktake, lot.id)
    if row is None:
        raise LookupError("a line just written is there")
    return row
