"""Which place a page of budgets is about."""

from typing import NamedTuple

from flask import abort, request

from supermarket.households.views import places
from supermarket.regions import queries as regions
from supermarket.regions.models import within
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user


class Place(NamedTuple):
    """The part of the signed-in person's scope that a page shows."""

    #: Code the page was narrowed to; "" for everything.
    region: str
    name: str
    scope: Scope
    #: Where it can be narrowed to; empty if nowhere.
    choices: list[tuple[str, str]]


def place(permission: Permission) -> Place:
    """Return the place named in the address inside the scope of a permission.

    A place that is not the person's is not found.
    """
    scope = current_user.scope(permission)
    region = request.args.get("region", "")
    if region and not (places.reached(region, scope) and regions.region(region)):
        abort(404)
    shown = _narrowed(scope, region) if region else scope
    codes = list(shown.regions)
    names = regions.names([region] if region else codes)
    return Place(
        region,
        "，".join(names.values()),
        shown,
        places.narrower(scope, region or None),
    )


def _narrowed(scope: Scope, region: str) -> Scope:
    """Return what of a scope lies in a region."""
    inside = [own for own in scope.regions if within(own, region)]
    return Scope((region,) if scope.covers_region(region) else tuple(inside), ())
