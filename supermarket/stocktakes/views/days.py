"""The day's close: takings, key goods, slips, signatures; and the days closed before."""

from datetime import date

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.errors import AlreadyClosedError, CountsDifferError
from supermarket.stocktakes.forms import DayCloseForm
from supermarket.web import NavigationItem, say

bp = Blueprint("day_close", __name__)
NAVIGATION = [NavigationItem(N_("日结"), "calendar", "day_close.start", Permission.COUNT_STOCK, 53)]


@bp.get("/day-close")
@requires(Permission.VIEW_STOCK)
def start() -> ResponseReturnValue:
    """Go to the day's close of one's only shop, or choose a shop."""
    scope = current_user.scope(Permission.VIEW_STOCK)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".new", code=shop.code))
    found = db.session.scalars(shops.shops_in(scope).where(Shop.active)).all()
    return render_template("stocktakes/choose_shop.html", shops=found, closing=True)


@bp.route("/shops/<code>/day-close", methods=["GET", "POST"])
@requires(Permission.VIEW_STOCK)
def new(code: str) -> ResponseReturnValue:
    """Close a day, today if no other is named; below it the days closed before."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    if request.method == "GET":
        asked = request.args.get("on", "")
        return _page(shop, DayCloseForm(formdata=None, data={"day": _read(asked) or today()}))
    shops.shop_or_404(code, current_user.scope(Permission.COUNT_STOCK))
    form, by = DayCloseForm(), current_user.member
    if not form.validate_on_submit():
        return _page(shop, form, 422)
    day, counts, sure = form.day.data, form.counts, form.is_sure
    try:
        with transaction():
            stocktakes.close_day(shop, day, counts, by=by, sure=sure, note=form.note.data or "")
    except AlreadyClosedError as error:
        flash(say(error), "info")
        return redirect(url_for(".show", code=code, day=day.isoformat()))
    except CountsDifferError as error:
        form.form_errors.append(say(error))
        form.sure.data = form.fingerprint
        return _page(shop, form, error.status)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page(shop, form, error.status)
    flash(_("已日结，可以打印了"), "success")
    return redirect(url_for(".show", code=code, day=day.isoformat()))


@bp.get("/shops/<code>/day-close/<day>")
@requires(Permission.VIEW_STOCK)
def show(code: str, day: str) -> ResponseReturnValue:
    """Show the paper of a closed day; say so if its figures changed since."""
    return _paper(code, day)


@bp.post("/shops/<code>/day-close/<day>/signature")
@requires(Permission.APPROVE_STOCK)
def sign(code: str, day: str) -> ResponseReturnValue:
    """Sign a closed day as the second person."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.APPROVE_STOCK))
    on, by = _read(day), current_user.member
    if on is None:
        raise NotFoundError(what=cleaned(day)[:40])
    try:
        with transaction():
            stocktakes.sign_day(shop, on, by=by)
    except DomainError as error:
        if error.status == NotFoundError.status:
            raise
        return _paper(code, day, refused=say(error), status=error.status)
    flash(_("已签字"), "success")
    return redirect(url_for(".show", code=code, day=day))


def _paper(code: str, day: str, *, refused: str = "", status: int = 200) -> ResponseReturnValue:
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    on = _read(day)
    closed = queries.closed_day(shop.id, on) if on else None
    if closed is None:
        raise NotFoundError(what=cleaned(day)[:40])
    signing = current_user.scope(Permission.APPROVE_STOCK)
    page = render_template(
        "stocktakes/day.html",
        closed=closed,
        shop=shop,
        lines=closed.lines(),
        since=queries.figures(shop.id, closed.found.day),
        refused=refused,
        may_sign=not closed.signer
        and closed.found.closed_by != current_user.id
        and signing.covers_shop(shop.code, shop.region_code),
    )
    return page, status


def _page(shop: Shop, form: DayCloseForm, status: int = 200) -> ResponseReturnValue:
    counting = current_user.scope(Permission.COUNT_STOCK)
    may_close = counting.covers_shop(shop.code, shop.region_code)
    day = form.day.data or today()
    closed = queries.closed_day(shop.id, day)
    form.know(queries.key_goods(shop.id, today(), skus=tuple(form.counts)))
    size = current_app.config["PAGE_SIZE"]
    before = _read(request.args.get("before", ""))
    days = queries.closed_days(shop.id, before=before, limit=size + 1)
    more = len(days) > size
    page = render_template(
        "stocktakes/day_close.html",
        shop=shop,
        form=form,
        day=day,
        closed=closed,
        may_close=may_close and closed is None,
        taken=queries.figures(shop.id, day),
        slips=queries.slips(shop.id, day),
        days=days[:size],
        next_url=url_for(".new", code=shop.code, before=days[size - 1].found.day) if more else None,
        first_url=url_for(".new", code=shop.code) if before else None,
        units={
            item.sku: item.unit
            for item in queries.key_goods(shop.id, today(), skus=tuple(form.counts))
        },
    )
    return page, status


def _read(text: str) -> date | None:
    """Read a day; None if it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
