"""What villages may issue, and how they stand."""

from datetime import datetime, time

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.budgets.forms import BudgetForm, this_year
from supermarket.budgets.views.places import place
from supermarket.clock import VILLAGE as VILLAGE_TIME
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("budgets", __name__, url_prefix="/budgets")
NAVIGATION = [
    NavigationItem(N_("发放预算"), "coins", "budgets.index", Permission.MANAGE_POINTS, 82)
]


@bp.get("")
@requires(Permission.MANAGE_POINTS)
def index() -> ResponseReturnValue:
    """List villages with their budget, its use and the coverage."""
    found, size = place(Permission.MANAGE_POINTS), current_app.config["PAGE_SIZE"]
    after = request.args.get("after", "")
    listed = queries.villages(found.scope, after=after[:VILLAGE], limit=size + 1)
    shown = listed[:size]
    return render_template(
        "budgets/index.html",
        place=found,
        villages=shown,
        standings=queries.standings([village.code for village in shown], today()),
        next_url=url_for(".index", region=found.region or None, after=shown[-1].code)
        if len(listed) > size
        else None,
        first_url=url_for(".index", region=found.region or None) if after else None,
    )


@bp.get("/<code>")
@requires(Permission.MANAGE_POINTS)
def show(code: str) -> ResponseReturnValue:
    """Show how one village stands, what covers its points, and every version of its budgets."""
    village = regions.region(code) if code.isascii() and code.isdigit() else None
    scope = current_user.scope(Permission.MANAGE_POINTS)
    if village is None or village.level != VILLAGE or not scope.covers_region(code):
        abort(404)
    standing = queries.standings([code], today()).get(code)
    coverage = queries.coverages([code], today())[code]
    return render_template(
        "budgets/show.html",
        village=village,
        standing=standing,
        coverage=coverage,
        area=regions.names([coverage.area]).get(coverage.area, ""),
        history=queries.history(code),
    )


@bp.route("/set", methods=["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def set_many() -> ResponseReturnValue:
    """Set or change the budget of one or many villages at once."""
    found, form, status = place(Permission.MANAGE_POINTS), BudgetForm(), 200
    offered = queries.villages(found.scope, limit=200)
    form.offer(offered)
    if request.method == "GET":
        form.starts_on.data, form.ends_on.data = this_year()
        form.villages.data = [found.region] if len(found.region) == VILLAGE else []
        known = queries.budget(found.region, today()) if len(found.region) == VILLAGE else None
        if known is not None:
            form.starts_on.data, form.ends_on.data = known.starts_on, known.ends_on
            form.points.data = known.points
    if form.validate_on_submit():
        try:
            with transaction():
                done = budgets.set_budgets(form.asks, by=current_user.id, scope=found.scope)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(
                _(
                    "已保存：新设 %(new)s 个村，修改 %(changed)s 个村，没有变化 %(unchanged)s 个村",
                    **done._asdict(),
                ),
                "success",
            )
            return redirect(url_for(".index", region=found.region or None))
    elif request.method == "POST":
        status = 422
    return render_template("budgets/set.html", form=form, place=found, offered=offered), status


def _nearly_spent() -> list[Waiting]:
    """Tell the office which budgets are nearly used up."""
    scope = current_user.scope(Permission.MANAGE_POINTS)
    if not scope.regions:
        return []
    found = queries.nearly_spent(scope, today())
    since = min((row.starts_on for row in found), default=None)
    url = url_for("budgets.index", region=found[0].region_code if len(found) == 1 else None)
    return [
        Waiting(
            _("发放预算快用完的村"),
            len(found),
            datetime.combine(since, time(), VILLAGE_TIME) if since else None,
            url,
        )
    ]


waiting.append(_nearly_spent)
