"""The county hall's wall: large figures on a dark page that keeps itself up to date (R1).

Sums of places and goods only; nothing on it says anything about a person.
"""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards.service.faces import spoken
from supermarket.clock import local, now, today
from supermarket.database import one_moment
from supermarket.errors import ForbiddenError
from supermarket.filters import count, full_day
from supermarket.reports.queries import redemptions
from supermarket.reports.queries.comparing import month_end, shifted
from supermarket.reports.queries.monthly import reaches
from supermarket.reports.queries.over_time import over_time
from supermarket.reports.queries.overview import overview
from supermarket.reports.queries.overview_shape import Level, Overview
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.window import Preset, preset, window
from supermarket.reports.views import dashboard_pictures as pictures
from supermarket.reports.views.dashboard_figures import change, coverage_word, place_name
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("reports_hall", __name__, url_prefix="/reports")
#: Seconds after which the page asks for new figures; months its line shows.
REFRESH, MONTHS = 60, 12


@bp.get("/hall")
@requires(Permission.VIEW_REPORTS)
def page() -> ResponseReturnValue:
    """Show this month of a place in large figures, for a screen nobody touches."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    since, until = preset(Preset.MONTH, today())
    region = request.args.get("region", "").strip()
    one_moment()
    found = overview(window(since, until, scope, region=region), today())
    if found.level is Level.SHOP:
        raise ForbiddenError
    return render_template(
        "reports/hall.html",
        place=place_name(found),
        month=_("%(since)s 至今", since=full_day(since)),
        figures=_figures(found),
        refresh=REFRESH,
        fresh_at=f"{local(now()):%H:%M}",
        dashboard=url_for("reports_dashboard.page", region=region or None),
        **_charts(found, since),
    )


def _figures(found: Overview) -> list[dict[str, Any]]:
    """Return the large figures: key, label, value, unit and a line below."""
    now_, figures = found.redeemed, found.figures
    assert figures is not None  # noqa: S101 - a hall of places
    on_day = redemptions.total(found.asked._replace(since=today(), until=today()))
    flow = found.before.flow if found.before else None

    def than(name: str) -> str:
        if flow is None:
            return ""
        words = change(getattr(now_, name), getattr(flow, name))
        return str(_("比上月同期 %(change)s", change=words))

    rows = [
        ("awarded", _("本月发放积分"), now_.awarded, _("分"), than("awarded")),
        ("points", _("本月兑换积分"), now_.points, _("分"), than("points")),
        ("times", _("本月兑换人次"), now_.times, _("次"),
         _("今天 %(count)s 次", count=count(on_day.redemptions))),
        ("households", _("本月兑换户数"), now_.households, _("户"),
         _("参加 %(count)s 户", count=count(figures.covered))),
        ("outstanding", _("没有兑换的积分"), figures.outstanding, _("分"),
         _("保障率：%(words)s", words=coverage_word(found))),
        ("shops", _("开门的店"), figures.shops, _("家"),
         _("惠及 %(count)s 人", count=count(found.people))),
    ]  # fmt: skip
    return [
        {"key": key, "label": label, "value": count(value), "unit": unit, "detail": detail}
        for key, label, value, unit, detail in rows
    ]


def _charts(found: Overview, since: date) -> dict[str, Any]:
    """Return the charts, none of which leads anywhere: nobody touches a wall."""
    begin = shifted(since, month_end(since), 1 - MONTHS)
    start = begin.since if begin else since
    months = over_time(start, month_end(since), reaches(found.asked), By.MONTH)
    by_shop = found.places_by is By.SHOP
    places = [
        {**row._asdict(), "label": row.label if by_shop else spoken(row.label)}
        for row in found.places
        if row.points or row.awarded
    ]
    goods = [row._asdict() for row in found.goods]
    title = {By.TOWNSHIP: _("各乡镇兑换"), By.VILLAGE: _("各村兑换")}
    return {
        "over_time": {
            "labels": [_("%(month)s月", month=int(piece.group[5:])) for piece in months],
            "series": [
                {"name": _("兑换"), "values": [piece.points for piece in months]},
                {"name": _("发放"), "values": [piece.awarded for piece in months]},
            ],
            "unit": _("分"),
        },
        "places_title": title.get(found.places_by, _("各店兑换")),
        "places": pictures.ranked(places, [(_("兑换"), "points")]),
        "goods": pictures.ranked(goods[:8], [(_("兑换"), "points")]),
        "heat": pictures.heat_chart(found) if found.peaks else None,
        "gauge": pictures.gauge_chart(found, coverage_word(found)),
    }
