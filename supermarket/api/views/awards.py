"""Awards, and the rules they are given by."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import awards as shapes
from supermarket.api.views.frame import bp, made
from supermarket.awards import queries as awards_queries
from supermarket.awards import service as awards
from supermarket.awards.service import AwardAsk
from supermarket.cards.queries import places
from supermarket.clock import today
from supermarket.database import once_more
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.schemes import queries as schemes
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/rules", tags=["awards"])
@requires(Permission.WORK)
@bp.arguments(shapes.RuleSearch, location="query")
@bp.response(200, shapes.RuleList)
def rules(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the rules that apply in a place today."""
    scope = current_user.scope(Permission.WORK)
    region = asked.get("region") or next(iter(places(scope)), "")
    if not queries.touches(region, scope):
        raise OutOfScopeError(what=region)
    if regions.region(region) is None:
        raise NotFoundError(what=region)
    return {"region": region, "items": schemes.rules(region, today(), text=asked["q"])}


@bp.route("/awards", methods=["POST"], tags=["awards"])
@requires(Permission.AWARD)
@bp.arguments(shapes.AwardSent)
@bp.response(201, shapes.AwardedShown)
@bp.alt_response(200, schema=shapes.AwardedShown, description="The key was used before.")
def add_award(asked: dict[str, Any]) -> tuple[Any, int]:
    """Give points under a rule of level A, at once."""
    scope, by = current_user.scope(Permission.AWARD), current_user.id
    members = queries.member_ids(
        (line["household"], line["member"]) for line in asked["lines"] if line.get("member")
    )
    lines = [
        AwardAsk(
            line["household"],
            line.get("points"),
            members.get((line["household"], line["member"]), 0) if line.get("member") else None,
        )
        for line in asked["lines"]
    ]
    rule, on, note = asked["rule"], asked["occurred_on"], asked["note"]
    request = awards.asked(asked["key"], rule, on, lines, note, by)
    given = once_more(lambda: awards.award(request, rule, on, lines, note=note, scope=scope))
    return made(given, new=not given.replayed)


@bp.route("/awards/<reference>", tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.AwardShown)
def award(reference: str) -> dict[str, Any]:
    """Return an award, as far as its households are the caller's to see."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    found = awards_queries.award(reference, scope)
    if found is None:
        raise NotFoundError(what=reference)
    code, title = "", ""
    if found.rule_version_id is not None:
        code, title = queries.rule_of(found.rule_version_id)
    return {
        "reference": reference,
        "status": found.status,
        "rule": code,
        "title": title,
        "occurred_on": found.occurred_on,
        "note": found.note,
        "lines": awards_queries.lines(found.id, scope),
    }


@bp.route("/awards/<reference>/reversal", methods=["POST"], tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.AwardReversalSent)
@bp.response(201, shapes.AwardReversed)
@bp.alt_response(200, schema=shapes.AwardReversed, description="The key was used before.")
def reverse_award(asked: dict[str, Any], reference: str) -> tuple[Any, int]:
    """Take an award back: from everybody, or from the named households."""
    by, reason, households = current_user.member, asked["reason"], asked.get("households")
    lines = asked.get("lines")
    request = awards.asked_back(asked["key"], reference, reason, households, by.id, lines)
    back = once_more(
        lambda: awards.reverse_award(
            request, reference, reason=reason, households=households, positions=lines, by=by
        )
    )
    return made(back, new=not back.replayed)
