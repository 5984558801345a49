"""The catalogue: list, one goods, its price and its barcodes."""

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.goods import queries
from supermarket.goods import service as goods
from supermarket.goods.forms import (
    BarcodeForm,
    EditGoodsForm,
    NewGoodsForm,
    PictureForm,
    PriceForm,
)
from supermarket.goods.models import Goods
from supermarket.goods.service import NewGoods
from supermarket.regions.models import COUNTY
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("goods", __name__, url_prefix="/goods")
NAVIGATION = [NavigationItem(N_("商品"), "package", "goods.index", Permission.MANAGE_GOODS, 60)]


@bp.get("")
@requires(Permission.MANAGE_GOODS)
def index() -> ResponseReturnValue:
    """Show the catalogue, narrowed by words and shelf, a page at a time."""
    text, category = (cleaned(request.args.get(name, "")) for name in ("q", "category"))
    stopped = request.args.get("stopped") == "1"
    wanted = queries.catalogue(text=text, category=category, active=not stopped)
    after = request.args.get("after", "")
    size = current_app.config["PAGE_SIZE"]
    rows, more = queries.page(wanted, on=today(), after=after, limit=size)
    narrowed: dict[str, Any] = {
        "q": text or None,
        "category": category or None,
        "stopped": "1" if stopped else None,
    }
    return render_template(
        "goods/index.html",
        rows=rows,
        text=text,
        category=category,
        stopped=stopped,
        categories=queries.categories(),
        next_url=url_for(".index", **narrowed, after=more) if more else None,
        first_url=url_for(".index", **narrowed) if after else None,
        may_change=_keeps_the_catalogue(),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def add() -> ResponseReturnValue:
    """Add goods with their first price."""
    only_for_the_county()
    form, status = NewGoodsForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                item = goods.add_priced(
                    NewGoods(
                        sku=form.sku.data,
                        name=form.name.data,
                        unit=form.unit.data,
                        category=form.category.data,
                        has_expiry=form.has_expiry.data,
                        specification=form.specification.data,
                        low_stock_at=form.low_stock_at.data,
                    ),
                    form.points.data,
                    by=current_user.id,
                )
        except DomainError as error:
            form.sku.errors = [say(error)]
            status = error.status
        else:
            flash(_("已添加“%(name)s”", name=item.name), "success")
            return redirect(url_for(".show", sku=item.sku))
    elif request.method == "POST":
        status = 422
    page = render_template("goods/new.html", form=form, categories=queries.categories())
    return page, status


@bp.get("/<sku>")
@requires(Permission.MANAGE_GOODS)
def show(sku: str) -> ResponseReturnValue:
    """Show goods: facts, price history, barcodes."""
    return _page(queries.goods_or_404(sku), BarcodeForm(formdata=None))


@bp.route("/<sku>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def edit(sku: str) -> ResponseReturnValue:
    """Change what the catalogue says of goods."""
    only_for_the_county()
    item = queries.goods_or_404(sku)
    form, status = EditGoodsForm(obj=item), 200
    if form.validate_on_submit():
        with transaction():
            goods.update(
                item,
                name=form.name.data,
                specification=form.specification.data,
                unit=form.unit.data,
                category=form.category.data,
                has_expiry=form.has_expiry.data,
                low_stock_at=form.low_stock_at.data,
                active=form.active.data,
                month_limit=form.month_limit.data,
                by=current_user.id,
            )
        flash(_("已保存"), "success")
        return redirect(url_for(".show", sku=item.sku))
    if request.method == "POST":
        status = 422
    page = render_template("goods/edit.html", form=form, item=item, categories=queries.categories())
    return page, status


@bp.route("/<sku>/price", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def price(sku: str) -> ResponseReturnValue:
    """Let goods cost something else from a day on."""
    only_for_the_county()
    item = queries.goods_or_404(sku)
    now_costs = queries.prices(None, [item.id], today()).get(item.id)
    form, status = PriceForm(data={"points": now_costs, "since": today()}), 200
    if form.validate_on_submit():
        try:
            with transaction():
                goods.set_price(item, form.points.data, since=form.since.data, by=current_user.id)
        except DomainError as error:
            form.since.errors = [say(error)]
            status = error.status
        else:
            flash(_("分值已定"), "success")
            return redirect(url_for(".show", sku=item.sku))
    elif request.method == "POST":
        status = 422
    page = render_template("goods/price.html", form=form, item=item, now_costs=now_costs)
    return page, status


@bp.post("/<sku>/barcodes")
@requires(Permission.MANAGE_GOODS)
def bind(sku: str) -> ResponseReturnValue:
    """Bind a scanned code to goods."""
    item, form = queries.goods_or_404(sku), BarcodeForm()
    if not form.validate_on_submit():
        return _page(item, form, 422)
    try:
        with transaction():
            barcode = goods.bind_barcode(
                item, form.code.data, units=form.units.data, by=current_user.id
            )
    except DomainError as error:
        form.code.errors = [say(error)]
        return _page(item, form, error.status)
    flash(_("条码 %(code)s 已绑定", code=barcode.code), "success")
    return redirect(url_for(".show", sku=item.sku))


@bp.post("/<sku>/barcodes/removal")
@requires(Permission.MANAGE_GOODS)
def unbind(sku: str) -> ResponseReturnValue:
    """Take a code off goods."""
    item, code = queries.goods_or_404(sku), request.form.get("code", "")
    with transaction():
        goods.unbind_barcode(item, code, by=current_user.id)
    flash(_("条码已解除绑定"), "success")
    return redirect(url_for(".show", sku=item.sku))


def _page(item: Goods, form: BarcodeForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "goods/show.html",
        item=item,
        form=form,
        today=today(),
        now_costs=queries.prices(None, [item.id], today()).get(item.id),
        prices=queries.price_history(item.id),
        own=queries.shops_with_own_price(item.id),
        may_change=_keeps_the_catalogue(),
        picture=queries.photo_token(item.id),
        picture_form=PictureForm(formdata=None),
    )
    return page, status


def _keeps_the_catalogue() -> bool:
    """Whether somebody's office reaches the county, for whose shops the catalogue is one."""
    scope = current_user.scope(Permission.MANAGE_GOODS)
    return any(len(region) <= COUNTY for region in scope.regions)


def only_for_the_county() -> None:
    """Refuse whoever does not keep the county's catalogue."""
    if not _keeps_the_catalogue():
        raise OutOfScopeError(what=_("全县商品目录"))
