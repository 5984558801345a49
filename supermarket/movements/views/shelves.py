"""What should leave the shelves soon and what they run out of: one shop, a township, the county."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.filters import moment
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP
from supermarket.shops import queries as shops
from supermarket.shops.queries import shelves
from supermarket.shops.queries.shelves import LowGoods, Narrow, ShelfLot
from supermarket.shops.queries.stock import SOON, VERY_SOON
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("shelves", __name__, url_prefix="/stock")

#: Which lots a list shows: days until their date, None for those past it.
WINDOWS: dict[str, int | None] = {str(VERY_SOON): VERY_SOON, str(SOON): SOON, "expired": None}


@bp.get("/near-expiry")
@requires(Permission.VIEW_STOCK)
def near_expiry() -> ResponseReturnValue:
    """List the lots that expire within 30 or 60 days, or have; ``?format=xlsx`` downloads."""
    asked = request.args.get("days", "")
    asked = asked if asked in WINDOWS else str(VERY_SOON)
    narrow, on = _narrow(), today()
    if request.args.get("format") == "xlsx":
        return _near_workbook(shelves.near_expiry(narrow, on, WINDOWS[asked]), asked)
    size: int = current_app.config["PAGE_SIZE"]
    rows = shelves.near_expiry(narrow, on, WINDOWS[asked], after=_after_lot(), limit=size + 1)
    last = rows[size - 1].row if len(rows) > size else None
    next_url = _here(days=asked, after=f"{last.best_before}_{last.lot_id}") if last else None
    return render_template(
        "movements/near_expiry.html",
        rows=rows[:size],
        days=asked,
        tabs=[
            (_("30 天内到期"), _here(days=VERY_SOON), asked == str(VERY_SOON)),
            (_("60 天内到期"), _here(days=SOON), asked == str(SOON)),
            (_("已过期"), _here(days="expired"), asked == "expired"),
        ],
        excel=_here(days=asked, format="xlsx"),
        next_url=next_url,
        first_url=_here(days=asked) if "after" in request.args else None,
        **_choices(narrow),
    )


@bp.get("/low")
@requires(Permission.VIEW_STOCK)
def low() -> ResponseReturnValue:
    """List the goods that shops should order more of; ``?format=xlsx`` downloads."""
    narrow, on = _narrow(), today()
    if request.args.get("format") == "xlsx":
        return _low_workbook(shelves.low(narrow, on))
    size: int = current_app.config["PAGE_SIZE"]
    shop, _space, sku = request.args.get("after", "").partition("_")
    after = (shop[:40], sku[:40]) if sku else None
    rows = shelves.low(narrow, on, after=after, limit=size + 1)
    last = rows[size - 1] if len(rows) > size else None
    return render_template(
        "movements/low.html",
        rows=rows[:size],
        excel=_here(format="xlsx"),
        next_url=_here(after=f"{last.shop_code}_{last.sku}") if last else None,
        first_url=_here() if after else None,
        **_choices(narrow),
    )


def _narrow() -> Narrow:
    """Read which shelves and goods are wanted; what lies outside one's places shows nothing."""
    words = {name: cleaned(request.args.get(name, ""))[:40] for name in ("region", "shop", "q")}
    return Narrow(
        current_user.scope(Permission.VIEW_STOCK), words["region"], words["shop"], words["q"]
    )


def _after_lot() -> tuple[date, int] | None:
    day, _space, lot_id = request.args.get("after", "").partition("_")
    if not (lot_id.isascii() and lot_id.isdigit() and len(lot_id) <= 18):
        return None
    try:
        return date.fromisoformat(day), int(lot_id)
    except ValueError:
        return None


def _here(**changes: Any) -> str:
    """Return the address of this list, narrowed as it is."""
    kept = {name: request.args.get(name) or None for name in ("region", "shop", "q")}
    address: str = url_for(request.endpoint or "", **(kept | changes))
    return address


def _choices(narrow: Narrow) -> dict[str, Any]:
    """Return what the lists can be narrowed to: townships with shops, and shops."""
    mine = db.session.scalars(shops.shops_in(narrow.scope)).all()
    places = regions.names(sorted({shop.region_code[:TOWNSHIP] for shop in mine}))
    inside = [s for s in mine if s.region_code.startswith(narrow.region)]
    return {
        "narrow": narrow,
        "places": sorted(places.items()) if len(places) > 1 else [],
        "shops": [(s.code, s.name) for s in inside] if len(mine) > 1 else [],
    }


def _near_workbook(rows: list[ShelfLot], asked: str) -> Response:
    title = _("已过期的批次") if asked == "expired" else _("%(days)s 天内到期的批次", days=asked)
    sheet = Sheet(
        name=_("快到期"),
        title=title,
        notes=[_("截至 %(moment)s", moment=moment(now()))],
        columns=[
            Column(_("门店")),
            Column(_("地方")),
            Column(_("商品编号")),
            Column(_("商品")),
            Column(_("规格")),
            Column(_("批次")),
            Column(_("保质期至"), Kind.DATE),
            Column(_("还剩几天"), Kind.INT),
            Column(_("数量"), Kind.INT),
            Column(_("单位")),
        ],
        rows=[
            (
                row.shop_name,
                row.place,
                row.sku,
                row.name,
                row.specification,
                row.row.code,
                row.row.best_before,
                row.row.days_left,
                row.row.on_hand,
                row.unit,
            )
            for row in rows
        ],
    )
    return _sent(sheet, f"{title}-{today()}.xlsx")


def _low_workbook(rows: list[LowGoods]) -> Response:
    sheet = Sheet(
        name=_("该进货"),
        title=_("该进货的商品"),
        notes=[_("截至 %(moment)s", moment=moment(now()))],
        columns=[
            Column(_("门店")),
            Column(_("地方")),
            Column(_("商品编号")),
            Column(_("商品")),
            Column(_("规格")),
            Column(_("能兑的"), Kind.INT),
            Column(_("提醒线"), Kind.INT),
            Column(_("单位")),
        ],
        rows=[
            (
                row.shop_name,
                row.place,
                row.sku,
                row.name,
                row.specification,
                row.usable,
                row.low_stock_at,
                row.unit,
            )
            for row in rows
        ],
    )
    return _sent(sheet, f"{_('该进货的商品')}-{today()}.xlsx")


def _sent(sheet: Sheet, name: str) -> Response:
    return send_file(write_xlsx([sheet], title=sheet.title), as_attachment=True, download_name=name)
