"""What is on a shop's shelves, and the lots and movements behind every figure."""

from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.errors import N_, NotFoundError
from supermarket.filters import moment
from supermarket.goods import queries as goods_queries
from supermarket.ledger.models import ENTRIES_PER_JOURNAL
from supermarket.shops import queries
from supermarket.shops.models import Shop
from supermarket.shops.queries import StockRow
from supermarket.shops.queries.stock import SOON, VERY_SOON
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem

bp = Blueprint("stock", __name__)
NAVIGATION = [
    NavigationItem(N_("库存"), "clipboard-list", "stock.start", Permission.VIEW_STOCK, 51)
]

#: Ways to narrow the list: which rows each shows.
SHOWN: dict[str, Callable[[StockRow], bool]] = {
    "": lambda row: True,
    "low": lambda row: row.low,
    "30": lambda row: row.within(VERY_SOON) > 0,
    "60": lambda row: row.within(SOON) > 0,
    "expired": lambda row: row.expired > 0,
}


@bp.get("/stock")
@requires(Permission.VIEW_STOCK)
def start() -> ResponseReturnValue:
    """Go to the stock of one's only shop, or choose a shop."""
    shop = queries.the_only_shop(current_user.scope(Permission.VIEW_STOCK))
    return redirect(url_for(".index", code=shop.code) if shop else url_for("shops.index"))


@bp.get("/shops/<code>/stock")
@requires(Permission.VIEW_STOCK)
def index(code: str) -> ResponseReturnValue:
    """Show the goods of a shop: usable, going soon, expired, low."""
    shop = _shop(code)
    show = request.args.get("show", "")
    rows = queries.stock(shop.id, today())
    wanted = SHOWN.get(show, SHOWN[""])
    return render_template(
        "shops/stock.html",
        shop=shop,
        show=show if show in SHOWN else "",
        rows=[row for row in rows if wanted(row)],
        units=_units(rows),
        may_receive=queries.shop(code, current_user.scope(Permission.RECEIVE_GOODS)) is not None,
        may_write_off=queries.shop(code, current_user.scope(Permission.WRITE_OFF)) is not None,
    )


@bp.get("/shops/<code>/stock.xlsx")
@requires(Permission.VIEW_STOCK)
def workbook(code: str) -> Response:
    """Download what is on a shop's shelves, a row for each lot."""
    shop = _shop(code)
    columns = [
        Column(_("商品编号")),
        Column(_("商品")),
        Column(_("规格")),
        Column(_("类别")),
        Column(_("单位")),
        Column(_("批次")),
        Column(_("保质期至"), Kind.DATE),
        Column(_("数量"), Kind.INT),
        Column(_("其中不能兑"), Kind.INT),
    ]
    rows = [
        (
            row.sku,
            row.name,
            row.specification,
            row.category,
            row.unit,
            lot.code,
            lot.best_before,
            lot.on_hand,
            0 if lot.usable else lot.on_hand,
        )
        for row in queries.stock(shop.id, today())
        for lot in row.lots
    ]
    sheet = Sheet(
        name=_("库存"),
        title=_("%(shop)s 库存", shop=shop.name),
        notes=[_("截至 %(moment)s", moment=moment(now()))],
        columns=columns,
        rows=rows,
    )
    name = f"{_('库存')}-{shop.code}-{today()}.xlsx"
    return send_file(write_xlsx([sheet], title=sheet.title), as_attachment=True, download_name=name)


def _units(rows: list[StockRow]) -> dict[str, int]:
    return {
        "on_hand": sum(row.on_hand for row in rows),
        "usable": sum(row.usable for row in rows),
        "expired": sum(row.expired for row in rows),
        "very_soon": sum(row.within(VERY_SOON) for row in rows),
        "soon": sum(row.within(SOON) for row in rows),
        "low": sum(row.low for row in rows),
    }


@bp.get("/shops/<code>/stock/<sku>")
@requires(Permission.VIEW_STOCK)
def goods(code: str, sku: str) -> ResponseReturnValue:
    """Show every lot of some goods in a shop, newest first."""
    shop, item = _shop(code), goods_queries.goods_or_404(sku)
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", "")
    last = queries.lot(before, current_user.scope(Permission.VIEW_STOCK), today())
    lots = queries.lots_of(
        shop.id,
        item.id,
        today(),
        before=last.row.lot_id if last else None,
        limit=size + 1,
    )
    now = next((r for r in queries.stock(shop.id, today()) if r.goods_id == item.id), None)
    return render_template(
        "shops/goods.html",
        shop=shop,
        item=item,
        now=now,
        lots=lots[:size],
        next_url=_next(lots, size, code=code, sku=sku),
        first_url=url_for(".goods", code=code, sku=sku) if before else None,
    )


def _next(lots: list[queries.LotRow], size: int, *, code: str, sku: str) -> str | None:
    if len(lots) <= size:
        return None
    return url_for(".goods", code=code, sku=sku, before=lots[size - 1].code)


@bp.get("/lots/<code>")
@requires(Permission.VIEW_STOCK)
def lot(code: str) -> ResponseReturnValue:
    """Show the stock card of a lot: every movement, newest first."""
    card = queries.lot(code, current_user.scope(Permission.VIEW_STOCK), today())
    if card is None:
        raise NotFoundError(what=cleaned(code)[:40])
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=place)
    moved = queries.movements(card.row.lot_id, before=before, limit=size + 1)
    more = len(moved) > size
    return render_template(
        "shops/lot.html",
        card=card,
        may_recall=current_user.scope(Permission.RECALL).covers_shop(
            card.shop.code, card.shop.region_code
        ),
        moved=moved[:size],
        next_url=url_for(".lot", code=code, before=moved[size - 1].place) if more else None,
        first_url=url_for(".lot", code=code) if before else None,
    )


def place(text: str) -> int:
    """Read the place in a list at which a page begins; ValueError if it is none."""
    number = int(text)
    if not 0 < number < ENTRIES_PER_JOURNAL:
        raise ValueError
    return number


def _shop(code: str) -> Shop:
    return queries.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
