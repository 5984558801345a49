"""County and shop figures: a page, its rows, its Excel file."""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.errors import N_, DomainError
from supermarket.filters import count, day, full_day, moment
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.reports import forms
from supermarket.reports.forms import Choice
from supermarket.reports.queries import redemptions
from supermarket.reports.queries import rows as behind
from supermarket.reports.queries.redemptions import By, Figures
from supermarket.reports.queries.window import Preset, Window, preset
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Figure, HomePanel, home_panels
from supermarket.web import NavigationItem, say

bp = Blueprint("reports", __name__, url_prefix="/reports")
NAVIGATION = [
    NavigationItem(N_("报表"), "chart-bar", "reports.redemptions_page", Permission.VIEW_REPORTS, 71)
]

#: Bars a chart can still show side by side.
CHART_BARS = 40


@bp.get("/redemptions")
@requires(Permission.VIEW_REPORTS)
def redemptions_page() -> ResponseReturnValue:
    """Show what was redeemed: by place, goods or time; ``?format=xlsx`` downloads it."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    try:
        choice = forms.read(request.args)
        asked = choice.window(scope)
    except DomainError as error:
        return _again(error)
    rows = redemptions.figures(asked, choice.by)
    whole = redemptions.total(asked)
    if request.args.get("format") == "xlsx":
        return _workbook(choice, asked, rows, whole)
    return render_template(
        "reports/redemptions.html",
        choice=choice,
        rows=rows,
        total=whole,
        bys=list(By),
        presets=list(Preset),
        trail=_trail(choice, asked),
        chart=_chart(choice, rows),
        link=_link,
        label=_label,
        named=_named(choice),
        as_of=now(),
    )


@bp.get("/redemptions/rows")
@requires(Permission.VIEW_REPORTS)
def redemption_rows() -> ResponseReturnValue:
    """Show the redemptions and reversals behind a figure."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    size = current_app.config["PAGE_SIZE"]
    try:
        choice = forms.read(request.args)
        asked = choice.window(scope)
    except DomainError as error:
        return _again(error)
    seen.note("report.view_rows", choice.region or choice.shop or _first(asked.scope))
    found = behind.listed(asked, before=request.args.get("before", ""), limit=size + 1)
    page, more = found[:size], len(found) > size
    following = choice.address(before=page[-1].place) if more else None
    return render_template(
        "reports/rows.html",
        choice=choice,
        rows=page,
        total=redemptions.total(asked),
        trail=_trail(choice, asked),
        next_url=url_for(".redemption_rows", **following) if following else None,
        first_url=_link(choice, "redemption_rows") if "before" in request.args else None,
        link=_link,
    )


def _named(choice: Choice) -> Preset | None:
    """Return the named window the choice happens to be, to mark it."""
    days = (choice.since, choice.until)
    return next((kind for kind in Preset if preset(kind, today()) == days), None)


def _this_month() -> HomePanel | None:
    """Show this month's redemptions of one's own places on the first page."""
    if not current_user.may(Permission.VIEW_REPORTS):
        return None
    scope = current_user.scope(Permission.VIEW_REPORTS)
    choice = forms.read({})
    whole = redemptions.total(choice.window(scope))
    rows, goods = _link(choice, "redemption_rows"), _link(choice, by=By.GOODS)
    return HomePanel(
        _("本月兑换"),
        [
            Figure(_("兑换次数"), count(whole.redemptions), _("次"), rows),
            Figure(_("兑换户数"), count(whole.households), _("户"), rows),
            Figure(_("兑换商品"), count(whole.units), _("件"), goods),
            Figure(_("兑换积分"), count(whole.points), _("分"), _link(choice)),
        ],
    )


home_panels.append(_this_month)


def _first(scope: Scope) -> str:
    """Return the code of the place, or shop, that a scope is about."""
    return (scope.regions or scope.shops)[0]


