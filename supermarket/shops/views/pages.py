"""Shops: which there are, opening one, changing one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.regions import queries as regions
from supermarket.regions.models import Region
from supermarket.shops import queries
from supermarket.shops import service as shops
from supermarket.shops.forms import EditShopForm, ShopForm
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("shops", __name__, url_prefix="/shops")
NAVIGATION = [
    NavigationItem(N_("门店"), "building-store", "shops.index", Permission.MANAGE_GOODS, 61)
]


@bp.get("")
@requires(Permission.VIEW_STOCK)
def index() -> ResponseReturnValue:
    """Show the shops this person may see and how their shelves are."""
    rows = queries.overview(current_user.scope(Permission.VIEW_STOCK), today())
    return render_template(
        "shops/index.html", rows=rows, may_open=current_user.may(Permission.MANAGE_GOODS)
    )


@bp.get("/new")
@requires(Permission.MANAGE_GOODS)
def choose() -> ResponseReturnValue:
    """Choose the place of a new shop, from the top of one's own down."""
    scope = current_user.scope(Permission.MANAGE_GOODS)
    places = [place for code in scope.regions if (place := regions.region(code))]
    return render_template("shops/choose.html", places=places)


@bp.route("/new/<region_code>", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def open_in(region_code: str) -> ResponseReturnValue:
    """Open a shop in a place, or go on to a smaller one."""
    place = _place(region_code)
    form, status = ShopForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                shop = shops.add_shop(
                    form.name.data or "",
                    region_code,
                    address=form.address.data or "",
                    phone=form.phone.data or "",
                    merchant=form.merchant.data or "",
                    by=current_user.id,
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("“%(name)s”已开店，店号 %(code)s", name=shop.name, code=shop.code), "success")
            return redirect(url_for(".show", code=shop.code))
    elif request.method == "POST":
        status = 422
    scope = current_user.scope(Permission.MANAGE_GOODS)
    page = render_template(
        "shops/new.html",
        form=form,
        place=place,
        trail=[crumb for crumb in regions.path(region_code) if scope.covers_region(crumb.code)],
        smaller=regions.children(region_code),
    )
    return page, status


@bp.get("/<code>")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show a shop and the ways to its stock, papers and prices."""
    shop = queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    return render_template(
        "shops/show.html",
        shop=shop,
        places=regions.path(shop.region_code, top=6),
        may_receive=queries.shop(code, current_user.scope(Permission.RECEIVE_GOODS)) is not None,
        may_change=queries.shop(code, current_user.scope(Permission.MANAGE_GOODS)) is not None,
    )


@bp.route("/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_GOODS)
def edit(code: str) -> ResponseReturnValue:
    """Change what is said of a shop, or close it."""
    shop = queries.shop_or_404(code, current_user.scope(Permission.MANAGE_GOODS))
    form, status = EditShopForm(obj=shop), 200
    if form.validate_on_submit():
        with transaction():
            shops.update_shop(
                shop,
                name=form.name.data or "",
                address=form.address.data or "",
                phone=form.phone.data or "",
                active=bool(form.active.data),
                merchant=form.merchant.data or "",
                by=current_user.id,
            )
        flash(_("已保存"), "success")
        return redirect(url_for(".show", code=code))
    if request.method == "POST":
        status = 422
    return render_template("shops/edit.html", form=form, shop=shop), status


def _place(code: str) -> Region:
    """Return a place in which this person may open shops.

    Raises:
        NotFoundError: it is not there, or not this person's.
    """
    covered = current_user.scope(Permission.MANAGE_GOODS).covers_region(code)
    place = regions.region(code) if covered else None
    if place is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return place
