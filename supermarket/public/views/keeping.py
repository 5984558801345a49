"""What a household has its shop keep, and what it wishes its shop had."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.households import queries as households
from supermarket.public import queries as public
from supermarket.public.views import visits
from supermarket.public.views.entrance import for_household
from supermarket.public.views.visits import Visit
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.forms import KeepForm, WishForm
from supermarket.reservations.models import Channel
from supermarket.reservations.service import Ask
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.staff.views.guard import requires
from supermarket.web import say

bp = visits.prepare(Blueprint("own_keeping", __name__, url_prefix="/c/<code>"))


@bp.route("/reservations", methods=["GET", "POST"])
@requires(None)
@for_household
def show(visit: Visit) -> ResponseReturnValue:
    """Show what is kept and what may be; keep something more."""
    household, shop = visit.household, _shop(visit)
    form, status = KeepForm(), 200
    form.offer(queries.free_shelf(shop, today()) if shop else [])
    if form.is_submitted() and shop is not None:
        if not form.validate():
            status = 422
        else:
            ask = Ask(
                shop.code, household.code, form.sku.data or "", form.units.data, form.last_day
            )
            key = form.key.data or ""
            try:
                once_more(lambda: reservations.reserve(key, ask, channel=Channel.PAGE, by=None))
            except DomainError as refused:
                form.beside(refused)
                status = refused.status
            else:
                flash(_("已请店里留着，请按时来领"), "success")
                return _back(visit)
    return _page(visit, shop, form, WishForm(formdata=None)), status


@bp.post("/reservations/<number>/end")
@requires(None)
@for_household
def end(visit: Visit, number: str) -> ResponseReturnValue:
    """Have something kept no longer."""
    try:
        with transaction():
            reservations.cancel(number, by=None, household=visit.household)
    except DomainError as refused:
        flash(say(refused), "warning")
    else:
        flash(_("已取消，货放回可兑"), "success")
    return _back(visit)


@bp.post("/wishes")
@requires(None)
@for_household
def wish(visit: Visit) -> ResponseReturnValue:
    """Note something the shop lacks."""
    form, status = WishForm(), 422
    words = form.wished.data or ""
    if form.validate():
        try:
            once_more(lambda: reservations.wish(visit.household, words, by=None))
        except DomainError as refused:
            form.wished.errors = [say(refused)]
            status = refused.status
        else:
            flash(_("已记到心愿单，店里看得到有几户想要"), "success")
            return _back(visit)
    shop, keep = _shop(visit), KeepForm(formdata=None)
    keep.offer(queries.free_shelf(shop, today()) if shop else [])
    return _page(visit, shop, keep, form), status


@bp.post("/wishes/<int(max=999999999999999999):wish_id>/end")
@requires(None)
@for_household
def end_wish(visit: Visit, wish_id: int) -> ResponseReturnValue:
    """Take a wish back."""
    with transaction():
        reservations.end_wish(visit.household, wish_id, by=None)
    flash(_("已从心愿单去掉"), "success")
    return _back(visit)


def _page(visit: Visit, shop: Shop | None, form: KeepForm, wish: WishForm) -> str:
    household = visit.household
    return render_template(
        "public/keeping.html",
        code=visit.code,
        balance=households.balance(household),
        shop=shop,
        shops=shops.serving(household.village_code),
        form=form,
        wish=wish,
        kept=queries.of_household(household.id, today()),
        wishes=queries.wishes_of(household.id),
    )


def _shop(visit: Visit) -> Shop | None:
    """Return the shop asked for, or the nearest; None if none serves the village."""
    village, asked = visit.household.village_code, request.args.get("shop", "")
    serving = shops.serving(village)
    return next((shop for shop in serving if shop.code == asked), public.shop(village))


def _back(visit: Visit) -> ResponseReturnValue:
    return redirect(url_for(".show", code=visit.code))
