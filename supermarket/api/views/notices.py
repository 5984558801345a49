"""Public notices for programs: open, read, post; objections: raise, read, decide."""

from typing import Any

from sqlalchemy import func, select

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import notices as shapes
from supermarket.api.views.frame import bp, made
from supermarket.database import db, once_more, transaction
from supermarket.errors import ForbiddenError, NotFoundError
from supermarket.notices import queries as notices_queries
from supermarket.notices import service as notices
from supermarket.notices.models import Notice, NoticeState, Objection
from supermarket.notices.service import ObjectionChannel, ObjectionState
from supermarket.notices.views import papers
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires


@bp.route("/notices", tags=["notices"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.NoticeSearch, location="query")
@bp.response(200, shapes.NoticePage)
def list_notices(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the notices of the caller's scope, newest first."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    if region := asked.get("region"):
        queries.region_inside(region, scope)
        scope = Scope((region,), ())
    state = NoticeState(asked["state"]) if asked.get("state") else None
    before, limit = cursors.read_number("notices", asked.get("cursor")), asked["limit"]
    found = notices_queries.notices(scope, state=state, before=before, limit=limit + 1)
    return cursors.page("notices", found, limit, lambda row: row.notice.id)


@bp.route("/notices", methods=["POST"], tags=["notices"])
@requires(Permission.PUBLISH_NOTICES)
@bp.arguments(shapes.NoticeSent)
@bp.response(201, shapes.NoticeShown)
@bp.alt_response(200, schema=shapes.NoticeShown, description="The key was used before.")
def open_notice(asked: dict[str, Any]) -> tuple[Any, int]:
    """Announce all that is accepted in a village."""
    by, key = current_user.member, asked["key"]

    def work() -> tuple[Notice, bool]:
        known = db.session.scalar(select(func.count()).where(Notice.key == key))
        village, phone = asked["village"], asked["phone"]
        return notices.open_notice(village, by=by, key=key, phone=phone), not known

    opened, new = once_more(work)
    return made(_shown(opened), new=new)


@bp.route("/notices/<reference>", tags=["notices"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.NoticeShown)
def notice(reference: str) -> dict[str, Any]:
    """Return a notice with all its lines."""
    found = notices_queries.notice(reference, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=reference)
    return _shown(found)


@bp.route("/notices/<reference>/close", methods=["POST"], tags=["notices"])
@requires(Permission.PUBLISH_NOTICES)
@bp.response(200, shapes.NoticeClosed)
def close_notice(reference: str) -> notices.Closed:
    """Post what nobody objected to, once the days are over; again, it posts nothing twice."""
    scope, by = current_user.scope(Permission.PUBLISH_NOTICES), current_user.id
    return once_more(lambda: notices.close(reference, by=by, scope=scope))


@bp.route("/objections", tags=["notices"])
@requires(Permission.DECIDE_OBJECTIONS)
@bp.arguments(shapes.ObjectionSearch, location="query")
@bp.response(200, shapes.ObjectionPage)
def list_objections(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the objections the caller may decide, newest first."""
    scope = current_user.scope(Permission.DECIDE_OBJECTIONS)
    before, limit = cursors.read_number("objections", asked.get("cursor")), asked["limit"]
    found = notices_queries.objections(
        scope, open_only=asked["state"] == "open", before=before, limit=limit + 1
    )
    return cursors.page("objections", found, limit, lambda row: row.objection.id)


@bp.route("/objections", methods=["POST"], tags=["notices"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.ObjectionSent)
@bp.response(201, shapes.ObjectionRaised)
@bp.alt_response(200, schema=shapes.ObjectionRaised, description="The key was used before.")
def add_objection(asked: dict[str, Any]) -> tuple[Any, int]:
    """Write down an objection to one line, which is held until it is decided."""
    permissions = (Permission.PUBLISH_NOTICES, Permission.DECIDE_OBJECTIONS)
    regions = {place for each in permissions for place in current_user.scope(each).regions}
    if not regions:
        raise ForbiddenError
    by, key = current_user.id, asked["key"]

    def work() -> tuple[Objection, bool]:
        known = db.session.scalar(select(func.count()).where(Objection.key == key))
        raised = notices.raise_objection(
            key,
            asked["declaration"],
            text=asked["text"],
            channel=ObjectionChannel(asked["channel"]),
            by=by,
            scope=Scope(tuple(sorted(regions)), ()),
            name=asked["name"],
            contact=asked["contact"],
        )
        return raised, not known

    raised, new = once_more(work)
    return made(raised, new=new)


@bp.route("/objections/<code>/decision", methods=["POST"], tags=["notices"])
@requires(Permission.DECIDE_OBJECTIONS)
@bp.arguments(shapes.DecisionSent)
@bp.response(200, shapes.ObjectionShown)
def decide_objection(asked: dict[str, Any], code: str) -> Any:
    """Decide an objection; the same decision again changes nothing."""
    by, verdict = current_user.member, ObjectionState(asked["verdict"])
    points = asked.get("points") if verdict is ObjectionState.CORRECTED else None
    with transaction():
        notices.decide(code, verdict, by=by, reason=asked["reason"], points=points)
    return notices_queries.objection(code, current_user.scope(Permission.DECIDE_OBJECTIONS))


def _shown(found: Notice) -> dict[str, Any]:
    return {
        "notice": found,
        "web_copy": papers.address(found),
        "lines": notices_queries.lines(found.id),
    }
