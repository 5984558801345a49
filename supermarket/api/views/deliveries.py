"""Deliveries, and form F9, for programs."""

from typing import Any

from flask_babel import gettext

from supermarket.api.forms import cursors
from supermarket.api.forms import reservations as shapes
from supermarket.api.views.frame import bp
from supermarket.database import once_more
from supermarket.deliveries import queries
from supermarket.deliveries import service as deliveries
from supermarket.deliveries.models import Proof
from supermarket.deliveries.queries import Found, Section
from supermarket.deliveries.service import Errand, Received
from supermarket.errors import NotFoundError
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires


@bp.route("/deliveries", tags=["counter"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(shapes.DeliverySearch, location="query")
@bp.response(200, shapes.DeliveryPage)
def list_deliveries(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what is brought from the shops in sight: newest first."""
    limit = asked["limit"]
    section = Section(asked["section"])
    before = cursors.read_number("deliveries", asked.get("cursor"))
    rows = queries.listed(
        current_user.scope(Permission.VIEW_REDEMPTIONS),
        section,
        shop=asked["shop"],
        before=before,
        limit=limit + 1,
    )
    return cursors.page("deliveries", rows, limit, lambda row: row.id)


@bp.route("/deliveries/mine", tags=["counter"])
@requires(Permission.WORK)
@bp.response(200, shapes.DeliveryPage)
def list_own_deliveries() -> dict[str, Any]:
    """Return what one is to bring oneself, the first to be due in front; at most 200."""
    rows = queries.listed(Scope((), ()), carrier_id=current_user.id, by_day=True, limit=200)
    return {"items": rows, "next": None}


@bp.route("/deliveries/register", tags=["reports"])
@requires(Permission.VIEW_REPORTS)
@bp.arguments(shapes.RegisterSearch, location="query")
@bp.response(200, shapes.Register)
def delivery_register(asked: dict[str, Any]) -> dict[str, Any]:
    """Return form F9: what others collected for households, and what was brought to the door."""
    scope = current_user.scope(Permission.VIEW_REPORTS)
    rows = queries.f9(scope, asked["since"], asked["until"], shop=asked["shop"])
    return {"items": [row._replace(confirmation=gettext(row.confirmation)) for row in rows]}


@bp.route("/redemptions/<reference>/delivery", methods=["POST"], tags=["counter"])
@requires(Permission.REDEEM)
@bp.arguments(shapes.ErrandSent)
@bp.response(200, shapes.DeliveryShown)
def add_delivery(asked: dict[str, Any], reference: str) -> Found:
    """Have a redemption's goods brought to the household; the same again changes nothing."""
    by, errand = current_user.member, _errand(asked)
    once_more(lambda: deliveries.mark(reference, errand, by=by))
    return _shown(reference)


@bp.route("/deliveries/<reference>", tags=["counter"])
@requires(Permission.WORK)
@bp.response(200, shapes.DeliveryShown)
def delivery(reference: str) -> Found:
    """Return a delivery of a shop in sight, or one's own errand, by its redemption's number."""
    return _shown(reference)


@bp.route("/deliveries/<reference>/hand-over", methods=["POST"], tags=["counter"])
@requires(Permission.WORK)
@bp.arguments(shapes.HandOverSent)
@bp.response(200, shapes.DeliveryShown)
def hand_over_delivery(asked: dict[str, Any], reference: str) -> Found:
    """Note that the goods are there: by the carrier or a keeper of the shop."""
    by, proof = current_user.member, Proof(asked["proof"])
    fits = False
    if proof is Proof.PIN and (pin := asked.get("pin")):
        tried = once_more(lambda: deliveries.try_pin(reference, pin, by=by))
        tried.refuse()
        fits = tried.ok
    received = Received(asked["who"], asked["name"], asked["relation"], proof, fits)
    once_more(lambda: deliveries.hand_over(reference, received, by=by))
    return _shown(reference)


@bp.route("/deliveries/<reference>/failure", methods=["POST"], tags=["counter"])
@requires(Permission.WORK)
@bp.arguments(shapes.FailureSent)
@bp.response(200, shapes.DeliveryShown)
def fail_delivery(asked: dict[str, Any], reference: str) -> Found:
    """Note that nobody could receive the goods; with a key the redemption is taken back."""
    by, take_back = current_user.member, asked.get("key") or ""
    once_more(lambda: deliveries.fail(reference, asked["reason"], by=by, take_back=take_back))
    return _shown(reference)


@bp.route("/deliveries/<reference>/again", methods=["POST"], tags=["counter"])
@requires(Permission.WORK)
@bp.arguments(shapes.ErrandSent)
@bp.response(200, shapes.DeliveryShown)
def bring_again(asked: dict[str, Any], reference: str) -> Found:
    """Send goods that came back to the door once more."""
    by, errand = current_user.member, _errand(asked)
    once_more(lambda: deliveries.bring_again(reference, errand, by=by))
    return _shown(reference)


def _errand(asked: dict[str, Any]) -> Errand:
    return Errand(asked["username"], asked["name"], asked.get("due_on"), asked["note"])


def _shown(reference: str) -> Found:
    found = queries.found(
        reference,
        scope=current_user.scope(Permission.VIEW_REDEMPTIONS),
        carrier_id=current_user.id,
    )
    if found is None:
        raise NotFoundError(what=reference[:40])
    return found
