"""Write-offs in lists, and one as it is shown and printed."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot
from supermarket.movements.models import WriteOff, WriteOffKind, WriteOffLine, WriteOffState
from supermarket.movements.queries.naming import lot_codes, names_of, shop_ids
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


class WriteOffRow(NamedTuple):
    """A write-off in a list."""

    id: int
    code: str
    state: WriteOffState
    kind: WriteOffKind
    shop_code: str
    shop_name: str
    proposed_at: datetime
    proposed_by: str
    #: Lines, whole units proposed, and their worth as far as it is known.
    lines: int
    units: int
    points: int | None
    fen: int | None


class WriteOffLineRow(NamedTuple):
    """One line of a write-off."""

    position: int
    sku: str
    name: str
    specification: str
    unit: str
    best_before: date | None
    lot_code: str
    #: Whole units proposed; approved, None while nobody decided; in the lot now.
    quantity: int
    approved: int | None
    on_hand: int
    #: What one unit was worth when it was proposed; None if nobody knew.
    points_price: int | None
    unit_cost_fen: int | None

    @property
    def units(self) -> int:
        """Units the paper stands for: approved ones once it is decided."""
        return self.quantity if self.approved is None else self.approved

    @property
    def points(self) -> int | None:
        """Worth of its units in points."""
        return None if self.points_price is None else self.points_price * self.units

    @property
    def fen(self) -> int | None:
        """What its units cost."""
        return None if self.unit_cost_fen is None else self.unit_cost_fen * self.units


class WriteOffPaper(NamedTuple):
    """A write-off as it is shown and printed."""

    write_off: WriteOff
    shop: Shop
    lines: list[WriteOffLineRow]
    proposed_by: str
    decided_by: str
    reversed_by: str
    #: Number and seal of the entry; empty while nothing was posted.
    reference: str
    hash: str

    @property
    def code(self) -> str:
        """Its number."""
        return self.write_off.code

    @property
    def state(self) -> WriteOffState:
        """How far it has come."""
        return self.write_off.state

    @property
    def short(self) -> dict[int, int]:
        """By line, the units that can still be approved where the lot holds fewer than proposed."""
        return {line.position: line.on_hand for line in self.lines if line.on_hand < line.quantity}

    @property
    def points(self) -> int | None:
        """Worth in points, as far as it is known; None if nothing is."""
        known = [line.points for line in self.lines if line.points is not None]
        return sum(known) if known else None

    @property
    def fen(self) -> int | None:
        """Cost in fen, as far as it is known; None if nothing is."""
        known = [line.fen for line in self.lines if line.fen is not None]
        return sum(known) if known else None


def write_offs(
    scope: Scope,
    states: Collection[WriteOffState],
    *,
    shop: str = "",
    before: int | None = None,
    limit: int,
) -> list[WriteOffRow]:
    """Return the write-offs of the shops of a scope, newest first; ``before`` is a page's last."""
    units = func.coalesce(WriteOffLine.approved, WriteOffLine.quantity)
    wanted = (
        select(
            WriteOff,
            Shop.code,
            Shop.name,
            func.count(),
            func.sum(units),
            func.sum(units * WriteOffLine.points_price),
            func.sum(units * WriteOffLine.unit_cost_fen),
        )
        .join(Shop, Shop.id == WriteOff.shop_id)
        .join(WriteOffLine, WriteOffLine.write_off_id == WriteOff.id)
        .where(WriteOff.shop_id.in_(shop_ids(scope)), WriteOff.state.in_(states))
        .group_by(WriteOff.id, Shop.id)
        .order_by(WriteOff.id.desc())
        .limit(limit)
    )
    if shop:
        wanted = wanted.where(Shop.code == shop)
    if before is not None:
        wanted = wanted.where(WriteOff.id < before)
    rows = db.session.execute(wanted).all()
    names = names_of([row[0].proposed_by for row in rows])
    return [
        WriteOffRow(
            paper.id,
            paper.code,
            paper.state,
            paper.kind,
            shop_code,
            shop_name,
            paper.proposed_at,
            names[paper.proposed_by],
            lines,
            units,
            points,
            fen,
        )
        for paper, shop_code, shop_name, lines, units, points, fen in rows
    ]


def write_off(code: str, scope: Scope) -> WriteOffPaper | None:
    """Return a write-off of a shop of the scope by its number."""
    row = db.session.execute(
        select(WriteOff, Shop, Journal.code, Entry.number, Entry.hash)
        .join(Shop, Shop.id == WriteOff.shop_id)
        .outerjoin(Entry, Entry.id == WriteOff.entry_id)
        .outerjoin(Journal, Journal.id == Entry.journal_id)
        .where(WriteOff.code == cleaned(code), WriteOff.shop_id.in_(shop_ids(scope)))
    ).first()
    if row is None:
        return None
    found, shop, journal, number, seal = row
    names = names_of([found.proposed_by, found.decided_by, found.reversed_by])
    return WriteOffPaper(
        write_off=found,
        shop=shop,
        lines=_lines(found.id),
        proposed_by=names[found.proposed_by],
        decided_by=names[found.decided_by],
        reversed_by=names[found.reversed_by],
        reference=f"{journal}-{number}" if journal else "",
        hash=seal or "",
    )


def proposed_units(lot_ids: Collection[int]) -> dict[int, int]:
    """Return the units of lots that stand on write-offs nobody decided yet."""
    rows = db.session.execute(
        select(WriteOffLine.lot_id, func.sum(WriteOffLine.quantity))
        .join(WriteOff, WriteOff.id == WriteOffLine.write_off_id)
        .where(WriteOffLine.lot_id.in_(lot_ids), WriteOff.state == WriteOffState.PROPOSED)
        .group_by(WriteOffLine.lot_id)
    )
    return {lot_id: int(units) for lot_id, units in rows}


def _lines(write_off_id: int) -> list[WriteOffLineRow]:
    rows = db.session.execute(
        select(WriteOffLine, Goods, Lot.best_before, Lot.on_hand)
        .join(Goods, Goods.id == WriteOffLine.goods_id)
        .join(Lot, Lot.id == WriteOffLine.lot_id)
        .where(WriteOffLine.write_off_id == write_off_id)
        .order_by(WriteOffLine.position)
        .execution_options(populate_existing=True)
    ).all()
    codes = lot_codes([row[0].lot_id for row in rows])
    return [
        WriteOffLineRow(
            position=line.position,
            sku=goods.sku,
            name=goods.name,
            specification=goods.specification,
            unit=goods.unit,
            best_before=best_before,
            lot_code=codes[line.lot_id],
            quantity=line.quantity,
            approved=line.approved,
            on_hand=on_hand,
            points_price=line.points_price,
            unit_cost_fen=line.unit_cost_fen,
        )
        for line, goods, best_before, on_hand in rows
    ]
