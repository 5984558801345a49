"""What a counter needs to open: a scheme, a clerk, a shop with goods, a household with a card."""

from datetime import date
from itertools import count
from typing import NamedTuple
from uuid import uuid4

from sqlalchemy import func, select

from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import numbers
from supermarket.clock import now
from supermarket.counter import service as counter
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import db, once_more, transaction
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Lot
from supermarket.schemes.models import Scheme
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission, Role, Scope, StaffMember
from tests.factories import COUNTY, VILLAGE, make_household, make_regions, make_shop, make_staff

NOWHERE = Scope((), ())
EVERYWHERE = Scope((COUNTY,), ())
_serials = count(10_000_000)


class Stall(NamedTuple):
    """A shop, its keeper, and a household that holds points."""

    shop: Shop
    keeper: StaffMember
    household: Household

    def redeem(self, *lines: tuple[Goods, int], key: str | None = None, **more: object) -> Receipt:
        """Redeem by household code in one transaction."""
        ask: dict[str, object] = {
            "shop": self.shop.code,
            "household": self.household.code,
            "lines": [(goods.sku, units) for goods, units in lines],
            "by": self.keeper.id,
            "scope": self.keeper.scope(Permission.REDEEM),
            **more,
        }
        name = key or uuid4().hex
        return once_more(lambda: counter.redeem(name, **ask))  # type: ignore[arg-type]

    def reverse(
        self, reference: str, *lines: tuple[Goods, int], key: str | None = None, **more: object
    ) -> Receipt:
        """Take back as a supervisor, or as ``more`` says."""
        ask: dict[str, object] = {
            "reference": reference,
            "reason": "商品有破损",
            "by": self.keeper.id,
            "void_scope": NOWHERE,
            "reverse_scope": EVERYWHERE,
            "lines": [(goods.sku, units) for goods, units in lines] or None,
            **more,
        }
        name = key or uuid4().hex
        return once_more(lambda: counter.reverse(name, **ask))  # type: ignore[arg-type]


def make_scheme(
    fen_per_point: int = 50, *, since: date = date(2020, 1, 1), **settings: object
) -> None:
    """A scheme of the county, so that a point is worth something."""
    make_regions()
    with transaction():
        db.session.add(
            Scheme(
                region_code=COUNTY,
                since=since,
                programme_name="爱心超市",
                fen_per_point=fen_per_point,
                created_at=now(),
                **settings,
            )
        )


def make_stall(*, points_held: int = 100, region_code: str = VILLAGE) -> Stall:
    """A shop with its keeper, the county's scheme, and a household with points."""
    household = make_household(points_held=points_held)
    shop = make_shop(region_code)
    if db.session.scalar(select(func.count()).select_from(Scheme)) == 0:
        make_scheme()
    return Stall(shop, make_staff(Role.SHOPKEEPER, shop=shop), household)


def make_card(
    household: Household | None,
    state: CardState = CardState.ACTIVE,
    expires_on: date | None = None,
) -> Card:
    """A card with a number and a token."""
    serial = next(_serials)
    with transaction():
        card = Card(
            card_number=numbers.number(serial),
            token=f"TKEN{serial}",
            household_id=household.id if household else None,
            state=state,
            issued_at=now(),
            expires_on=expires_on,
        )
        db.session.add(card)
    return card


def on_hand(goods: Goods) -> dict[date | None, int]:
    """Units by best-before date."""
    db.session.rollback()  # what other threads did since is in a newer snapshot
    rows = db.session.scalars(select(Lot).where(Lot.goods_id == goods.id).order_by(Lot.id))
    found: dict[date | None, int] = {}
    for lot in rows:
        found[lot.best_before] = found.get(lot.best_before, 0) + lot.on_hand
    return found
