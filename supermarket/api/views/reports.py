"""Figures for programs: the same as the pages show."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import reports as shapes
from supermarket.api.views.frame import bp
from supermarket.clock import now
from supermarket.reports import forms
from supermarket.reports.queries import redemptions
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/reports/redemptions", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.arguments(shapes.RedemptionReport, location="query")
@bp.response(200, shapes.FiguresList)
def redemption_report(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was redeemed, by place, goods or time."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    choice = forms.read({name: str(value) for name, value in asked.items()})
    if choice.region:
        queries.region_inside(choice.region, scope)
    window = choice.window(scope)
    as_of = now()
    return {
        "since": choice.since,
        "until": choice.until,
        "by": choice.by.value,
        "rows": redemptions.figures(window, choice.by),
        "total": redemptions.total(window),
        "as_of": as_of,
    }
