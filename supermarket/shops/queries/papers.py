"""The papers goods came in with (入库单)."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.donors.models import Donor, Fund
from supermarket.goods.models import Barcode, Goods
from supermarket.ledger.models import Entry, Journal, Lot, LotSource, StockLine
from supermarket.regions import queries as regions
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance, Shop
from supermarket.shops.queries.shops import shops_in
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember


class GoodsInLineRow(NamedTuple):
    """One line of a paper."""

    position: int
    sku: str
    name: str
    specification: str
    unit: str
    #: One of the codes on a single unit; empty if none is bound.
    barcode: str
    #: How people name the lot it made.
    lot_code: str
    best_before: date | None
    #: Whole units that came, those of them taken back since, and those on the shelf now.
    quantity: int
    taken_back: int
    on_hand: int
    #: Fen for one unit; None if not said.
    unit_cost_fen: int | None

    @property
    def amount_fen(self) -> int | None:
        """Fen for the line; None if the cost is not known."""
        return None if self.unit_cost_fen is None else self.unit_cost_fen * self.quantity

    @property
    def reversible(self) -> int:
        """Units that may still be taken back: not yet taken back, and still on the shelf."""
        return min(self.quantity - self.taken_back, self.on_hand)


class GoodsInPaper(NamedTuple):
    """A delivery as it is shown and printed."""

    entry_id: int
    reference: str
    shop: Shop
    source: LotSource
    partner: str
    document: str
    received_on: date
    posted_at: datetime
    #: Who took it in.
    clerk: str
    #: The entry's seal in its journal.
    hash: str
    lines: list[GoodsInLineRow]
    #: References of the entries that took some of it back.
    reversals: list[str]
    #: Code of the donor, number of the receipt, what the gift is meant for; empty if bought.
    donor: str = ""
    receipt_number: str = ""
    wish: str = ""
    #: Name of the only place that may have the goods; empty where they are free.
    only_region: str = ""
    #: Name of the fund that paid; empty if none did.
    fund: str = ""

    @property
    def units(self) -> int:
        """Units of all lines together."""
        return sum(line.quantity for line in self.lines)

    @property
    def amount_fen(self) -> int | None:
        """Fen of the lines whose cost is known; None if none is."""
        known = [line.amount_fen for line in self.lines if line.amount_fen is not None]
        return sum(known) if known else None


class GoodsInRow(NamedTuple):
    """A delivery in a list."""

    #: Its place in the shop's journal.
    number: int
    reference: str
    source: LotSource
    partner: str
    document: str
    received_on: date
    #: Lines, units, and fen of the lines whose cost is known.
    lines: int
    units: int
    amount_fen: int | None
    taken_back: bool


def goods_ins(shop: Shop, *, before: int | None = None, limit: int = 50) -> list[GoodsInRow]:
    """Return a shop's deliveries, newest first, to page by number."""
    reversal = aliased(Entry)
    wanted = (
        select(
            GoodsIn,
            Entry.number,
            func.count().label("lines"),
            func.sum(GoodsInLine.quantity).label("units"),
            func.sum(GoodsInLine.quantity * GoodsInLine.unit_cost_fen).label("amount_fen"),
            select(reversal.id)
            .where(reversal.reverses_id == GoodsIn.entry_id)
            .exists()
            .label("taken_back"),
        )
        .join(Entry, Entry.id == GoodsIn.entry_id)
        .join(GoodsInLine, GoodsInLine.entry_id == GoodsIn.entry_id)
        .where(GoodsIn.shop_id == shop.id)
        .group_by(GoodsIn.entry_id, Entry.number)
        .order_by(GoodsIn.entry_id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Entry.number < before)
    return [
        GoodsInRow(
            number=row.number,
            reference=f"{shop.code}-{row.number}",
            source=row.GoodsIn.source,
            partner=row.GoodsIn.partner,
            document=row.GoodsIn.document,
            received_on=row.GoodsIn.received_on,
            lines=row.lines,
            units=row.units,
            amount_fen=row.amount_fen,
            taken_back=bool(row.taken_back),
        )
        for row in db.session.execute(wanted)
    ]


def goods_in(reference: str, scope: Scope) -> GoodsInPaper | None:
    """Return a delivery into one of the scope's shops by its number."""
    shop_code, _dash, number = reference.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    found = db.session.execute(
        select(GoodsIn, Entry, Shop, StaffMember.name)
        .join(Entry, Entry.id == GoodsIn.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Shop, Shop.id == GoodsIn.shop_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(
            Journal.code == cleaned(shop_code),
            Entry.number == int(number),
            Shop.id.in_(shops_in(scope).with_only_columns(Shop.id).order_by(None)),
        )
    ).first()
    if found is None:
        return None
    paper, entry, shop, clerk = found
    taken_back, reversals = _taken_back(entry.id)
    return GoodsInPaper(
        entry_id=entry.id,
        reference=reference,
        shop=shop,
        source=paper.source,
        partner=paper.partner,
        document=paper.document,
        received_on=paper.received_on,
        posted_at=entry.posted_at,
        clerk=clerk,
        hash=entry.hash,
        lines=_lines(entry.id, reference, taken_back),
        reversals=[f"{shop_code}-{number}" for number in reversals],
        **_origin(entry.id),
    )


def _origin(entry_id: int) -> dict[str, str]:
    """Return who gave a delivery or which fund paid, for its paper; nothing if nobody said."""
    row = db.session.execute(
        select(Provenance, Donor.code, Fund.name)
        .outerjoin(Donor, Donor.id == Provenance.donor_id)
        .outerjoin(Fund, Fund.id == Provenance.fund_id)
        .where(Provenance.entry_id == entry_id)
    ).first()
    if row is None:
        return {}
    origin, donor, fund = row
    return {
        "donor": donor or "",
        "receipt_number": origin.receipt_number,
        "wish": origin.wish,
        "only_region": regions.names([origin.only_region]).get(origin.only_region, ""),
        "fund": fund or "",
    }


def _taken_back(entry_id: int) -> tuple[dict[int, int], list[int]]:
    """Return units taken back by lot, and the numbers of the entries that did, in order."""
    rows = db.session.execute(
        select(StockLine.lot_id, StockLine.quantity, Entry.number)
        .join(Entry, Entry.id == StockLine.entry_id)
        .where(Entry.reverses_id == entry_id)
    ).all()
    units: dict[int, int] = {}
    for lot_id, quantity, _number in rows:
        units[lot_id] = units.get(lot_id, 0) - quantity
    return units, sorted({number for _lot, _quantity, number in rows})


def _lines(entry_id: int, reference: str, taken_back: dict[int, int]) -> list[GoodsInLineRow]:
    barcode = (
        select(func.min(Barcode.code))
        .where(Barcode.goods_id == Goods.id, Barcode.units == 1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(GoodsInLine, Goods, Lot, StockLine.position, barcode)
        .join(Goods, Goods.id == GoodsInLine.goods_id)
        .join(Lot, Lot.id == GoodsInLine.lot_id)
        .join(
            StockLine,
            and_(StockLine.lot_id == GoodsInLine.lot_id, StockLine.entry_id == entry_id),
        )
        .where(GoodsInLine.entry_id == entry_id)
        .order_by(GoodsInLine.position)
    )
    return [
        GoodsInLineRow(
            position=line.position,
            sku=goods.sku,
            name=goods.name,
            specification=goods.specification,
            unit=goods.unit,
            barcode=code or "",
            lot_code=f"{reference}-{stock_position}",
            best_before=lot.best_before,
            quantity=line.quantity,
            taken_back=taken_back.get(lot.id, 0),
            on_hand=lot.on_hand,
            unit_cost_fen=line.unit_cost_fen,
        )
        for line, goods, lot, stock_position, code in rows
    ]
