"""Redemptions drawn at random, shop by shop."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supermarket.clock import today
from supermarket.households.views import places
from supermarket.oversight.forms import lists as forms
from supermarket.oversight.queries import samples
from supermarket.oversight.queries.asked import asked as narrowed_to
from supermarket.oversight.queries.asked import named
from supermarket.oversight.views.journals import entry_url, finding_url
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("redemption_samples", __name__, url_prefix="/oversight/samples")
#: Shops of a page, and months one may choose.
SHOPS, MONTHS = 10, 12


@bp.get("/redemptions")
@requires(Permission.OVERSEE)
def redemptions() -> ResponseReturnValue:
    """Show the month's sample of redemptions; the same for ever once the month is over."""
    scope = current_user.scope(Permission.OVERSEE)
    this = today().replace(day=1)
    month = forms.month_of(request.args.get("month", ""))
    region = cleaned(request.args.get("region", ""))[:12]
    after = cleaned(request.args.get("after", ""))[:64]
    asked = narrowed_to(this, this, scope, region)
    seen.note("oversight.view", region or scope.regions[0])
    found = samples.redemption_samples(asked, month, after=after, limit=SHOPS + 1)
    chosen: dict[str, Any] = {"month": f"{month:%Y-%m}", "region": region or None}
    return render_template(
        "oversight/samples.html",
        samples=[
            one._replace(drawn=named(one.drawn, current_user.scope(Permission.VIEW_HOUSEHOLDS)))
            for one in found[:SHOPS]
        ],
        month=month,
        months=_months(this),
        over=month < this,
        per_cent=samples.PER_CENT,
        at_most=samples.AT_MOST,
        region=region,
        places=places.narrower(scope, region or None),
        entry_url=entry_url,
        finding_url=finding_url,
        next_url=url_for(".redemptions", **chosen, after=found[SHOPS - 1].shop_code)
        if len(found) > SHOPS
        else None,
        first_url=url_for(".redemptions", **chosen) if after else None,
    )


def _months(this: date) -> list[date]:
    """Return this month and those before it, newest first."""
    found = [this]
    while len(found) < MONTHS:
        found.append(forms.before(found[-1]))
    return found
