"""Reservations in lists: a shop's, a household's, and those that wait."""

import enum
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select

from supermarket.clock import VILLAGE, today
from supermarket.database import db
from supermarket.errors import N_
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Lot
from supermarket.masking import masked
from supermarket.regions.queries import under
from supermarket.reservations.models import Channel, Reservation, ReservationState
from supermarket.reservations.queries.holding import live
from supermarket.shops.models import Shop
from supermarket.shops.queries.lots import recalled
from supermarket.staff.models import Scope


class Section(enum.Enum):
    """A part of a shop's list."""

    OPEN = "open"
    TODAY = "today"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            Section.OPEN: N_("留着的"),
            Section.TODAY: N_("今天到期"),
            Section.CLOSED: N_("已了结"),
        }[self]


class Found(NamedTuple):
    """A reservation in a list."""

    id: int
    code: str
    #: As it is today: one whose day has passed is shown as expired, marked or not.
    state: ReservationState
    shop_code: str
    shop_name: str
    household_code: str
    #: First character of the head's name, then stars.
    masked_head: str
    sku: str
    goods: str
    unit: str
    units: int
    taken: int
    until: date
    channel: Channel
    made_by: int | None
    made_at: datetime
    #: Why it was cancelled; empty if it was not, or nobody said.
    reason: str

    @property
    def left(self) -> int:
        """Units still to be collected."""
        return self.units - self.taken


class Waiting(NamedTuple):
    """What is kept in somebody's shops."""

    size: int
    #: Of these, those whose last day is today.
    last_day: int
    #: Since when the oldest is kept; None if nothing is.
    since: datetime | None


def visible(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a reservation's shop lies in ``scope``."""
    return or_(Shop.code.in_(scope.shops), under(Shop.region_code, scope.regions))


def state_on(state: ReservationState, until: date, on: date) -> ReservationState:
    """Return the state of a reservation on a day, whether the job came round or not."""
    over = state is ReservationState.HELD and until < on
    return ReservationState.EXPIRED if over else state


def by_code(code: str) -> Reservation | None:
    """Return a reservation by its number; whose business it is, is the caller's to check."""
    return db.session.scalar(select(Reservation).where(Reservation.code == code))


def by_key(key: str) -> Reservation | None:
    """Return the reservation that a key made."""
    return db.session.scalar(select(Reservation).where(Reservation.key == key))


def listed(
    scope: Scope,
    section: Section = Section.OPEN,
    *,
    shop: str = "",
    code: str = "",
    before: int | None = None,
    limit: int,
) -> list[Found]:
    """Return reservations at shops of ``scope``, newest first; ``before`` is a page's last id."""
    on = today()
    conditions = {
        Section.OPEN: live(on),
        Section.TODAY: live(on) & (Reservation.until == on),
        Section.CLOSED: ~live(on),
    }
    wanted = _rows().where(visible(scope)).order_by(Reservation.id.desc()).limit(limit)
    wanted = wanted.where(Reservation.code == code) if code else wanted.where(conditions[section])
    if shop:
        wanted = wanted.where(Shop.code == shop)
    if before is not None:
        wanted = wanted.where(Reservation.id < before)
    return _found(wanted, on)


def of_household(
    household_id: int, on: date, *, shop_id: int | None = None, limit: int = 20, over: bool = False
) -> list[Found]:
    """Return what is kept for a household, the first to end in front; with ``over`` all there was.

    ``over`` puts the newest in front.
    """
    wanted = _rows().where(Reservation.household_id == household_id).limit(limit)
    if over:
        wanted = wanted.order_by(Reservation.id.desc())
    else:
        wanted = wanted.where(live(on)).order_by(Reservation.until, Reservation.id)
    if shop_id is not None:
        wanted = wanted.where(Reservation.shop_id == shop_id)
    return _found(wanted, on)


def made_on(household_id: int, on: date) -> int:
    """Return how many reservations a household made itself on a day, ended or not."""
    since = datetime.combine(on, time(), VILLAGE)
    return (
        db.session.scalar(
            select(func.count()).where(
                Reservation.household_id == household_id,
                Reservation.channel == Channel.PAGE,
                Reservation.made_at >= since,
            )
        )
        or 0
    )


def waiting(scope: Scope) -> Waiting:
    """Return what is kept in the shops of a scope."""
    on = today()
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Reservation.until == on),
            func.min(Reservation.made_at),
        )
        .select_from(Reservation)
        .join(Shop, Shop.id == Reservation.shop_id)
        .where(visible(scope), live(on))
    ).one()
    return Waiting(*row)


def short_goods(scope: Scope) -> set[tuple[str, str]]:
    """Return the goods (shop's code, number) of which more is kept than can be handed over.

    Whoever sells cannot bring that about; a write-off, a count, a recall, a best-before day
    and paper that comes in later can.
    """
    on = today()
    held = func.sum(Reservation.units - Reservation.taken)
    usable = (
        select(func.coalesce(func.sum(Lot.on_hand), 0))
        .where(
            Lot.shop_id == Reservation.shop_id,
            Lot.goods_id == Reservation.goods_id,
            Lot.on_hand > 0,
            or_(Lot.best_before.is_(None), Lot.best_before >= on),
            ~recalled(),
        )
        .correlate(Reservation)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Shop.code, Goods.sku)
        .select_from(Reservation)
        .join(Shop, Shop.id == Reservation.shop_id)
        .join(Goods, Goods.id == Reservation.goods_id)
        .where(visible(scope), live(on))
        .group_by(Reservation.shop_id, Reservation.goods_id, Shop.code, Goods.sku)
        .having(held > usable)
    )
    return {(row[0], row[1]) for row in rows}


def _rows() -> Select[Reservation, Shop, Household, Goods]:
    return (
        select(Reservation, Shop, Household, Goods)
        .join(Shop, Shop.id == Reservation.shop_id)
        .join(Household, Household.id == Reservation.household_id)
        .join(Goods, Goods.id == Reservation.goods_id)
    )


def _found(wanted: Select[Reservation, Shop, Household, Goods], on: date) -> list[Found]:
    return [
        Found(
            id=kept.id,
            code=kept.code,
            state=state_on(kept.state, kept.until, on),
            shop_code=shop.code,
            shop_name=shop.name,
            household_code=household.code,
            masked_head=masked(household.head),
            sku=goods.sku,
            goods=" ".join(filter(None, [goods.name, goods.specification])),
            unit=goods.unit,
            units=kept.units,
            taken=kept.taken,
            until=kept.until,
            channel=kept.channel,
            made_by=kept.made_by,
            made_at=kept.made_at,
            reason=kept.reason,
        )
        for kept, shop, household, goods in db.session.execute(wanted)
    ]
