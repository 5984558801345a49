"""Settlements with partner merchants: a month at a glance, the paper, paying."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.capitals import capitals
from supermarket.clock import now
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.filters import moment
from supermarket.regions import queries as regions
from supermarket.settlements import queries
from supermarket.settlements import service as settlements
from supermarket.settlements.forms import PaymentForm, month_of
from supermarket.settlements.models import SettlementState
from supermarket.settlements.queries import SettlementRow
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("settlements", __name__, url_prefix="/settlements")
NAVIGATION = [NavigationItem(N_("商户结算"), "receipt", "settlements.index", Permission.SETTLE, 66)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@requires(Permission.SETTLE)
def index() -> ResponseReturnValue:
    """Show what the partner merchants are owed for a month and how far that is settled."""
    scope = current_user.scope(Permission.SETTLE)
    month = month_of(request.args.get("month", ""), queries.last_month())
    rows = queries.merchants(scope, month)
    over = month <= queries.last_month()
    return render_template(
        "settlements/index.html",
        month=month,
        months=_months(),
        rows=rows,
        over=over,
        waits=queries.unpaid(scope, but_by=current_user.id),
        may_draft=over
        and any(
            row.settlement is None or row.settlement.state is SettlementState.DRAFTED
            for row in rows
            if row.points or row.fen
        ),
    )


@bp.post("")
@requires(Permission.SETTLE)
def draft() -> ResponseReturnValue:
    """Draw up a month for all merchants; drafts there are are counted anew."""
    scope = current_user.scope(Permission.SETTLE)
    month = month_of(request.form.get("month", ""), queries.last_month())
    shops = [row.shop for row in queries.merchants(scope, month)]
    try:
        with transaction():
            made = settlements.draft_all(shops, month, by=current_user.id)
    except DomainError as error:
        flash(say(error), "danger")
    else:
        flash(_("已制结算单 %(count)s 张", count=len(made)), "success")
    return redirect(url_for(".index", month=f"{month:%Y-%m}"))


@bp.route("/<code>", methods=["GET", "POST"])
@requires(Permission.SETTLE)
def show(code: str) -> ResponseReturnValue:
    """Show a settlement day by day, ready to be printed; another person marks it paid."""
    scope = current_user.scope(Permission.SETTLE)
    row, form, status = queries.settlement(code, scope), PaymentForm(), 200
    form.offer(queries.payable_from(row.shop))
    if form.validate_on_submit():
        try:
            with transaction():
                settlements.pay(
                    code,
                    expected_fen=form.expected_fen,
                    fund_code=form.fund.data or "",
                    document=form.document.data or "",
                    by=current_user.id,
                    scope=scope,
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
            row = queries.settlement(code, scope)
        else:
            flash(_("已付款，结算单不能再改"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    return _page(row, form, status)


def _page(row: SettlementRow, form: PaymentForm, status: int) -> ResponseReturnValue:
    settlement, paid = row.settlement, row.settlement.state is SettlementState.PAID
    figures = (
        queries.Owed(
            settlement.points, settlement.fen, settlement.carried_points, settlement.carried_fen
        )
        if paid
        else queries.owed(row.shop, settlement.month)
    )
    form.expected.data = str(figures.fen)
    days = queries.days(settlement)
    if request.args.get("format") == "xlsx":
        return _workbook(row, figures)
    place = row.shop.region_code
    page = render_template(
        "settlements/show.html",
        row=row,
        settlement=settlement,
        figures=figures,
        days=days,
        #: What was noted in the month after it was paid stands in a later one.
        late=sum(day.fen for day in days) + figures.carried_fen - figures.fen if paid else 0,
        capitals=capitals(figures.fen),
        paid=paid,
        own=settlement.drafted_by == current_user.id,
        form=form,
        place=regions.names([place]).get(place, ""),
        until=queries.month_end(settlement.month),
        as_of=now(),
    )
    return page, status


def _workbook(row: SettlementRow, figures: queries.Owed) -> ResponseReturnValue:
    days: list[tuple[date | None, str, int | None, int, float]] = [
        (day.day, "", day.times, day.points, day.fen / 100) for day in queries.days(row.settlement)
    ]
    if figures.carried_points or figures.carried_fen:
        days.append(
            (None, _("以前月份补记"), None, figures.carried_points, figures.carried_fen / 100)
        )
    days.append((None, _("合计"), None, figures.points, figures.fen / 100))
    sheet = Sheet(
        name=_("结算单"),
        title=_("%(merchant)s 结算单 %(code)s", merchant=row.settlement.merchant,
                code=row.settlement.code),
        notes=[
            f"{row.shop.name} {row.settlement.month:%Y-%m}",
            _("截至 %(moment)s", moment=moment(now())),
        ],
        columns=[
            Column(_("日期"), Kind.DATE),
            Column(_("说明")),
            Column(_("兑换次数"), Kind.INT),
            Column(_("积分"), Kind.POINTS),
            Column(_("金额（元）"), Kind.YUAN),
        ],
        rows=days,
    )  # fmt: skip
    return send_file(
        write_xlsx([sheet], title=sheet.title),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{_('结算单')}-{row.settlement.code}.xlsx",
    )


def _months() -> list[date]:
    """Return the last twelve months that are over, newest first."""
    month, found = queries.last_month(), []
    for _number in range(12):
        found.append(month)
        month = date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)
    return found


def _to_settle() -> list[Waiting]:
    """Tell who settles what is to be drawn up and what is to be paid."""
    scope = current_user.scope(Permission.SETTLE)
    if not scope.regions:
        return []
    unpaid = queries.unpaid(scope, but_by=current_user.id)
    pay = (
        url_for("settlements.show", code=unpaid[0].code)
        if len(unpaid) == 1
        else url_for("settlements.index")
    )
    return [
        Waiting(
            _("待制的商户结算单"),
            queries.undrafted(scope, queries.last_month()),
            None,
            url_for("settlements.index"),
        ),
        Waiting(_("待付款的商户结算单"), len(unpaid), queries.moment_of(unpaid), pay),
    ]


waiting.append(_to_settle)
