"""Proposing a write-off: scan or choose, or everything that has expired at once."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import db, once_more
from supermarket.errors import DomainError
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.forms import MOST_ROWS, WriteOffForm
from supermarket.movements.models import WriteOffKind
from supermarket.movements.views import basket
from supermarket.movements.views.basket import Step
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.shops.queries import StockRow
from supermarket.shops.views.delivering import from_the_top
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("proposing", __name__)


@bp.get("/write-offs/new")
@requires(Permission.WRITE_OFF)
def start() -> ResponseReturnValue:
    """Go to the form of one's only shop, or choose the shop."""
    scope = current_user.scope(Permission.WRITE_OFF)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".begin", code=shop.code))
    return render_template(
        "movements/choose_shop.html",
        title=_("报损"),
        question=_("哪家店报损？"),
        shops=db.session.scalars(shops.shops_in(scope)).all(),
        endpoint="proposing.begin",
    )


@bp.get("/shops/<code>/write-offs/new")
@requires(Permission.WRITE_OFF)
def begin(code: str) -> ResponseReturnValue:
    """Show an empty write-off, or with ``expired`` one of all that has expired."""
    shop = _shop(code)
    stock = basket.on_shelf(shop)
    expired = "expired" in request.args
    data = {"kind": WriteOffKind.EXPIRED.value, "lines": _expired(stock)} if expired else {}
    form = WriteOffForm(formdata=None, data=data)
    return _page(shop, form, stock, expired=expired)


@bp.post("/shops/<code>/write-offs/new")
@requires(Permission.WRITE_OFF)
def step(code: str) -> ResponseReturnValue:
    """Add or remove a line, or propose; what is typed travels with the form."""
    shop = _shop(code)
    stock = basket.on_shelf(shop)
    if (done := basket.step(stock)) is not None:
        form = WriteOffForm(formdata=done.typed)
        if done.refusal:
            form.code.errors = [done.refusal]
        return _page(shop, form, stock, done=done, status=422 if done.refusal else 200)
    form = WriteOffForm()
    form.know(stock)
    if not form.validate():
        return _page(shop, form, stock, status=422)
    asked, key, by = form.write_off(), form.key.data or "", current_user.id
    try:
        made = once_more(lambda: movements.propose_write_off(shop, asked, key=key, by=by))
    except DomainError as error:
        form.form_errors.append(say(error))
        return from_the_top(_page(shop, form, stock, status=error.status))
    flash(_("已报损，单号 %(code)s，等另一个人审批", code=made.code), "success")
    paper = url_for("write_offs.show", code=made.code)
    if "HX-Request" in request.headers:  # "back" from the paper opens an empty form
        return "", 204, {"HX-Redirect": paper}
    return redirect(paper)


def _expired(stock: Mapping[str, StockRow]) -> list[dict[str, object]]:
    """Return a line for every expired lot, without what stands on open proposals already."""
    found = [(row, lot) for row in stock.values() for lot in row.lots if lot.expired]
    proposed = queries.proposed_units([lot.lot_id for _row, lot in found])
    left = [(row.sku, lot, lot.on_hand - proposed.get(lot.lot_id, 0)) for row, lot in found]
    return [
        {"sku": sku, "lot": lot.code, "quantity": units} for sku, lot, units in left if units > 0
    ][:MOST_ROWS]


def _page(
    shop: Shop,
    form: WriteOffForm,
    stock: Mapping[str, StockRow],
    *,
    done: Step | None = None,
    expired: bool = False,
    status: int = 200,
) -> ResponseReturnValue:
    form.know(stock)
    added = done.added if done else ""
    page = render_template(
        "movements/proposing.html",
        shop=shop,
        form=form,
        stock=stock,
        offered=done.offered if done else [],
        added=next((line for line in form.lines if line.name == added), None),
        expired=expired,
        any_expired=bool(_expired(stock)),
    )
    return page, status


def _shop(code: str) -> Shop:
    return shops.shop_or_404(code, current_user.scope(Permission.WRITE_OFF))
