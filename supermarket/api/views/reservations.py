"""Reservations and wishes for programs."""

from typing import Any

from flask import current_app

from supermarket.api.errors import OnePayerError
from supermarket.api.forms import cursors
from supermarket.api.forms import reservations as shapes
from supermarket.api.views.frame import bp, made
from supermarket.cards import queries as cards
from supermarket.database import once_more, transaction
from supermarket.errors import ForbiddenError, NotFoundError
from supermarket.households.queries.pairing import paired_household
from supermarket.reservations import queries
from supermarket.reservations import service as reservations
from supermarket.reservations.models import Channel
from supermarket.reservations.queries import Found, Section
from supermarket.reservations.queries.listing import by_key
from supermarket.reservations.service import Ask
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires


@bp.route("/reservations", tags=["counter"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(shapes.ReservationSearch, location="query")
@bp.response(200, shapes.ReservationPage)
def list_reservations(asked: dict[str, Any]) -> dict[str, Any]:
    """Return what the shops in sight keep, newest first."""
    limit = asked["limit"]
    rows = queries.listed(
        current_user.scope(Permission.VIEW_REDEMPTIONS),
        Section(asked["section"]),
        shop=asked["shop"],
        before=cursors.read_number("reservations", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("reservations", rows, limit, lambda row: row.id)


@bp.route("/reservations", methods=["POST"], tags=["counter"])
@requires(Permission.WORK)
@bp.arguments(shapes.ReservationSent)
@bp.response(201, shapes.ReservationShown)
@bp.alt_response(200, schema=shapes.ReservationShown, description="The key was used before.")
def add_reservation(asked: dict[str, Any]) -> tuple[Any, int]:
    """Keep goods for a household: by the shop's keeper, or by its helper; no points are taken."""
    by, key = current_user.member, asked["key"]
    card, household = asked.get("card"), asked.get("household")
    if (card is None) == (household is None):
        raise OnePayerError
    if current_user.may(Permission.REDEEM):
        channel = Channel.COUNTER
    elif current_user.may(Permission.PAIRED):
        channel = Channel.HELPER
    else:
        raise ForbiddenError
    if card is not None:
        _card, owner = cards.usable(cards.read(card, secret=current_app.config["CARD_KEY"]))
        household = owner.code
    ask = Ask(asked["shop"], household or "", asked["sku"], asked["quantity"], asked.get("until"))

    def work() -> tuple[str, bool]:
        new = by_key(key) is None
        kept = reservations.reserve(key, ask, channel=channel, by=by, by_card=card is not None)
        return kept.code, new

    code, new = once_more(work)
    return made(_shown(code), new=new)


@bp.route("/reservations/<code>", tags=["counter"])
@requires(Permission.WORK)
@bp.response(200, shapes.ReservationShown)
def reservation(code: str) -> Found:
    """Return a reservation of a shop in sight, or of one's own making."""
    return _shown(code)


@bp.route("/reservations/<code>/cancellation", methods=["POST"], tags=["counter"])
@requires(Permission.WORK)
@bp.arguments(shapes.ReservationEndSent)
@bp.response(200, shapes.ReservationShown)
def cancel_reservation(asked: dict[str, Any], code: str) -> Found:
    """Keep the goods no longer: by who made it, or a keeper of the shop."""
    by = current_user.member
    with transaction():
        reservations.cancel(code, by=by, reason=asked["reason"])
    return _shown(code)


@bp.route("/wishes", tags=["counter"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.WishList)
def list_wishes() -> dict[str, Any]:
    """Return how many households wish for what; no names."""
    return {"items": queries.counted(queries.served(current_user.scope(Permission.VIEW_STOCK)))}


def _shown(code: str) -> Found:
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    rows = queries.listed(scope, code=code, limit=1)
    if not rows:
        rows = [
            row
            for row in queries.listed(Scope(("",), ()), code=code, limit=1)
            if row.made_by == current_user.id
            and paired_household(row.household_code, current_user.id) is not None
        ]
    if not rows:
        raise NotFoundError(what=code[:40])
    return rows[0]
