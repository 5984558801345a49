"""The dashboard for programs: the same figures as the page shows."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import overview as shapes
from supermarket.api.views.frame import bp
from supermarket.clock import now, today
from supermarket.database import one_moment
from supermarket.reports import forms
from supermarket.reports.queries.overview import overview
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/reports/overview", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.arguments(shapes.OverviewAsked, location="query")
@bp.response(200, shapes.OverviewShown)
def report_overview(asked: dict[str, Any]) -> dict[str, Any]:
    """Return how it goes in a place or shop in a window, beside other windows."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    one_moment()
    choice = forms.read({name: str(value) for name, value in asked.items()})
    if choice.region:
        queries.region_inside(choice.region, scope)
    found = overview(choice.window(scope), today())
    return {**found._asdict(), "as_of": now()}
