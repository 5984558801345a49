"""Declarations, the meetings that decide them, and the township's word."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import reviews as shapes
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp, made
from supermarket.awards import queries as awards_queries
from supermarket.awards import service as awards
from supermarket.awards.models import (
    Declaration,
    DeclarationSource,
    DeclarationState,
    Review,
    Verdict,
)
from supermarket.awards.queries import Declared
from supermarket.awards.service import AwardAsk, Decided, Judgement
from supermarket.database import db, once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.households import queries as households
from supermarket.ledger import service as ledger
from supermarket.staff.models import Permission, StaffMember
from supermarket.staff.views.guard import current_user, requires


@bp.route("/declarations", tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.DeclarationSearch, location="query")
@bp.response(200, shapes.DeclarationPage)
def declarations(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was declared and has come to one state, newest first."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    household_id = None
    if code := asked.get("household"):
        household = households.household(code, scope)
        if household is None:
            raise NotFoundError(what=code)
        household_id = household.id
    limit = asked["limit"]
    found = awards_queries.newest(
        scope,
        [DeclarationState(asked["state"])],
        before=cursors.read_number("declarations", asked.get("cursor")),
        limit=limit + 1,
        household_id=household_id,
    )
    return cursors.page("declarations", found, limit, lambda row: row.id)


@bp.route("/declarations", methods=["POST"], tags=["awards"])
@requires(Permission.AWARD)
@bp.arguments(shapes.DeclarationSent)
@bp.response(201, shapes.DeclarationList)
@bp.alt_response(200, schema=shapes.DeclarationList, description="The key was used before.")
def declare(asked: dict[str, Any]) -> tuple[Any, int]:
    """Declare what households earned; level A is posted at once, the rest waits for the panel."""
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
    key = asked["key"]

    def work() -> tuple[list[Declaration], bool]:
        new = ledger.named_by(key) is None and not awards_queries.of_key(key)
        rows = awards.declare(
            key,
            asked["rule"],
            asked["occurred_on"],
            lines,
            by=by,
            source=DeclarationSource.SCORER,
            scope=scope,
            note=asked["note"],
            witness=asked["witness"],
        )
        return rows, new

    rows, new = once_more(work)
    return made({"items": awards_queries.found(rows)}, new=new)


@bp.route("/declarations/<code>", tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.DeclarationWithSteps)
def declaration(code: str) -> dict[str, Any]:
    """Return a declaration with every decision on it."""
    return _with_steps(_declared(code))


@bp.route("/declarations/<code>/withdrawal", methods=["POST"], tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.WithdrawalSent)
@bp.response(200, shapes.DeclarationWithSteps)
def withdraw_declaration(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Take one's own declaration back while nobody decided it."""
    _declared(code)
    with transaction():
        awards.withdraw(code, reason=asked["reason"], by=current_user.id)
    return _with_steps(_declared(code))


@bp.route("/reviews", tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.ReviewPage)
def reviews(asked: dict[str, Any]) -> dict[str, Any]:
    """Return meetings of panels, newest first."""
    limit = asked["limit"]
    found = awards_queries.reviews(
        current_user.scope(Permission.VIEW_HOUSEHOLDS),
        before=cursors.read_number("reviews", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("reviews", found, limit, lambda row: row.id)


@bp.route("/reviews", methods=["POST"], tags=["awards"])
@requires(Permission.REVIEW)
@bp.arguments(shapes.ReviewSent)
@bp.response(201, shapes.ReviewShown)
def open_review(asked: dict[str, Any]) -> dict[str, Any]:
    """Open a meeting of a village's panel, named or drawn by lot."""
    ids = {one.username: one.id for one in awards_queries.reviewers(asked["region"])}
    members = {ids.get(username, 0) for username in asked["members"]}
    with transaction():
        review = awards.open_review(
            asked["region"], members=members, draw=asked.get("draw") or 0, by=_me()
        )
    return _shown(review)


@bp.route("/reviews/<code>", tags=["awards"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.ReviewShown)
def review(code: str) -> dict[str, Any]:
    """Return a meeting: who sat, how they were drawn, its minutes."""
    found = awards_queries.review(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=code)
    return _shown(found)


@bp.route("/reviews/<code>/decisions", methods=["POST"], tags=["awards"])
@requires(Permission.REVIEW)
@bp.arguments(shapes.DecisionsSent)
@bp.response(200, shapes.DecidedShown)
def decide(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Decide what was declared, as this meeting did: all lines, or none of them."""
    judgements, by = _judgements(asked), current_user.member
    request = awards.asked_decisions(asked["key"], code, judgements, by.id)
    return _decided(once_more(lambda: awards.decide(request, code, judgements, by=by)))


@bp.route("/reviews/<code>/end", methods=["POST"], tags=["awards"])
@requires(Permission.REVIEW)
@bp.arguments(shapes.MinutesSent)
@bp.response(200, shapes.ReviewShown)
def close_review(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """End a meeting and keep its minutes."""
    with transaction():
        closed = awards.close_review(code, minutes=asked["minutes"], by=_me())
    return _shown(closed)


@bp.route("/confirmations", methods=["POST"], tags=["awards"])
@requires(Permission.CONFIRM_AWARDS)
@bp.arguments(shapes.ConfirmationsSent)
@bp.response(200, shapes.DecidedShown)
def confirm(asked: dict[str, Any]) -> dict[str, Any]:
    """Say the township's word on what panels accepted at level C: all lines, or none."""
    judgements, by = _judgements(asked), current_user.member
    return _decided(once_more(lambda: awards.confirm(judgements, by=by)))


def _me() -> StaffMember:
    """Return the caller as the transaction sees it."""
    return db.session.get_one(StaffMember, current_user.id)


def _declared(code: str) -> Declared:
    found = awards_queries.declared(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _with_steps(declared: Declared) -> dict[str, Any]:
    found = declared.found
    return {**found._asdict(), "reference": found.reference, "steps": declared.steps}


def _shown(review: Review) -> dict[str, Any]:
    return {
        "code": review.code,
        "village_code": review.village_code,
        "held_on": review.held_on,
        "members": awards_queries.panel(review.id),
        "seed": review.seed,
        "tickets": awards_queries.tickets(review),
        "minutes": review.minutes,
        "opened_at": review.opened_at,
        "closed_at": review.closed_at,
    }


def _judgements(asked: dict[str, Any]) -> list[Judgement]:
    return [
        Judgement(line["declaration"], Verdict(line["verdict"]), line.get("points"), line["reason"])
        for line in asked["lines"]
    ]


def _decided(done: Decided) -> dict[str, Any]:
    lines = [{"declaration": code, "state": state} for code, state in done.states.items()]
    return {"lines": lines, "reference": done.reference, "replayed": done.replayed}
