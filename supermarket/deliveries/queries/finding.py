"""Deliveries in lists, one of them, and how it came about."""

import enum
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import today
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.counter.queries.receipts import visible
from supermarket.database import db
from supermarket.deliveries.models import Delivery, DeliveryState, DeliveryStep, Step
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.regions.models import Region
from supermarket.shops.models import Shop
from supermarket.staff.models import Scope, StaffMember

_Later = aliased(Redemption)
State = DeliveryState


class Section(enum.Enum):
    """A part of the list."""

    OPEN = "open"
    BACK = "back"
    DONE = "done"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Section.OPEN: N_("待送"),
            Section.BACK: N_("没送到"),
            Section.DONE: N_("已了结"),
        }[self]


class Found(NamedTuple):
    """A delivery, with whom it goes to."""

    id: int
    entry_id: int
    #: Number of the redemption.
    reference: str
    state: DeliveryState
    #: Whether all of the redemption was taken back since.
    returned: bool
    shop_code: str
    shop_name: str
    shop_region: str
    household_id: int
    household_code: str
    head: str
    phone: str
    village: str
    group: str
    #: What is to be brought: 大米×2、食用油×1.
    goods: str
    carrier: str
    carrier_id: int | None
    due_on: date
    note: str
    made_by: int
    made_at: datetime
    receiver: str
    relation: str
    proof: str
    delivered_at: datetime | None

    @property
    def late(self) -> bool:
        """Whether its day has passed."""
        return self.state is State.TO_DELIVER and not self.returned and self.due_on < today()


class StepFound(NamedTuple):
    """One step of a delivery's way."""

    step: Step
    at: datetime
    actor: str
    words: str


class Open(NamedTuple):
    """How much is still to be brought."""

    size: int
    late: int
    #: Since when the oldest waits; None if nothing does.
    since: datetime | None


def returned() -> ColumnElement[bool]:
    """Return the condition that all of a delivery's goods were taken back."""
    return (
        select(_Later.entry_id)
        .where(_Later.reverses_id == Delivery.entry_id, _Later.times == -1)
        .correlate(Delivery)
        .exists()
    )


def found(reference: str, *, scope: Scope, carrier_id: int | None = None) -> Found | None:
    """Return the delivery of a redemption, at a shop of ``scope`` or brought by ``carrier_id``."""
    code, _dash, number = reference.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    wanted = _rows().where(
        Journal.code == code, Entry.number == int(number), _in_reach(scope, carrier_id)
    )
    return next(iter(_read(wanted)), None)


def listed(
    scope: Scope,
    section: Section = Section.OPEN,
    *,
    carrier_id: int | None = None,
    shop: str = "",
    by_day: bool = False,
    before: int | None = None,
    limit: int,
) -> list[Found]:
    """Return deliveries at shops of ``scope``; of ``carrier_id`` alone if one is given.

    Newest first, ``before`` being the last id of a page; ``by_day`` the first to be due in
    front, up to ``limit``.
    """
    gone = returned()
    conditions: dict[Section, ColumnElement[bool]] = {
        Section.OPEN: (Delivery.state == State.TO_DELIVER) & ~gone,
        Section.BACK: (Delivery.state == State.UNDELIVERED) & ~gone,
        Section.DONE: or_(Delivery.state == State.DELIVERED, gone),
    }
    wanted = _rows().where(conditions[section]).limit(limit)
    wanted = wanted.where(
        visible(scope) if carrier_id is None else Delivery.carrier_id == carrier_id
    )
    if shop:
        wanted = wanted.where(Shop.code == shop)
    in_order = (Delivery.due_on, Delivery.id) if by_day else (Delivery.id.desc(),)
    wanted = wanted.order_by(*in_order)
    if before is not None:
        wanted = wanted.where(Delivery.id < before)
    return _read(wanted)


def of_household(household_id: int, *, limit: int) -> list[Found]:
    """Return what was ever brought to a household, newest first."""
    wanted = _rows().where(Delivery.household_id == household_id)
    return _read(wanted.order_by(Delivery.id.desc()).limit(limit))


