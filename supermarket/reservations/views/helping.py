"""A helper has goods kept for a paired household, and notes what it wishes for."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.queries.pairing import paired_household
from supermarket.households.views.registry import HouseholdAction, helper_actions
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.forms import KeepForm, WishForm
from supermarket.reservations.models import Channel
from supermarket.reservations.service import Ask
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("reservations_helping", __name__, url_prefix="/helper/<code>")
helper_actions.append(
    HouseholdAction(
        N_("留货和心愿"), "package", "reservations_helping.show", Permission.PAIRED, order=20
    )
)


@bp.route("/reservations", methods=["GET", "POST"])
@requires(Permission.PAIRED)
def show(code: str) -> ResponseReturnValue:
    """Show what is kept for a household and what it wishes for; keep something more."""
    household = _household(code)
    seen.note("household.view", household.code)
    form, status = KeepForm(), 200
    shop = _shop(household)
    form.offer(queries.free_shelf(shop, today()) if shop else [])
    if form.is_submitted() and shop is not None:
        by, key = current_user.member, form.key.data or ""
        if not form.validate():
            status = 422
        else:
            ask = Ask(shop.code, code, form.sku.data or "", form.units.data, form.last_day)
            try:
                once_more(lambda: reservations.reserve(key, ask, channel=Channel.HELPER, by=by))
            except DomainError as refused:
                form.beside(refused)
                status = refused.status
            else:
                flash(_("已替%(head)s家留货，请提醒按时来领", head=household.head), "success")
                return redirect(url_for(".show", code=code))
    return _page(household, shop, form, WishForm(formdata=None)), status


@bp.post("/wishes")
@requires(Permission.PAIRED)
def wish(code: str) -> ResponseReturnValue:
    """Note something the household wishes its shop had."""
    household, form = _household(code), WishForm()
    by, words, status = current_user.member, form.wished.data or "", 422
    if form.validate():
        try:
            once_more(lambda: reservations.wish(household, words, by=by))
        except DomainError as refused:
            form.wished.errors = [say(refused)]
            status = refused.status
        else:
            flash(_("已记到心愿单，店里看得到有几户想要"), "success")
            return redirect(url_for(".show", code=code))
    shop, keep = _shop(household), KeepForm(formdata=None)
    keep.offer(queries.free_shelf(shop, today()) if shop else [])
    return _page(household, shop, keep, form), status


@bp.post("/wishes/<int(max=999999999999999999):wish_id>/end")
@requires(Permission.PAIRED)
def end_wish(code: str, wish_id: int) -> ResponseReturnValue:
    """Take a wish back."""
    household, by = _household(code), current_user.member
    with transaction():
        reservations.end_wish(household, wish_id, by=by)
    flash(_("已从心愿单去掉"), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/reservations/<number>/end")
@requires(Permission.PAIRED)
def end(code: str, number: str) -> ResponseReturnValue:
    """Keep something no longer that oneself had kept."""
    _household(code)
    by = current_user.member
    try:
        with transaction():
            reservations.cancel(number, by=by)
    except DomainError as refused:
        flash(say(refused), "warning")
    else:
        flash(_("已取消，货放回可兑"), "success")
    return redirect(url_for(".show", code=code))


def _page(household: Household, shop: Shop | None, form: KeepForm, wish: WishForm) -> str:
    return render_template(
        "reservations/helping.html",
        household=household,
        balance=households.balance(household),
        shop=shop,
        shops=shops.serving(household.village_code),
        form=form,
        wish=wish,
        kept=queries.of_household(household.id, today()),
        wishes=queries.wishes_of(household.id),
        mine=current_user.id,
    )


def _household(code: str) -> Household:
    """Return a household one stands by now; else answer 404."""
    found = paired_household(code, current_user.id)
    if found is None:
        abort(404)
    return found


def _shop(household: Household) -> Shop | None:
    """Return the shop asked for, or the nearest that serves the household; None if none does."""
    serving = shops.serving(household.village_code)
    asked = request.args.get("shop", "")
    return next((shop for shop in serving if shop.code == asked), serving[0] if serving else None)
