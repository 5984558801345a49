"""Recalls, the shelves they stop, and the households that have the goods."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Lot, StockLine
from supermarket.movements.models import RecallMark, Transfer, TransferLine, TransferState
from supermarket.movements.queries.naming import lot_codes, names_of, shop_ids
from supermarket.regions.models import Region
from supermarket.shops.models import GoodsIn, GoodsInLine, Recall, Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


class RecallRow(NamedTuple):
    """A recall in a list."""

    id: int
    code: str
    goods: str
    specification: str
    reason: str
    recalled_at: datetime
    lifted_at: datetime | None


class ShelfRow(NamedTuple):
    """A shop that got units of a recalled delivery."""

    shop_code: str
    shop_name: str
    lot_code: str
    #: Whole units on the shelf now.
    on_hand: int


class RecallPaper(NamedTuple):
    """A recall as it is shown."""

    recall: Recall
    goods: Goods
    lot_code: str
    #: Who sold or gave the delivery; empty if nobody said.
    partner: str
    best_before: date | None
    #: The shop the goods were delivered to.
    home: Shop
    shelves: list[ShelfRow]
    #: Whole units on their way between shops.
    in_transit: int
    recalled_by: str
    lifted_by: str

    @property
    def on_hand(self) -> int:
        """Units on all shelves."""
        return sum(shelf.on_hand for shelf in self.shelves)


class Receiver(NamedTuple):
    """A household that has units of a recalled delivery."""

    household_id: int
    household_code: str
    head: str
    group: str
    village_code: str
    village: str
    #: The last four digits of its telephone; empty if none is known.
    phone_tail: str
    #: Whole units handed out and not brought back.
    units: int
    #: The day and the shops they were handed out.
    last_on: date
    shops: tuple[str, ...]
    told_at: datetime | None
    collected_at: datetime | None


def recalls(scope: Scope, *, before: int | None = None, limit: int) -> list[RecallRow]:
    """Return the recalls that concern a shop of a scope, newest first."""
    wanted = (
        select(
            Recall.id,
            Recall.code,
            Goods.name,
            Goods.specification,
            Recall.reason,
            Recall.recalled_at,
            Recall.lifted_at,
        )
        .join(Lot, Lot.id == Recall.lot_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .where(_concerns(scope))
        .order_by(Recall.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Recall.id < before)
    return [RecallRow._make(row) for row in db.session.execute(wanted)]


def recall(code: str, scope: Scope) -> Recall | None:
    """Return a recall that concerns a shop of the scope by its number."""
    return db.session.scalar(select(Recall).where(Recall.code == cleaned(code), _concerns(scope)))


def recall_of(lot_id: int) -> Recall | None:
    """Return the recall in force that holds a lot back, if any."""
    return db.session.scalar(
        select(Recall)
        .join(Lot, func.coalesce(Lot.origin_id, Lot.id) == Recall.lot_id)
        .where(Lot.id == lot_id, Recall.lifted_at.is_(None))
    )


def in_force(scope: Scope) -> Sequence[Recall]:
    """Return the recalls in force that concern a shop of a scope, oldest first."""
    return db.session.scalars(
        select(Recall).where(Recall.lifted_at.is_(None), _concerns(scope)).order_by(Recall.id)
    ).all()


def recall_paper(found: Recall) -> RecallPaper:
    """Return what is shown of a recall."""
    lot, goods, home, partner = db.session.execute(
        select(Lot, Goods, Shop, GoodsIn.partner)
        .join(Goods, Goods.id == Lot.goods_id)
        .join(Shop, Shop.id == Lot.shop_id)
        .outerjoin(GoodsInLine, GoodsInLine.lot_id == Lot.id)
        .outerjoin(GoodsIn, GoodsIn.entry_id == GoodsInLine.entry_id)
        .where(Lot.id == found.lot_id)
    ).one()
    rows = db.session.execute(
        select(Lot.id, Shop.code, Shop.name, Lot.on_hand)
        .join(Shop, Shop.id == Lot.shop_id)
        .where(_family(found.lot_id))
        .order_by(Shop.region_code, Shop.code, Lot.id)
    ).all()
    codes = lot_codes([row.id for row in rows])
    names = names_of([found.recalled_by, found.lifted_by])
    return RecallPaper(
        recall=found,
        goods=goods,
        lot_code=codes.get(lot.id, ""),
        partner=partner or "",
        best_before=lot.best_before,
        home=home,
        shelves=[ShelfRow(row.code, row.name, codes.get(row.id, ""), row.on_hand) for row in rows],
        in_transit=_in_transit(found.lot_id),
        recalled_by=names[found.recalled_by],
        lifted_by=names[found.lifted_by],
    )


def receivers(found: Recall, scope: Scope) -> list[Receiver]:
    """Return the households in a scope's regions that have units of a recalled delivery.

    Those that brought all of it back are left out. In the order of villages and households.
    """
    rows = db.session.execute(
        _handed_out(found)
        .add_columns(
            Household.code,
            Household.head,
            Household.group,
            Household.village_code,
            Region.name.label("village"),
            Household.phone,
            Redemption.occurred_on,
            Shop.name.label("shop"),
            RecallMark.told_at,
            RecallMark.collected_at,
        )
        .join(Region, Region.code == Household.village_code)
        .join(Shop, Shop.id == Redemption.shop_id)
        .outerjoin(
            RecallMark,
            (RecallMark.household_id == Household.id) & (RecallMark.recall_id == found.id),
        )
        .order_by(Household.village_code, Household.code, Redemption.entry_id)
    )
    by_household: dict[int, list[Any]] = {}
    for row in rows:
        if scope.covers_region(row.village_code):
            by_household.setdefault(row.household_id, []).append(row)
    return [
        receiver
        for rows_of_one in by_household.values()
        if (receiver := _receiver(rows_of_one)).units > 0
    ]


def elsewhere(found: Recall, scope: Scope) -> int:
    """Return how many households outside a scope's regions have units of a delivery."""
    units: dict[int, int] = {}
    rows = db.session.execute(_handed_out(found).add_columns(Household.village_code))
    for row in rows:
        if not scope.covers_region(row.village_code):
            units[row.household_id] = units.get(row.household_id, 0) - row.quantity
    return sum(count > 0 for count in units.values())


