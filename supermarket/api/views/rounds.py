"""Rounds: open, mark, submit once."""

from typing import Any

from supermarket.api.forms import cursors
from supermarket.api.forms import rounds as shapes
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.rounds import queries
from supermarket.rounds import service as rounds
from supermarket.rounds.errors import RoundSubmittedError
from supermarket.rounds.models import Round, RoundKind, RoundState
from supermarket.rounds.queries import Submitted
from supermarket.rounds.service import GradeAsk, RoundAsk
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say


@bp.route("/rounds", tags=["rounds"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.RoundSearch, location="query")
@bp.response(200, shapes.RoundList)
def round_list(asked: dict[str, Any]) -> dict[str, Any]:
    """Return rounds, newest first."""
    limit: int = asked["limit"]
    state = RoundState(asked["state"]) if asked.get("state") else None
    found = queries.rounds(
        current_user.scope(Permission.VIEW_HOUSEHOLDS),
        before=cursors.read_number("rounds", asked.get("cursor")),
        limit=limit + 1,
        state=state,
    )
    return cursors.page("rounds", found, limit, lambda row: row.id)


@bp.route("/rounds", methods=["POST"], tags=["rounds"])
@requires(Permission.AWARD)
@bp.arguments(shapes.RoundSent)
@bp.response(201, shapes.RoundShown)
@bp.alt_response(200, schema=shapes.RoundShown, description="The key was used before.")
def open_round(asked: dict[str, Any]) -> tuple[Any, int]:
    """Open an inspection or an event."""
    village, kind, on = asked["village"], RoundKind(asked["kind"]), asked["occurred_on"]
    grades = [
        GradeAsk(grade["label"], grade.get("rule") or None, grade.get("points"))
        for grade in asked.get("grades", ())
    ]
    if not grades and kind is RoundKind.INSPECTION:
        grades = rounds.usual_grades(village, min(on, today()))
    ask = RoundAsk(asked["title"], on, grades, asked["group"])
    scope, by = current_user.scope(Permission.AWARD), current_user.id
    opened = once_more(
        lambda: rounds.open_round(asked["key"], village, kind, ask, scope=scope, by=by)
    )
    return made(_shown(opened.round), new=not opened.replayed)


@bp.route("/rounds/<code>", tags=["rounds"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.RoundShown)
def round_shown(code: str) -> dict[str, Any]:
    """Return a round with its households: all to be seen while it is open, then the marked."""
    return _shown(_round(code, current_user.scope(Permission.VIEW_HOUSEHOLDS)))


@bp.route("/rounds/<code>/marks", methods=["POST"], tags=["rounds"])
@requires(Permission.AWARD)
@bp.arguments(shapes.MarksSent)
@bp.response(200, shapes.RoundShown)
def mark_round(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Give households their grades; the last writer's stays. At an event: sign them in."""
    scope, by = current_user.scope(Permission.AWARD), current_user.id
    marks = {line["household"]: line["grade"] for line in asked["marks"]}
    rest = asked.get("rest")
    with transaction():
        round_ = _round(code, scope)
        rounds.mark(round_, marks, scope=scope, by=by)
        if rest is not None:
            rounds.mark_rest(round_, rest, by=by)
    return _shown(_round(code, scope))


@bp.route("/rounds/<code>/obstacles", tags=["rounds"])
@requires(Permission.AWARD)
@bp.response(200, shapes.ObstacleList)
def round_obstacles(code: str) -> dict[str, Any]:
    """Return the households that could not be given anything if it were submitted now."""
    scope = current_user.scope(Permission.AWARD)
    round_ = _round(code, scope)
    found = rounds.obstacles(round_, rounds.whole(round_), scope=scope, by=current_user.id)
    return {
        "items": [
            {
                "household": obstacle.row.household_code,
                "head": obstacle.row.head,
                "code": obstacle.why.code,
                "reason": say(obstacle.why),
            }
            for obstacle in found
        ]
    }


@bp.route("/rounds/<code>/submission", methods=["POST"], tags=["rounds"])
@requires(Permission.AWARD)
@bp.arguments(shapes.SubmissionSent)
@bp.response(201, shapes.SubmittedShown)
@bp.alt_response(200, schema=shapes.SubmittedShown, description="The caller submitted it before.")
def submit_round(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Submit a round, all of it or nothing; ``leave_out`` get nothing now."""
    scope, by = current_user.scope(Permission.AWARD), current_user.id
    leave_out = set(asked["leave_out"])
    try:
        done = once_more(
            lambda: rounds.submit_round(
                _round(code, scope), leave_out=leave_out, scope=scope, by=by
            )
        )
    except RoundSubmittedError:
        round_ = _round(code, scope)
        if round_.closed_by != by:
            raise
        return made(_became(round_, queries.submitted(round_)), new=False)
    return made(_became(_round(code, scope), done), new=True)


@bp.route("/rounds/<code>/cancellation", methods=["POST"], tags=["rounds"])
@requires(Permission.AWARD)
@bp.arguments(shapes.CancellationSent)
@bp.response(200, shapes.RoundShown)
def cancel_round(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Cancel an open round: nothing of it becomes points."""
    scope, by = current_user.scope(Permission.AWARD), current_user.id
    with transaction():
        rounds.cancel_round(_round(code, scope), asked["reason"], by=by)
    return _shown(_round(code, scope))


def _round(code: str, scope: Scope) -> Round:
    found = queries.round_of(code, scope)
    if found is None:
        raise NotFoundError(what=code)
    return found


def _became(round_: Round, done: Submitted) -> dict[str, Any]:
    return {"code": round_.code, "state": round_.state, **done._asdict()}


def _shown(round_: Round) -> dict[str, Any]:
    progress = queries.progress(round_)
    return {
        "code": round_.code,
        "title": round_.title,
        "kind": round_.kind,
        "state": round_.state,
        "village": regions.names([round_.village_code]).get(round_.village_code, ""),
        "group": round_.group,
        "occurred_on": round_.occurred_on,
        "marked": progress.marked,
        "total": progress.total,
        "reason": round_.reason,
        "grades": round_.grades,
        "lines": queries.sheet(round_),
    }
