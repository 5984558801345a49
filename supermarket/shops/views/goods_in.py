"""Deliveries: taking one in line by line, its paper, the list, taking one back."""

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.goods import service as catalogue
from supermarket.goods.errors import GoodsInactiveError, GoodsNotRecognisedError
from supermarket.shops import queries
from supermarket.shops import service as shops
from supermarket.shops.errors import LineError
from supermarket.shops.forms import (
    DeliveryForm,
    NewBarcodeForm,
    ReversalForm,
    with_another_date,
    with_goods,
    without_line,
)
from supermarket.shops.models import Shop
from supermarket.shops.queries import GoodsInPaper
from supermarket.shops.views.delivering import (
    NEW,
    OFFERED,
    form_page,
    from_the_top,
    goods_of,
    meant_donor,
    register_donor,
    review_page,
)
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("goods_in", __name__)
NAVIGATION = [
    NavigationItem(N_("入库"), "package-import", "goods_in.start", Permission.RECEIVE_GOODS, 50)
]
_LINE = re.compile(r"[0-9]{1,4}")


@bp.get("/goods-in")
@requires(Permission.RECEIVE_GOODS)
def start() -> ResponseReturnValue:
    """Go to the delivery of one's only shop, or choose a shop."""
    scope = current_user.scope(Permission.RECEIVE_GOODS)
    if shop := queries.the_only_shop(scope):
        return redirect(url_for(".begin", code=shop.code))
    open_shops = db.session.scalars(queries.shops_in(scope).where(Shop.active)).all()
    return render_template("shops/choose_shop.html", shops=open_shops)


@bp.get("/shops/<code>/goods-in")
@requires(Permission.VIEW_STOCK)
def index(code: str) -> ResponseReturnValue:
    """Show a shop's deliveries, newest first."""
    shop = queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=place)
    rows = queries.goods_ins(shop, before=before, limit=size + 1)
    more = len(rows) > size
    return render_template(
        "shops/goods_ins.html",
        shop=shop,
        rows=rows[:size],
        next_url=url_for(".index", code=code, before=rows[size - 1].number) if more else None,
        first_url=url_for(".index", code=code) if before else None,
        may_receive=queries.shop(code, current_user.scope(Permission.RECEIVE_GOODS)) is not None,
    )


@bp.get("/shops/<code>/goods-in/new")
@requires(Permission.RECEIVE_GOODS)
def begin(code: str) -> ResponseReturnValue:
    """Show an empty delivery."""
    form = DeliveryForm(formdata=None, data={"key": uuid4().hex, "received_on": today()})
    return form_page(_receiving_shop(code), form)


@bp.post("/shops/<code>/goods-in/new")
@requires(Permission.RECEIVE_GOODS)
def step(code: str) -> ResponseReturnValue:
    """Add or remove a line, bind a new barcode, show all for review, or take it in.

    The button pressed says which; what is typed travels with the form.
    """
    shop, typed, pressed = _receiving_shop(code), request.form, request.form.get("step", "")
    verb, _dash, of = pressed.partition("-")
    if pressed == "edit":
        return from_the_top(form_page(shop, DeliveryForm()))
    if pressed == "choose":
        found = db.session.scalars(goods_queries.catalogue().limit(OFFERED)).all()
        return form_page(shop, DeliveryForm(), offered=found)
    if verb == "remove" and _LINE.fullmatch(of):
        edited = without_line(typed, int(of))
        return form_page(shop, DeliveryForm(formdata=edited), focus="")
    if verb == "split" and _LINE.fullmatch(of):
        edited, line = with_another_date(typed, int(of))
        return form_page(shop, DeliveryForm(formdata=edited), focus=f"{line}-best_before")
    if verb == "bind":
        return _bind(shop, typed, of)
    if verb == "take":
        return _with_scan(shop, typed, of)
    if verb == "donor":
        return register_donor(shop, of)
    if text := cleaned(typed.get("code", "")):
        return _with_scan(shop, typed, text)
    if pressed in {"add", "seek"}:
        new = NewBarcodeForm(typed, prefix=NEW)
        return form_page(shop, DeliveryForm(), new=new if new.may_be_bound else None)
    return _review_or_receive(shop, confirmed=pressed == "confirm")


def _with_scan(shop: Shop, typed: MultiDict[str, str], text: str) -> ResponseReturnValue:
    """Show the delivery with what was scanned, or with what the words may mean."""
    try:
        scanned = goods_queries.scan(text)
    except GoodsNotRecognisedError as unknown:
        matching = goods_queries.catalogue(text=text).limit(OFFERED)
        found = db.session.scalars(matching).all()
        if not found:
            return _not_known(shop, text, unknown)
        if len(found) > 1:
            return form_page(shop, DeliveryForm(), offered=found)
        sku, units = found[0].sku, 1
    except DomainError as refused:
        return _not_added(shop, refused)
    else:
        sku, units = scanned.sku, scanned.units
    edited, line = with_goods(typed, sku, units)
    return form_page(shop, DeliveryForm(formdata=edited), added=line)


def _not_known(shop: Shop, text: str, unknown: GoodsNotRecognisedError) -> ResponseReturnValue:
    """Ask what a new barcode means, or say that the words mean nothing."""
    new = NewBarcodeForm(data={"code": text}, prefix=NEW)
    if not new.may_be_bound:
        return _not_added(shop, unknown)
    form = DeliveryForm()
    form.code.data = ""
    return form_page(shop, form, new=new, status=422)


