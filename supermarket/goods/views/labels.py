"""Codes of our own, and shelf labels."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import DomainError
from supermarket.goods import queries
from supermarket.goods.errors import NothingToLabelError
from supermarket.goods.models import Goods
from supermarket.goods.service import labels
from supermarket.goods.service.labels import ShelfLabel
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("goods_labels", __name__, url_prefix="/goods")

#: Labels in one file: 25 pages, some seconds to draw.
MOST_LABELS = 600
MOST_COPIES = 24
#: What the address may say.
_NARROWING = ("q", "category", "sku", "copies")


@bp.post("/<sku>/in-store-code")
@requires(Permission.MANAGE_GOODS)
def give_code(sku: str) -> ResponseReturnValue:
    """Give goods without a code one of our own."""
    item = queries.goods_or_404(sku)
    try:
        with transaction():
            code = labels.give_code(item, by=current_user.id).code
    except DomainError as error:
        flash(say(error), "danger")
    else:
        flash(_("条码 %(code)s 已绑定，可以打印价签", code=code), "success")
    return redirect(url_for("goods.show", sku=item.sku))


@bp.get("/labels")
@requires(Permission.MANAGE_GOODS)
def choose() -> ResponseReturnValue:
    """Choose what to print labels for."""
    chosen = _chosen()
    return render_template(
        "goods/labels.html",
        text=cleaned(request.args.get("q", "")),
        category=cleaned(request.args.get("category", "")),
        categories=queries.categories(),
        copies=_copies(),
        items=chosen,
        uncoded=sum(1 for item in chosen if not _code(item)),
        most=MOST_LABELS,
        narrowed=_narrowed(),
    )


@bp.post("/labels/codes")
@requires(Permission.MANAGE_GOODS)
def give_codes() -> ResponseReturnValue:
    """Give all the chosen goods that have no code one of our own."""
    skus = [item.sku for item in _chosen() if not _code(item)]
    by, given = current_user.id, 0
    for sku in skus:
        with transaction():
            labels.give_code(queries.goods_or_404(sku), by=by)
            given += 1
    flash(_("给 %(count)s 种商品配了店内条码", count=given), "success")
    return redirect(url_for(".choose", **_narrowed()))


@bp.get("/labels.pdf")
@requires(Permission.MANAGE_GOODS)
def sheets() -> ResponseReturnValue:
    """Send the labels of the chosen goods as A4 sheets."""
    items = _chosen()
    points = queries.prices(None, [item.id for item in items], today())
    wanted = [
        ShelfLabel(
            item.name, item.specification, item.unit, points.get(item.id), item.sku, _code(item)
        )
        for item in items
        for _copy in range(_copies())
    ][:MOST_LABELS]
    if not wanted:
        raise NothingToLabelError
    paper = BytesIO()
    labels.sheets(wanted, paper)
    paper.seek(0)
    name = f"labels-{today():%Y%m%d}.pdf"
    return send_file(paper, mimetype="application/pdf", as_attachment=True, download_name=name)


def _narrowed() -> dict[str, Any]:
    """Return what the page's address narrows to, to keep it in the next one."""
    return {name: request.args[name] for name in _NARROWING if name in request.args}


def _chosen() -> list[Goods]:
    text, category, sku = (cleaned(request.args.get(name, "")) for name in ("q", "category", "sku"))
    wanted = queries.catalogue(text=text, category=category).limit(MOST_LABELS)
    if sku:
        wanted = wanted.where(Goods.sku == sku.upper())
    return list(db.session.scalars(wanted.options(*queries.with_barcodes())))


def _code(item: Goods) -> str:
    return next((code.code for code in item.barcodes if labels.printable(code)), "")


def _copies() -> int:
    typed = request.args.get("copies", "1")
    asked = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else 1
    return min(max(asked, 1), MOST_COPIES)
