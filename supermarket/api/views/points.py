"""Budgets, points that end, the yearly score, honours."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import points as shapes
from supermarket.api.views.frame import bp, made
from supermarket.budgets import queries as budgets_queries
from supermarket.budgets import service as budgets
from supermarket.budgets.queries import OverrideRow
from supermarket.budgets.service import BudgetAsk, BudgetsSet
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.expiry import queries as expiry_queries
from supermarket.expiry import service as expiry
from supermarket.expiry.models import RunState
from supermarket.expiry.service import Expired
from supermarket.honours import queries as honours_queries
from supermarket.honours import service as honours
from supermarket.honours.models import HonourLevel
from supermarket.honours.queries import HonourRow, Score
from supermarket.honours.service import HonourAsk
from supermarket.households import queries as households_queries
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/budgets", tags=["points"])
@requires(Permission.MANAGE_POINTS)
@bp.arguments(shapes.BudgetSearch, location="query")
@bp.response(200, shapes.IssueStandingPage)
def list_budgets(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the villages with their budget, its use and the coverage today."""
    scope, limit = current_user.scope(Permission.MANAGE_POINTS), asked["limit"]
    if region := asked.get("region"):
        if not scope.covers_region(region):
            raise OutOfScopeError(what=region)
        scope = Scope((region,), ())
    after = cursors.read("budgets", asked.get("cursor")) or ""
    found = budgets_queries.villages(scope, after=after, limit=limit + 1)
    codes = [village.code for village in found[:limit]]
    standings = budgets_queries.standings(codes, today())
    return {
        "items": [standings[code] for code in codes if code in standings],
        "next": cursors.write("budgets", codes[-1]) if len(found) > limit else None,
    }


@bp.route("/budgets", methods=["POST"], tags=["points"])
@requires(Permission.MANAGE_POINTS)
@bp.arguments(shapes.BudgetsSent)
@bp.response(200, shapes.BudgetsSet)
def set_budgets(asked: dict[str, Any]) -> BudgetsSet:
    """Set what villages may issue, all of it or nothing; the same again changes nothing."""
    asks = [
        BudgetAsk(row["village"], row["starts_on"], row["ends_on"], row["points"])
        for row in asked["budgets"]
    ]
    scope = current_user.scope(Permission.MANAGE_POINTS)
    with transaction():
        return budgets.set_budgets(asks, by=current_user.id, scope=scope)


@bp.route("/overrides", tags=["points"])
@requires(Permission.MANAGE_POINTS)
@bp.response(200, shapes.OverrideList)
def list_overrides() -> dict[str, list[OverrideRow]]:
    """Return when the county let villages issue past the stop, and how much they did."""
    return {"items": budgets_queries.overrides(current_user.scope(Permission.MANAGE_POINTS))}


@bp.route("/overrides", methods=["POST"], tags=["points"])
@requires(Permission.OVERRIDE_STOP)
@bp.arguments(shapes.OverrideSent)
@bp.response(201, shapes.OverrideShown)
def add_override(asked: dict[str, Any]) -> OverrideRow:
    """Let the villages of a region issue past the stop, with a reason."""
    scope = current_user.scope(Permission.OVERRIDE_STOP)
    with transaction():
        lifted = budgets.lift(
            asked["region"],
            from_on=asked["from_on"],
            until_on=asked["until_on"],
            reason=asked["reason"],
            by=current_user.id,
            scope=scope,
        )
    return _override(lifted.id, scope)


@bp.route("/overrides/<number>/withdrawal", methods=["POST"], tags=["points"])
@requires(Permission.OVERRIDE_STOP)
@bp.response(200, shapes.OverrideShown)
def withdraw_override(number: str) -> OverrideRow:
    """Take an override back; what was issued under it stays."""
    if not (number.isascii() and number.isdigit() and len(number) < 18):
        raise NotFoundError(what=number)
    scope = current_user.scope(Permission.OVERRIDE_STOP)
    with transaction():
        budgets.withdraw(int(number), by=current_user.id, scope=scope)
    return _override(int(number), scope)


def _override(override_id: int, scope: Scope) -> OverrideRow:
    return budgets_queries.overrides(scope, override_id=override_id)[0]


