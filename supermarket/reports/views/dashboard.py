"""The dashboard of a county, township, village or shop: one page that drills down (R1)."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import one_moment
from supermarket.errors import N_, DomainError
from supermarket.filters import full_day, moment
from supermarket.reports import forms
from supermarket.reports.forms import Choice
from supermarket.reports.queries import peaks
from supermarket.reports.queries.comparing import Days, shifted
from supermarket.reports.queries.overview import overview
from supermarket.reports.queries.overview_shape import Level, Overview
from supermarket.reports.queries.window import Preset, preset
from supermarket.reports.views import dashboard_figures as figures
from supermarket.reports.views.dashboard_charts import charts
from supermarket.reports.views.dashboard_figures import address
from supermarket.reports.views.dashboard_pictures import weekday_name
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("reports_dashboard", __name__, url_prefix="/reports")
NAVIGATION = [
    NavigationItem(N_("看板"), "chart-line", "reports_dashboard.page", Permission.VIEW_REPORTS, 70)
]
#: Rows of one hour of the week shown at once.
HOUR_ROWS = 200


@bp.get("/dashboard")
@requires(Permission.VIEW_REPORTS)
def page() -> ResponseReturnValue:
    """Show how it goes in a place or shop, in a window, beside other windows."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    one_moment()
    try:
        choice = _whole(forms.read(request.args))
        found = overview(choice.window(scope), today())
    except DomainError as error:
        choice = forms.read({})
        found = overview(choice.window(scope), today())
        return _drawn(choice, found, say(error)), error.status
    return _drawn(choice, found)


@bp.get("/dashboard/hour")
@requires(Permission.VIEW_REPORTS)
def hour() -> ResponseReturnValue:
    """Show the redemptions made in one hour of the week of a window."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    choice = _whole(forms.read(request.args))
    asked = choice.window(scope)
    weekday = min(max(request.args.get("weekday", 1, type=int), 1), 7)
    clock = min(max(request.args.get("hour", 0, type=int), 0), 23)
    before = request.args.get("before", "")
    seen.note("report.view_rows", choice.region or choice.shop or _first(scope))
    rows = peaks.rows_at(asked, weekday, clock, before=before, limit=HOUR_ROWS + 1)
    shown = rows[:HOUR_ROWS]
    here = {**address(choice), "weekday": weekday, "hour": clock}
    return render_template(
        "reports/dashboard_hour.html",
        choice=choice,
        rows=shown,
        when=_("%(weekday)s %(hour)s点", weekday=weekday_name(weekday), hour=clock),
        back=url_for(".page", **address(choice)),
        next_url=url_for(".hour", **here, before=shown[-1].place)
        if len(rows) > HOUR_ROWS
        else None,
        first_url=url_for(".hour", **here) if before else None,
    )


def _drawn(choice: Choice, found: Overview, refused: str = "") -> str:
    by_place = found.level is not Level.SHOP
    return render_template(
        "reports/dashboard.html",
        choice=choice,
        by_place=by_place,
        place=figures.place_name(found),
        trail=_trail(choice, found),
        windows=_windows(choice),
        earlier=_shifted(choice, -1),
        later=_shifted(choice, 1),
        kept=address(choice, since="", until=""),
        refused=refused,
        typed=_typed() if refused else {},
        link=_link(choice),
        hall_url=url_for("reports_hall.page", region=choice.region or None) if by_place else None,
        headlines=figures.headlines(choice, found),
        foot=_foot(found),
        **charts(choice, found),
    )


def _whole(choice: Choice) -> Choice:
    """Return a choice of places and days only: points are given for deeds, not for goods."""
    return choice._replace(goods="", category="")


def _link(choice: Choice) -> Any:
    def to(endpoint: str, **changes: object) -> str:
        return url_for(endpoint, **address(choice, **changes))

    return to


def _windows(choice: Choice) -> list[tuple[str, str, bool]]:
    """Return the windows people ask for by name, with the one shown marked."""
    days = (choice.since, choice.until)
    return [
        (
            _(kind.label),
            url_for(".page", **address(choice, since="", until="", preset=kind.value)),
            preset(kind, today()) == days,
        )
        for kind in Preset
    ]


def _shifted(choice: Choice, steps: int) -> str | None:
    """Return the address of the window before or after; None where nothing is yet, or was."""
    days = shifted(choice.since, choice.until, steps)
    if days is None or (steps > 0 and days.since > today()):
        return None
    return url_for(".page", **address(choice, since=days.since, until=days.until))


def _trail(choice: Choice, found: Overview) -> list[tuple[str, str | None]]:
    """Return the way down to the place shown, each step keeping the window."""
    steps = figures.way_down(found)
    *above, here = steps
    links = [
        (name, url_for(".page", **address(choice, region=code, shop=""))) for name, code in above
    ]
    return [*links, (here[0], None)]


def _typed() -> dict[str, str]:
    return {name: request.args.get(name, "") for name in ("since", "until")}


def _foot(found: Overview) -> str:
    """Say what the figures count, what they are compared with, and when they were read."""
    parts = [_("人次扣除了当期冲正；户数、人数按户、按人去重，各处相加会多于合计。")]
    before, last = figures.beside(found)
    for label, then in ((_("上期"), before), (_("去年同期"), last)):
        if then is not None:
            parts.append(f"{label}：{_days(then.days)}。")
    parts.append(_("截至 %(moment)s", moment=moment(now())))
    return " ".join(parts)


def _days(days: Days) -> str:
    if days.since == days.until:
        return full_day(days.since)
    return f"{full_day(days.since)} {_('至')} {full_day(days.until)}"


def _first(scope: Any) -> str:
    return str((*scope.regions, *scope.shops, "")[0])
