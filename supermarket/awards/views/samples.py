"""The sample of what was posted at once, for supervisors to look at again."""

import re
from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from supermarket.awards import queries
from supermarket.clock import today
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires

bp = Blueprint("award_samples", __name__)
#: Months one may choose.
MONTHS = 12


@bp.get("/awards/sample")
@requires(Permission.OVERSEE)
def show() -> ResponseReturnValue:
    """Show the month's sample of level A awards; the same for ever once the month is over."""
    this = today().replace(day=1)
    month = _month(request.args.get("month", "")) or _before(this)
    return render_template(
        "awards/sample.html",
        samples=queries.samples(current_user.scope(Permission.OVERSEE), month),
        month=month,
        months=_months(this),
        over=month < this,
        per_cent=queries.PER_CENT,
    )


def _month(text: str) -> date | None:
    """Read a month as 2026-11; None if it is none, or has not begun."""
    match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    if match is None:
        return None
    month = date(int(match[1]), int(match[2]), 1)
    return month if month <= today() else None


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


def _months(this: date) -> list[date]:
    """Return this month and those before it, newest first."""
    found = [this]
    while len(found) < MONTHS:
        found.append(_before(found[-1]))
    return found