def _handed_out(found: Recall) -> Select[int, int]:
    """Return the movements of a delivery's lots at the counter, with their households."""
    return (
        select(Redemption.household_id, StockLine.quantity)
        .select_from(StockLine)
        .join(Lot, Lot.id == StockLine.lot_id)
        .join(Redemption, Redemption.entry_id == StockLine.entry_id)
        .join(Household, Household.id == Redemption.household_id)
        .where(_family(found.lot_id))
    )


def _receiver(rows: Sequence[Any]) -> Receiver:
    first, out = rows[0], [row for row in rows if row.quantity < 0]
    return Receiver(
        household_id=first.household_id,
        household_code=first.code,
        head=first.head,
        group=first.group,
        village_code=first.village_code,
        village=first.village,
        phone_tail=first.phone[-4:],
        units=-sum(row.quantity for row in rows),
        last_on=max((row.occurred_on for row in out), default=first.occurred_on),
        shops=tuple(dict.fromkeys(row.shop for row in out)),
        told_at=first.told_at,
        collected_at=first.collected_at,
    )


def _in_transit(root_id: int) -> int:
    left = TransferLine.quantity - TransferLine.received - TransferLine.returned - TransferLine.lost
    units = db.session.scalar(
        select(func.sum(left))
        .join(Transfer, Transfer.id == TransferLine.transfer_id)
        .join(Lot, Lot.id == TransferLine.from_lot_id)
        .where(_family(root_id), Transfer.state != TransferState.CANCELLED)
    )
    return int(units or 0)


def _family(root_id: int) -> ColumnElement[bool]:
    """Return the condition that a lot holds units of a delivery."""
    return or_(Lot.id == root_id, Lot.origin_id == root_id)


def _concerns(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a shop of a scope has, or had, units of a recalled delivery."""
    of_scope = (
        select(Lot.id)
        .where(
            or_(Lot.id == Recall.lot_id, Lot.origin_id == Recall.lot_id),
            Lot.shop_id.in_(shop_ids(scope)),
        )
        .correlate(Recall)
    )
    return of_scope.exists()
