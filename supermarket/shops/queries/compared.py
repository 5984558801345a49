"""What the same goods cost in different shops, and against what was paid for them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.shops.models import GoodsInLine, Shop
from supermarket.shops.queries.shops import shops_in
from supermarket.staff.models import Scope

#: A price whose worth is below the first per cent of the cost is too cheap, above the second
#: too dear: a bag costs points what it costs money, give or take.
CHEAP, DEAR = 80, 130


class PriceCompared(NamedTuple):
    """What one goods costs in one shop."""

    shop_code: str
    shop: str
    sku: str
    name: str
    specification: str
    #: Whole points for one unit.
    points: int
    #: Whether the shop set it itself.
    own: bool
    #: Worth of the points in fen, at the rate of the day where the shop stands.
    worth_fen: int
    #: Fen one unit cost last: in this shop, else in any; None if nobody said.
    cost_fen: int | None
    #: The least and the most points it costs in the shops compared.
    least: int
    most: int

    @property
    def percent(self) -> int | None:
        """Worth as per cent of the cost; None where the cost is not known."""
        return round(self.worth_fen * 100 / self.cost_fen) if self.cost_fen else None

    @property
    def too_cheap(self) -> bool:
        """Whether the shop gives it away for less than it cost."""
        return bool(self.cost_fen) and self.worth_fen * 100 < CHEAP * (self.cost_fen or 0)

    @property
    def too_dear(self) -> bool:
        """Whether households pay much more than it cost."""
        return bool(self.cost_fen) and self.worth_fen * 100 > DEAR * (self.cost_fen or 0)

    @property
    def odd(self) -> bool:
        """Whether somebody should look at it."""
        return self.too_cheap or self.too_dear


def compared(scope: Scope, on: date) -> list[PriceCompared]:
    """Return what goods on the shelves of open shops cost there, by goods, dearest first.

    Goods a shop has none of are left out, so are goods without a price. A few statements,
    and one for each shop with prices of its own.
    """
    shops = db.session.scalars(shops_in(scope).where(Shop.active)).all()
    rates = _rates(shops, on)
    held = _held([shop.id for shop in shops])
    goods = {
        item.id: item
        for item in db.session.scalars(
            select(Goods).where(Goods.id.in_({goods_id for _shop, goods_id in held}))
        )
    }
    costs, anywhere = _costs(list(goods))
    everywhere = goods_queries.prices(None, goods, on)
    own_shops = goods_queries.shops_with_prices(on)
    rows = []
    for shop in shops:
        wanted = [goods_id for shop_id, goods_id in held if shop_id == shop.id]
        own = shop.id in own_shops
        prices = goods_queries.prices(shop.id, wanted, on) if own else everywhere
        for goods_id in wanted:
            if goods_id not in prices or shop.id not in rates:
                continue
            item, points = goods[goods_id], prices[goods_id]
            rows.append(
                PriceCompared(
                    shop.code,
                    shop.name,
                    item.sku,
                    item.name,
                    item.specification,
                    points,
                    points != everywhere.get(goods_id),
                    points * rates[shop.id],
                    costs.get((shop.id, goods_id), anywhere.get(goods_id)),
                    points,
                    points,
                )
            )
    return _with_range(rows)


def _with_range(rows: list[PriceCompared]) -> list[PriceCompared]:
    """Return the rows with the least and most points of their goods, in order."""
    points: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        points[row.sku].append(row.points)
    ranged = [row._replace(least=min(points[row.sku]), most=max(points[row.sku])) for row in rows]
    return sorted(ranged, key=lambda row: (row.sku, -row.points, row.shop_code))


def _rates(shops: Sequence[Shop], on: date) -> dict[int, int]:
    """Map shops to the fen of a point where they stand; a place without a programme has none."""
    rates = {}
    known: dict[str, int | None] = {}
    for shop in shops:
        if shop.region_code not in known:
            try:
                known[shop.region_code] = schemes.scheme(shop.region_code, on).fen_per_point
            except NoSchemeError:
                known[shop.region_code] = None
        if (rate := known[shop.region_code]) is not None:
            rates[shop.id] = rate
    return rates


def _held(shop_ids: list[int]) -> list[tuple[int, int]]:
    """Return which shop has some of which goods on its shelf."""
    rows = db.session.execute(
        select(Lot.shop_id, Lot.goods_id)
        .where(Lot.shop_id.in_(shop_ids), Lot.on_hand > 0)
        .distinct()
        .order_by(Lot.shop_id, Lot.goods_id)
    )
    return [(row.shop_id, row.goods_id) for row in rows]


def _costs(goods_ids: list[int]) -> tuple[dict[tuple[int, int], int], dict[int, int]]:
    """Return the last known cost of a unit by shop and goods, and by goods anywhere."""
    newest = (
        select(
            Lot.shop_id,
            GoodsInLine.goods_id,
            GoodsInLine.unit_cost_fen,
            Lot.received_on,
            func.row_number()
            .over(
                partition_by=(Lot.shop_id, GoodsInLine.goods_id),
                order_by=(Lot.received_on.desc(), Lot.id.desc()),
            )
            .label("newest"),
        )
        .join(Lot, Lot.id == GoodsInLine.lot_id)
        .where(GoodsInLine.goods_id.in_(goods_ids), GoodsInLine.unit_cost_fen.is_not(None))
        .subquery()
    )
    rows = db.session.execute(
        select(newest).where(newest.c.newest == 1).order_by(newest.c.received_on)
    ).all()
    return (
        {(row.shop_id, row.goods_id): row.unit_cost_fen for row in rows},
        {row.goods_id: row.unit_cost_fen for row in rows},
    )
