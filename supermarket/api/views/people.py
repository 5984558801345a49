"""The people round a household: kin who keep out, proxies, helpers, visits."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import people as shapes
from supermarket.api.views.frame import bp
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.households import queries as households_queries
from supermarket.households import service as households
from supermarket.households.models import Household, TieKind, Visit
from supermarket.households.queries import activity, collecting, pairing, ties
from supermarket.households.queries.collecting import Collector
from supermarket.regions.models import COUNTY
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/ties", tags=["people"])
@requires(Permission.WORK)
@bp.response(200, shapes.Ties)
def own_ties() -> dict[str, Any]:
    """Return the households the caller must keep out of."""
    return {
        "items": [
            {
                "household": shown.household_code,
                "kind": shown.tie.kind,
                "relation": shown.tie.relation,
                "declared_at": shown.tie.declared_at,
                "ended_at": shown.tie.ended_at,
            }
            for shown in ties.of_staff(current_user.id)
        ]
    }


@bp.route("/ties", methods=["POST"], tags=["people"])
@requires(Permission.WORK)
@bp.arguments(shapes.TieSent)
@bp.response(201, shapes.TieShown)
def declare_tie(asked: dict[str, str]) -> dict[str, Any]:
    """Declare the own household or a relative's."""
    member = current_user.member
    counties = tuple(sorted({grant.region_code[:COUNTY] for grant in member.grants}))
    found = households_queries.household(asked["household"], Scope(counties, ()))
    if found is None:
        raise NotFoundError(what=asked["household"])
    kind = TieKind(asked["kind"])
    with transaction():
        made = households.declare_tie(member, found, kind, asked["relation"], by=member.id)
    return {
        "household": found.code,
        "kind": made.kind,
        "relation": made.relation,
        "declared_at": made.declared_at,
        "ended_at": None,
    }


@bp.route("/households/<code>/proxies", tags=["people"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.Proxies)
def household_proxies(code: str) -> dict[str, Any]:
    """Return who may collect for a household today."""
    found = _household(code, Permission.VIEW_HOUSEHOLDS)
    seen.note("household.view", found.code)
    return {"items": households_queries.proxies(found.id, today())}


@bp.route("/households/<code>/proxies", methods=["POST"], tags=["people"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.ProxySent)
@bp.response(201, shapes.ProxyShown)
def add_proxy(asked: dict[str, Any], code: str) -> Collector:
    """Let somebody collect for a household from today on."""
    found = _household(code, Permission.MANAGE_HOUSEHOLDS)
    with transaction():
        made = households.add_proxy(found, households.NewProxy(**asked), by=current_user.id)
    return Collector(
        made.name, made.relation, made.until, made.month_points, made.document, made.id
    )


@bp.route("/households/<code>/proxies/<number>/end", methods=["POST"], tags=["people"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.EndSent)
@bp.response(200, shapes.Proxies)
def end_proxy(asked: dict[str, str], code: str, number: str) -> dict[str, Any]:
    """End what somebody may collect; return who still may."""
    found = _household(code, Permission.MANAGE_HOUSEHOLDS)
    plain = number.isascii() and number.isdigit() and len(number) < 16
    proxy = collecting.proxy(int(number), found.id) if plain else None
    if proxy is None:
        raise NotFoundError(what=number[:20])
    with transaction():
        households.end_proxy(proxy, asked["reason"], by=current_user.id)
    return {"items": households_queries.proxies(found.id, today())}


@bp.route("/households/inactive", tags=["people"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.InactiveAsked, location="query")
@bp.response(200, shapes.HelpedPage)
def inactive_households(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the households without awards and redemptions for so many days."""
    scope, limit = current_user.scope(Permission.VIEW_HOUSEHOLDS), asked["limit"]
    region = asked.get("region")
    if region is not None:
        queries.region_inside(region, scope)
    after = cursors.read("inactive", asked.get("cursor"))
    found = households_queries.inactive(
        scope, asked["days"], region=region, after=after, limit=limit + 1
    )
    return cursors.page("inactive", found, limit, lambda row: row.code)


@bp.route("/households/<code>/visits", methods=["POST"], tags=["people"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.VisitSent)
@bp.response(201, shapes.VisitShown)
def add_visit(asked: dict[str, Any], code: str) -> Visit:
    """Note a visit to a household, or plan one."""
    return _visited(_household(code, Permission.MANAGE_HOUSEHOLDS), asked)


@bp.route("/helper/households", tags=["people"])
@requires(Permission.PAIRED)
@bp.response(200, shapes.HelpedList)
def helped_households() -> dict[str, Any]:
    """Return how the households the caller stands by are doing."""
    return {"items": activity.standings(pairing.paired(current_user.id))}


@bp.route("/helper/households/<code>/visits", methods=["POST"], tags=["people"])
@requires(Permission.PAIRED)
@bp.arguments(shapes.VisitSent)
@bp.response(201, shapes.VisitShown)
def add_own_visit(asked: dict[str, Any], code: str) -> Visit:
    """Note a visit to a household the caller stands by, or plan one."""
    found = pairing.paired_household(code, current_user.id)
    if found is None:
        raise NotFoundError(what=code)
    return _visited(found, asked)


@bp.route("/pairings", methods=["POST"], tags=["people"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.PairingSent)
@bp.response(200, shapes.Paired)
def pair(asked: dict[str, Any]) -> dict[str, int]:
    """Let a helper stand by households; what they had with another helper ends."""
    scope = current_user.scope(Permission.MANAGE_HOUSEHOLDS)
    member = pairing.helper(asked["helper"], scope)
    if member is None:
        raise NotFoundError(what=asked["helper"])
    found = [
        _household(code, Permission.MANAGE_HOUSEHOLDS)
        for code in dict.fromkeys(asked["households"])
    ]
    with transaction():
        return {"paired": households.pair(member, found, by=current_user.id)}


def _visited(household: Household, asked: dict[str, Any]) -> Visit:
    with transaction():
        return households.add_visit(
            household,
            asked["visited_on"],
            asked["note"],
            by=current_user.id,
            planned=asked["planned"],
        )


def _household(code: str, permission: Permission) -> Household:
    found = households_queries.household(code, current_user.scope(permission))
    if found is None:
        raise NotFoundError(what=code)
    return found
