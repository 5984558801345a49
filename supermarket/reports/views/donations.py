"""A donor's page, receipts, statement of what became of the gifts, the yearly list of thanks."""

import contextlib
from datetime import date

from flask import Blueprint, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.capitals import capitals
from supermarket.clock import now, today
from supermarket.donors import queries as donor_queries
from supermarket.donors import service as donors
from supermarket.donors.models import Donor, DonorKind
from supermarket.donors.views.reach import keeps, reach
from supermarket.errors import NotFoundError
from supermarket.filters import full_day, moment
from supermarket.regions import queries as regions
from supermarket.reports.queries import donations, gifts
from supermarket.reports.queries.donations import Statement
from supermarket.reports.views.giving import sentences
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("donations", __name__, url_prefix="/donors")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Before this there are no books.
BEGINNING = date(2000, 1, 1)


@bp.get("/<code>")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show a donor, what became of the gifts, and each gift with its receipt."""
    donor = donor_queries.donor_or_404(code, reach(Permission.VIEW_STOCK))
    mine = keeps(donor)
    if mine:
        seen.note("donor.view", donor.code)
    whole = donations.statement(donor, BEGINNING, today())
    funds = reach(Permission.VIEW_REPORTS)
    return render_template(
        "donors/show.html",
        donor=donor,
        keeps=mine,
        place=regions.names([donor.region_code]).get(donor.region_code, ""),
        whole=whole,
        sentences=sentences(whole),
        goods=gifts.goods_gifts(donor, current_user.scope(Permission.VIEW_STOCK)),
        money=donor_queries.money_gifts(donor, funds),
        sees_funds=bool(funds.regions) and not current_user.scope(Permission.VIEW_STOCK).shops,
    )


@bp.get("/<code>/statement")
@requires(Permission.VIEW_STOCK)
def statement(code: str) -> ResponseReturnValue:
    """Show what became of a donor's gifts, for paper; ``?format=xlsx`` downloads it."""
    donor = donor_queries.donor_or_404(code, reach(Permission.VIEW_STOCK))
    since, until = _days()
    of = donations.statement(donor, since, until)
    if request.args.get("format") == "xlsx":
        return _workbook(of)
    return render_template(
        "donors/statement.html",
        donor=donor,
        of=of,
        sentences=sentences(of),
        since=since,
        until=until,
        whole=since == BEGINNING,
        place=regions.names([donor.region_code]).get(donor.region_code, ""),
        as_of=now(),
    )


@bp.get("/receipts/<number>")
@requires(Permission.VIEW_STOCK)
def receipt(number: str) -> ResponseReturnValue:
    """Show the receipt of a gift of goods or of money (捐赠收据), ready to be printed."""
    number = cleaned(number)[:64]
    if goods := gifts.goods_receipt(number, current_user.scope(Permission.VIEW_STOCK)):
        place = goods.shop.region_code[:6]
        return render_template(
            "donors/receipt_goods.html",
            receipt=goods,
            capitals="" if goods.fen is None else capitals(goods.fen),
            unit=regions.names([place]).get(place, ""),
            bound=regions.names([goods.only_region]).get(goods.only_region, ""),
            contact=_contact(goods.donor),
        )
    if money := donor_queries.money_receipt(number, reach(Permission.VIEW_REPORTS)):
        place = money.fund.region_code
        return render_template(
            "donors/receipt_money.html",
            receipt=money,
            capitals=capitals(money.fen),
            unit=regions.names([place]).get(place, ""),
            contact=_contact(money.donor),
        )
    raise NotFoundError(what=number[:40])


@bp.get("/honours")
@requires(Permission.VIEW_REPORTS)
def honours() -> ResponseReturnValue:
    """Show who gave in a year, by name in the order of pinyin; the Excel is the office's."""
    known = gifts.years()
    year = _year(known)
    found = gifts.givers(date(year, 1, 1), date(year, 12, 31))
    if request.args.get("format") == "xlsx":
        if not current_user.may(Permission.MANAGE_DONORS):
            abort(403)
        return _list_of(year)
    named = [row.donor for row in found if row.donor.public]
    people = [row for row in found if row.donor.kind is DonorKind.PERSON]
    return render_template(
        "donors/honours.html",
        year=year,
        years=known,
        named=donors.in_order(named),
        persons=sum(not row.donor.public for row in people),
        units=sum(not row.donor.public for row in found if row not in people),
        may_export=current_user.may(Permission.MANAGE_DONORS),
        as_of=now(),
    )