def _again(error: DomainError) -> ResponseReturnValue:
    """Show the report of this month, with what was typed and why it was refused."""
    choice = forms.read({})
    typed = {name: request.args.get(name, "") for name in ("since", "until")}
    page = render_template(
        "reports/refused.html", choice=choice, message=say(error), typed=typed, presets=list(Preset)
    )
    return page, error.status


def _link(choice: Choice, endpoint: str = "redemptions_page", **changes: object) -> str:
    address: str = url_for(f"reports.{endpoint}", **choice.address(**changes))
    return address


def _label(choice: Choice, row: Figures) -> str:
    """Write the name of a row as people say it: 1月5日, 1月上半月, 2026年1月."""
    if not (choice.by.of_time and row.group):
        return row.label
    since, _last = forms.days_of(row.group)
    if choice.by is By.DAY:
        return f"{day(since)} {format_date(since, 'EEE')}"
    month: str = format_date(
        since, "yyyy年M月" if str(get_locale()).startswith("zh") else "MMM yyyy"
    )
    if choice.by is By.MONTH:
        return month
    return f"{month}{_('上半月') if since.day == 1 else _('下半月')}"


def _trail(choice: Choice, asked: Window) -> list[tuple[str, str | None]]:
    """Return the way down to the place shown, each step leading back up to it."""
    reach = min((len(code) for code in asked.scope.regions), default=COUNTY)
    crumbs = regions.path(choice.region, top=reach) if choice.region else []
    steps = [(_("全部"), "")] + [(crumb.name, crumb.code) for crumb in crumbs]
    *above, here = steps
    return [(name, _link(choice, region=code)) for name, code in above] + [(here[0], None)]


def _chart(choice: Choice, rows: Sequence[Figures]) -> dict[str, object]:
    """Return the numbers of the chart: over time in order, else the largest first."""
    shown = list(rows)[-CHART_BARS * 2 :]
    if not choice.by.of_time:
        shown = sorted(rows, key=lambda row: -row.points)[:CHART_BARS]
    return {
        "labels": [_label(choice, row) for row in shown],
        "series": [{"name": _("兑换积分"), "values": [row.points for row in shown]}],
        "unit": _("分"),
    }


def _workbook(choice: Choice, asked: Window, rows: Sequence[Figures], whole: Figures) -> Response:
    """Return the same figures as an Excel file with the paper form's heading."""
    columns = [
        Column(_(choice.by.label)),
        Column(_("编码")),
        Column(_("兑换次数"), Kind.INT),
        Column(_("兑换户数"), Kind.INT),
        Column(_("件数"), Kind.INT),
        Column(_("积分"), Kind.POINTS),
        Column(_("折合元"), Kind.YUAN),
    ]
    lines = [
        (_label(choice, row), row.group, *row[2:6], row.fen / 100)
        for row in (*rows, whole._replace(label=_("合计")))
    ]
    sheet = Sheet(
        name=_("兑换量"),
        title=_("兑换量报表（按%(by)s）", by=_(choice.by.label)),
        notes=[
            _(
                "期间：%(since)s 至 %(until)s",
                since=full_day(choice.since),
                until=full_day(choice.until),
            ),
            _("范围：%(place)s", place=_place(choice, asked)),
            _("户数按户去重，合计不等于各行相加；已扣除冲正"),
            _("截至 %(moment)s", moment=moment(now())),
        ],
        columns=columns,
        rows=lines,
    )
    file = write_xlsx([sheet], title=sheet.title)
    name = f"{_('兑换量')}-{choice.by.value}-{choice.since}-{choice.until}.xlsx"
    return send_file(file, as_attachment=True, download_name=name)


def _place(choice: Choice, asked: Window) -> str:
    """Name the places the figures are of."""
    places = regions.names([choice.region] if choice.region else asked.scope.regions)
    parts = [
        "、".join(places.values()),
        choice.shop or "、".join(asked.scope.shops),
        choice.goods,
        choice.category,
    ]
    return " ".join(part for part in parts if part)
