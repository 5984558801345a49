"""The catalogue: goods, what they cost, which barcodes mean them."""

from typing import Any

from supermarket.api.forms import cursors
from supermarket.api.forms import goods as shapes
from supermarket.api.views.frame import bp
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.models import Goods
from supermarket.goods.service import NewGoods
from supermarket.goods.views.pages import only_for_the_county
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/goods", tags=["goods"])
@requires(Permission.WORK)
@bp.arguments(shapes.GoodsSearch, location="query")
@bp.response(200, shapes.GoodsPage)
def list_goods(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the catalogue with today's general prices."""
    rows, last = queries.page(
        queries.catalogue(text=asked["q"], category=asked["category"]),
        on=today(),
        after=cursors.read("goods", asked.get("cursor")) or "",
        limit=asked["limit"],
    )
    items = [_shown(row.goods, row.points) for row in rows]
    return {"items": items, "next": cursors.write("goods", last) if last else None}


@bp.route("/goods", methods=["POST"], tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.arguments(shapes.GoodsSent)
@bp.response(201, shapes.GoodsShown)
def add_goods(asked: dict[str, Any]) -> dict[str, Any]:
    """Add goods to the county's catalogue."""
    only_for_the_county()
    points, new, by = asked.pop("points"), NewGoods(**asked), current_user.id
    with transaction():
        item = goods.add(new, by=by) if points is None else goods.add_priced(new, points, by=by)
    return _shown(item, points)


@bp.route("/goods/<sku>", methods=["PUT"], tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.arguments(shapes.GoodsChanged)
@bp.response(200, shapes.GoodsShown)
def change_goods(asked: dict[str, Any], sku: str) -> dict[str, Any]:
    """Change what the catalogue says of goods; what was redeemed keeps its own record."""
    only_for_the_county()
    item = queries.goods_or_404(sku)
    with transaction():
        goods.update(item, **asked, by=current_user.id)
    return _shown(item, _costs(item))


@bp.route("/goods/<sku>/prices", methods=["POST"], tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.arguments(shapes.PriceSent)
@bp.response(200, shapes.GoodsShown)
def set_price(asked: dict[str, Any], sku: str) -> dict[str, Any]:
    """Let goods cost something else from a day on, everywhere or in one shop."""
    item, shop = queries.goods_or_404(sku), None
    if asked["shop"]:
        shop = shops.shop_or_404(asked["shop"], current_user.scope(Permission.MANAGE_GOODS))
    else:
        only_for_the_county()
    with transaction():
        goods.set_price(
            item,
            asked["points"],
            since=asked["since"],
            by=current_user.id,
            shop_id=shop.id if shop else None,
            shop_code=shop.code if shop else None,
        )
    return _shown(item, _costs(item))


@bp.route("/goods/<sku>/barcodes", tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.response(200, shapes.BarcodeList)
def barcodes(sku: str) -> dict[str, Any]:
    """Return the codes that mean these goods, and how many units each."""
    return {"items": queries.goods_or_404(sku).barcodes}


@bp.route("/goods/<sku>/barcodes", methods=["POST"], tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.arguments(shapes.BarcodeSent)
@bp.response(200, shapes.BarcodeShown)
def bind_barcode(asked: dict[str, Any], sku: str) -> Any:
    """Let a code mean so many units of goods; binding it again changes the units."""
    item = queries.goods_or_404(sku)
    with transaction():
        return goods.bind_barcode(item, asked["code"], units=asked["units"], by=current_user.id)


@bp.route("/goods/<sku>/barcodes/<code>", methods=["DELETE"], tags=["goods"])
@requires(Permission.MANAGE_GOODS)
@bp.response(200, shapes.BarcodeList)
def unbind_barcode(sku: str, code: str) -> dict[str, Any]:
    """Let a code mean nothing again; return the codes that are left."""
    item = queries.goods_or_404(sku)
    with transaction():
        goods.unbind_barcode(item, code, by=current_user.id)
    return {"items": item.barcodes}


def _costs(item: Goods) -> int | None:
    return queries.prices(None, [item.id], today()).get(item.id)


def _shown(item: Goods, points: int | None) -> dict[str, Any]:
    return {
        "sku": item.sku,
        "name": item.name,
        "specification": item.specification,
        "unit": item.unit,
        "category": item.category,
        "has_expiry": item.has_expiry,
        "low_stock_at": item.low_stock_at,
        "month_limit": item.month_limit,
        "active": item.active,
        "points": points,
    }
