"""Reminders, deductions, appeals and freezes."""

from collections.abc import Callable
from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import deductions as shapes
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.deductions import queries as deductions_queries
from supermarket.deductions import service as deductions
from supermarket.deductions.models import (
    Appeal,
    AppealChannel,
    AppealState,
    Deduction,
    DeductionState,
)
from supermarket.errors import NotFoundError
from supermarket.households import queries as households_queries
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdFreeze
from supermarket.households.queries import freezes
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/deductions", tags=["deductions"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.DeductionSearch, location="query")
@bp.response(200, shapes.DeductionPage)
def list_deductions(asked: dict[str, Any]) -> dict[str, Any]:
    """Return reminders and deductions in the caller's scope, newest first."""
    household = _household(asked["household"]) if asked.get("household") else None
    states = [DeductionState(asked["state"])] if asked.get("state") else list(DeductionState)
    limit = asked["limit"]
    found = deductions_queries.listed(
        current_user.scope(Permission.VIEW_HOUSEHOLDS),
        states,
        household_id=household.id if household else None,
        before=cursors.read_number("deductions", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("deductions", found, limit, lambda row: row.id)


@bp.route("/deductions/reminders", methods=["POST"], tags=["deductions"])
@requires(Permission.DEDUCT)
@bp.arguments(shapes.ActSent)
@bp.response(201, shapes.DeductionShown)
@bp.alt_response(200, schema=shapes.DeductionShown, description="The key was used before.")
def add_reminder(asked: dict[str, Any]) -> tuple[Any, int]:
    """Note that a household was reminded of a rule; nothing is taken."""
    member, by = _member(asked), current_user.member
    return _told(
        asked["key"],
        lambda: deductions.remind(
            asked["key"],
            asked["household"],
            asked["rule"],
            asked["occurred_on"],
            words=asked["note"],
            member_id=member,
            by=by,
        ),
    )


@bp.route("/deductions", methods=["POST"], tags=["deductions"])
@requires(Permission.DEDUCT)
@bp.arguments(shapes.DeductionSent)
@bp.response(201, shapes.DeductionShown)
@bp.alt_response(200, schema=shapes.DeductionShown, description="The key was used before.")
def add_deduction(asked: dict[str, Any]) -> tuple[Any, int]:
    """Propose to take points for what happened again after a reminder."""
    member, by = _member(asked), current_user.member
    return _told(
        asked["key"],
        lambda: deductions.propose(
            asked["key"],
            asked["household"],
            asked["rule"],
            asked["occurred_on"],
            words=asked["note"],
            points=asked.get("points"),
            document_number=asked["document_number"],
            member_id=member,
            by=by,
        ),
    )


@bp.route("/deductions/<code>", tags=["deductions"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.DeductionShown)
def deduction(code: str) -> dict[str, Any]:
    """Return a reminder or a deduction, its way so far and the appeal against it."""
    found = deductions_queries.deduction(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=code)
    return _shown(found)


@bp.route("/deductions/<code>/notice", methods=["POST"], tags=["deductions"])
@requires(Permission.APPROVE_DEDUCTIONS)
@bp.response(200, shapes.DeductionShown)
def notify_deduction(code: str) -> dict[str, Any]:
    """Approve a deduction: its household has its notice, or the township is asked (level C)."""
    by = current_user.member
    return _shown(once_more(lambda: deductions.notify(code, by=by)))


@bp.route("/deductions/<code>/confirmation", methods=["POST"], tags=["deductions"])
@requires(Permission.CONFIRM_AWARDS)
@bp.response(200, shapes.DeductionShown)
def confirm_deduction(code: str) -> dict[str, Any]:
    """Confirm for the township what was approved at level C."""
    by = current_user.member
    return _shown(once_more(lambda: deductions.confirm(code, by=by)))


@bp.route("/deductions/<code>/cancellation", methods=["POST"], tags=["deductions"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.ReasonSent)
@bp.response(200, shapes.DeductionShown)
def cancel_deduction(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Take a reminder or a deduction back before it is posted."""
    by = current_user.member
    return _shown(once_more(lambda: deductions.cancel(code, reason=asked["reason"], by=by)))


@bp.route("/deductions/<code>/reversal", methods=["POST"], tags=["deductions"])
@requires(Permission.REVERSE_AWARDS)
@bp.arguments(shapes.ReversalSent)
@bp.response(200, shapes.DeductionShown)
def reverse_deduction(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Give back what a deduction took."""
    by, reason = current_user.member, asked["reason"]
    request = deductions.asked_back(asked["key"], code, reason, by.id)
    return _shown(once_more(lambda: deductions.reverse(request, code, reason=reason, by=by)))


@bp.route("/deductions/<code>/appeal", methods=["POST"], tags=["deductions"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.AppealSent)
@bp.response(201, shapes.AppealShown)
def add_appeal(asked: dict[str, Any], code: str) -> Appeal:
    """Write down what a household says against a deduction; it holds the points."""
    by, channel = current_user.member, AppealChannel(asked["channel"])
    return once_more(
        lambda: deductions.appeal(code, asked["text"], asked["name"], by=by, channel=channel)
    )


@bp.route("/appeals", tags=["deductions"])
@requires(Permission.DECIDE_OBJECTIONS)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.AppealPage)
def list_appeals(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the appeals that wait for an answer, oldest first."""
    limit = asked["limit"]
    found = deductions_queries.open_appeals(
        current_user.scope(Permission.DECIDE_OBJECTIONS),
        after=cursors.read_number("appeals", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("appeals", found, limit, lambda row: row.id)


@bp.route("/appeals/<code>/answer", methods=["POST"], tags=["deductions"])
@requires(Permission.DECIDE_OBJECTIONS)
@bp.arguments(shapes.AnswerSent)
@bp.response(200, shapes.AppealShown)
def answer_appeal(asked: dict[str, Any], code: str) -> Appeal:
    """Dismiss an appeal, lower the points, or cancel the deduction."""
    by, verdict = current_user.member, AppealState(asked["verdict"])
    return once_more(
        lambda: deductions.decide_appeal(
            code, verdict, reason=asked["reason"], points=asked.get("points"), by=by
        )
    )


@bp.route("/households/<code>/freezes", tags=["freezes"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.FreezeList)
def list_freezes(code: str) -> dict[str, Any]:
    """Return every freeze a household had, newest first."""
    found = _household(code)
    seen.note("household.view", found.code)
    return {"items": [_freeze(row) for row in freezes.of_household(found.id)]}


@bp.route("/households/<code>/freezes", methods=["POST"], tags=["freezes"])
@requires(Permission.FREEZE)
@bp.arguments(shapes.FreezeSent)
@bp.response(201, shapes.FreezeShown)
def add_freeze(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Propose that a household shall not redeem for a time."""
    by = current_user.member
    with transaction():
        proposed = households.propose_freeze(code, **asked, by=by)
    return _freeze(proposed)


@bp.route("/freezes/<code>/decision", methods=["POST"], tags=["freezes"])
@requires(Permission.FREEZE)
@bp.arguments(shapes.FreezeDecided)
@bp.response(200, shapes.FreezeShown)
def decide_freeze(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Approve or refuse a freeze as its second person."""
    by = current_user.member
    with transaction():
        done = households.decide_freeze(code, **asked, by=by)
    return _freeze(done)


@bp.route("/freezes/<code>/lifting", methods=["POST"], tags=["freezes"])
@requires(Permission.FREEZE)
@bp.arguments(shapes.ReasonSent)
@bp.response(200, shapes.FreezeShown)
def lift_freeze(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """End a freeze early."""
    by = current_user.member
    with transaction():
        done = households.lift_freeze(code, reason=asked["reason"], by=by)
    return _freeze(done)


def _household(code: str) -> Household:
    found = households_queries.household(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _told(key: str, verb: Callable[[], Deduction]) -> tuple[Any, int]:
    """Run a verb that carries a key; say whether this call was the one that did it."""

    def work() -> tuple[Deduction, bool]:
        new = not deductions_queries.keyed(key)
        return verb(), new

    done, new = once_more(work)
    return made(_shown(done), new=new)


def _member(asked: dict[str, Any]) -> int | None:
    """Return the id of the member named; 0, which is nobody's, for a stranger."""
    name = asked.get("member")
    if not name:
        return None
    pair = (asked["household"], name)
    return queries.member_ids([pair]).get(pair, 0)


def _shown(found: Deduction) -> dict[str, Any]:
    household = db.session.get_one(Household, found.household_id)
    seen.note("household.view", household.code)
    rule_code, version = deductions_queries.rule_of(found)
    reminder = db.session.get(Deduction, found.reminder_id) if found.reminder_id else None
    own = {
        name: getattr(found, name)
        for name in (
            "code", "state", "points", "points_asked", "points_posted", "reversed_points",
            "occurred_on", "appeal_until", "note", "document_number",
        )
    }  # fmt: skip
    return own | {
        "household_code": household.code,
        "head": household.head,
        "rule_code": rule_code,
        "title": version.title,
        "basis": version.basis,
        "reminder": reminder.code if reminder else None,
        "steps": deductions_queries.steps(found.id),
        "appeal": deductions_queries.appeal_of(found.id),
    }


def _freeze(freeze: HouseholdFreeze) -> dict[str, Any]:
    names = ("code", "basis", "document_number", "reason", "starts_on", "ends_on", "lifted_on")
    own = {name: getattr(freeze, name) for name in names}
    return own | {"state": freezes.state_of(freeze, today())}