def _contact(donor: Donor) -> str:
    """Return whom to talk to, for those who keep the register."""
    return " ".join(filter(None, (donor.contact, donor.phone))) if keeps(donor) else ""


def _days() -> tuple[date, date]:
    """Return the days asked for; from the beginning to today if none, or unreadable."""
    since, until = BEGINNING, today()
    with contextlib.suppress(ValueError):
        since = date.fromisoformat(request.args.get("since", ""))
    with contextlib.suppress(ValueError):
        until = min(until, date.fromisoformat(request.args.get("until", "")))
    return (since, until) if since <= until else (until, since)


def _year(known: list[int]) -> int:
    text = request.args.get("year", "")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return asked if asked in known else (known or [today().year])[0]


def _workbook(of: Statement) -> ResponseReturnValue:
    notes = [
        *sentences(of),
        _("期间：%(since)s 至 %(until)s", since=full_day(of.since), until=full_day(of.until)),
        _("截至 %(moment)s", moment=moment(now())),
    ]
    goods = Sheet(
        name=_("物资去向"),
        title=_("%(donor)s 捐赠去向", donor=of.donor.name),
        notes=notes,
        columns=[
            Column(_("商品")),
            Column(_("单位")),
            *(
                Column(header, Kind.INT)
                for header in (_("捐赠数量"), _("已发放"), _("到户数"), _("到村数"), _("在店"),
                               _("在途"), _("途中丢失"), _("报损"), _("盘点差异"))
            ),
            Column(_("估价（元）"), Kind.YUAN),
        ],
        rows=[
            (row.name, row.unit, row.given, row.handed_out, row.households, row.villages,
             row.on_shelf, row.in_transit, row.lost, row.written_off, row.counted,
             row.value_fen / 100)
            for row in of.goods
        ],
    )  # fmt: skip
    money = Sheet(
        name=_("捐款去向"),
        title="",
        notes=(),
        columns=[
            Column(_("资金")),
            Column(_("本次捐款（元）"), Kind.YUAN),
            Column(_("资金共收（元）"), Kind.YUAN),
            Column(_("资金已支（元）"), Kind.YUAN),
            Column(_("资金结余（元）"), Kind.YUAN),
        ],
        rows=[
            (row.fund.name, row.given / 100, row.received / 100, row.spent / 100, row.left / 100)
            for row in of.money
        ],
    )
    file = write_xlsx([goods, money], title=goods.title)
    name = f"{_('捐赠去向')}-{of.donor.code}-{of.until}.xlsx"
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=name)


def _list_of(year: int) -> ResponseReturnValue:
    """The office's list of a year's donors with what they gave, the largest first."""
    scope = reach(Permission.MANAGE_DONORS)
    seen.note("donor.export", scope.regions[0])
    found = gifts.givers(date(year, 1, 1), date(year, 12, 31), scope.regions)
    found.sort(key=lambda row: -(row.goods_fen + row.money_fen))
    sheet = Sheet(
        name=_("捐赠情况"),
        title=_("%(year)s 年捐赠情况", year=year),
        notes=[_("内部使用，不公开张贴"), _("截至 %(moment)s", moment=moment(now()))],
        columns=[
            Column(_("编号")),
            Column(_("名称")),
            Column(_("类别")),
            Column(_("可公开署名")),
            Column(_("物资件数"), Kind.INT),
            Column(_("物资估价（元）"), Kind.YUAN),
            Column(_("捐款（元）"), Kind.YUAN),
            Column(_("合计（元）"), Kind.YUAN),
        ],
        rows=[
            (row.donor.code, row.donor.name, _(row.donor.kind.label),
             _("是") if row.donor.public else _("否"), row.units, row.goods_fen / 100,
             row.money_fen / 100, (row.goods_fen + row.money_fen) / 100)
            for row in found
        ],
    )  # fmt: skip
    file = write_xlsx([sheet], title=sheet.title)
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name=f"{sheet.title}.xlsx")
