"""The stocktake's form (盘点表) on paper and as Excel, filled in or blank to count with."""

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import local, now
from supermarket.filters import moment
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes.models import StocktakeState
from supermarket.stocktakes.queries import LineRow, StocktakeRow

bp = Blueprint("stocktake_papers", __name__, url_prefix="/stocktakes/<code>")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/sheet")
@requires(Permission.VIEW_STOCK)
def sheet(code: str) -> ResponseReturnValue:
    """Show the form, ready to be printed; blank while the shelves are still being counted."""
    row = _row(code)
    lines = queries.lines(row.found)
    return render_template(
        "stocktakes/sheet.html",
        row=row,
        blank=_blank(row),
        lines=lines,
        counters="、".join(queries.counters(row.found.id).values()),
        units=sum(line.difference for line in lines),
        value=sum(line.value or 0 for line in lines),
        day=local(row.found.closed_at or row.found.opened_at).date(),
        as_of=now(),
    )


@bp.get("/sheet.xlsx")
@requires(Permission.VIEW_STOCK)
def workbook(code: str) -> ResponseReturnValue:
    """Download the form as Excel."""
    row = _row(code)
    blank, counters = _blank(row), "、".join(queries.counters(row.found.id).values())
    title = _("盘点表 %(code)s", code=row.code)
    book = Sheet(
        name=_("盘点表"),
        title=_("盘点表"),
        notes=[
            f"{row.shop.name}  {row.code}",
            _("盘点人：%(names)s　监盘人：%(second)s", names=counters or "—", second=_second(row)),
            _("数据截至 %(moment)s", moment=moment(now())),
        ],
        columns=[
            Column(_("日期"), Kind.DATE),
            Column(_("品名")),
            Column(_("批次")),
            Column(_("到期日"), Kind.DATE),
            Column(_("账存"), Kind.INT),
            Column(_("实存"), Kind.INT),
            Column(_("盈亏"), Kind.INT),
            Column(_("价值（积分）"), Kind.POINTS),
            Column(_("原因")),
        ],
        rows=[
            (
                local(line.counted_at or row.found.opened_at).date(),
                line.full_name,
                line.lot,
                line.best_before,
                *_figures(line, blank),
                line.note if line.counted is not None or blank else _("没有盘，账面不变"),
            )
            for line in queries.lines(row.found)
        ],
    )
    return send_file(
        write_xlsx([book], title=title),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{title}.xlsx",
    )


def _figures(line: LineRow, blank: bool) -> tuple[int | None, int | None, int | None, int | None]:
    """Return book, count, difference and value; nothing on a sheet to count with."""
    if blank:
        return None, None, None, None
    if line.counted is None:
        return line.book, None, None, None
    return line.book, line.counted, line.difference, line.value


def _blank(row: StocktakeRow) -> bool:
    """Whether the sheet holds no figures: asked for, or still being counted."""
    return "blank" in request.args or row.state is StocktakeState.OPEN


def _second(row: StocktakeRow) -> str:
    return row.closer if row.state is StocktakeState.POSTED else "—"


def _row(code: str) -> StocktakeRow:
    return queries.stocktake_or_404(code, current_user.scope(Permission.VIEW_STOCK))