def _not_added(shop: Shop, refused: DomainError) -> ResponseReturnValue:
    """Say why nothing was added; the next scan finds an empty field."""
    form = DeliveryForm()
    form.code.data, form.code.errors = "", [say(refused)]
    return form_page(shop, form, status=422)


def _bind(shop: Shop, typed: MultiDict[str, str], sku: str) -> ResponseReturnValue:
    """Let a new barcode mean goods of the catalogue, then take it as scanned.

    A code that means something already is left alone: changing it is the office's.
    """
    new, item = NewBarcodeForm(typed, prefix=NEW), goods_queries.goods(sku)
    if not new.validate():
        return form_page(shop, DeliveryForm(), new=new, status=422)
    actor_id = current_user.id
    try:
        if item is None or not new.may_be_bound:
            raise GoodsNotRecognisedError(what=cleaned(sku if item is None else new.barcode)[:40])
        if not item.active:
            raise GoodsInactiveError(goods=item.name)
        if _means_nothing(new.barcode):
            with transaction():
                catalogue.bind_barcode(item, new.barcode, units=new.units.data, by=actor_id)
    except DomainError as refused:
        return _not_added(shop, refused)
    return _with_scan(shop, typed, new.code.data or "")


def _means_nothing(barcode: str) -> bool:
    try:
        goods_queries.scan(barcode)
    except GoodsNotRecognisedError:
        return True
    return False


def _review_or_receive(shop: Shop, *, confirmed: bool) -> ResponseReturnValue:
    form = DeliveryForm()
    form.know(goods_of(form))
    if not form.validate():
        return form_page(shop, form, status=422)
    donor = meant_donor(shop, form.donor.data or "") if form.given else None
    if form.given and donor is None:
        typed = form.donor.data or ""
        form.donor.errors = [
            _("名册里没有“%(name)s”，核对名称，或在下面登记", name=typed)
            if typed
            else _("请填写捐赠方；不愿署名的，可以填“爱心人士”")
        ]
        return form_page(shop, form, unknown_donor=typed, status=422)
    delivery, actor_id = form.delivery(donor), current_user.id
    try:
        if not confirmed:
            return from_the_top(review_page(shop, form, delivery))
        received = once_more(
            lambda: shops.receive(shop, delivery, key=form.key.data or "", by=actor_id)
        )
    except LineError as error:
        form.refuse(error, say(error))
        return form_page(shop, form, status=error.status)
    except DomainError as error:
        form.form_errors.append(say(error))
        return form_page(shop, form, status=error.status)
    flash(_("已入库，单号 %(reference)s", reference=received.reference), "success")
    paper = url_for(".show", reference=received.reference)
    # Steps are swapped in by htmx: the form stays one page of the history, and "back" from
    # the paper opens an empty one.
    if "HX-Request" in request.headers:
        return "", 204, {"HX-Redirect": paper}
    return redirect(paper)


@bp.get("/goods-in/<reference>")
@requires(Permission.VIEW_STOCK)
def show(reference: str) -> ResponseReturnValue:
    """Show the paper of a delivery, ready to be printed."""
    paper = _paper(reference, Permission.VIEW_STOCK)
    reversing = current_user.scope(Permission.REVERSE_GOODS_IN)
    return render_template(
        "shops/goods_in.html",
        paper=paper,
        may_reverse=reversing.covers_shop(paper.shop.code, paper.shop.region_code)
        and any(line.reversible for line in paper.lines),
    )


@bp.route("/goods-in/<reference>/reversal", methods=["GET", "POST"])
@requires(Permission.REVERSE_GOODS_IN)
def reverse(reference: str) -> ResponseReturnValue:
    """Take units of a delivery back out, as far as they are on the shelf."""
    paper = _paper(reference, Permission.REVERSE_GOODS_IN)
    form = ReversalForm(data=_whole(paper))
    if request.method == "GET":
        return _reversal_page(paper, form)
    if not form.validate():
        return _reversal_page(paper, form, 422)
    entry_id, actor_id, lines = paper.entry_id, current_user.id, form.units()
    try:
        once_more(
            lambda: shops.reverse_goods_in(
                entry_id,
                lines=lines,
                reason=form.reason.data or "",
                key=form.key.data or "",
                by=actor_id,
            )
        )
    except DomainError as error:
        form.form_errors.append(say(error))
        return _reversal_page(_paper(reference, Permission.REVERSE_GOODS_IN), form, error.status)
    flash(_("已撤回，库存已减"), "success")
    return redirect(url_for(".show", reference=reference))


def _whole(paper: GoodsInPaper) -> dict[str, Any]:
    """What a fresh reversal proposes: everything that can still go back."""
    lines = [{"position": line.position, "quantity": line.reversible} for line in paper.lines]
    return {"key": uuid4().hex, "lines": lines}


def _reversal_page(
    paper: GoodsInPaper, form: ReversalForm, status: int = 200
) -> ResponseReturnValue:
    lines = {str(line.position): line for line in paper.lines}
    return render_template("shops/reversal.html", paper=paper, form=form, lines=lines), status


def _paper(reference: str, permission: Permission) -> GoodsInPaper:
    paper = queries.goods_in(reference, current_user.scope(permission))
    if paper is None:
        raise NotFoundError(what=cleaned(reference)[:40])
    return paper


def _receiving_shop(code: str) -> Shop:
    return queries.shop_or_404(code, current_user.scope(Permission.RECEIVE_GOODS))
