"""Sending goods to another shop: scan or choose, next, confirm."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.forms import TransferForm
from supermarket.movements.views import basket
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.shops.views.delivering import from_the_top
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("sending", __name__)
_NOT_TYPED = {"csrf_token", "step"}


@bp.get("/transfers/new")
@requires(Permission.TRANSFER_GOODS)
def start() -> ResponseReturnValue:
    """Go to the form of one's only shop, or choose the shop that sends."""
    scope = current_user.scope(Permission.TRANSFER_GOODS)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".begin", code=shop.code))
    return render_template(
        "movements/choose_shop.html",
        title=_("调拨"),
        question=_("从哪家店发货？"),
        shops=db.session.scalars(shops.shops_in(scope)).all(),
        endpoint="sending.begin",
    )


@bp.get("/shops/<code>/transfers/new")
@requires(Permission.TRANSFER_GOODS)
def begin(code: str) -> ResponseReturnValue:
    """Show an empty transfer."""
    shop = _shop(code)
    form = TransferForm(formdata=None, data={"to": request.args.get("to", "")})
    return _page(shop, form, basket.on_shelf(shop))


@bp.post("/shops/<code>/transfers/new")
@requires(Permission.TRANSFER_GOODS)
def step(code: str) -> ResponseReturnValue:
    """Add or remove a line, show all for review, or send; what is typed travels with the form."""
    shop = _shop(code)
    stock = basket.on_shelf(shop)
    if (done := basket.step(stock)) is not None:
        form = TransferForm(formdata=done.typed)
        if done.refusal:
            form.code.errors = [done.refusal]
        page = _page(shop, form, stock, done=done, status=422 if done.refusal else 200)
        return from_the_top(page) if request.form.get("step") == "edit" else page
    form = TransferForm()
    form.know(stock)
    if not form.validate():
        return _page(shop, form, stock, status=422)
    try:
        return _review_or_send(shop, form)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page(shop, form, stock, status=error.status)


def _review_or_send(shop: Shop, form: TransferForm) -> ResponseReturnValue:
    county = Scope((shop.region_code[:6],), ())
    to = shops.shop_or_404(form.to.data or "", county)
    lines = form.asks()
    if request.form.get("step") != "confirm":
        typed = {name: text for name, text in request.form.items() if name not in _NOT_TYPED}
        page = render_template(
            "movements/sending_review.html",
            shop=shop,
            to=to,
            form=form,
            moves=movements.propose(shop, to, lines),
            stock=basket.on_shelf(shop),
            typed=typed,
        )
        return from_the_top(page)
    key, by, note = form.key.data or "", current_user.id, form.note.data or ""
    sent = once_more(lambda: movements.send(shop, to, lines, key=key, by=by, note=note))
    flash(_("已发货，单号 %(code)s，等对方收货", code=sent.code), "success")
    paper = url_for("transfers.show", code=sent.code)
    if "HX-Request" in request.headers:  # "back" from the paper opens an empty form
        return "", 204, {"HX-Redirect": paper}
    return redirect(paper)


def _page(
    shop: Shop, form: TransferForm, stock: Any, *, done: Any = None, status: int = 200
) -> ResponseReturnValue:
    form.know(stock)
    form.may_go_to(queries.receiving_shops(shop))
    added = done.added if done else ""
    page = render_template(
        "movements/sending.html",
        shop=shop,
        form=form,
        stock=stock,
        offered=done.offered if done else [],
        added=next((line for line in form.lines if line.name == added), None),
    )
    return page, status


def _shop(code: str) -> Shop:
    return shops.shop_or_404(code, current_user.scope(Permission.TRANSFER_GOODS))
