"""What a helper (帮扶责任人) sees of the households that were paired with them."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from supermarket.clock import today
from supermarket.errors import N_
from supermarket.households import queries
from supermarket.households.models import Household, Visit
from supermarket.households.queries import activity, pairing, visits
from supermarket.households.views import registry
from supermarket.households.views.visits import noted, settled
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem

bp = Blueprint("helping", __name__, url_prefix="/helper")
NAVIGATION = [
    NavigationItem(N_("帮扶户"), "heart-handshake", "helping.index", Permission.PAIRED, 25)
]
#: Lines of the bank book shown.
LINES = 10
#: Days without awards and redemptions after which a household is marked.
QUIET = 60


@bp.get("/")
@requires(Permission.PAIRED)
def index() -> ResponseReturnValue:
    """Show how the households one stands by are doing, those quiet longest not before others."""
    rows = activity.standings(pairing.paired(current_user.id))
    return render_template(
        "households/helped.html",
        rows=rows,
        expiring=registry.expiring_points([row.id for row in rows], today()),
        quiet=QUIET,
    )


@bp.route("/<code>", methods=["GET", "POST"])
@requires(Permission.PAIRED)
def household(code: str) -> ResponseReturnValue:
    """Show one of them, what may be done for it, and its visits; note a visit."""
    found = _paired(code)
    seen.note("household.view", found.code)
    answer = noted(found)
    if isinstance(answer, Visit):
        return redirect(url_for(".household", code=code))
    form, status = answer
    lines = queries.statement(found, limit=LINES)
    [row] = activity.standings([found])
    page = render_template(
        "households/helped_one.html",
        household=found,
        row=row,
        expiring=registry.expiring_points([found.id], today()).get(found.id),
        collectors=queries.proxies(found.id, today()),
        lines=lines,
        words=registry.words_for(lines),
        ways=registry.helper_ways(found),
        listed=visits.visits_of(found.id),
        form=form,
    )
    return page, status


@bp.post("/<code>/visits/<int:visit_id>/<verb>")
@requires(Permission.PAIRED)
def settle(code: str, visit_id: int, verb: str) -> ResponseReturnValue:
    """Note that a planned visit was paid, or forget it."""
    settled(_paired(code), visit_id, verb)
    return redirect(url_for(".household", code=code))


def _paired(code: str) -> Household:
    """Return a household one stands by now; else answer 404."""
    found = pairing.paired_household(code, current_user.id)
    if found is None:
        abort(404)
    return found
