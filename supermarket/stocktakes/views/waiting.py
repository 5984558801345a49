"""What waits on the first page: counts to finish, counts to approve, days to close."""

from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.stocktakes import queries
from supermarket.stocktakes.models import StocktakeState
from supermarket.stocktakes.queries.stocktakes import Queue


def register() -> None:
    """Put the queues of this slice on everybody's first page, once."""
    for tell in (to_count, to_approve, to_close):
        if tell not in waiting:
            waiting.append(tell)


def to_count() -> list[Waiting]:
    """Return the stocktakes under way in this person's shops."""
    scope = current_user.scope(Permission.COUNT_STOCK)
    return _queue(_("没盘完的盘点"), queries.waiting_in(scope, StocktakeState.OPEN))


def to_approve() -> list[Waiting]:
    """Return the counted stocktakes that this person may approve."""
    scope = current_user.scope(Permission.APPROVE_STOCK)
    found = queries.waiting_in(scope, StocktakeState.COUNTED, not_counted_by=current_user.id)
    return _queue(_("待审核的盘点"), found)


def to_close() -> list[Waiting]:
    """Return the shops that traded yesterday and did not close the day."""
    day = today() - timedelta(days=1)
    codes = queries.unclosed(current_user.scope(Permission.COUNT_STOCK), day)
    if not codes:
        return []
    url = url_for("day_close.new", code=codes[0], on=day.isoformat())
    return [Waiting(_("昨天没有日结"), len(codes), None, url, late=True)]


def _queue(label: str, found: Queue) -> list[Waiting]:
    if not found.codes:
        return []
    url = url_for("stocktakes.show", code=found.codes[0])
    return [Waiting(label, len(found.codes), found.since, url)]
