"""Counting, shelf by shelf: what the books say is shown nowhere here."""

from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import db, transaction
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.shops import queries as shops
from supermarket.shops.models import Shop
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.errors import AlreadyUnderWayError, CountUnlikelyError
from supermarket.stocktakes.forms import CountForm, ScanForm
from supermarket.stocktakes.models import Stocktake
from supermarket.stocktakes.queries import LineRow, StocktakeRow
from supermarket.stocktakes.views import waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("stocktakes", __name__)
NAVIGATION = [
    NavigationItem(N_("盘点"), "list-check", "stocktakes.start", Permission.COUNT_STOCK, 52)
]
waiting.register()


@bp.get("/stocktakes")
@requires(Permission.VIEW_STOCK)
def start() -> ResponseReturnValue:
    """Go to the stocktakes of one's only shop, or choose a shop."""
    scope = current_user.scope(Permission.VIEW_STOCK)
    if shop := shops.the_only_shop(scope):
        return redirect(url_for(".index", code=shop.code))
    found = db.session.scalars(shops.shops_in(scope).where(Shop.active)).all()
    return render_template("stocktakes/choose_shop.html", shops=found)


@bp.get("/shops/<code>/stocktakes")
@requires(Permission.VIEW_STOCK)
def index(code: str) -> ResponseReturnValue:
    """Show a shop's stocktakes, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=place)
    rows = queries.stocktakes_of(shop.id, before=before, limit=size + 1)
    more = len(rows) > size
    return render_template(
        "stocktakes/index.html",
        shop=shop,
        rows=rows[:size],
        under_way=queries.under_way(shop.id),
        may_count=shops.shop(code, current_user.scope(Permission.COUNT_STOCK)) is not None,
        next_url=url_for(".index", code=code, before=rows[size - 1].found.id) if more else None,
        first_url=url_for(".index", code=code) if before else None,
    )


@bp.post("/shops/<code>/stocktakes")
@requires(Permission.COUNT_STOCK)
def begin(code: str) -> ResponseReturnValue:
    """Begin a stocktake, or go on with the one under way."""
    shop, by = (
        shops.shop_or_404(code, current_user.scope(Permission.COUNT_STOCK)),
        current_user.member,
    )
    try:
        with transaction():
            made = stocktakes.open_stocktake(shop, by=by)
    except AlreadyUnderWayError as error:
        flash(say(error), "warning")
        found = queries.under_way(shop.id)
        return redirect(
            url_for(".show", code=found.code) if found else url_for(".index", code=code)
        )
    flash(_("已开始盘点 %(code)s，店里照常兑换", code=made.code), "success")
    return redirect(url_for(".show", code=made.code))


@bp.get("/stocktakes/<code>")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show the shelves and how far they are counted; later the result."""
    row = queries.stocktake_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    if not (row.open and _may_count(row)):
        return redirect(url_for("stocktake_review.show", code=row.code))
    return _shelves(row, ScanForm(formdata=None, data={"key": uuid4().hex}))


@bp.post("/stocktakes/<code>/scan")
@requires(Permission.COUNT_STOCK)
def scan(code: str) -> ResponseReturnValue:
    """Add what was scanned to its lot, or show the lots it may be."""
    row, form, by = _counting(code), ScanForm(), current_user.member
    if not form.validate_on_submit():
        return _shelves(row, form, 422)
    text, key = form.scan.data or "", form.key.data or ""
    try:
        with transaction():
            found = stocktakes.add_scanned(row.code, text, key=key, by=by)
    except DomainError as error:
        form.scan.errors, form.scan.data = [say(error)], ""
        form.key.data = uuid4().hex
        return _shelves(_counting(code), form, error.status)
    if len(found) != 1:
        return redirect(url_for(".lots", code=row.code, sku=goods_queries.scan(text).sku))
    fresh = ScanForm(formdata=None, data={"key": uuid4().hex})
    return _shelves(_counting(code), fresh, added=found[0])


@bp.get("/stocktakes/<code>/count")
@requires(Permission.COUNT_STOCK)
def lots(code: str) -> ResponseReturnValue:
    """Show the lots of a shelf, or of some goods, to be counted."""
    return _lots(_counting(code))


