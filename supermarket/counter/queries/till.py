"""What the counter page shows: whose card it is and what is on the shelf."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from supermarket.cards import queries as cards
from supermarket.clock import today
from supermarket.counter.errors import HouseholdLeftError, OtherCountyError
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods, GoodsPhoto
from supermarket.households import queries as households
from supermarket.households.models import Household, HouseholdState
from supermarket.households.queries import HouseholdFound
from supermarket.households.service import refuse_frozen, refuse_tied
from supermarket.ledger.models import Lot
from supermarket.photos.models import Photo
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, within
from supermarket.reservations import queries as reservations
from supermarket.shops.models import Shop
from supermarket.shops.queries.lots import recalled
from supermarket.staff.models import Scope

#: Households offered when what was typed may mean several.
MOST_FOUND = 8


class Customer(NamedTuple):
    """The household at the counter."""

    #: Number of the card it showed; empty if it showed none.
    card_number: str
    household_code: str
    household_id: int
    head: str
    group: str
    village: str
    village_code: str
    #: Whole points.
    balance: int


class Offer(NamedTuple):
    """Goods on the shelf that can be handed over today."""

    sku: str
    name: str
    specification: str
    unit: str
    category: str
    #: Whole points for one unit; None if it has no price.
    points: int | None
    #: Units that are not expired and kept for nobody else.
    on_hand: int
    goods_id: int
    #: Most units for a household in a calendar month; None for no limit.
    month_limit: int | None
    #: What names its picture; empty if it has none.
    picture: str = ""
    #: Units kept for other households, which ``on_hand`` leaves out, and for the one served.
    reserved: int = 0
    kept: int = 0


def with_card(text: str, shop: Shop, *, secret: bytes, by: int) -> Customer:
    """Return the household behind a scanned code or a typed card number; ``by`` would serve it.

    Raises:
        CardNotRecognisedError, CardNumberError: it is no card of ours, or mistyped.
        CardNotActiveError: the card, or its household, is not good for business here.
        HouseholdFrozenError: the household may not redeem for a while.
        TiedHouseholdError: it is the household of ``by`` or of a relative.
    """
    card, household = cards.usable(cards.read(text, secret=secret))
    if not within(household.village_code, shop.region_code[:COUNTY]):
        raise OtherCountyError
    return _customer(household, card.card_number, by)


def without_card(code: str, shop: Shop, *, by: int) -> Customer:
    """Return a household of the shop's own region by its code of 16 digits.

    Raises:
        NotFoundError: there is none there.
        HouseholdLeftError: it takes no part any more.
        HouseholdFrozenError, TiedHouseholdError: as ``with_card``.
    """
    household = households.household(code, Scope((shop.region_code,), ()))
    if household is None:
        raise NotFoundError(what=code)
    if household.state is not HouseholdState.ACTIVE:
        raise HouseholdLeftError
    return _customer(household, "", by)


def nearby(text: str, shop: Shop) -> list[HouseholdFound]:
    """Return the first households of the shop's own region that a few letters may mean."""
    return households.search(text, Scope((shop.region_code,), ()), limit=MOST_FOUND)


def shelf(shop: Shop, on: date, *, household_id: int = 0) -> dict[str, Offer]:
    """Return what can be handed over in a shop on a day, by number, dearest last.

    What is kept for others than ``household_id`` is there and cannot be handed to it.
    """
    held = reservations.units_held(shop.id, Goods.id, on, but_for=household_id).label("held")
    own = reservations.units_held(shop.id, Goods.id, on, only_for=household_id).label("own")
    usable = (
        select(Lot.goods_id, func.sum(Lot.on_hand).label("units"))
        .where(
            Lot.shop_id == shop.id,
            Lot.on_hand > 0,
            or_(Lot.best_before.is_(None), Lot.best_before >= on),
            ~recalled(),
        )
        .group_by(Lot.goods_id)
        .subquery()
    )
    found = db.session.execute(
        select(Goods, usable.c.units, Photo.token, held, own)
        .join(usable, usable.c.goods_id == Goods.id)
        .outerjoin(GoodsPhoto, GoodsPhoto.goods_id == Goods.id)
        .outerjoin(Photo, Photo.id == GoodsPhoto.photo_id)
        .where(Goods.active)
        .order_by(Goods.sku)
    ).all()
    prices = goods_queries.prices(shop.id, [row.Goods.id for row in found], on)
    offers = [
        _offer(row.Goods, prices, max(0, int(row.units - row.held)), row.token or "")._replace(
            reserved=int(row.held), kept=int(row.own)
        )
        for row in found
    ]
    return {offer.sku: offer for offer in sorted(offers, key=lambda offer: offer.points or 0)}


def not_on_shelf(skus: set[str], shop: Shop, on: date) -> dict[str, Offer]:
    """Return goods of a basket that the shelf has none of."""
    if not skus:
        return {}
    found = goods_queries.by_skus(skus)
    prices = goods_queries.prices(shop.id, [item.id for item in found.values()], on)
    return {sku: _offer(item, prices, 0) for sku, item in found.items()}


def goods_words(entry_ids: list[int]) -> dict[int, str]:
    """Return, for those of the entries that are redemptions, what was handed over where."""
    rows = db.session.execute(
        select(Redemption.entry_id, Shop.name, Goods.name, func.abs(RedemptionLine.quantity))
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(RedemptionLine, RedemptionLine.entry_id == Redemption.entry_id)
        .join(Goods, Goods.id == RedemptionLine.goods_id)
        .where(Redemption.entry_id.in_(entry_ids))
        .order_by(Redemption.entry_id, RedemptionLine.position)
    )
    words: dict[int, list[str]] = {}
    for entry_id, shop, name, units in rows:
        words.setdefault(entry_id, [shop]).append(f"{name}×{units}")
    return {entry_id: f"{'、'.join(parts[1:])}（{parts[0]}）" for entry_id, parts in words.items()}


def _customer(household: Household, card_number: str, by: int) -> Customer:
    refuse_tied(by, [household.id])
    refuse_frozen(household, today())
    names = regions.names([household.village_code])
    return Customer(
        card_number=card_number,
        household_code=household.code,
        household_id=household.id,
        head=household.head,
        group=household.group,
        village=names.get(household.village_code, ""),
        village_code=household.village_code,
        balance=households.balance(household),
    )


def _offer(item: Goods, prices: Mapping[int, int], units: int, picture: str = "") -> Offer:
    return Offer(
        item.sku,
        item.name,
        item.specification,
        item.unit,
        item.category,
        prices.get(item.id),
        units,
        item.id,
        item.month_limit,
        picture,
    )
