"""The second person's word: post the differences as one entry, or send the stocktake back."""

from collections.abc import Collection

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.ledger import service as ledger
from supermarket.ledger.models import EntryKind
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, StaffMember
from supermarket.stocktakes import queries
from supermarket.stocktakes.errors import (
    LineShortError,
    LotElsewhereError,
    NotCountedError,
    SamePersonError,
    StocktakeChangedError,
)
from supermarket.stocktakes.models import (
    LineDecision,
    Stocktake,
    StocktakeLine,
    StocktakeState,
)
from supermarket.stocktakes.queries import LineRow
from supermarket.stocktakes.service.holding import (
    canonical,
    held,
    hold_lots,
    move,
    reason_of,
    too_late,
)


def approve(code: str, *, read: int, by: StaffMember) -> Stocktake:
    """Post what the shelves differ from the books by, as one entry.

    What differed when a lot was counted is put on what the lot holds now, so that sales
    since then stay what they are. Lots nobody counted are written down by name and left
    alone. ``read`` is the round the caller looked at. Call it through ``once_more``.

    Raises:
        NotFoundError: no such stocktake where ``by`` approves.
        StocktakeOverError: it was not handed in, or somebody else decided.
        SamePersonError: ``by`` counted in it.
        StocktakeChangedError: it was counted again since it was read.
        LineShortError: a lot now holds less than is to be taken off.
    """
    code = canonical(code)
    request = ledger.Request(
        f"stocktake:{code}", ledger.fingerprint("stocktake", {"stocktake": code}), by.id
    )
    # on PostgreSQL those who approve the same one wait here for each other
    ledger.seen(request, own=True)
    stocktake = _handed_in(code, by)
    if stocktake.state is StocktakeState.POSTED and stocktake.approved_by == by.id:
        return stocktake
    if stocktake.state is not StocktakeState.COUNTED:
        raise too_late(stocktake)
    if stocktake.round != read:
        raise StocktakeChangedError
    rows = queries.lines(stocktake)
    lots = hold_lots([row.lot_id for row in rows if row.difference])
    for row in rows:
        if row.difference and lots[row.lot_id].on_hand + row.difference < 0:
            raise LineShortError(
                goods=row.full_name,
                lot=row.lot,
                missing=-row.difference,
                on_hand=lots[row.lot_id].on_hand,
            )
    entry_id = _post(stocktake, rows, request)
    _keep(stocktake, rows)
    move(
        stocktake,
        (StocktakeState.COUNTED,),
        StocktakeState.POSTED,
        approved_by=by.id,
        closed_by=by.id,
        closed_at=now(),
        entry_id=entry_id,
    )
    audit.record("stocktake.approve", stocktake.code, by=by.id)
    return stocktake


def send_back(code: str, *, reason: str, by: StaffMember, lots: Collection[str] = ()) -> Stocktake:
    """Give a stocktake back to those who count; ``lots`` (codes) must be counted again.

    Raises:
        NotFoundError, StocktakeOverError, SamePersonError: as for ``approve``.
        ReasonMissingError: no reason is given.
        LotElsewhereError, NotCountedError: a lot is none of its counted lines.
    """
    stocktake = _handed_in(code, by)
    why = reason_of(reason)
    move(
        stocktake,
        (StocktakeState.COUNTED,),
        StocktakeState.OPEN,
        handed_in_by=None,
        handed_in_at=None,
        note=why,
    )
    known = {row.lot: row for row in queries.lines(stocktake)}
    for lot in lots:
        if lot not in known:
            raise LotElsewhereError
        line = db.session.get(StocktakeLine, (stocktake.id, known[lot].lot_id))
        if line is None:
            raise NotCountedError
        line.decision = LineDecision.RECOUNT
    db.session.flush()
    audit.record("stocktake.send_back", stocktake.code, by=by.id, after={"reason": why})
    return stocktake


def _handed_in(code: str, by: StaffMember) -> Stocktake:
    """Hold a stocktake for the second person, who must not be one of the first."""
    stocktake = held(code, by.scope(Permission.APPROVE_STOCK))
    if by.id in queries.counters(stocktake.id):
        raise SamePersonError
    return stocktake


def _post(stocktake: Stocktake, rows: list[LineRow], request: ledger.Request) -> int | None:
    """Post the differences; return the entry's id, None if nothing differs."""
    moves = [ledger.StockMove(row.lot_id, row.difference) for row in rows if row.difference]
    if not moves:
        return None
    shop = db.session.get_one(Shop, stocktake.shop_id)
    return ledger.post(
        shop.journal_id,
        kind=EntryKind.STOCKTAKE,
        occurred_on=today(),
        request=request,
        stock=moves,
        document=stocktake.code,
    ).entry_id


def _keep(stocktake: Stocktake, rows: list[LineRow]) -> None:
    """Write the day's prices beside the lines, and a line for each lot nobody counted."""
    for row in rows:
        line = db.session.get(StocktakeLine, (stocktake.id, row.lot_id))
        if line is None:
            line = StocktakeLine(
                stocktake_id=stocktake.id,
                lot_id=row.lot_id,
                book_at_count=row.on_hand,
                last_place_at_count=0,
                times=0,
            )
            db.session.add(line)
        line.points_price = row.points_price
    db.session.flush()
