"""Why is it 7? Every movement of some goods in a shop, over all its lots, with the balance."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.ledger.models import (
    ENTRIES_PER_JOURNAL,
    Entry,
    EntryKind,
    Journal,
    Lot,
    StockLine,
)
from supermarket.staff.models import StaffMember

_PLACE = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")


class CardRow(NamedTuple):
    """One movement of some goods in a shop."""

    entry_id: int
    #: Its place among the entry's lines.
    position: int
    reference: str
    kind: EntryKind
    #: Number of the paper it rests on; empty if none.
    document: str
    note: str
    occurred_on: date
    posted_at: datetime
    #: Whose work it was.
    actor: str
    #: How people name the lot, and until when it is good.
    lot: str
    best_before: date | None
    #: Whole units; positive onto the shelf, negative off it.
    quantity: int
    #: Whole units of the goods in the shop after it.
    balance: int
    #: In a reversal: the number of what it takes back, and what that was.
    reverses: str
    reversed_kind: EntryKind | None

    @property
    def place(self) -> str:
        """Where the next page begins."""
        return f"{self.entry_id}-{self.position}"


class GoodsCard(NamedTuple):
    """A page of the stock card of some goods in a shop."""

    rows: list[CardRow]
    #: Whole units the lots hold now: the sum of all movements.
    on_hand: int
    #: Where the next page begins; empty on the last.
    next: str


def card(shop_id: int, goods_id: int, *, before: str = "", limit: int = 50) -> GoodsCard:
    """Return a page of the movements of some goods in a shop, newest first.

    ``before`` is the ``place`` of the last row of the page before; one that is none
    begins at the newest.
    """
    rows = card_rows(shop_id, goods_id, before=before, limit=limit + 1)
    following = rows[limit - 1].place if len(rows) > limit else ""
    return GoodsCard(rows[:limit], on_hand(shop_id, goods_id), following)


def on_hand(shop_id: int, goods_id: int) -> int:
    """Return the whole units of some goods that a shop's lots hold."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(Lot.on_hand), 0)).where(
                Lot.shop_id == shop_id, Lot.goods_id == goods_id
            )
        )
        or 0
    )


def card_rows(shop_id: int, goods_id: int, *, before: str = "", limit: int) -> list[CardRow]:
    """Return movements of some goods in a shop, newest first, from behind ``before``.

    The balance is the sum of the movements up to each, from the first on: it asks no lot.
    """
    edge = _behind(before)
    original, original_journal = aliased(Entry), aliased(Journal)
    made, made_entry, made_journal = aliased(StockLine), aliased(Entry), aliased(Journal)
    mine = and_(Lot.shop_id == shop_id, Lot.goods_id == goods_id, *edge)
    newest = (Entry.posted_at.desc(), Entry.id.desc(), StockLine.position.desc())
    found = db.session.execute(
        select(
            StockLine,
            Entry,
            Journal.code.label("journal"),
            StaffMember.name.label("actor"),
            Lot.best_before,
            made.position.label("made_position"),
            made_entry.number.label("made_number"),
            made_journal.code.label("made_journal"),
            original.number.label("reversed_number"),
            original.kind.label("reversed_kind"),
            original_journal.code.label("reversed_journal"),
        )
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Entry, Entry.id == StockLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .join(made, and_(made.lot_id == Lot.id, made.place == 1))
        .join(made_entry, made_entry.id == made.entry_id)
        .join(made_journal, made_journal.id == made_entry.journal_id)
        .outerjoin(original, original.id == Entry.reverses_id)
        .outerjoin(original_journal, original_journal.id == original.journal_id)
        .where(mine)
        .order_by(*newest)
        .limit(limit)
    ).all()
    if not found:
        return []
    balance = int(
        db.session.scalar(
            select(func.coalesce(func.sum(StockLine.quantity), 0))
            .join(Lot, Lot.id == StockLine.lot_id)
            .join(Entry, Entry.id == StockLine.entry_id)
            .where(
                Lot.shop_id == shop_id,
                Lot.goods_id == goods_id,
                *_behind(f"{found[0].Entry.id}-{found[0].StockLine.position}"),
            )
        )
        or 0
    )
    balance += found[0].StockLine.quantity
    rows = []
    for row in found:
        rows.append(_row(row, balance))
        balance -= row.StockLine.quantity
    return rows


def _behind(before: str) -> list[ColumnElement[bool]]:
    """Return the condition that a movement is older than the one at ``before``."""
    match = _PLACE.fullmatch(before) if before.isascii() else None
    if match is None:
        return []
    entry_id, position = int(match[1]), int(match[2])
    edge = select(Entry.posted_at).where(Entry.id == entry_id).scalar_subquery()
    same = Entry.posted_at == edge
    return [
        or_(
            Entry.posted_at < edge,
            and_(same, Entry.id < entry_id),
            and_(same, Entry.id == entry_id, StockLine.position < position),
        )
    ]


def _row(row: Any, balance: int) -> CardRow:
    line: StockLine = row.StockLine
    entry: Entry = row.Entry
    reverses = f"{row.reversed_journal}-{row.reversed_number}" if row.reversed_number else ""
    return CardRow(
        entry_id=entry.id,
        position=line.position,
        reference=f"{row.journal}-{entry.id % ENTRIES_PER_JOURNAL}",
        kind=entry.kind,
        document=entry.document,
        note=entry.note,
        occurred_on=entry.occurred_on,
        posted_at=entry.posted_at,
        actor=row.actor,
        lot=f"{row.made_journal}-{row.made_number}-{row.made_position}",
        best_before=row.best_before,
        quantity=line.quantity,
        balance=balance,
        reverses=reverses,
        reversed_kind=row.reversed_kind,
    )
