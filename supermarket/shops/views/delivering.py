"""What the steps of taking in a delivery show: the form, and all of it for review."""

from collections.abc import Sequence

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.shops import service as shops
from supermarket.shops.forms import DeliveryForm, NewBarcodeForm
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInRequest

#: Goods offered to choose from at once.
OFFERED = 100
#: What the names of a new barcode's fields begin with.
NEW = "new-"
_NOT_TYPED = {"csrf_token", "step"}


def review_page(shop: Shop, form: DeliveryForm, delivery: GoodsInRequest) -> ResponseReturnValue:
    """Show a delivery to be looked through, with its amounts.

    Raises:
        DomainError: it may not come in.
    """
    goods, _traced = shops.check(shop, delivery)
    amounts = [
        None if line.unit_cost_fen is None else line.quantity * line.unit_cost_fen
        for line in delivery.lines
    ]
    typed = {
        name: text
        for name, text in request.form.items()
        if name not in _NOT_TYPED and not name.startswith(NEW)
    }
    return render_template(
        "shops/goods_in_review.html",
        shop=shop,
        form=form,
        delivery=delivery,
        goods=goods,
        rows=list(zip(delivery.lines, amounts, strict=True)),
        total=sum(amount or 0 for amount in amounts),
        without_cost=amounts.count(None),
        typed=typed,
    )


def form_page(
    shop: Shop,
    form: DeliveryForm,
    *,
    offered: Sequence[Goods] = (),
    new: NewBarcodeForm | None = None,
    added: str = "",
    focus: str = "code",
    status: int = 200,
) -> ResponseReturnValue:
    """Show the delivery; ``added`` names the line just scanned, ``focus`` the field to type in."""
    goods = goods_of(form)
    form.know(goods)
    meant: Sequence[Goods] = ()
    if new is not None:
        wanted = goods_queries.catalogue(text=new.wanted.data or "")
        meant = db.session.scalars(wanted.limit(OFFERED)).all()
    page = render_template(
        "shops/goods_in_new.html",
        shop=shop,
        form=form,
        goods=goods,
        offered=offered,
        new=new,
        meant=meant,
        added=next((line for line in form.lines if line.name == added), None),
        focus=focus,
    )
    return page, status


def goods_of(form: DeliveryForm) -> dict[str, Goods]:
    """Return the goods of a delivery's lines by number; unknown numbers are left out."""
    return goods_queries.by_skus({line.sku.data or "" for line in form.lines})


def from_the_top(page: ResponseReturnValue) -> ResponseReturnValue:
    """Let htmx show a page that replaces the whole form from its beginning."""
    answer = make_response(page)
    answer.headers["HX-Reswap"] = "outerHTML show:window:top"
    return answer
