"""Gifts one by one, their receipts, and who gave in a year."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.donors.models import Donor, FundMove
from supermarket.goods.models import Goods
from supermarket.ledger.models import Entry, Journal, Lot, StockLine
from supermarket.regions.queries import under
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance, Shop
from supermarket.shops.queries.shops import shops_in
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

BACK = aliased(Entry)


class GiftLine(NamedTuple):
    """One goods of a gift."""

    name: str
    unit: str
    best_before: date | None
    #: Whole units that came.
    quantity: int
    #: Value of one unit in fen; None if nobody valued it.
    unit_fen: int | None

    @property
    def fen(self) -> int | None:
        """Value of the line in fen."""
        return None if self.unit_fen is None else self.unit_fen * self.quantity


class GoodsReceipt(NamedTuple):
    """A gift of goods as its receipt says it."""

    number: str
    donor: Donor
    shop: Shop
    reference: str
    received_on: date
    posted_at: datetime
    document: str
    wish: str
    only_region: str
    clerk: str
    hash: str
    lines: list[GiftLine]
    #: Whether all of it was taken back since, so that the receipt is void.
    void: bool

    @property
    def fen(self) -> int | None:
        """Value of the lines that have one, in fen; None if none has."""
        known = [line.fen for line in self.lines if line.fen is not None]
        return sum(known) if known else None


class Giver(NamedTuple):
    """A donor and what the gifts of a window are worth, for the office."""

    donor: Donor
    #: Fen of goods as valued, and of money; what was taken back is left out.
    goods_fen: int
    money_fen: int
    #: Units of goods.
    units: int


def goods_receipt(number: str, scope: Scope) -> GoodsReceipt | None:
    """Return a gift of goods to one of the scope's shops by the number of its receipt."""
    number = cleaned(number).upper()
    found = _receipts(_papers(scope).where(Provenance.receipt_number == number)) if number else []
    return found[0] if found else None


def goods_gifts(of: Donor, scope: Scope) -> list[GoodsReceipt]:
    """Return what a donor gave to the shops of a scope, newest first."""
    return _receipts(
        _papers(scope)
        .where(Provenance.donor_id == of.id)
        .order_by(GoodsIn.received_on.desc(), GoodsIn.entry_id.desc())
        .limit(200)
    )


def givers(since: date, until: date, regions: Sequence[str] | None = None) -> list[Giver]:
    """Return who gave from ``since`` to ``until``, by code; ``regions`` are those of the donors."""
    goods = _goods_given(since, until)
    money = _money_given(since, until)
    wanted = select(Donor).where(Donor.id.in_({*goods, *money})).order_by(Donor.code)
    if regions is not None:
        wanted = wanted.where(under(Donor.region_code, regions))
    return [
        Giver(donor, goods.get(donor.id, (0, 0))[1], money.get(donor.id, 0),
              goods.get(donor.id, (0, 0))[0])
        for donor in db.session.scalars(wanted)
    ]  # fmt: skip


