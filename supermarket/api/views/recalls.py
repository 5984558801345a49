"""Recalls and the households that have the goods."""

from typing import Any

from supermarket.api.forms import cursors
from supermarket.api.forms import recalls as shapes
from supermarket.api.forms.deductions import ReasonSent
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.models import RecallMark
from supermarket.shops import queries as shops
from supermarket.shops.models import Recall
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/recalls", tags=["stock"])
@requires(Permission.RECALL)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.RecallPage)
def list_recalls(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the recalls that concern the shops in sight, newest first."""
    limit = asked["limit"]
    rows = queries.recalls(
        current_user.scope(Permission.RECALL),
        before=cursors.read_number("recalls", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("recalls", rows, limit, lambda row: row.id)


@bp.route("/lots/<lot>/recall", methods=["POST"], tags=["stock"])
@requires(Permission.RECALL)
@bp.arguments(ReasonSent)
@bp.response(201, shapes.RecallShown)
def add_recall(asked: dict[str, Any], lot: str) -> dict[str, Any]:
    """Hold a lot back in every shop that has units of the same delivery."""
    card = shops.lot(lot, current_user.scope(Permission.RECALL), today())
    if card is None:
        raise NotFoundError(what=lot)
    lot_id, by = card.row.lot_id, current_user.member
    with transaction():
        made = movements.recall(lot_id, reason=asked["reason"], by=by)
    return _shown(made)


@bp.route("/recalls/<code>/lifting", methods=["POST"], tags=["stock"])
@requires(Permission.RECALL)
@bp.arguments(ReasonSent)
@bp.response(200, shapes.RecallShown)
def lift_recall(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """End a recall; whoever answers for the shop the goods came into."""
    by = current_user.member
    with transaction():
        lifted = movements.lift(code, reason=asked["reason"], by=by)
    return _shown(lifted)


@bp.route("/recalls/<code>/households", tags=["stock"])
@requires(Permission.RECALL)
@bp.response(200, shapes.ReceiverList)
def recall_households(code: str) -> dict[str, Any]:
    """Return the households in the caller's places that have units of a recalled delivery."""
    scope = current_user.scope(Permission.RECALL)
    if queries.recall(code, scope) is None:
        raise NotFoundError(what=code)
    seen.note("recall.view_households", code)
    found = queries.recall(code, scope)
    if found is None:
        raise NotFoundError(what=code)
    return {
        "items": queries.receivers(found, scope),
        "elsewhere": queries.elsewhere(found, scope),
    }


@bp.route("/recalls/<code>/households/<household>/mark", methods=["POST"], tags=["stock"])
@requires(Permission.RECALL)
@bp.arguments(shapes.RecallMarkSent)
@bp.response(200, shapes.RecallMarkShown)
def mark_recall(asked: dict[str, Any], code: str, household: str) -> RecallMark:
    """Note that a household was told of a recall, or its goods collected."""
    by = current_user.member
    with transaction():
        return movements.mark(code, household, told=True, collected=asked["collected"], by=by)


def _shown(found: Recall) -> dict[str, Any]:
    return {
        "code": found.code,
        "goods": queries.recall_paper(found).goods.name,
        "reason": found.reason,
        "recalled_at": found.recalled_at,
        "lifted_at": found.lifted_at,
    }
