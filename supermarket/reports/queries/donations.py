"""What became of what a donor gave: counted from the books, without anybody's name.

A statement is about the gifts of a window and all that happened to them up to its last day.
Units of a gift are those of the lots its delivery made, and of the lots that units of them
were moved to; so given = handed out + on the shelves + on the way + lost + written off − found.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import VILLAGE
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.donors.models import Donor, Fund, FundMove
from supermarket.goods.models import Goods
from supermarket.ledger.models import (
    Entry,
    EntryKind,
    Lot,
    MoneyLine,
    StockLine,
)
from supermarket.movements.models import Outcome, TransferDecision, TransferLine
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance

#: The entry that a reversal takes back.
REVERSED = aliased(Entry)


class GoodsGiven(NamedTuple):
    """What became of one goods that a donor gave, in whole units."""

    sku: str
    name: str
    unit: str
    #: Units that came, less those taken back out again.
    given: int
    #: Value of those units in fen; of units nobody valued nothing.
    value_fen: int
    #: Units handed out for points, less those brought back.
    handed_out: int
    #: Distinct households and villages that have some of them.
    households: int
    villages: int
    on_shelf: int
    in_transit: int
    #: Units that were given up on the way from one shop to another.
    lost: int
    written_off: int
    #: What counting the shelves found more (or, negative, less) than the books had.
    counted: int


class MoneyGiven(NamedTuple):
    """What a donor gave into one fund, and how that fund stands; all in fen."""

    fund: Fund
    #: This donor's gifts of the window, less those taken back.
    given: int
    #: Everything that ever came into the fund and left it, from whomever, up to the last day.
    received: int
    spent: int

    @property
    def left(self) -> int:
        """Fen in the fund at the end of the last day."""
        return self.received - self.spent


class Statement(NamedTuple):
    """What a donor gave in a window and what became of it up to its last day."""

    donor: Donor
    since: date
    until: date
    goods: list[GoodsGiven]
    money: list[MoneyGiven]
    #: Distinct households and villages that any of the goods reached.
    households: int
    villages: int


class _Movement(NamedTuple):
    """Units of a gift that moved in one way to one household."""

    goods_id: int
    kind: EntryKind
    household_id: int | None
    village_code: str | None
    quantity: int


def statement(donor: Donor, since: date, until: date) -> Statement:
    """Return what a donor gave from ``since`` to ``until`` and where it is on that last day."""
    roots = _roots(GoodsIn.received_on >= since, GoodsIn.received_on <= until).where(
        Provenance.donor_id == donor.id
    )
    moved = _movements(roots, until)
    costs, lost = _values(roots, until), _lost(roots, until)
    goods = db.session.scalars(
        select(Goods).where(Goods.id.in_({row.goods_id for row in moved})).order_by(Goods.sku)
    ).all()
    by_goods: dict[int, list[_Movement]] = defaultdict(list)
    for row in moved:
        by_goods[row.goods_id].append(row)
    rows = [
        _given(item, by_goods[item.id], costs.get(item.id, 0), lost.get(item.id, 0))
        for item in goods
    ]
    households, villages = _reached(moved)
    return Statement(
        donor=donor,
        since=since,
        until=until,
        goods=[row for row in rows if row.given],
        money=_money(donor, since, until),
        households=households,
        villages=villages,
    )


def _roots(*conditions: ColumnElement[bool]) -> Select[int]:
    """Select the lots that donated deliveries made."""
    return (
        select(GoodsInLine.lot_id)
        .join(GoodsIn, GoodsIn.entry_id == GoodsInLine.entry_id)
        .join(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .where(Provenance.donor_id.is_not(None), *conditions)
    )


def _movements(roots: Select[int], until: date) -> list[_Movement]:
    """Return the movements of a gift's lots and of the lots made from them, added up."""
    kind = case((Entry.kind == EntryKind.REVERSAL, REVERSED.kind), else_=Entry.kind)
    rows = db.session.execute(
        select(
            Lot.goods_id,
            kind.label("way"),
            Redemption.household_id,
            Redemption.village_code,
            func.sum(StockLine.quantity),
        )
        .join(StockLine, StockLine.lot_id == Lot.id)
        .join(Entry, Entry.id == StockLine.entry_id)
        .outerjoin(REVERSED, REVERSED.id == Entry.reverses_id)
        .outerjoin(Redemption, Redemption.entry_id == Entry.id)
        .where(or_(Lot.id.in_(roots), Lot.origin_id.in_(roots)), Entry.occurred_on <= until)
        .group_by(Lot.goods_id, "way", Redemption.household_id, Redemption.village_code)
    )
    return [_Movement(*row) for row in rows]


