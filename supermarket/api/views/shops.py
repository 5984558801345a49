"""Shops, their shelves, deliveries and hours."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import goods as hours_shapes
from supermarket.api.forms import shops as shapes
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.counter import service as counter
from supermarket.counter.queries import windows
from supermarket.database import db, once_more, transaction
from supermarket.ledger.models import LotSource
from supermarket.regions.queries import under
from supermarket.shops import queries as shops_queries
from supermarket.shops import service as shops
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInAsk, GoodsInRequest
from supermarket.shops.service.provenance import Origin
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


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


@bp.route("/shops/<code>/windows", tags=["shops"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, hours_shapes.WeekShown)
def hours(code: str) -> dict[str, Any]:
    """Return the hours in which a shop hands goods out; none at all means always."""
    return _hours(shops_queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK)))


@bp.route("/shops/<code>/windows", methods=["PUT"], tags=["shops"])
@requires(Permission.MANAGE_GOODS)
@bp.arguments(hours_shapes.WeekSent)
@bp.response(200, hours_shapes.WeekShown)
def set_hours(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Let a shop hand goods out in these hours only, from now on."""
    shop = shops_queries.shop_or_404(code, current_user.scope(Permission.MANAGE_GOODS))
    week: dict[int, list[tuple[str, str]]] = {}
    for part in asked["hours"]:
        week.setdefault(part["weekday"], []).append((part["opens"], part["closes"]))
    with transaction():
        counter.set_windows(shop, week, by=current_user.id)
    return _hours(shop)


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


def _hours(shop: Shop) -> dict[str, Any]:
    week = windows.week(shop.id)
    rows = [(day, *part) for day, parts in week.items() for part in parts]
    return {"hours": [{"weekday": d, "opens": o, "closes": c} for d, o, c in rows]}