@bp.post("/stocktakes/<code>/lots/<lot>")
@requires(Permission.COUNT_STOCK)
def save(code: str, lot: str) -> ResponseReturnValue:
    """Keep the count of one lot."""
    row, by = _counting(code), current_user.member
    card = shops.lot(lot, current_user.scope(Permission.COUNT_STOCK), today())
    if card is None or card.shop.id != row.shop.id:
        raise NotFoundError(what=cleaned(lot)[:40])
    form = CountForm(request.form, prefix=_prefix(card.row.lot_id))
    if not form.validate():
        return _lots(row, {card.row.lot_id: form}, 422)
    counted, sure, note = form.counted.data, form.is_sure, form.note.data or ""
    try:
        with transaction():
            stocktakes.count(row.code, lot, counted, by=by, sure=sure, note=note)
    except CountUnlikelyError as error:
        form.ask_again(say(error))
        return _lots(_counting(code), {card.row.lot_id: form}, error.status)
    except DomainError as error:
        form.counted.errors = [say(error)]
        found = queries.stocktake_or_404(code, current_user.scope(Permission.VIEW_STOCK))
        if not found.open:
            raise
        return _lots(found, {card.row.lot_id: form}, error.status)
    if request.args.get("back") == "review":
        return redirect(url_for("stocktake_review.show", code=row.code))
    shelf = request.args.get("shelf")
    sku = None if shelf is not None else request.args.get("sku", card.sku)
    return redirect(
        url_for(".lots", code=row.code, shelf=shelf, sku=sku, _anchor=f"lot-{card.row.lot_id}")
    )


def _shelves(
    row: StocktakeRow, form: ScanForm, status: int = 200, added: LineRow | None = None
) -> ResponseReturnValue:
    rows = queries.lines(row.found)
    page = render_template(
        "stocktakes/shelves.html",
        row=row,
        form=form,
        added=added,
        shelves=queries.shelves(rows),
        lots=len(rows),
        counted=sum(line.counted is not None for line in rows),
        again=[line for line in rows if line.to_decide],
    )
    return page, status


def _lots(
    row: StocktakeRow, typed: dict[int, CountForm] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show the lots of a shelf, or of some goods; ``typed`` are forms that were refused, by lot."""
    shelf, sku = request.args.get("shelf"), request.args.get("sku", "")
    rows, empty = _wanted(row.found, shelf, sku)
    whole = queries.lines(row.found)
    page = render_template(
        "stocktakes/count.html",
        row=row,
        rows=rows,
        empty=empty,
        forms={
            line.lot_id: (typed or {}).get(line.lot_id) or _form(line) for line in (*rows, *empty)
        },
        title=shelf if shelf is not None else next((r.full_name for r in (*rows, *empty)), ""),
        there={"shelf": shelf} if shelf is not None else {"sku": sku},
        lots=len(whole),
        counted=sum(line.counted is not None for line in whole),
    )
    return page, status


def _wanted(
    stocktake: Stocktake, shelf: str | None, sku: str
) -> tuple[list[LineRow], list[LineRow]]:
    """Return the lots of a shelf or of some goods, and the goods' lots the books call empty."""
    if shelf is not None:
        return queries.lines(stocktake, category=shelf), []
    goods = goods_queries.goods_or_404(sku)
    found = queries.lines(stocktake, goods_id=goods.id)
    empty = queries.empty_lots(stocktake, goods.id)
    if not found and not empty:
        raise NotFoundError(what=cleaned(sku)[:40])
    return found, empty


def _form(line: LineRow) -> CountForm:
    told = {"counted": line.counted, "note": line.note}
    if line.to_decide and line.decision is not None:
        told["counted"] = None
    return CountForm(prefix=_prefix(line.lot_id), data=told)


def _prefix(lot_id: int) -> str:
    return f"lot{lot_id}"


def _counting(code: str) -> StocktakeRow:
    """Return a stocktake that this person may count in."""
    return queries.stocktake_or_404(code, current_user.scope(Permission.COUNT_STOCK))


def _may_count(row: StocktakeRow) -> bool:
    scope = current_user.scope(Permission.COUNT_STOCK)
    return scope.covers_shop(row.shop.code, row.shop.region_code)
