"""What the steps of taking in a delivery show: the form, and all of it for review."""

from collections.abc import Sequence

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from supermarket.database import db, transaction
from supermarket.donors import queries as donor_queries
from supermarket.donors import service as donors
from supermarket.donors.forms import donor_words
from supermarket.donors.models import Donor, DonorKind
from supermarket.donors.service import DonorText
from supermarket.errors import DomainError
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger.errors import InsufficientFundsError
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.shops import service as shops
from supermarket.shops.forms import DeliveryForm, NewBarcodeForm
from supermarket.shops.models import Shop
from supermarket.shops.service import GoodsInRequest
from supermarket.staff.models import Scope
from supermarket.staff.views.guard import current_user
from supermarket.web import say

#: Goods offered to choose from at once.
OFFERED = 100
#: Donors offered while somebody types.
DONORS_OFFERED = 500
#: What the names of a new barcode's fields begin with.
NEW = "new-"
_NOT_TYPED = {"csrf_token", "step"}


def review_page(shop: Shop, form: DeliveryForm, delivery: GoodsInRequest) -> ResponseReturnValue:
    """Show a delivery to be looked through, with its amounts.

    Raises:
        DomainError: it may not come in.
    """
    goods, traced = shops.check(shop, delivery)
    left = None
    if traced is not None and traced.fund is not None:
        held = donor_queries.balance(traced.fund)
        left = held - traced.fen
        if left < 0:
            raise InsufficientFundsError(
                fund=traced.fund.name, balance_fen=held, needed_fen=traced.fen
            )
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
        traced=traced,
        left_fen=left,
        bound=dict(bound_to(shop)).get(delivery.origin.only_region, ""),
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
    unknown_donor: str = "",
    added: str = "",
    focus: str = "code",
    status: int = 200,
) -> ResponseReturnValue:
    """Show the delivery; ``added`` names the line just scanned, ``focus`` the field to type in.

    ``unknown_donor`` is a name that is not in the register and may be added to it.
    """
    goods = goods_of(form)
    form.know(goods)
    form.offer(donor_queries.spendable_at(shop.region_code), bound_to(shop))
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
        unknown_donor=unknown_donor,
        kinds=list(DonorKind),
        donors=donor_queries.donors(Scope((shop.region_code,), ()), limit=DONORS_OFFERED),
        words=donor_words,
        added=next((line for line in form.lines if line.name == added), None),
        focus=focus,
    )
    return page, status


def meant_donor(shop: Shop, text: str) -> Donor | None:
    """Return the donor that was typed, of the register of the shop's county."""
    return donor_queries.meant(text, Scope((shop.region_code[:COUNTY],), ()))


def register_donor(shop: Shop, kind: str) -> ResponseReturnValue:
    """Take whoever gave this into the county's register by name and kind, and go on."""
    form = DeliveryForm()
    try:
        text = DonorText(DonorKind(kind), form.donor.data or "")
    except ValueError:
        return form_page(shop, form, status=422)
    if (donor := meant_donor(shop, text.name)) is None:
        try:
            with transaction():
                donor = donors.add_donor(text, shop.region_code[:COUNTY], by=current_user.id)
        except DomainError as error:
            form.donor.errors = [say(error)]
            return form_page(shop, form, status=error.status)
    form.donor.data = donor_words(donor)
    return form_page(shop, form, focus="")


def bound_to(shop: Shop) -> list[tuple[str, str]]:
    """Return the places a gift may be bound to: those the shop stands in, and those just below."""
    path = [(crumb.code, crumb.name) for crumb in regions.path(shop.region_code, top=COUNTY)]
    below = [(child.code, child.name) for child in regions.children(shop.region_code)]
    return path + below


def goods_of(form: DeliveryForm) -> dict[str, Goods]:
    """Return the goods of a delivery's lines by number; unknown numbers are left out."""
    return goods_queries.by_skus({line.sku.data or "" for line in form.lines})


def from_the_top(page: ResponseReturnValue) -> ResponseReturnValue:
    """Let htmx show a page that replaces the whole form from its beginning."""
    answer = make_response(page)
    answer.headers["HX-Reswap"] = "outerHTML show:window:top"
    return answer