def _values(roots: Select[int], until: date) -> dict[int, int]:
    """Return the fen that the units given are worth, by goods, those taken back left out."""
    rows = db.session.execute(
        select(
            GoodsInLine.goods_id,
            func.sum(StockLine.quantity * func.coalesce(GoodsInLine.unit_cost_fen, 0)),
        )
        .join(StockLine, StockLine.lot_id == GoodsInLine.lot_id)
        .join(Entry, Entry.id == StockLine.entry_id)
        .where(
            GoodsInLine.lot_id.in_(roots),
            or_(Entry.id == GoodsInLine.entry_id, Entry.reverses_id == GoodsInLine.entry_id),
            Entry.occurred_on <= until,
        )
        .group_by(GoodsInLine.goods_id)
    )
    return {goods_id: int(fen) for goods_id, fen in rows}


def _lost(roots: Select[int], until: date) -> dict[int, int]:
    """Return the units given up in transit, by goods."""
    end = datetime.combine(until + timedelta(days=1), time(), VILLAGE)
    rows = db.session.execute(
        select(TransferLine.goods_id, func.sum(TransferDecision.quantity))
        .join(
            TransferDecision,
            and_(
                TransferDecision.transfer_id == TransferLine.transfer_id,
                TransferDecision.position == TransferLine.position,
            ),
        )
        .join(Lot, Lot.id == TransferLine.from_lot_id)
        .where(
            or_(Lot.id.in_(roots), Lot.origin_id.in_(roots)),
            TransferDecision.outcome == Outcome.LOST,
            TransferDecision.decided_at < end,
        )
        .group_by(TransferLine.goods_id)
    )
    return {goods_id: int(units) for goods_id, units in rows}


def _given(item: Goods, moved: list[_Movement], value_fen: int, lost: int) -> GoodsGiven:
    units: dict[EntryKind, int] = defaultdict(int)
    for row in moved:
        units[row.kind] += row.quantity
    households, villages = _reached(moved)
    return GoodsGiven(
        sku=item.sku,
        name=" ".join(filter(None, (item.name, item.specification))),
        unit=item.unit,
        given=units[EntryKind.GOODS_IN],
        value_fen=value_fen,
        handed_out=-units[EntryKind.REDEMPTION],
        households=households,
        villages=villages,
        on_shelf=sum(units.values()),
        in_transit=-units[EntryKind.TRANSFER] - lost,
        lost=lost,
        written_off=-units[EntryKind.WRITE_OFF],
        counted=units[EntryKind.STOCKTAKE],
    )


def _reached(moved: Iterable[_Movement]) -> tuple[int, int]:
    """Return how many households, and how many villages, hold some of the units."""
    households: dict[int, int] = defaultdict(int)
    villages: dict[str, int] = defaultdict(int)
    for row in moved:
        if row.household_id is not None and row.village_code is not None:
            households[row.household_id] -= row.quantity
            villages[row.village_code] -= row.quantity
    return (
        sum(units > 0 for units in households.values()),
        sum(units > 0 for units in villages.values()),
    )


def _money(donor: Donor, since: date, until: date) -> list[MoneyGiven]:
    """Return a donor's gifts by fund, with what came into each fund and left it."""
    back = aliased(Entry)
    rows = db.session.execute(
        select(Fund, func.sum(FundMove.fen))
        .join(FundMove, FundMove.fund_id == Fund.id)
        .where(
            FundMove.donor_id == donor.id,
            FundMove.occurred_on >= since,
            FundMove.occurred_on <= until,
            ~select(back.id)
            .where(back.reverses_id == FundMove.entry_id, back.occurred_on <= until)
            .exists(),
        )
        .group_by(Fund.id)
        .order_by(Fund.code)
    ).all()
    found = []
    for fund, given in rows:
        received, spent = _in_and_out(fund, until)
        found.append(MoneyGiven(fund, int(given), received, spent))
    return found


def _in_and_out(fund: Fund, until: date) -> tuple[int, int]:
    """Return the fen that came into a fund and left it; what was taken back is in neither."""
    # A reversal counts on the side of what it takes back.
    side = case((Entry.kind == EntryKind.REVERSAL, -MoneyLine.fen), else_=MoneyLine.fen)
    rows = db.session.execute(
        select(case((side > 0, 1), else_=0).label("came"), func.sum(MoneyLine.fen))
        .join(Entry, Entry.id == MoneyLine.entry_id)
        .where(MoneyLine.account_id == fund.account_id, Entry.occurred_on <= until)
        .group_by("came")
    )
    sums = {bool(into): int(fen) for into, fen in rows}
    return sums.get(True, 0), -sums.get(False, 0)
