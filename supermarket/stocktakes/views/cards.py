"""Why is it 7? The stock card of some goods in a shop, on screen and as Excel."""

from collections.abc import Iterator

from flask import (
    Blueprint,
    current_app,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now
from supermarket.filters import moment
from supermarket.goods import queries as goods_queries
from supermarket.ledger.models import EntryKind
from supermarket.shops import queries as shops
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes.queries import CardRow
from supermarket.stocktakes.views.papers import XLSX

bp = Blueprint("stock_card", __name__, url_prefix="/shops/<code>/stock/<sku>")
#: Movements read at a time for a workbook.
BATCH = 1000
#: The page of what an entry rests on: which one, and what it is called by.
PAPERS = {
    EntryKind.GOODS_IN: ("goods_in.show", "reference"),
    EntryKind.REDEMPTION: ("redemptions.show", "reference"),
    EntryKind.TRANSFER: ("transfers.show", "code"),
    EntryKind.WRITE_OFF: ("write_offs.show", "code"),
    EntryKind.STOCKTAKE: ("stocktakes.show", "code"),
}


@bp.get("/card")
@requires(Permission.VIEW_STOCK)
def show(code: str, sku: str) -> ResponseReturnValue:
    """Show every movement of some goods in a shop, newest first, with the balance after."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    item = goods_queries.goods_or_404(sku)
    before = request.args.get("before", "")
    card = queries.card(shop.id, item.id, before=before, limit=current_app.config["PAGE_SIZE"])
    following = url_for(".show", code=code, sku=sku, before=card.next) if card.next else None
    return render_template(
        "stocktakes/card.html",
        shop=shop,
        item=item,
        card=card,
        paper=paper,
        next_url=following,
        first_url=url_for(".show", code=code, sku=sku) if before else None,
    )


@bp.get("/card.xlsx")
@requires(Permission.VIEW_STOCK)
def workbook(code: str, sku: str) -> ResponseReturnValue:
    """Download the whole stock card as Excel, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    item = goods_queries.goods_or_404(sku)
    title = _("库存卡 %(name)s", name=item.name)
    book = Sheet(
        name=_("库存卡"),
        title=title,
        notes=[
            f"{shop.name}  {item.sku} {item.name} {item.specification}".strip(),
            _("数据截至 %(moment)s", moment=moment(now())),
        ],
        columns=[
            Column(_("日期"), Kind.DATE),
            Column(_("事由")),
            Column(_("单号")),
            Column(_("单据号")),
            Column(_("批次")),
            Column(_("到期日"), Kind.DATE),
            Column(_("进出"), Kind.INT),
            Column(_("结存"), Kind.INT),
            Column(_("经手人")),
            Column(_("说明")),
        ],
        rows=_rows(shop.id, item.id),
    )
    return send_file(
        write_xlsx([book], title=title),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{title}.xlsx",
    )


def paper(row: CardRow) -> str | None:
    """Return the page of what a movement rests on; None if it has none."""
    kind, reference = row.kind, row.reference
    if kind is EntryKind.REVERSAL and row.reversed_kind is not None:
        kind = row.reversed_kind
        if kind is not EntryKind.REDEMPTION:  # a redemption's reversal has a receipt of its own
            reference = row.reverses
    endpoint, name = PAPERS.get(kind, ("", ""))
    called = reference if name == "reference" else row.document
    if not called or endpoint not in current_app.view_functions:
        return None
    if name == "code":
        return url_for(endpoint, code=called)
    return url_for(endpoint, reference=called)


def _rows(shop_id: int, goods_id: int) -> Iterator[tuple[Content, ...]]:
    """Yield every movement, newest first, a batch at a time."""
    before = ""
    while rows := queries.card_rows(shop_id, goods_id, before=before, limit=BATCH):
        for row in rows:
            yield (
                row.occurred_on,
                _(row.kind.label),
                row.reference,
                row.document,
                row.lot,
                row.best_before,
                row.quantity,
                row.balance,
                row.actor,
                row.note or row.reverses,
            )
        before = rows[-1].place
