"""Closed months and their reports: what there is to close, how far it is, the papers."""

from datetime import date, datetime

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import N_, ConflictError, DomainError
from supermarket.ledger.errors import MonthAlreadyClosedError
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, LEVELS, Region
from supermarket.reports import service as reports
from supermarket.reports.models import PaperKind
from supermarket.reports.queries import closing, closing_checks
from supermarket.reports.queries.window import FIRST_YEAR, LAST_YEAR
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, asset, say

bp = Blueprint("months", __name__, url_prefix="/reports/months")
NAVIGATION = [
    NavigationItem(N_("月报"), "calendar", "months.index", Permission.VIEW_REPORTS, 73),
]
#: Days after the end of a month from which closing it is somebody's work.
DAYS = 3


@bp.get("")
@requires(Permission.VIEW_REPORTS)
def index() -> ResponseReturnValue:
    """Show the closed months, and which one is next."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    held = _held()
    opened = [
        (county, month)
        for county in closing.counties(held)
        for month in closing.open_months(county.code)[:1]
    ]
    return render_template(
        "reports/months.html",
        months=closing.months(scope),
        opened=opened,
        by_place=bool(scope.regions),
        month_name=month_name,
    )


@bp.get("/<county>/<month>")
@requires(Permission.VIEW_REPORTS)
def show(county: str, month: str) -> ResponseReturnValue:
    """Show a closed month and its papers, or what is still open of one to be closed."""
    return _page(_county(county), _month(month))


@bp.post("/<county>/<month>/close")
@requires(Permission.CLOSE_MONTHS)
def close(county: str, month: str) -> ResponseReturnValue:
    """Make the month final and keep its figures; the papers follow."""
    place, first, by = _county(county), _month(month), current_user.id
    try:
        with transaction():
            reports.close_month(place.code, first, by=by, scope=_held())
    except MonthAlreadyClosedError as error:
        flash(say(error), "info")
    except DomainError as error:
        return _page(place, first, say(error), error.status)
    else:
        flash(_("已结账，不能再补记到这个月"), "success")
    return _on(place, first)


@bp.post("/<county>/<month>/papers")
@requires(Permission.CLOSE_MONTHS)
def papers(county: str, month: str) -> ResponseReturnValue:
    """Go on with the papers of a closed month: some of them at a time."""
    place, first = _county(county), _month(month)
    if not _held().covers_region(place.code):
        abort(404)
    return _on(place, first)


def _on(place: Region, first: date) -> ResponseReturnValue:
    """Freeze what is not frozen, make the next papers, show how far it is."""
    by = current_user.id
    try:
        known = closing.closed_month(place.code, first)
        if known is None or not known.fingerprint:
            frozen = reports.measure(place.code, first)
            once_more(lambda: reports.freeze(frozen, by=by))
        once_more(lambda: reports.make_papers(place.code, first))
    except ConflictError:
        pass  # somebody else makes them at this moment: what is there is shown
    except DomainError as error:
        return _page(place, first, say(error), error.status)
    if "HX-Request" in request.headers:
        return render_template(
            "reports/months_progress.html",
            month=closing.closed_month(place.code, first),
            may_close=True,
        )
    return redirect(url_for(".show", county=place.code, month=f"{first:%Y-%m}"))


@bp.get("/<month>/<place>/report.xlsx")
@requires(Permission.VIEW_REPORTS)
def excel(month: str, place: str) -> ResponseReturnValue:
    """Download a monthly report as it was made."""
    return _file(place, _month(month), PaperKind.EXCEL)


@bp.get("/<month>/<place>/print.html")
@requires(Permission.VIEW_REPORTS)
def printed(month: str, place: str) -> ResponseReturnValue:
    """Show a monthly report as it was made, ready to be printed."""
    return _file(place, _month(month), PaperKind.PRINT)


@bp.get("/<month>/<place>/paper.css")
@requires(Permission.VIEW_REPORTS)
def style(month: str, place: str) -> ResponseReturnValue:
    """Give papers, which never change, the style of today."""
    return redirect(asset("month_paper.css"))


def _file(place: str, month: date, kind: PaperKind) -> Response:
    found, content = closing.paper(place, month, kind, current_user.scope(Permission.VIEW_REPORTS))
    answer = Response(content, mimetype=_MEDIA[kind])
    answer.set_etag(found.sha256)
    if kind is PaperKind.EXCEL:
        name = f"{_('月报')}-{month:%Y-%m}-{found.name}.xlsx"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


_MEDIA = {
    PaperKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperKind.PRINT: "text/html",
}


def _page(
    place: Region, month: date, refused: str | None = None, status: int = 200
) -> ResponseReturnValue:
    scope = current_user.scope(Permission.VIEW_REPORTS)
    known = closing.closed_month(place.code, month)
    may_close = _held().covers_region(place.code)
    if known is None and not may_close:
        abort(404)
    here = _here(place.code, scope)
    checks = [] if known else closing_checks.checks(place.code, month)
    page = render_template(
        "reports/closing.html",
        place=place,
        first=month,
        month=known,
        refused=refused,
        may_close=may_close,
        here=here,
        named=regions.names([here]).get(here, ""),
        papers=_places(place.code, month, scope, here) if known else [],
        open=[check for check in checks if check.number],
        well=[check for check in checks if not check.number],
        month_name=month_name,
        over=(today().year, today().month) > (month.year, month.month),
    )
    return page, status


def month_name(month: date) -> str:
    """Write a month as people say it: 2026年10月."""
    pattern = "yyyy年M月" if str(get_locale()).startswith("zh") else "MMM yyyy"
    name: str = format_date(month, pattern)
    return name


def _here(county: str, scope: Scope) -> str:
    """Return the place whose papers are listed: the one asked for, or the highest of one's own."""
    asked = request.args.get("place", "")
    if scope.covers_region(asked) and asked.startswith(county) and len(asked) in LEVELS:
        return asked
    inside = [code for code in scope.regions if code.startswith(county)]
    return county if scope.covers_region(county) else min(inside, default=county)


def _places(county: str, month: date, scope: Scope, here: str) -> list[dict[str, object]]:
    """Return the places with papers, each with the hash of its files."""
    found: dict[str, dict[str, object]] = {}
    for paper in closing.papers(county, month, scope, here=here):
        row = found.setdefault(paper.place, {"place": paper.place, "name": paper.name})
        row[paper.kind.value] = paper
    return list(found.values())


def _held() -> Scope:
    return current_user.scope(Permission.CLOSE_MONTHS)


def _county(code: str) -> Region:
    """Return a county of the asker's, or one the asker's places lie in."""
    reach = current_user.scope(Permission.VIEW_REPORTS).regions
    place = regions.region(code)
    inside = any(one.startswith(code) or code.startswith(one) for one in reach)
    if place is None or place.level != COUNTY or not inside:
        abort(404)
    return place


def _month(text: str) -> date:
    try:
        month = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        abort(404)
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        abort(404)
    return month


def _to_close() -> list[Waiting]:
    """Tell who closes months that one has been over for some days."""
    found = []
    for county in closing.counties(_held()):
        months = closing.open_months(county.code)
        begun = [row for row in closing.months(Scope((county.code,), ())) if not row.done]
        first = begun[0].month if begun else months[0] if months else None
        late = today().day > DAYS or len(months) > 1
        if first is not None and (begun or late):
            url = url_for("months.show", county=county.code, month=f"{first:%Y-%m}")
            found.append(Waiting(_("月结"), len(months) + len(begun), None, url))
    return found


waiting.append(_to_close)