@bp.route("/expiries", tags=["points"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.ExpirySearch, location="query")
@bp.response(200, shapes.ExpiryPage)
def list_expiries(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what will end when, and what ended, newest first."""
    limit = asked["limit"]
    states = [RunState(asked["state"])] if asked.get("state") else list(RunState)
    found = expiry_queries.runs(
        current_user.scope(Permission.VIEW_HOUSEHOLDS),
        states,
        before=cursors.read_number("expiries", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("expiries", found, limit, lambda row: row.run.id)


@bp.route("/expiries/<code>", tags=["points"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.ExpiryLines)
def expiry_run(code: str) -> dict[str, Any]:
    """Return what ends, or ended, for each household of a village."""
    run = expiry_queries.run_or_404(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    seen.note("household.view", run.village_code)
    return {
        "code": code,
        "state": run.state,
        "due_on": run.due_on,
        "lines": expiry_queries.lines(run.id),
    }


@bp.route("/expiries/<code>/posting", methods=["POST"], tags=["points"])
@requires(Permission.MANAGE_POINTS)
@bp.response(200, shapes.ExpiredShown)
def post_expiry(code: str) -> Expired:
    """Post an expiry whose day has come; the same again posts nothing."""
    by, scope = current_user.id, current_user.scope(Permission.MANAGE_POINTS)
    return once_more(lambda: expiry.expire(code, by=by, scope=scope))


@bp.route("/expiries/<code>/cancellation", methods=["POST"], tags=["points"])
@requires(Permission.MANAGE_POINTS)
@bp.arguments(shapes.CancelSent)
@bp.response(200, shapes.ExpiredShown)
def cancel_expiry(asked: dict[str, Any], code: str) -> Expired:
    """Let the points of an announced expiry live on."""
    with transaction():
        run = expiry.call_off(
            code,
            reason=asked["reason"],
            by=current_user.id,
            scope=current_user.scope(Permission.MANAGE_POINTS),
        )
    return Expired(code, run.state, 0, 0, False)


@bp.route("/expiries/<code>/reversal", methods=["POST"], tags=["points"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.GiveBackSent)
@bp.response(201, shapes.GivenBackShown)
@bp.alt_response(200, schema=shapes.GivenBackShown, description="The key was used before.")
def give_back_expired(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Give ended points back: to everybody, or to the named households."""
    by, reason, wanted = current_user.member, asked["reason"], asked.get("households")
    request = expiry.asked_back(asked["key"], code, reason, wanted, by.id)
    done = once_more(lambda: expiry.give_back(request, code, reason=reason, wanted=wanted, by=by))
    return made(done, new=not done.replayed)


@bp.route("/households/<code>/score", tags=["points"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.ScoreSearch, location="query")
@bp.response(200, shapes.ScoreShown)
def household_score(asked: dict[str, Any], code: str) -> Score:
    """Return a household's score of a year and the rows behind it."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    household = households_queries.household(code, scope)
    if household is None:
        raise NotFoundError(what=code)
    seen.note("household.view", code)
    return honours_queries.score(household, asked.get("year") or today().year)


@bp.route("/honours", tags=["points"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.HonourSearch, location="query")
@bp.response(200, shapes.HonourPage)
def list_honours(asked: dict[str, Any]) -> dict[str, Any]:
    """Return honours, the last noted first."""
    limit = asked["limit"]
    found = honours_queries.honours(
        current_user.scope(Permission.VIEW_HOUSEHOLDS),
        year=asked.get("year"),
        title=asked["title"],
        before=cursors.read_number("honours", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("honours", found, limit, lambda row: row.honour.id)


@bp.route("/honours", methods=["POST"], tags=["points"])
@requires(Permission.HONOUR)
@bp.arguments(shapes.HonourSent)
@bp.response(201, shapes.HonourShown)
def add_honour(asked: dict[str, Any]) -> HonourRow:
    """Note an honour of a household or one of its members."""
    name, scope = asked.get("member"), current_user.scope(Permission.HONOUR)
    members = queries.member_ids([(asked["household"], name)] if name else [])
    ask = HonourAsk(
        asked["household"],
        asked["title"],
        HonourLevel(asked["level"]),
        asked["awarded_on"],
        members.get((asked["household"], name), 0) if name else None,
        asked["document"],
        asked["note"],
    )
    with transaction():
        code = honours.give(ask, by=current_user.id, scope=scope).code
    return honours_queries.honour_or_404(code, scope)


@bp.route("/honours/<code>/revocation", methods=["POST"], tags=["points"])
@requires(Permission.HONOUR)
@bp.arguments(shapes.CancelSent)
@bp.response(200, shapes.HonourShown)
def revoke_honour(asked: dict[str, Any], code: str) -> HonourRow:
    """Take an honour back; it stays in the register."""
    scope = current_user.scope(Permission.HONOUR)
    with transaction():
        honours.revoke(code, reason=asked["reason"], by=current_user.id, scope=scope)
    return honours_queries.honour_or_404(code, scope)
