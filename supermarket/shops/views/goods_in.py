"""Deliveries: taking one in line by line, its paper, the list, taking one back."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from supermarket.clock import today
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.goods.errors import GoodsNotRecognisedError
from supermarket.goods.models import Goods
from supermarket.shops import queries
from supermarket.shops import service as shops
from supermarket.shops.errors import LineError
from supermarket.shops.forms import DeliveryForm, ReversalForm, with_goods, without_line
from supermarket.shops.models import Shop
from supermarket.shops.queries import GoodsInPaper
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("goods_in", __name__)
NAVIGATION = [
    NavigationItem(N_("入库"), "package-import", "goods_in.start", Permission.RECEIVE_GOODS, 50)
]
#: Goods offered to choose from at once.
OFFERED = 100


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
    return _form_page(_receiving_shop(code), form)


@bp.post("/shops/<code>/goods-in/new")
@requires(Permission.RECEIVE_GOODS)
def step(code: str) -> ResponseReturnValue:
    """Add or remove a line, show all of it for review, or take it in.

    The button pressed says which; what is typed travels with the form.
    """
    shop, typed, pressed = _receiving_shop(code), request.form, request.form.get("step", "")
    if pressed == "edit":
        return _form_page(shop, DeliveryForm())
    if pressed == "choose":
        found = db.session.scalars(goods_queries.catalogue().limit(OFFERED)).all()
        return _form_page(shop, DeliveryForm(), offered=found)
    if removed := re.fullmatch(r"remove-([0-9]{1,4})", pressed):
        return _form_page(shop, DeliveryForm(formdata=without_line(typed, int(removed[1]))))
    if pressed.startswith("take-"):
        return _with_scan(shop, typed, pressed.removeprefix("take-"))
    if text := cleaned(typed.get("code", "")):
        return _with_scan(shop, typed, text)
    if pressed == "add":
        return _form_page(shop, DeliveryForm())
    return _review_or_receive(shop, confirmed=pressed == "confirm")


def _with_scan(shop: Shop, typed: MultiDict[str, str], text: str) -> ResponseReturnValue:
    """Show the delivery with what was scanned, or with what the words may mean."""
    try:
        scanned = goods_queries.scan(text)
    except GoodsNotRecognisedError as unknown:
        matching = goods_queries.catalogue(text=text).limit(OFFERED)
        found = db.session.scalars(matching).all()
        form = DeliveryForm()
        if not found:
            form.code.errors = [say(unknown)]
            return _form_page(shop, form, status=422)
        if len(found) > 1:
            return _form_page(shop, form, offered=found)
        sku, units = found[0].sku, 1
    except DomainError as refused:
        form = DeliveryForm()
        form.code.errors = [say(refused)]
        return _form_page(shop, form, status=422)
    else:
        sku, units = scanned.sku, scanned.units
    edited, line = with_goods(typed, sku, units)
    return _form_page(shop, DeliveryForm(formdata=edited), focus=f"{line}-quantity")


def _review_or_receive(shop: Shop, *, confirmed: bool) -> ResponseReturnValue:
    form = DeliveryForm()
    if not form.validate():
        return _form_page(shop, form, status=422)
    delivery, actor_id = form.delivery(), current_user.id
    try:
        if not confirmed:
            goods = shops.check(shop, delivery)
            typed = {name: text for name, text in request.form.items() if name not in _NOT_TYPED}
            return render_template(
                "shops/goods_in_review.html",
                shop=shop,
                form=form,
                delivery=delivery,
                goods=goods,
                typed=typed,
            )
        received = once_more(
            lambda: shops.receive(shop, delivery, key=form.key.data or "", by=actor_id)
        )
    except LineError as error:
        form.refuse(error, say(error))
        return _form_page(shop, form, status=error.status)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _form_page(shop, form, status=error.status)
    flash(_("已入库，单号 %(reference)s", reference=received.reference), "success")
    return redirect(url_for(".show", reference=received.reference))


_NOT_TYPED = {"csrf_token", "step"}


def _form_page(
    shop: Shop,
    form: DeliveryForm,
    *,
    offered: Sequence[Goods] = (),
    focus: str = "code",
    status: int = 200,
) -> ResponseReturnValue:
    goods = goods_queries.by_skus({line.sku.data or "" for line in form.lines})
    page = render_template(
        "shops/goods_in_new.html", shop=shop, form=form, goods=goods, offered=offered, focus=focus
    )
    return page, status


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
