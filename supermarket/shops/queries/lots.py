"""Lots, and the movements behind their figures."""

from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.ledger.models import (
    ENTRIES_PER_JOURNAL,
    Entry,
    EntryKind,
    Journal,
    Lot,
    LotSource,
    StockLine,
)
from supermarket.shops.models import Recall, Shop
from supermarket.shops.queries.shops import shops_in
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember


class LotRow(NamedTuple):
    """A lot on the shelf."""

    lot_id: int
    #: How people name it: the reference of the entry that made it and the line.
    code: str
    best_before: date | None
    received_on: date
    source: LotSource
    on_hand: int
    #: Days until its date, below zero once past; None if it does not perish.
    days_left: int | None
    #: Held back: it, or the lot it came from, is under recall.
    recalled: bool = False

    @property
    def usable(self) -> bool:
        """Whether it may be handed over today."""
        return not (self.expired or self.recalled)

    @property
    def expired(self) -> bool:
        """Whether it may no longer be handed over."""
        return self.days_left is not None and self.days_left < 0

    def within(self, days: int) -> bool:
        """Whether it is still good, but not for longer than ``days``."""
        return self.days_left is not None and 0 <= self.days_left <= days


class Movement(NamedTuple):
    """One line of a lot's stock card."""

    place: int
    reference: str
    kind: EntryKind
    occurred_on: date
    posted_at: datetime
    #: Whole units; positive into the lot, negative out of it.
    quantity: int
    on_hand_after: int
    #: Whose work it was.
    actor: str
    note: str
    #: Number of the paper it rests on; empty if there is none.
    document: str
    #: The entry that this one takes back; None if it is no reversal.
    reverses: str | None


class LotCard(NamedTuple):
    """A lot with the goods and shop it belongs to."""

    row: LotRow
    sku: str
    name: str
    unit: str
    shop: Shop


def lots_of(
    shop_id: int, goods_id: int, on: date, *, before: int | None = None, limit: int = 50
) -> list[LotRow]:
    """Return every lot of some goods a shop ever had, newest first, to page by lot."""
    wanted = (
        with_codes(
            select(Lot, Entry.number, StockLine.position, Journal.code.label("journal_code"))
        )
        .where(Lot.shop_id == shop_id, Lot.goods_id == goods_id)
        .order_by(Lot.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Lot.id < before)
    return [lot_row(row, on) for row in db.session.execute(wanted)]


def lot(code: str, scope: Scope, on: date) -> LotCard | None:
    """Return a lot in one of the scope's shops by the code on its card."""
    journal_code, _dash, rest = code.partition("-")
    number, _dash, position = rest.partition("-")
    if not (_is_number(number) and _is_number(position)):
        return None
    row = db.session.execute(
        with_codes(
            select(
                Lot,
                Goods,
                Shop,
                Entry.number,
                StockLine.position,
                Journal.code.label("journal_code"),
            )
        )
        .join(Goods, Goods.id == Lot.goods_id)
        .join(Shop, Shop.id == Lot.shop_id)
        .where(
            Journal.code == cleaned(journal_code),
            Entry.number == int(number),
            StockLine.position == int(position),
            Shop.id.in_(shops_in(scope).with_only_columns(Shop.id).order_by(None)),
        )
    ).first()
    if row is None:
        return None
    return LotCard(lot_row(row, on), row.Goods.sku, row.Goods.name, row.Goods.unit, row.Shop)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def movements(lot_id: int, *, before: int | None = None, limit: int = 50) -> list[Movement]:
    """Return the stock card of a lot, newest first, to page by place."""
    wanted = (
        select(StockLine, Entry, Journal.code, StaffMember.name)
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(StockLine.lot_id == lot_id)
        .order_by(StockLine.place.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(StockLine.place < before)
    return [
        Movement(
            place=line.place,
            reference=f"{journal_code}-{entry.number}",
            kind=entry.kind,
            occurred_on=entry.occurred_on,
            posted_at=entry.posted_at,
            quantity=line.quantity,
            on_hand_after=line.on_hand_after,
            actor=actor,
            note=entry.note,
            document=entry.document,
            reverses=_reversed_by(entry, journal_code),
        )
        for line, entry, journal_code, actor in db.session.execute(wanted)
    ]


def _reversed_by(entry: Entry, journal_code: str) -> str | None:
    """Return the reference of what a reversal takes back; it stands in the same journal."""
    if entry.reverses_id is None:
        return None
    return f"{journal_code}-{entry.reverses_id - entry.journal_id * ENTRIES_PER_JOURNAL}"


def with_codes(wanted: Any, *, outer: bool = False) -> Any:
    """Join the entry that made each lot: its reference and line are the lot's code."""
    return (
        wanted.add_columns(recalled().label("recalled"))
        .join(StockLine, (StockLine.lot_id == Lot.id) & (StockLine.place == 1), isouter=outer)
        .join(Entry, Entry.id == StockLine.entry_id, isouter=outer)
        .join(Journal, Journal.id == Entry.journal_id, isouter=outer)
    )


def root() -> ColumnElement[int]:
    """Return the id of the lot that a lot's units were delivered in."""
    return func.coalesce(Lot.origin_id, Lot.id)


def recalled() -> ColumnElement[bool]:
    """Return the condition that a lot is held back by a recall."""
    in_force = (Recall.lot_id == root()) & Recall.lifted_at.is_(None)
    return select(Recall.id).where(in_force).correlate(Lot).exists()


def lot_row(row: Any, on: date) -> LotRow:
    """Return a row of a ``with_codes`` question as a lot on the shelf."""
    lot: Lot = row.Lot
    return LotRow(
        lot_id=lot.id,
        code=f"{row.journal_code}-{row.number}-{row.position}",
        best_before=lot.best_before,
        received_on=lot.received_on,
        source=lot.source,
        on_hand=lot.on_hand,
        days_left=None if lot.best_before is None else (lot.best_before - on).days,
        recalled=bool(row.recalled),
    )
