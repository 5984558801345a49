"""The county's forms F1 to F22 for programs: the same rows as page, paper and Excel."""

from itertools import islice
from typing import Any

from flask_babel import gettext as _

from supermarket.api.forms import cursors
from supermarket.api.forms import reports as shapes
from supermarket.api.views.frame import bp
from supermarket.clock import now
from supermarket.reports.queries.sheets.heads import heads
from supermarket.reports.queries.sheets.shape import Sheet
from supermarket.reports.views import sheets
from supermarket.reports.views.sheet_cells import plain
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import requires

#: Heads that an answer names.
MOST_HEADS = 100


@bp.route("/reports/forms", tags=["reports"])
@requires(Permission.WORK)
@bp.response(200, shapes.SheetList)
def report_forms() -> dict[str, Any]:
    """Return the forms that the caller may read, with their columns."""
    return {"items": [_named(one) for one in sheets.offered()]}


@bp.route("/reports/forms/<code>", tags=["reports"])
@requires(Permission.WORK)
@bp.arguments(shapes.SheetAsked, location="query")
@bp.response(200, shapes.SheetRows)
def report_form(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return rows of a form; the yearly report F22 is about a year, the others a month."""
    of = sheets.allowed(code)
    limit, cursor = asked.pop("limit"), asked.pop("cursor", None)
    chosen = sheets.question(of, {name: str(value) for name, value in asked.items()})
    after = cursors.read(of.code, cursor) or ""
    sheets.opened(of, chosen, export=True)
    sealed = heads(chosen.window)
    as_of = now()
    found = list(islice(of.rows(chosen, after), limit + 1))
    page = cursors.page(of.code, found, limit, lambda row: row.place)
    return {
        **_named(of),
        "since": chosen.window.since,
        "until": chosen.window.until,
        "as_of": as_of,
        "digest": sealed.digest,
        "heads": sealed.heads[:MOST_HEADS],
        "items": [[plain(cell) for cell in row.cells] for row in page["items"]],
        "next": page["next"],
    }


def _named(of: Sheet) -> dict[str, Any]:
    return {
        "code": of.code,
        "title": _(of.title),
        "columns": [{"label": _(column.label), "kind": column.kind.value} for column in of.columns],
    }
