"""Shops, their shelves and deliveries, and the catalogue."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import shops as shapes
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.goods import queries as goods_queries
from supermarket.ledger.models import LotSource
from supermarket.regions.queries import under
from supermarket.shops import queries as shops_queries
from supermarket.shops import service as shops
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/goods", tags=["shops"])
@requires(Permission.WORK)
@bp.arguments(shapes.GoodsSearch, location="query")
@bp.response(200, shapes.GoodsPage)
def goods(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue with today's general prices."""
    rows, last = goods_queries.page(
        goods_queries.catalogue(text=asked["q"], category=asked["category"]),
        on=today(),
        after=cursors.read("goods", asked.get("cursor")) or "",
        limit=asked["limit"],
    )
    items = [
        {
            "sku": row.goods.sku,
            "name": row.goods.name,
            "specification": row.goods.specification,
            "unit": row.goods.unit,
            "category": row.goods.category,
            "has_expiry": row.goods.has_expiry,
            "points": row.points,
        }
        for row in rows
    ]
    return {"items": items, "next": cursors.write("goods", last) if last else None}


@bp.route("/shops", tags=["shops"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.ShopSearch, location="query")
@bp.response(200, shapes.ShopPage)
def list_shops(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the shops of the caller's scope."""
    scope = current_user.scope(Permission.VIEW_STOCK)
    wanted = shops_queries.shops_in(scope)
    if region := asked.get("region"):
        queries.region_inside(region, scope)
        wanted = wanted.where(under(Shop.region_code, [region]))
    limit = asked["limit"]
    after = cursors.read("shops", asked.get("cursor")) or ""
    found = db.session.scalars(wanted.where(Shop.code > after).limit(limit + 1)).all()
    return cursors.page("shops", found, limit, lambda row: row.code)


@bp.route("/shops/<code>/stock", tags=["shops"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.StockList)
def stock(code: str) -> dict[str, Any]:
    """Return what is on a shop's shelves, with the lots that go out first in front."""
    shop = shops_queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    return {"items": shops_queries.stock(shop.id, today())}


@bp.route("/shops/<code>/goods-in", methods=["POST"], tags=["shops"])
@requires(Permission.RECEIVE_GOODS)
@bp.arguments(shapes.GoodsInSent)
@bp.response(201, shapes.GoodsInShown)
@bp.alt_response(200, schema=shapes.GoodsInShown, description="The key was used before.")
def add_goods_in(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Take a delivery into a shop: a lot for every line."""
    scope, by = current_user.scope(Permission.RECEIVE_GOODS), current_user.id
    shop = shops_queries.shop_or_404(code, scope)
    delivery = GoodsInRequest(
        source=LotSource(asked["source"]),
        lines=[
            GoodsInAsk(
                line["sku"].upper(),
                line["quantity"],
                line.get("best_before"),
                line.get("unit_cost"),
            )
            for line in asked["lines"]
        ],
        received_on=asked.get("received_on"),
        partner=asked["partner"],
        document=asked["document"],
        origin=Origin(asked["donor"], asked["fund"], asked["wish"], asked["only_region"]),
    )
    received = once_more(lambda: shops.receive(shop, delivery, key=asked["key"], by=by))
    return made(shops_queries.goods_in(received.reference, scope), new=received.new)