def open_for(scope: Scope, carrier_id: int | None = None) -> Open:
    """Return how much is to be brought from the shops of ``scope``, or by ``carrier_id``."""
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Delivery.due_on < today()),
            func.min(Delivery.made_at),
        )
        .select_from(Delivery)
        .join(Shop, Shop.id == Delivery.shop_id)
        .where(
            Delivery.state == State.TO_DELIVER,
            ~returned(),
            visible(scope) if carrier_id is None else Delivery.carrier_id == carrier_id,
        )
    ).one()
    return Open(*row)


def to_take_back(scope: Scope) -> Open:
    """Return what came back to the shops of ``scope`` and waits to be brought or taken back."""
    size, since = db.session.execute(
        select(func.count(), func.min(Delivery.made_at))
        .select_from(Delivery)
        .join(Shop, Shop.id == Delivery.shop_id)
        .where(Delivery.state == State.UNDELIVERED, ~returned(), visible(scope))
    ).one()
    return Open(size, 0, since)


def of_entry(entry_id: int) -> Delivery | None:
    """Return the delivery of a redemption."""
    return db.session.scalar(select(Delivery).where(Delivery.entry_id == entry_id))


def steps(delivery_id: int) -> list[StepFound]:
    """Return a delivery's way so far, first step first."""
    rows = db.session.execute(
        select(DeliveryStep.step, DeliveryStep.at, StaffMember.name, DeliveryStep.words)
        .join(StaffMember, StaffMember.id == DeliveryStep.actor_id)
        .where(DeliveryStep.delivery_id == delivery_id)
        .order_by(DeliveryStep.id)
    )
    return [StepFound(*row) for row in rows]


def goods_of(entry_ids: Sequence[int]) -> dict[int, str]:
    """Return what redemptions handed out, in words: 大米×2、食用油×1."""
    rows = db.session.execute(
        select(RedemptionLine.entry_id, Goods.name, RedemptionLine.quantity)
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .where(RedemptionLine.entry_id.in_(entry_ids))
        .order_by(RedemptionLine.entry_id, RedemptionLine.position)
    )
    words: dict[int, list[str]] = {}
    for entry_id, name, units in rows:
        words.setdefault(entry_id, []).append(f"{name}×{units}")
    return {entry_id: "、".join(parts) for entry_id, parts in words.items()}


def _in_reach(scope: Scope, carrier_id: int | None) -> ColumnElement[bool]:
    seen = visible(scope)
    return seen if carrier_id is None else or_(seen, Delivery.carrier_id == carrier_id)


def _rows() -> Select[Delivery, str, int, Shop, Household, str, bool]:
    return (
        select(Delivery, Journal.code, Entry.number, Shop, Household, Region.name, returned())
        .join(Entry, Entry.id == Delivery.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Shop, Shop.id == Delivery.shop_id)
        .join(Household, Household.id == Delivery.household_id)
        .join(Region, Region.code == Household.village_code)
    )


def _read(
    wanted: Select[Delivery, str, int, Shop, Household, str, bool],
) -> list[Found]:
    rows = db.session.execute(wanted.execution_options(populate_existing=True)).all()
    goods = goods_of([row[0].entry_id for row in rows])
    return [
        Found(
            id=one.id,
            entry_id=one.entry_id,
            reference=f"{journal}-{number}",
            state=one.state,
            returned=bool(gone),
            shop_code=shop.code,
            shop_name=shop.name,
            shop_region=shop.region_code,
            household_id=household.id,
            household_code=household.code,
            head=household.head,
            phone=household.phone,
            village=village,
            group=household.group,
            goods=goods.get(one.entry_id, ""),
            carrier=one.carrier,
            carrier_id=one.carrier_id,
            due_on=one.due_on,
            note=one.note,
            made_by=one.made_by,
            made_at=one.made_at,
            receiver=one.receiver,
            relation=one.relation,
            proof=one.proof.label if one.proof else "",
            delivered_at=one.delivered_at,
        )
        for one, journal, number, shop, household, village, gone in rows
    ]