def years() -> list[int]:
    """Return the years from the first gift to the last, newest first."""
    goods = (
        select(func.min(GoodsIn.received_on), func.max(GoodsIn.received_on))
        .join(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .where(Provenance.donor_id.is_not(None))
    )
    money = select(func.min(FundMove.occurred_on), func.max(FundMove.occurred_on)).where(
        FundMove.donor_id.is_not(None)
    )
    days = [*db.session.execute(goods).one(), *db.session.execute(money).one()]
    known = [day.year for day in days if day is not None]
    return list(range(max(known), min(known) - 1, -1)) if known else []


def _goods_given(since: date, until: date) -> dict[int, tuple[int, int]]:
    """Return units and fen given by donor, those taken back left out; nobody with no unit left."""
    rows = db.session.execute(
        select(
            Provenance.donor_id,
            func.sum(StockLine.quantity),
            func.sum(StockLine.quantity * func.coalesce(GoodsInLine.unit_cost_fen, 0)),
        )
        .join(GoodsIn, GoodsIn.entry_id == Provenance.entry_id)
        .join(GoodsInLine, GoodsInLine.entry_id == GoodsIn.entry_id)
        .join(StockLine, StockLine.lot_id == GoodsInLine.lot_id)
        .join(Entry, Entry.id == StockLine.entry_id)
        .where(
            Provenance.donor_id.is_not(None),
            GoodsIn.received_on >= since,
            GoodsIn.received_on <= until,
            or_(Entry.id == GoodsIn.entry_id, Entry.reverses_id == GoodsIn.entry_id),
        )
        .group_by(Provenance.donor_id)
    )
    return {donor: (int(units), int(fen)) for donor, units, fen in rows if donor and units}


def _money_given(since: date, until: date) -> dict[int, int]:
    """Return fen given by donor; gifts taken back are left out."""
    rows = db.session.execute(
        select(FundMove.donor_id, func.sum(FundMove.fen))
        .where(
            FundMove.donor_id.is_not(None),
            FundMove.occurred_on >= since,
            FundMove.occurred_on <= until,
            ~select(BACK.id).where(BACK.reverses_id == FundMove.entry_id).exists(),
        )
        .group_by(FundMove.donor_id)
    )
    return {donor: int(fen) for donor, fen in rows if donor}


def _papers(
    scope: Scope,
) -> Select[Provenance, GoodsIn, Donor, Shop, Entry, str, str]:
    return (
        select(Provenance, GoodsIn, Donor, Shop, Entry, Journal.code, StaffMember.name)
        .join(GoodsIn, GoodsIn.entry_id == Provenance.entry_id)
        .join(Donor, Donor.id == Provenance.donor_id)
        .join(Shop, Shop.id == GoodsIn.shop_id)
        .join(Entry, Entry.id == GoodsIn.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .where(Shop.id.in_(shops_in(scope).with_only_columns(Shop.id).order_by(None)))
    )


def _receipts(
    wanted: Select[Provenance, GoodsIn, Donor, Shop, Entry, str, str],
) -> list[GoodsReceipt]:
    rows = db.session.execute(wanted).all()
    entries = [paper.entry_id for _provenance, paper, *_rest in rows]
    lines: dict[int, list[GiftLine]] = {entry: [] for entry in entries}
    for line, item, day in db.session.execute(
        select(GoodsInLine, Goods, Lot.best_before)
        .join(Goods, Goods.id == GoodsInLine.goods_id)
        .join(Lot, Lot.id == GoodsInLine.lot_id)
        .where(GoodsInLine.entry_id.in_(entries))
        .order_by(GoodsInLine.entry_id, GoodsInLine.position)
    ):
        name = " ".join(filter(None, (item.name, item.specification)))
        lines[line.entry_id].append(
            GiftLine(name, item.unit, day, line.quantity, line.unit_cost_fen)
        )
    left = _left(entries)
    return [
        GoodsReceipt(
            number=provenance.receipt_number,
            donor=donor,
            shop=shop,
            reference=f"{journal}-{entry.number}",
            received_on=paper.received_on,
            posted_at=entry.posted_at,
            document=paper.document,
            wish=provenance.wish,
            only_region=provenance.only_region,
            clerk=clerk,
            hash=entry.hash,
            lines=lines[entry.id],
            void=left.get(entry.id, 0) == 0,
        )
        for provenance, paper, donor, shop, entry, journal, clerk in rows
    ]


def _left(entries: Sequence[int]) -> dict[int, int]:
    """Return the units of deliveries that were not taken back, by the delivery's entry."""
    of = func.coalesce(Entry.reverses_id, Entry.id)
    rows = db.session.execute(
        select(of, func.sum(StockLine.quantity))
        .join(StockLine, StockLine.entry_id == Entry.id)
        .where(or_(Entry.id.in_(entries), Entry.reverses_id.in_(entries)))
        .group_by(of)
    )
    return {entry: int(units) for entry, units in rows}
