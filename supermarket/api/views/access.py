"""Getting a token, who one is, and places."""

from typing import Any

from flask import current_app

from supermarket.api import queries
from supermarket.api.forms import access as shapes
from supermarket.api.views.frame import bp
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.regions.models import LEVELS
from supermarket.staff import service as staff
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.pages import check_password

_LEVELS = dict(zip(LEVELS, ("province", "city", "county", "township", "village"), strict=True))


@bp.route("/tokens", methods=["POST"], tags=["access"])
@requires(None)
@bp.arguments(shapes.Credentials)
@bp.response(201, shapes.Token)
@bp.doc(security=[])
def add_token(asked: dict[str, str]) -> dict[str, Any]:
    """Exchange a name and password for a bearer token."""
    member = check_password(asked["username"], asked["password"])
    hours = current_app.config["TOKEN_HOURS"]
    with transaction():
        token, expires_at = staff.issue_token(member, hours=hours)
    return {"token": token, "expires_at": expires_at}


@bp.route("/me", tags=["access"])
@requires(Permission.WORK)
@bp.response(200, shapes.Me)
def me() -> dict[str, Any]:
    """Say who the caller is, with which roles and where."""
    return {
        "username": current_user.username,
        "name": current_user.name,
        "roles": current_user.member.grants,
    }


@bp.route("/regions/<code>", tags=["places"])
@requires(Permission.WORK)
@bp.response(200, shapes.RegionShown)
def region(code: str) -> dict[str, Any]:
    """Return a place of the caller's scope, or above it, and what lies below it there."""
    scope = current_user.scope(Permission.WORK)
    if not queries.touches(code, scope):
        raise OutOfScopeError(what=code)
    found = regions.region(code)
    if found is None:
        raise NotFoundError(what=code)
    return {
        "code": found.code,
        "name": found.name,
        "level": _LEVELS[found.level],
        "parent_code": found.parent_code,
        "children": [
            child for child in regions.children(code) if queries.touches(child.code, scope)
        ],
    }
