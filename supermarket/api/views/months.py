"""Closing months for programs: which are final, their reports, the steps of closing one."""

from contextlib import suppress
from datetime import date, datetime
from typing import Any

from flask import Response

from supermarket.api.forms import months as shapes
from supermarket.api.views.frame import bp
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.ledger.errors import MonthAlreadyClosedError
from supermarket.reports import service as reports
from supermarket.reports.errors import MonthNotClosedError, PaperMissingError
from supermarket.reports.models import PaperKind
from supermarket.reports.queries import closing
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires

#: What the document says of a file.
FILE = {"type": "string", "format": "binary"}
MEDIA = {
    PaperKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PaperKind.PRINT: "text/html",
}


@bp.route("/reports/months", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.response(200, shapes.ClosedMonthList)
def list_closed_months() -> dict[str, Any]:
    """Return the closed months of the caller's counties, newest first."""
    return {"items": closing.months(current_user.scope(Permission.VIEW_REPORTS))}


@bp.route("/reports/months/<county>/<month>", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.response(200, shapes.ClosedMonthPapers)
def closed_month(county: str, month: str) -> dict[str, Any]:
    """Return a closed month with the reports of it that the caller may read."""
    return _shown(county, _month(month))


@bp.route("/reports/months/<county>/<month>/closing", methods=["POST"], tags=["reports"])
@requires(Permission.CLOSE_MONTHS)
@bp.response(200, shapes.ClosedMonthPapers)
def close_month(county: str, month: str) -> dict[str, Any]:
    """Make a month final and keep its figures; a repeat changes nothing."""
    first, by = _month(month), current_user.id
    scope = current_user.scope(Permission.CLOSE_MONTHS)
    with suppress(MonthAlreadyClosedError), transaction():
        reports.close_month(county, first, by=by, scope=scope)
    known = closing.closed_month(county, first)
    if known is not None and not known.fingerprint:
        frozen = reports.measure(county, first)
        once_more(lambda: reports.freeze(frozen, by=by))
    return _shown(county, first)


@bp.route("/reports/months/<county>/<month>/papers", methods=["POST"], tags=["reports"])
@requires(Permission.CLOSE_MONTHS)
@bp.response(200, shapes.PapersLeft)
def make_month_papers(county: str, month: str) -> dict[str, int]:
    """Make the reports of some more places; called until none is left."""
    first = _month(month)
    if not current_user.scope(Permission.CLOSE_MONTHS).covers_region(county):
        raise OutOfScopeError(what=county)
    known = closing.closed_month(county, first)
    if known is None or not known.fingerprint:
        raise MonthNotClosedError(month=first)
    return {"left": once_more(lambda: reports.make_papers(county, first))}


@bp.route("/reports/months/<month>/<place>/report.<kind>", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.response(200, FILE, content_type="application/octet-stream")
def month_paper(month: str, place: str, kind: str) -> Response:
    """Return a monthly report as it was made; ``kind`` is xlsx or html."""
    if kind not in {one.value for one in PaperKind}:
        raise PaperMissingError
    scope = current_user.scope(Permission.VIEW_REPORTS)
    found, content = closing.paper(place, _month(month), PaperKind(kind), scope)
    answer = Response(content, mimetype=MEDIA[found.kind])
    answer.set_etag(found.sha256)
    return answer


def _shown(county: str, month: date) -> dict[str, Any]:
    scope = current_user.scope(Permission.VIEW_REPORTS)
    found = next(
        (row for row in closing.months(scope) if (row.county_code, row.month) == (county, month)),
        None,
    )
    if found is None:
        raise NotFoundError(what=f"{county} {month:%Y-%m}")
    papers = closing.papers(county, month, scope)
    return {**found._asdict(), "done": found.done, "papers": papers}


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise NotFoundError(what=text) from None
