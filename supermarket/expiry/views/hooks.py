"""What other pages show of points that end."""

from datetime import datetime, time, timedelta

from flask import url_for
from flask_babel import gettext as _

from supermarket.clock import VILLAGE, now, today
from supermarket.expiry import queries
from supermarket.filters import day
from supermarket.households.models import Household
from supermarket.households.views import registry
from supermarket.households.views.registry import HouseholdFigure
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user
from supermarket.staff.views.home_panels import Waiting, waiting


def ends_next(household: Household) -> HouseholdFigure | None:
    """Return what ends for a household next, for its page; None if nothing is announced."""
    found = queries.upcoming([household.id], today()).get(household.id)
    if found is None:
        return None
    label = _("%(day)s过期", day=day(found.on))
    return HouseholdFigure(label, f"{found.points:,}", _("分"), "")


def to_post() -> list[Waiting]:
    """Tell the office which announced expiries are to be posted."""
    scope = current_user.scope(Permission.MANAGE_POINTS)
    if not scope.regions:
        return []
    due = [run for run in queries.waiting(scope) if run.due_on <= today()]
    return [
        Waiting(
            _("积分到期要入账"),
            len(due),
            datetime.combine(due[0].due_on, time(), VILLAGE) if due else None,
            url_for("expiry.index"),
            late=any(run.due_on < today() for run in due),
        )
    ]


def to_tell() -> list[Waiting]:
    """Tell the village's scorers, and the office, for a week which lists to take to households.

    Afterwards the household's page, its slips and the list itself go on saying it.
    """
    scope = current_user.scope(Permission.AWARD)
    if not scope.regions:
        scope = current_user.scope(Permission.MANAGE_POINTS)
    lately = now() - timedelta(days=7)
    hanging = [
        run for run in queries.waiting(scope) if run.due_on > today() and run.announced_at > lately
    ]
    return [
        Waiting(
            _("已预告过期，请通知农户"),
            len(hanging),
            min((run.announced_at for run in hanging), default=None),
            url_for("expiry.show", code=hanging[0].code)
            if len(hanging) == 1
            else url_for("expiry.index"),
        )
    ]


def to_announce() -> list[Waiting]:
    """Tell the office in how many of its villages an end should be announced by now."""
    scope = current_user.scope(Permission.MANAGE_POINTS)
    if not scope.regions:
        return []
    missing = queries.unannounced(scope, today())
    return [Waiting(_("积分过期要预告的村"), len(missing), None, url_for("expiry.index"))]


waiting += [to_post, to_tell, to_announce]
registry.household_figures.append(ends_next)
registry.expiring.append(queries.upcoming)
