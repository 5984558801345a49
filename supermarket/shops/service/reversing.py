"""Taking a delivery back out, as far as its units are still on the shelf."""

from collections.abc import Mapping

from sqlalchemy import func, select

from supermarket.clock import today
from supermarket.database import db
from supermarket.donors import service as donors
from supermarket.goods.models import Goods
from supermarket.ledger import service as ledger
from supermarket.ledger.models import ENTRIES_PER_JOURNAL, Entry, Journal, Lot, StockLine
from supermarket.ledger.service import Left
from supermarket.shops.errors import (
    GoodsHandedOutError,
    NothingToReverseError,
    ReasonMissingError,
    ReversalLineInvalidError,
)
from supermarket.shops.models import GoodsInLine
from supermarket.shops.service.receiving import Received, received

#: Papers named when units are gone; of more, the newest.
MOST_NAMED = 5


def reverse_goods_in(
    entry_id: int,
    *,
    reason: str,
    key: str,
    by: int,
    lines: Mapping[int, int] | None = None,
) -> Received:
    """Take a delivery back out of its shop: all that is left of it, or units by line.

    ``lines`` maps a line's position on the paper to whole units. ``key`` names this
    attempt; ``by`` is the staff member's id.

    Raises:
        GoodsHandedOutError: some of the units are no longer on the shelf; it names the
            redemptions and other papers they left with.
        AlreadyReversedError: nothing is left of the delivery, or of a named line.
        ReversalTooLargeError: more is asked for than came in.
        ReasonMissingError: no reason is given.
        NothingToReverseError: no line is named.
        ReversalLineInvalidError: the paper has no such line, or none of its units is meant.
        KeyReusedError: the key named another request.
    """
    reason = reason.strip()
    request = ledger.Request(
        key,
        ledger.fingerprint(
            "reverse_goods_in",
            {
                "entry": entry_id,
                "reason": reason,
                "lines": None if lines is None else sorted(map(list, lines.items())),
            },
        ),
        by,
    )
    if (known := ledger.seen(request)) is not None:
        return received(known, new=False)
    if not reason:
        raise ReasonMissingError
    left = ledger.hold(entry_id)
    places = _places(entry_id)
    if lines is None:
        asked = {line.position: line.quantity for line in left.stock if line.quantity}
    else:
        asked = {}
        for position, units in lines.items():
            if position not in places or isinstance(units, bool) or units <= 0:
                raise ReversalLineInvalidError(position=position)
            asked[places[position]] = units
        if not asked:
            raise NothingToReverseError
    _refuse_handed_out(
        {
            line.lot_id: asked[line.position]
            for line in left.stock
            if 0 < asked.get(line.position, 0) <= line.quantity
        }
    )
    posted = ledger.reverse(
        left,
        request=request,
        occurred_on=today(),
        note=reason,
        stock=asked,
        money=_paid(left, _costs(entry_id), asked),
    )
    if left.money:
        donors.reopen_credited(posted.entry_id, by=by)
    return Received(posted.entry_id, posted.reference, new=True)


def _places(entry_id: int) -> dict[int, int]:
    """Return the place among the entry's stock lines for every line of the paper."""
    rows = db.session.execute(
        select(GoodsInLine.position.label("line"), StockLine.position.label("place"))
        .join(StockLine, StockLine.lot_id == GoodsInLine.lot_id)
        .where(GoodsInLine.entry_id == entry_id, StockLine.entry_id == entry_id)
    )
    return {row.line: row.place for row in rows}


def _costs(entry_id: int) -> dict[int, int]:
    """Return the fen one unit cost, by lot; lots whose cost nobody said are left out."""
    rows = db.session.execute(
        select(GoodsInLine.lot_id, GoodsInLine.unit_cost_fen).where(
            GoodsInLine.entry_id == entry_id, GoodsInLine.unit_cost_fen.is_not(None)
        )
    )
    return {row.lot_id: row.unit_cost_fen for row in rows}


def _paid(left: Left, costs: Mapping[int, int], asked: Mapping[int, int]) -> dict[int, int]:
    """Return what goes back into the fund, if one paid: the cost of the units taken back."""
    if not left.money:
        return {}
    fen = sum(
        costs.get(line.lot_id, 0) * asked[line.position]
        for line in left.stock
        if line.position in asked
    )
    return {line.position: fen for line in left.money} if fen else {}


def _refuse_handed_out(asked: Mapping[int, int]) -> None:
    """Hold the lots in ascending id and refuse what is no longer there."""
    rows = db.session.execute(
        select(Lot.id, Lot.on_hand, Goods.name)
        .join(Goods, Goods.id == Lot.goods_id)
        .where(Lot.id.in_(asked))
        .order_by(Lot.id)
        .with_for_update(of=Lot)
    )
    for lot_id, on_hand, name in rows:
        if asked[lot_id] > on_hand:
            raise GoodsHandedOutError(
                goods=name, on_hand=on_hand, needed=asked[lot_id], papers=_left_with(lot_id)
            )


def _left_with(lot_id: int) -> str:
    """Return the numbers of what took units of a lot away and did not bring them all back."""
    root = func.coalesce(Entry.reverses_id, Entry.id)
    out = (
        select(root.label("id"))
        .select_from(StockLine)
        .join(Entry, Entry.id == StockLine.entry_id)
        .where(StockLine.lot_id == lot_id)
        .group_by(root)
        .having(func.sum(StockLine.quantity) < 0)
        .order_by(root.desc())
        .limit(MOST_NAMED + 1)
        .subquery()
    )
    rows = db.session.execute(
        select(Journal.code, Entry.id)
        .join(Entry, Entry.journal_id == Journal.id)
        .join(out, out.c.id == Entry.id)
        .order_by(Entry.id.desc())
    ).all()
    named = [f"{code}-{entry_id % ENTRIES_PER_JOURNAL}" for code, entry_id in rows[:MOST_NAMED]]
    return "、".join(named) + ("……" if len(rows) > MOST_NAMED else "")
