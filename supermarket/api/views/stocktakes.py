"""Counting shelves, closing days, and why a figure is what it is."""

from datetime import date
from typing import Any

from supermarket.api.forms import cursors
from supermarket.api.forms import stocktakes as shapes
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.goods import queries as goods_queries
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.models import LineDecision
from supermarket.stocktakes.queries import ClosedDay, LineRow


@bp.route("/shops/<code>/stocktakes", tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.StocktakePage)
def list_stocktakes(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return a shop's stocktakes, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    limit, before = asked["limit"], cursors.read_number("stocktakes", asked.get("cursor"))
    found = queries.stocktakes_of(shop.id, before=before, limit=limit + 1)
    return cursors.page("stocktakes", found, limit, lambda row: row.found.id)


@bp.route("/shops/<code>/stocktakes", methods=["POST"], tags=["stocktakes"])
@requires(Permission.COUNT_STOCK)
@bp.response(201, shapes.StocktakeShown)
def add_stocktake(code: str) -> dict[str, Any]:
    """Begin to count a shop's shelves; the shop goes on trading."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.COUNT_STOCK))
    by = current_user.member
    with transaction():
        made = stocktakes.open_stocktake(shop, by=by)
    return _shown(made.code)


@bp.route("/stocktakes/<code>", tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.StocktakeShown)
def stocktake(code: str) -> dict[str, Any]:
    """Return a stocktake; while it is counted, without what the books say."""
    return _shown(code)


@bp.route("/stocktakes/<code>/counts", methods=["POST"], tags=["stocktakes"])
@requires(Permission.COUNT_STOCK)
@bp.arguments(shapes.LotCountSent)
@bp.response(200, shapes.StocktakeLineShown)
def count_lot(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Write down how many units of a lot are on the shelf now; a repeat counts again."""
    by = current_user.member
    with transaction():
        row = stocktakes.count(
            code, asked["lot"], asked["counted"], by=by, sure=asked["sure"], note=asked["note"]
        )
    return _line(row, blind=True)


@bp.route("/stocktakes/<code>/decisions", methods=["POST"], tags=["stocktakes"])
@requires(Permission.COUNT_STOCK)
@bp.arguments(shapes.LineDecisionSent)
@bp.response(200, shapes.StocktakeLineShown)
def decide_line(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Let a count stand although its lot moved, or have it counted again."""
    by = current_user.member
    with transaction():
        row = stocktakes.decide(code, asked["lot"], LineDecision(asked["decision"]), by=by)
    return _line(row, blind=True)


@bp.route("/stocktakes/<code>/hand-in", methods=["POST"], tags=["stocktakes"])
@requires(Permission.COUNT_STOCK)
@bp.arguments(shapes.StocktakeHandInSent)
@bp.response(200, shapes.StocktakeShown)
def hand_in_stocktake(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a stocktake to the second person."""
    by = current_user.member
    with transaction():
        stocktakes.hand_in(code, by=by, leaving=asked["leaving"])
    return _shown(code)


@bp.route("/stocktakes/<code>/approval", methods=["POST"], tags=["stocktakes"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(shapes.StocktakeApprovalSent)
@bp.response(200, shapes.StocktakeShown)
def approve_stocktake(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Post the differences as one entry; a repeat by the same person posts nothing again."""
    by = current_user.member
    once_more(lambda: stocktakes.approve(code, read=asked["round"], by=by))
    return _shown(code)


@bp.route("/stocktakes/<code>/return", methods=["POST"], tags=["stocktakes"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(shapes.StocktakeReturnSent)
@bp.response(200, shapes.StocktakeShown)
def send_back_stocktake(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a stocktake back; the named lots must be counted again."""
    by = current_user.member
    with transaction():
        stocktakes.send_back(code, reason=asked["reason"], lots=asked["lots"], by=by)
    return _shown(code)


@bp.route("/stocktakes/<code>/cancellation", methods=["POST"], tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.StocktakeCancelSent)
@bp.response(200, shapes.StocktakeShown)
def cancel_stocktake(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Give a stocktake up; nothing is posted."""
    by = current_user.member
    with transaction():
        stocktakes.cancel(code, reason=asked["reason"], by=by)
    return _shown(code)


@bp.route("/shops/<code>/stock/<sku>/card", tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.StockCardPage)
def stock_card(asked: dict[str, Any], code: str, sku: str) -> dict[str, Any]:
    """Return every movement of some goods in a shop, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    item = goods_queries.goods_or_404(sku)
    before = cursors.read("card", asked.get("cursor")) or ""
    card = queries.card(shop.id, item.id, before=before, limit=asked["limit"])
    return {
        "on_hand": card.on_hand,
        "items": card.rows,
        "next": cursors.write("card", card.next) if card.next else None,
    }


@bp.route("/shops/<code>/day-closes", tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.DayClosePage)
def list_day_closes(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return the days a shop closed, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    limit, cursor = asked["limit"], cursors.read_number("days", asked.get("cursor"))
    before = date.fromordinal(cursor) if cursor and cursor < date.max.toordinal() else None
    found = queries.closed_days(shop.id, before=before, limit=limit + 1)
    page = cursors.page("days", found, limit, lambda row: row.found.day.toordinal())
    return page | {"items": [_day(row) for row in page["items"]]}


@bp.route("/shops/<code>/day-closes", methods=["POST"], tags=["stocktakes"])
@requires(Permission.COUNT_STOCK)
@bp.arguments(shapes.DayCloseSent)
@bp.response(201, shapes.DayCloseShown)
def add_day_close(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Close a shop's day, its key goods counted now."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.COUNT_STOCK))
    by, counts = current_user.member, {row["sku"]: row["counted"] for row in asked["counts"]}
    with transaction():
        stocktakes.close_day(
            shop, asked["day"], counts, by=by, sure=asked["sure"], note=asked["note"]
        )
    return _closed(shop.id, asked["day"])


@bp.route("/shops/<code>/day-closes/<day>", tags=["stocktakes"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.DayCloseShown)
def day_close(code: str, day: str) -> dict[str, Any]:
    """Return a closed day, with its figures of then and of now."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    return _closed(shop.id, _read(day))


@bp.route("/shops/<code>/day-closes/<day>/signature", methods=["POST"], tags=["stocktakes"])
@requires(Permission.APPROVE_STOCK)
@bp.response(200, shapes.DayCloseShown)
def sign_day_close(code: str, day: str) -> dict[str, Any]:
    """Sign a closed day as the second person."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.APPROVE_STOCK))
    on, by = _read(day), current_user.member
    with transaction():
        stocktakes.sign_day(shop, on, by=by)
    return _closed(shop.id, on)


def _shown(code: str) -> dict[str, Any]:
    """Return a stocktake; figures of the books only once it was handed in."""
    row = queries.stocktake_or_404(code, current_user.scope(Permission.VIEW_STOCK))
    return {
        **row._asdict(),
        "code": row.code,
        "state": row.state,
        "entry": row.entry,
        "lines": [_line(line, blind=row.open) for line in queries.lines(row.found)],
    }


def _line(row: LineRow, *, blind: bool) -> dict[str, Any]:
    told = blind or row.counted is None
    return {
        **row._asdict(),
        "book": None if blind else row.book,
        "difference": None if told else row.difference,
        "value": None if told else row.value,
    }


def _closed(shop_id: int, on: date) -> dict[str, Any]:
    found = queries.closed_day(shop_id, on)
    if found is None:
        raise NotFoundError(what=on.isoformat())
    now = queries.figures(shop_id, on)
    return {**_day(found), "now": now, "goods": found.lines()}


def _day(row: ClosedDay) -> dict[str, Any]:
    found = row.found
    return {
        "code": found.code,
        "day": found.day,
        "closed": row.figures,
        "slips": row.slips,
        "note": found.note,
        "closed_by": row.closer,
        "closed_at": found.closed_at,
        "signed_by": row.signer,
        "signed_at": found.signed_at,
    }


def _read(day: str) -> date:
    """Read a day of an address.

    Raises:
        NotFoundError: it is none.
    """
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise NotFoundError(what=day[:40]) from None
