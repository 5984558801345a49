"""Receipts, read back: by entry and by number."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, and_, or_, select

from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.masking import masked
from supermarket.regions import queries as regions
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope, StaffMember


class ReceiptLine(NamedTuple):
    """One goods of a receipt; units, points and fen are negative in a reversal."""

    sku: str
    name: str
    specification: str
    unit: str
    quantity: int
    #: Whole points for one unit.
    points_price: int
    points: int
    fen: int


class Reversed(NamedTuple):
    """A reversal of a receipt, in short."""

    reference: str
    posted_at: datetime
    #: Whole points given back, above zero.
    points: int
    reason: str


class Receipt(NamedTuple):
    """What a redemption, or its reversal, says on paper."""

    entry_id: int
    reference: str
    occurred_on: date
    posted_at: datetime
    shop_code: str
    shop_name: str
    household_id: int
    household_code: str
    #: First character of the head's name, then stars.
    masked_head: str
    clerk: str
    #: Who collected, or how the household's own people were known; empty if nobody asked.
    collector: str
    #: Whole points spent; negative in a reversal.
    points: int
    fen: int
    balance_before: int
    balance_after: int
    lines: list[ReceiptLine]
    #: In a reversal: the number of what it takes back; empty otherwise.
    reverses: str
    #: In a reversal: why; empty otherwise.
    reason: str
    #: What was taken back since, oldest first.
    reversals: list[Reversed]
    #: The numbered paper slip it was written on; empty if none.
    slip: str = ""

    @property
    def is_reversal(self) -> bool:
        """Whether goods came back instead of leaving."""
        return self.points < 0


class Found(NamedTuple):
    """A redemption by its number, as far as rights and a reversal need it."""

    entry_id: int
    occurred_on: date
    shop_code: str
    shop_region: str
    household_id: int


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a redemption's shop lies in ``scope``."""
    return or_(Shop.code.in_(scope.shops), regions.under(Shop.region_code, scope.regions))


def find(reference: str) -> Found | None:
    """Return the redemption of that number, whoever's it is; rights are the caller's business."""
    row = db.session.execute(
        select(
            Redemption.entry_id,
            Redemption.occurred_on,
            Shop.code,
            Shop.region_code,
            Redemption.household_id,
        )
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(Redemption.entry_id == _entry_of(reference))
    ).one_or_none()
    return Found(*row) if row else None


def receipt(reference: str, scope: Scope) -> Receipt | None:
    """Return the receipt of that number if its shop lies in ``scope``."""
    return _receipt(and_(Redemption.entry_id == _entry_of(reference), visible(scope)))


def receipt_of(entry_id: int) -> Receipt:
    """Return the receipt of an entry that is known to be a redemption or its reversal."""
    found = _receipt(Redemption.entry_id == entry_id)
    if found is None:
        raise LookupError(f"entry {entry_id} is no redemption")
    return found


def _entry_of(reference: str) -> ColumnElement[int]:
    """Return the id of the entry of that number, as SQL; no row if the number is malformed."""
    code, _dash, number = reference.rpartition("-")
    proper = number.isascii() and number.isdigit() and len(number) < 10
    return (
        select(Entry.id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Journal.code == code, Entry.number == (int(number) if proper else 0))
        .scalar_subquery()
    )


def _receipt(condition: ColumnElement[bool]) -> Receipt | None:
    row = db.session.execute(
        select(Redemption, Journal.code, Entry.number, Shop, Household, StaffMember.name)
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Household, Household.id == Redemption.household_id)
        .join(StaffMember, StaffMember.id == Redemption.actor_id)
        .where(condition)
    ).one_or_none()
    if row is None:
        return None
    redemption, code, number, shop, household, clerk = row
    later = _references(
        or_(
            Redemption.reverses_id == redemption.entry_id,
            Redemption.entry_id == redemption.reverses_id,
        )
    )
    return Receipt(
        entry_id=redemption.entry_id,
        reference=f"{code}-{number}",
        occurred_on=redemption.occurred_on,
        posted_at=redemption.posted_at,
        shop_code=shop.code,
        shop_name=shop.name,
        household_id=household.id,
        household_code=household.code,
        masked_head=masked(household.head),
        clerk=clerk,
        collector=redemption.collector,
        points=redemption.points,
        fen=redemption.fen,
        balance_before=redemption.balance_after + redemption.points,
        balance_after=redemption.balance_after,
        lines=_lines(redemption.entry_id),
        reverses=next(
            (f"{r[1]}-{r[2]}" for r in later if r[0].entry_id == redemption.reverses_id), ""
        ),
        reason=redemption.reason,
        reversals=[
            Reversed(f"{r[1]}-{r[2]}", r[0].posted_at, -r[0].points, r[0].reason)
            for r in later
            if r[0].reverses_id == redemption.entry_id
        ],
        slip=redemption.slip_number,
    )


def _references(condition: ColumnElement[bool]) -> Sequence[Row[Redemption, str, int]]:
    return db.session.execute(
        select(Redemption, Journal.code, Entry.number)
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(condition)
        .order_by(Redemption.entry_id)
    ).all()


def _lines(entry_id: int) -> list[ReceiptLine]:
    rows = db.session.execute(
        select(
            Goods.sku,
            Goods.name,
            Goods.specification,
            Goods.unit,
            RedemptionLine.quantity,
            RedemptionLine.points_price,
            RedemptionLine.points,
            RedemptionLine.fen,
        )
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .where(RedemptionLine.entry_id == entry_id)
        .order_by(RedemptionLine.position)
    )
    return [ReceiptLine(*row) for row in rows]
