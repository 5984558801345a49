"""Transfers in lists, and one as it is shown and printed."""

import enum
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Lot
from supermarket.movements.models import (
    Outcome,
    Transfer,
    TransferDecision,
    TransferLine,
    TransferState,
)
from supermarket.movements.queries.naming import lot_codes, names_of, shop_ids
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


class Section(enum.Enum):
    """A part of the list."""

    ON_THE_WAY = "on_the_way"
    MISSING = "missing"
    ALL = "all"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Section.ON_THE_WAY: N_("在途"),
            Section.MISSING: N_("有缺少"),
            Section.ALL: N_("全部"),
        }[self]

    def condition(self) -> ColumnElement[bool]:
        """Return which transfers it shows."""
        if self is Section.ON_THE_WAY:
            return Transfer.state == TransferState.SENT
        return Transfer.missing > 0 if self is Section.MISSING else Transfer.id > 0


class TransferRow(NamedTuple):
    """A transfer in a list."""

    id: int
    code: str
    state: TransferState
    from_name: str
    to_name: str
    from_code: str
    to_code: str
    sent_on: date
    #: Lines, whole units sent, and units of which nobody knows what became.
    lines: int
    units: int
    missing: int


class TransferLineRow(NamedTuple):
    """One line of a transfer."""

    position: int
    sku: str
    name: str
    specification: str
    unit: str
    best_before: date | None
    #: How people name the lot it left, and the one it came into; the latter may be empty.
    lot_code: str
    to_lot_code: str
    #: Whole units.
    quantity: int
    received: int
    returned: int
    lost: int
    note: str

    @property
    def in_transit(self) -> int:
        """Units that neither arrived, nor came back, nor were given up."""
        return self.quantity - self.received - self.returned - self.lost


class DecisionRow(NamedTuple):
    """What somebody found out about missing units."""

    position: int
    outcome: Outcome
    quantity: int
    reason: str
    who: str
    decided_at: datetime


class TransferPaper(NamedTuple):
    """A transfer as it is shown and printed."""

    transfer: Transfer
    from_shop: Shop
    to_shop: Shop
    lines: list[TransferLineRow]
    decisions: list[DecisionRow]
    sent_by: str
    received_by: str
    cancelled_by: str
    #: The seal of the entry that took the goods off the sender's lots.
    hash: str

    @property
    def code(self) -> str:
        """Its number."""
        return self.transfer.code

    @property
    def state(self) -> TransferState:
        """How far it has come."""
        return self.transfer.state

    @property
    def units(self) -> int:
        """Units sent."""
        return sum(line.quantity for line in self.lines)


def transfers(
    scope: Scope,
    section: Section,
    *,
    shop: str = "",
    before: int | None = None,
    limit: int,
) -> list[TransferRow]:
    """Return the transfers from or to the shops of a scope, newest first.

    ``shop`` narrows to those of one shop; ``before`` is the id of a page's last.
    """
    sender, receiver = aliased(Shop), aliased(Shop)
    wanted = (
        select(
            Transfer.id,
            Transfer.code,
            Transfer.state,
            sender.name,
            receiver.name,
            sender.code,
            receiver.code,
            Transfer.sent_on,
            func.count(),
            func.sum(TransferLine.quantity),
            Transfer.missing,
        )
        .join(sender, sender.id == Transfer.from_shop_id)
        .join(receiver, receiver.id == Transfer.to_shop_id)
        .join(TransferLine, TransferLine.transfer_id == Transfer.id)
        .where(in_sight(scope), section.condition())
        .group_by(Transfer.id, sender.id, receiver.id)
        .order_by(Transfer.id.desc())
        .limit(limit)
    )
    if shop:
        wanted = wanted.where(or_(sender.code == shop, receiver.code == shop))
    if before is not None:
        wanted = wanted.where(Transfer.id < before)
    return [TransferRow._make(row) for row in db.session.execute(wanted)]


def in_sight(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that one of a transfer's shops lies in a scope."""
    ids = shop_ids(scope)
    return or_(Transfer.from_shop_id.in_(ids), Transfer.to_shop_id.in_(ids))


def transfer(code: str, scope: Scope) -> TransferPaper | None:
    """Return a transfer from or to a shop of the scope by its number."""
    sender, receiver = aliased(Shop), aliased(Shop)
    row = db.session.execute(
        select(Transfer, sender, receiver, Entry.hash)
        .join(sender, sender.id == Transfer.from_shop_id)
        .join(receiver, receiver.id == Transfer.to_shop_id)
        .join(Entry, Entry.id == Transfer.entry_id)
        .where(Transfer.code == cleaned(code), in_sight(scope))
    ).first()
    if row is None:
        return None
    found: Transfer = row[0]
    names = names_of([found.sent_by, found.received_by, found.cancelled_by])
    return TransferPaper(
        transfer=found,
        from_shop=row[1],
        to_shop=row[2],
        lines=_lines(found.id),
        decisions=_decisions(found.id),
        sent_by=names[found.sent_by],
        received_by=names[found.received_by],
        cancelled_by=names[found.cancelled_by],
        hash=row[3],
    )


def _lines(transfer_id: int) -> list[TransferLineRow]:
    rows: Sequence[tuple[TransferLine, Goods, date | None]] = [
        (row[0], row[1], row[2])
        for row in db.session.execute(
            select(TransferLine, Goods, Lot.best_before)
            .join(Goods, Goods.id == TransferLine.goods_id)
            .join(Lot, Lot.id == TransferLine.from_lot_id)
            .where(TransferLine.transfer_id == transfer_id)
            .order_by(TransferLine.position)
            .execution_options(populate_existing=True)
        )
    ]
    codes = lot_codes([lot for line, *_ in rows for lot in (line.from_lot_id, line.to_lot_id)])
    return [
        TransferLineRow(
            position=line.position,
            sku=goods.sku,
            name=goods.name,
            specification=goods.specification,
            unit=goods.unit,
            best_before=best_before,
            lot_code=codes[line.from_lot_id],
            to_lot_code=codes.get(line.to_lot_id, ""),
            quantity=line.quantity,
            received=line.received,
            returned=line.returned,
            lost=line.lost,
            note=line.note,
        )
        for line, goods, best_before in rows
    ]


def _decisions(transfer_id: int) -> list[DecisionRow]:
    found = db.session.scalars(
        select(TransferDecision)
        .where(TransferDecision.transfer_id == transfer_id)
        .order_by(TransferDecision.id)
    ).all()
    names = names_of([row.decided_by for row in found])
    return [
        DecisionRow(
            row.position,
            row.outcome,
            row.quantity,
            row.reason,
            names[row.decided_by],
            row.decided_at,
        )
        for row in found
    ]
