"""Programmes and rules: what they say, what they said, changing them, reckoning first."""

from datetime import date
from typing import Any

from supermarket.api import queries
from supermarket.api.forms import schemes as shapes
from supermarket.api.views.frame import bp
from supermarket.awards.queries.what_if import Change, Comparison, last_quarter, what_if
from supermarket.cards.queries import places
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.reports.errors import WindowError
from supermarket.schemes import queries as kept
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import NoSchemeError, VillageFollowsError
from supermarket.schemes.models import (
    Ability,
    CapPeriod,
    Category,
    Evidence,
    Expiry,
    ReviewLevel,
    ReviewPeriod,
)
from supermarket.schemes.service import RuleText, SchemeText
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires

#: The longest window a change is reckoned over, in years.
MOST_YEARS = 3


@bp.route("/schemes/<region>", tags=["rules"])
@requires(Permission.WORK)
@bp.response(200, shapes.ProgrammeShown)
def programme(region: str) -> dict[str, Any]:
    """Return the programme of a place."""
    region = _seen(region)
    try:
        current = kept.scheme(region, today())
    except NoSchemeError:
        current = None
    return {"region": region, "current": current, "history": kept.schemes(region)}


@bp.route("/schemes/<region>", methods=["PUT"], tags=["rules"])
@requires(Permission.MANAGE_RULES)
@bp.arguments(shapes.SchemeSent)
@bp.response(200, shapes.SchemeShown)
def set_programme(asked: dict[str, Any], region: str) -> Any:
    """Set the programme of a place from a day on; what is set already changes nothing."""
    queries.region_inside(region, current_user.scope(Permission.MANAGE_RULES))
    if len(region) == VILLAGE and not any(
        row.region_code == region for row in kept.schemes(region)
    ):
        raise VillageFollowsError
    text = SchemeText(
        **{name: asked[name] for name in SchemeText._fields}
        | {
            "review_period": ReviewPeriod(asked["review_period"]),
            "expiry": Expiry(asked["expiry"]),
            "base_grants": {tag: given for tag, given in asked["base_grants"].items() if given},
        }
    )
    with transaction():
        return schemes.set_scheme(
            region, text, since=asked["since"], by=current_user.id, seen=asked["seen"]
        )


@bp.route("/rules/<code>/versions", tags=["rules"])
@requires(Permission.WORK)
@bp.arguments(shapes.VersionSearch, location="query")
@bp.response(200, shapes.VersionList)
def rule_versions(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return every version of a rule at or above a place: nearest place first, newest first."""
    scope = current_user.scope(Permission.WORK)
    region = _seen(asked.get("region") or next(iter(places(scope)), ""))
    found = kept.versions(code, region)
    if not found:
        raise NotFoundError(what=code)
    return {"region": region, "items": found}


@bp.route("/rules/<code>", methods=["PUT"], tags=["rules"])
@requires(Permission.MANAGE_RULES)
@bp.arguments(shapes.RuleSent)
@bp.response(200, shapes.RuleWritten)
def set_rule(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Let a rule say something else in a place from a day on: a new version, or nothing."""
    region = asked["region"]
    queries.region_inside(region, current_user.scope(Permission.MANAGE_RULES))
    text = RuleText(
        **{name: asked[name] for name in RuleText._fields if name in asked}
        | {
            "code": code,
            "category": Category(asked["category"]),
            "cap_period": _period(asked),
            "evidence": Evidence(asked["evidence"]),
            "review_level": ReviewLevel(asked["review_level"]),
            "ability": Ability(asked["ability"]),
        }
    )
    with transaction():
        changed = schemes.set_rule(
            text, region, current_user.id, since=asked["since"], seen=asked["seen"]
        )
    return {"changed": changed, "version": kept.versions(code, region)[0]}


@bp.route("/rules/<code>/what-if", methods=["POST"], tags=["rules"])
@requires(Permission.MANAGE_RULES)
@bp.arguments(shapes.WhatIfSent)
@bp.response(200, shapes.WhatIfShown)
def rule_what_if(asked: dict[str, Any], code: str) -> Comparison:
    """Reckon past awards of a rule in a place with other numbers; nothing is saved."""
    region = asked["region"]
    queries.region_inside(region, current_user.scope(Permission.MANAGE_RULES))
    text = schemes.text_of(kept.rule(code, region, today()), code)._replace(
        **{name: asked[name] for name in Change._fields if name != "cap_period"},
        cap_period=_period(asked),
        adjust_min=None,
        adjust_max=None,
    )
    schemes.check(text)
    since, until = _window(asked)
    change = Change(*(getattr(text, name) for name in Change._fields))
    return what_if(code, region, change, since, until, on=today())


def _seen(region: str) -> str:
    """Return a place of the caller's scope or above it.

    Raises:
        OutOfScopeError, NotFoundError: it is neither, or it is not there.
    """
    if not queries.touches(region, current_user.scope(Permission.WORK)):
        raise OutOfScopeError(what=region)
    if regions.region(region) is None:
        raise NotFoundError(what=region)
    return region


def _period(asked: dict[str, Any]) -> CapPeriod | None:
    return CapPeriod(asked["cap_period"]) if asked["cap_period"] else None


def _window(asked: dict[str, Any]) -> tuple[date, date]:
    since, until = last_quarter(today())
    since, until = asked["since"] or since, asked["until"] or until
    if not since <= until <= today() or (until - since).days > MOST_YEARS * 366:
        raise WindowError(years=MOST_YEARS)
    return since, until
