"""Keeping goods for a household: by the keeper, by its helper, or by itself."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.households import queries as households
from supermarket.households import service as household_service
from supermarket.households.models import Household, HouseholdState
from supermarket.households.queries.pairing import paired_household
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.regions.models import COUNTY, above
from supermarket.reservations.errors import (
    HouseholdLeftError,
    MonthLimitError,
    NotAffordableError,
    NotForSaleError,
    NothingFreeError,
    NotServedError,
    ShopClosedError,
    TooManyError,
    TooOftenError,
    UnitsError,
    UntilError,
)
from supermarket.reservations.models import Channel, Reservation
from supermarket.reservations.queries.holding import free_units, kept_points
from supermarket.reservations.queries.listing import by_key, made_on
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.statements import run

#: Days that goods are kept unless somebody says otherwise, and at most; today is day 0.
HOLD_DAYS, MOST_DAYS = 3, 7
#: Most units of one reservation, reservations of a household at once, and on its page in a day.
MOST_UNITS, MOST_AT_ONCE, MOST_A_DAY = 99, 5, 10
#: The household's account, as the counter holds it before any lot.
HOLD_BALANCE = "SELECT balance FROM account WHERE id = :account {for_update}"


class Ask(NamedTuple):
    """What is to be kept for whom."""

    #: Codes of the shop and of the household, number of the goods.
    shop: str
    household: str
    sku: str
    units: int
    #: The last day; None takes HOLD_DAYS from today.
    until: date | None = None


def reserve(
    key: str, ask: Ask, *, channel: Channel, by: StaffMember | None, by_card: bool = False
) -> Reservation:
    """Keep goods for a household until a day; the same key returns the first reservation.

    No points are taken: the household pays when it collects, at that day's price, so it may
    meanwhile spend them on something else. What it could not pay for now, together with
    what is kept for it already, is refused. ``by`` is None on the household's own page,
    which proved who it is. ``by_card`` says that its card was read and is good; without it
    a keeper finds only the households of the shop's own region. Call it through ``once_more``.

    Raises:
        NotFoundError: no such shop, household or goods where ``by`` may keep them.
        InvalidError: units that are not 1 to 99, a day that is over or too far.
        HouseholdLeftError, HouseholdFrozenError, TiedHouseholdError: not for this household.
        ShopClosedError, NotServedError, NotForSaleError: not here, not these goods.
        NotAffordableError, MonthLimitError, TooManyError, TooOftenError: more than it may have.
        NothingFreeError: fewer units are free: what others keep, is expired or recalled is not.
        KeyInvalidError, KeyReusedError: as ``ledger.seen``.
    """
    asked = [*ask[:4], str(ask.until or ""), channel.value, by.id if by else 0]
    fingerprint = ledger.fingerprint("reserve", asked)
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    ledger.named_by(key)  # of two presses at once the second waits here, and finds the first
    if (known := by_key(key)) is not None:
        if known.fingerprint != fingerprint:
            raise KeyReusedError
        return known
    on = today()
    _check_numbers(ask.units, ask.until, on)
    shop, household = _parties(ask, channel, by, by_card=by_card)
    goods, points = _priced(ask.sku, shop, on)
    if goods.month_limit is not None and ask.units > goods.month_limit:
        raise MonthLimitError(goods=goods.name, limit=goods.month_limit, unit=goods.unit)
    code = f"{shop.code}Y{ledger.number(shop.code, 'reservation')}"
    _check_means(household, points * ask.units, channel, on)
    free = free_units(shop.id, goods.id, on)
    if free < ask.units:
        raise NothingFreeError(goods=goods.name, free=free, units=ask.units, unit=goods.unit)
    made = Reservation(
        code=code,
        key=key,
        fingerprint=fingerprint,
        shop_id=shop.id,
        household_id=household.id,
        goods_id=goods.id,
        units=ask.units,
        until=ask.until or on + timedelta(days=HOLD_DAYS),
        channel=channel,
        made_by=by.id if by else None,
        made_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    if by is not None:
        audit.record(
            "reservation.make",
            code,
            by=by.id,
            after={"household": household.code, "goods": goods.sku, "units": ask.units},
        )
    return made


def _check_numbers(units: int, until: date | None, on: date) -> None:
    if type(units) is not int or not 1 <= units <= MOST_UNITS:
        raise UnitsError(most=MOST_UNITS)
    last = on + timedelta(days=MOST_DAYS)
    if until is not None and not on <= until <= last:
        raise UntilError(most=MOST_DAYS, last=last)


def _parties(
    ask: Ask, channel: Channel, by: StaffMember | None, *, by_card: bool
) -> tuple[Shop, Household]:
    """Return shop and household if ``by`` may keep goods of the one for the other.

    Raises:
        NotFoundError, NotServedError, ShopClosedError, HouseholdLeftError,
        HouseholdFrozenError, TiedHouseholdError: as ``reserve``.
    """
    code = cleaned(ask.household)[:40]
    if channel is Channel.COUNTER and by is not None:
        shop = shops.shop_or_404(ask.shop, by.scope(Permission.REDEEM))
        area = shop.region_code[:COUNTY] if by_card else shop.region_code
        household = households.household(code, Scope((area,), ()))
    elif channel is Channel.HELPER and by is not None:
        household = paired_household(code, by.id)
        shop = _serving(ask.shop, household)
    elif channel is Channel.PAGE and by is None:
        household = households.household(code, Scope(("",), ()))
        shop = _serving(ask.shop, household)
    else:
        raise ValueError("a channel belongs to its kind of people")
    if household is None:
        raise NotFoundError(what=code)
    if not shop.active:
        raise ShopClosedError(shop=shop.name)
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdLeftError
    household_service.refuse_tied(by.id if by else None, [household.id])
    household_service.refuse_frozen(household, today())
    return shop, household


def _serving(code: str, household: Household | None) -> Shop:
    """Return a shop that serves the household's village."""
    found = db.session.scalar(select(Shop).where(Shop.code == cleaned(code)[:40]))
    if household is None or found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    if found.region_code not in above(household.village_code):
        raise NotServedError(shop=found.name)
    return found


def _priced(sku: str, shop: Shop, on: date) -> tuple[Goods, int]:
    goods = goods_queries.goods_or_404(sku)
    points = goods_queries.prices(shop.id, [goods.id], on).get(goods.id)
    if not goods.active or points is None:
        raise NotForSaleError(goods=goods.name)
    return goods, points


def _check_means(household: Household, points: int, channel: Channel, on: date) -> None:
    """Hold the account, so that two at once count each other, and refuse what is too much."""
    balance = int(run(HOLD_BALANCE, {"account": household.account_id})[0][0])
    if channel is Channel.PAGE and made_on(household.id, on) >= MOST_A_DAY:
        raise TooOftenError(most=MOST_A_DAY)
    open_now, kept = kept_points(household.id, on)
    if open_now >= MOST_AT_ONCE:
        raise TooManyError(most=MOST_AT_ONCE)
    if kept + points > balance:
        raise NotAffordableError(balance=balance, kept=kept, points=points)
