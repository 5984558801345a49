"""What goods cost in one shop."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.goods import queries as goods_queries
from supermarket.goods import service as goods
from supermarket.goods.forms import PriceForm
from supermarket.shops import queries
from supermarket.shops.queries.compared import CHEAP, DEAR, compared
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

#: Rows of a comparison on one page; more are narrowed by words.
MOST_ROWS = 500

bp = Blueprint("shop_prices", __name__, url_prefix="/shops")


@bp.get("/prices")
@requires(Permission.VIEW_STOCK)
def compare() -> ResponseReturnValue:
    """Show the same goods' prices side by side, the odd ones alone unless all are asked for."""
    rows = compared(current_user.scope(Permission.VIEW_STOCK), today())
    everything = request.args.get("all") == "1"
    wanted = cleaned(request.args.get("q", ""))
    shown = [
        row
        for row in rows
        if (everything or row.odd) and (not wanted or wanted in f"{row.sku}{row.name}{row.shop}")
    ]
    return render_template(
        "shops/compared.html",
        rows=shown[:MOST_ROWS],
        cut=max(0, len(shown) - MOST_ROWS),
        odd=sum(1 for row in rows if row.odd),
        unknown=sum(1 for row in rows if row.cost_fen is None),
        everything=everything,
        text=wanted,
        cheap=CHEAP,
        dear=DEAR,
    )


@bp.get("/<code>/prices")
@requires(Permission.VIEW_STOCK)
def index(code: str) -> ResponseReturnValue:
    """Show what every goods costs in a shop today, and which prices are its own."""
    shop = queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    items = db.session.scalars(goods_queries.catalogue()).all()
    return render_template(
        "shops/prices.html",
        shop=shop,
        items=items,
        prices=goods_queries.prices(shop.id, [item.id for item in items], today()),
        own=goods_queries.own_prices(shop.id, today()),
        may_change=queries.shop(code, current_user.scope(Permission.MANAGE_GOODS)) is not None,
    )


@bp.route("/<code>/prices/<sku>", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def edit(code: str, sku: str) -> ResponseReturnValue:
    """Give a shop a price of its own from a day on."""
    shop = queries.shop_or_404(code, current_user.scope(Permission.MANAGE_GOODS))
    item = goods_queries.goods_or_404(sku)
    now_costs = goods_queries.prices(shop.id, [item.id], today()).get(item.id)
    form, status = PriceForm(data={"points": now_costs, "since": today()}), 200
    if form.validate_on_submit():
        try:
            with transaction():
                goods.set_price(
                    item,
                    form.points.data,
                    since=form.since.data,
                    by=current_user.id,
                    shop_id=shop.id,
                    shop_code=shop.code,
                )
        except DomainError as error:
            form.since.errors = [say(error)]
            status = error.status
        else:
            flash(_("本店分值已定"), "success")
            return redirect(url_for(".index", code=code))
    elif request.method == "POST":
        status = 422
    page = render_template(
        "shops/price.html",
        shop=shop,
        item=item,
        form=form,
        now_costs=now_costs,
        history=goods_queries.price_history(item.id, shop_id=shop.id),
    )
    return page, status
