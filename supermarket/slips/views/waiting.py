"""What waits on the first page: slips that are missing."""

from flask import url_for
from flask_babel import gettext as _

from supermarket.slips import queries
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user
from supermarket.staff.views.home_panels import Waiting, waiting


def register() -> None:
    """Put the missing slips on the first page of those who can find them, once."""
    if to_find not in waiting:
        waiting.append(to_find)


def to_find() -> list[Waiting]:
    """Return the missing slips of the shops this person keeps or oversees."""
    keeping, overseeing = (
        current_user.scope(needed) for needed in (Permission.REDEEM, Permission.OVERSEE)
    )
    scope = Scope(keeping.regions + overseeing.regions, keeping.shops + overseeing.shops)
    if not scope.regions and not scope.shops:
        return []
    found = queries.missing(scope)
    if not found:
        return []
    only = next(iter(found))
    url = url_for("slips.show", code=only) if len(found) == 1 else url_for("slips.index")
    return [Waiting(_("手写单缺号"), sum(found.values()), None, url)]
