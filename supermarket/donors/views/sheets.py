"""The sheet of a fund's receipts and payments (资金收支表): page, paper, Excel."""

import contextlib
from datetime import date

from flask import Blueprint, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.donors import queries
from supermarket.donors.models import Fund
from supermarket.donors.queries import CashBook
from supermarket.donors.views.reach import reach
from supermarket.filters import full_day, moment
from supermarket.regions import queries as regions
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import requires

bp = Blueprint("fund_sheets", __name__, url_prefix="/funds")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/<code>/sheet")
@requires(Permission.VIEW_REPORTS)
def show(code: str) -> ResponseReturnValue:
    """Show the sheet of receipts and payments (资金收支表); ``?format=xlsx`` downloads it."""
    fund = queries.fund_or_404(code, reach(Permission.VIEW_REPORTS))
    since, until = _days()
    book = queries.cash_book(fund, since, until)
    if request.args.get("format") == "xlsx":
        return _workbook(fund, book, since, until)
    return render_template(
        "donors/sheet.html", fund=fund, book=book, since=since, until=until, as_of=now(),
        place=regions.names([fund.region_code]).get(fund.region_code, ""),
    )  # fmt: skip


def _workbook(fund: Fund, book: CashBook, since: date, until: date) -> ResponseReturnValue:
    rows: list[tuple[date | None, str, str, float | None, float | None, float, str]] = [
        (None, _("期初余额"), "", None, None, book.opening_fen / 100, "")
    ]
    rows += [
        (
            line.occurred_on,
            line.summary or _(line.kind.label),
            line.donor or _(fund.source.label),
            line.fen / 100 if line.fen > 0 else None,
            -line.fen / 100 if line.fen < 0 else None,
            line.balance_fen / 100,
            line.reference,
        )
        for line in book.lines
    ]
    rows.append(
        (None, _("合计"), "", book.received_fen / 100, book.spent_fen / 100,
         book.closing_fen / 100, "")
    )  # fmt: skip
    out = Sheet(
        name=_("资金收支表"),
        title=_("%(fund)s 资金收支表", fund=fund.name),
        notes=[
            _("期间：%(since)s 至 %(until)s", since=full_day(since), until=full_day(until)),
            _("截至 %(moment)s", moment=moment(now())),
        ],
        columns=[
            Column(_("日期"), Kind.DATE),
            Column(_("摘要")),
            Column(_("来源")),
            Column(_("收入"), Kind.YUAN),
            Column(_("支出"), Kind.YUAN),
            Column(_("余额"), Kind.YUAN),
            Column(_("凭证号")),
        ],
        rows=rows,
    )
    name = f"{_('资金收支表')}-{fund.code}-{since}-{until}.xlsx"
    file = write_xlsx([out], title=out.title)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def _days() -> tuple[date, date]:
    """Return the days asked for; this year to date if none, or if they cannot be read."""
    since, until = date(today().year, 1, 1), today()
    with contextlib.suppress(ValueError):
        since = date.fromisoformat(request.args.get("since", ""))
    with contextlib.suppress(ValueError):
        until = date.fromisoformat(request.args.get("until", ""))
    return (since, until) if since <= until else (until, since)
