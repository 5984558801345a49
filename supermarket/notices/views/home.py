"""What waits for whoever publishes notices or decides objections."""

from datetime import datetime, time, timedelta

from flask import url_for
from flask_babel import gettext as _

from supermarket.clock import VILLAGE, today
from supermarket.notices import queries
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user
from supermarket.staff.views.home_panels import Waiting


def what_waits() -> list[Waiting]:
    """Return lines to announce, notices to post and objections to decide, if there are any."""
    found = []
    if current_user.may(Permission.PUBLISH_NOTICES):
        found += [*_to_open(), *_to_close()]
    if current_user.may(Permission.DECIDE_OBJECTIONS):
        scope = current_user.scope(Permission.DECIDE_OBJECTIONS)
        count, since, late = queries.waiting_objections(scope, today())
        found.append(Waiting(_("待处理的异议"), count, since, url_for("objections.index"), late))
    return found


def _to_open() -> list[Waiting]:
    villages = queries.villages_waiting(current_user.scope(Permission.PUBLISH_NOTICES))
    if not villages:
        return []
    only = villages[0].code if len(villages) == 1 else None
    url = url_for("notices.new", village=only) if only else url_for("notices.index")
    lines = sum(row.lines for row in villages)
    return [Waiting(_("评议通过，待公示"), lines, villages[0].since, url)]


def _to_close() -> list[Waiting]:
    scope = current_user.scope(Permission.PUBLISH_NOTICES)
    due = queries.due(today(), scope.regions)
    if not due:
        return []
    only = due[0].reference if len(due) == 1 else None
    url = url_for("notices.show", reference=only) if only else url_for("notices.index")
    since = datetime.combine(due[0].closes_on + timedelta(days=1), time(), VILLAGE)
    return [Waiting(_("公示到期，待入账"), len(due), since, url, late=True)]
