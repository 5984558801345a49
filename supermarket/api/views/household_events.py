"""Household events: propose, look, agree, refuse, take back."""

from typing import Any

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import household_events as shapes
from supermarket.api.views.frame import bp, made
from supermarket.database import once_more
from supermarket.errors import NotFoundError
from supermarket.household_events import queries as events_queries
from supermarket.household_events import service as household_events
from supermarket.household_events.models import EventKind, EventState, HouseholdEvent
from supermarket.household_events.queries import EventFound
from supermarket.households import queries as households
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/household-events", tags=["household events"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.HouseholdEventSearch, location="query")
@bp.response(200, shapes.HouseholdEventPage)
def list_household_events(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what happened to households of the caller's scope, newest first."""
    scope, limit = current_user.scope(Permission.VIEW_HOUSEHOLDS), asked["limit"]
    household_id = None
    if code := asked.get("household"):
        household = households.household(code, scope)
        if household is None:
            raise NotFoundError(what=code)
        household_id = household.id
    found = events_queries.events(
        scope,
        state=EventState(asked["state"]) if asked.get("state") else None,
        household_id=household_id,
        before=cursors.read_number("household-events", asked.get("cursor")),
        limit=limit + 1,
    )
    page = cursors.page("household-events", found, limit, lambda row: row.event.id)
    return page | {"items": [_shown(row) for row in page["items"]]}


@bp.route("/household-events", methods=["POST"], tags=["household events"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.HouseholdEventSent)
@bp.response(201, shapes.HouseholdEventShown)
@bp.alt_response(200, schema=shapes.HouseholdEventShown, description="The key was used before.")
def propose_household_event(asked: dict[str, Any]) -> tuple[Any, int]:
    """Say what happened to a household, for somebody else to agree to."""
    by, key, code = current_user.member, asked["key"], asked["household"]
    named = {*asked["members"], asked["head"], asked["next_head"], asked["member"]} - {""}
    ids = queries.member_ids((code, name) for name in named)

    def member(name: str) -> int | None:
        return ids.get((code, name), 0) if name else None

    proposal = household_events.Proposal(
        kind=EventKind(asked["kind"]),
        household_code=code,
        effective_on=asked["effective_on"],
        reason=asked["reason"],
        document=asked["document"],
        to_village=asked["to_village"],
        group=asked["group"],
        phone=asked["phone"],
        other_code=asked["other"],
        members=tuple(member(name) or 0 for name in asked["members"]),
        head=member(asked["head"]),
        next_head=member(asked["next_head"]),
        given=asked["given"],
        kept=asked["kept"],
        member=member(asked["member"]),
    )

    def propose() -> tuple[HouseholdEvent, bool]:
        new = events_queries.by_key(key) is None
        return household_events.propose(key, proposal, by), new

    event, new = once_more(propose)
    return made(_found(event), new=new)


@bp.route("/household-events/<code>", tags=["household events"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.HouseholdEventShown)
def household_event(code: str) -> dict[str, Any]:
    """Return an event as it stands."""
    found = events_queries.event(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        raise NotFoundError(what=code)
    return _found(found)


@bp.route("/household-events/<code>/approval", methods=["POST"], tags=["household events"])
@requires(Permission.APPROVE_EVENTS)
@bp.response(200, shapes.HouseholdEventShown)
def approve_household_event(code: str) -> dict[str, Any]:
    """Agree to an event: all of it is done at once."""
    by = current_user.member
    return _found(once_more(lambda: household_events.approve(code, by)))


@bp.route("/household-events/<code>/refusal", methods=["POST"], tags=["household events"])
@requires(Permission.APPROVE_EVENTS)
@bp.arguments(shapes.HouseholdEventReason)
@bp.response(200, shapes.HouseholdEventShown)
def refuse_household_event(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Refuse an event, with a reason."""
    by, reason = current_user.member, asked["reason"]
    return _found(once_more(lambda: household_events.refuse(code, by, reason=reason)))


@bp.route("/household-events/<code>/cancellation", methods=["POST"], tags=["household events"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.HouseholdEventReason)
@bp.response(200, shapes.HouseholdEventShown)
def cancel_household_event(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Take back what the caller proposed."""
    by, reason = current_user.member, asked["reason"]
    return _found(once_more(lambda: household_events.cancel(code, by, reason=reason)))


def _found(event: HouseholdEvent) -> dict[str, Any]:
    return _shown(events_queries.found(event))


def _shown(row: EventFound) -> dict[str, Any]:
    event, outcome = row.event, row.event.outcome or {}
    return {
        "code": event.code,
        "kind": event.kind,
        "state": event.state,
        "household": row.household_code,
        "head": row.head,
        "other_head": row.other_head,
        "village": event.village_code,
        "to_village": event.to_village,
        "effective_on": event.effective_on,
        "reason": event.reason,
        "document": event.document,
        "proposed_by": row.proposer,
        "proposed_at": event.proposed_at,
        "decided_by": row.decider,
        "decided_at": event.decided_at,
        "decision_reason": event.decision_reason,
        "reference": row.reference,
        "before": outcome.get("before", {}),
        "after": outcome.get("after", {}),
    }
