"""The counter for programs: redeem, look up, take back."""

from typing import Any

from flask import current_app

from supermarket.api import queries, service
from supermarket.api.errors import OnePayerError
from supermarket.api.forms import counter as shapes
from supermarket.api.views.frame import bp, made
from supermarket.counter import service as counter
from supermarket.counter.queries import receipts
from supermarket.counter.service.collecting import Handing, KnownBy
from supermarket.database import once_more
from supermarket.errors import ForbiddenError, NotFoundError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/redemptions", methods=["POST"], tags=["counter"])
@requires(Permission.REDEEM)
@bp.arguments(shapes.RedemptionSent)
@bp.response(201, shapes.ReceiptShown)
@bp.alt_response(200, schema=shapes.ReceiptShown, description="The key was used before.")
def add_redemption(asked: dict[str, Any]) -> tuple[Any, int]:
    """Hand goods over for a household's points."""
    scope, by = current_user.scope(Permission.REDEEM), current_user.id
    key, shop = asked["key"], asked["shop"]
    card, household = asked.get("card"), asked.get("household")
    if (card is None) == (household is None):
        raise OnePayerError
    if not scope.covers_shop(shop, shop.partition("S")[0]):
        raise NotFoundError(what=shop)
    if card is not None:
        card = queries.shown_card(card, current_app.config["CARD_KEY"])
    lines = [(line["sku"], line["quantity"]) for line in asked["lines"]]
    if pin := asked.get("pin"):
        once_more(
            lambda: counter.try_pin(
                key, pin, shop=shop, by=by, scope=scope, card=card, household=household
            )
        ).refuse()
    known_by = asked.get("known_by")
    handing = Handing(
        pin_fits=bool(pin),
        collector=asked.get("collector") or "",
        known_by=KnownBy(known_by) if known_by else None,
    )

    def redeem() -> receipts.Receipt:
        return counter.redeem(
            key,
            shop=shop,
            lines=lines,
            by=by,
            scope=scope,
            card=card,
            household=household,
            handing=handing,
        )

    receipt, new = once_more(lambda: service.told_if_new(key, redeem))
    return made(receipt, new=new)


@bp.route("/redemptions/<reference>", tags=["counter"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.response(200, shapes.ReceiptShown)
def redemption(reference: str) -> receipts.Receipt:
    """Return the receipt of a redemption or of a reversal."""
    return _receipt(reference)


@bp.route("/redemptions/<reference>/reversal", methods=["POST"], tags=["counter"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(shapes.RedemptionReversalSent)
@bp.response(201, shapes.ReceiptShown)
@bp.alt_response(200, schema=shapes.ReceiptShown, description="The key was used before.")
def reverse_redemption(asked: dict[str, Any], reference: str) -> tuple[Any, int]:
    """Take a redemption back, whole or by line: a keeper today's, a supervisor any day's."""
    may_void = current_user.may(Permission.REDEEM)
    if not (may_void or current_user.may(Permission.REVERSE_REDEMPTIONS)):
        raise ForbiddenError
    _receipt(reference)
    key, by = asked["key"], current_user.id
    void_scope = current_user.scope(Permission.REDEEM)
    reverse_scope = current_user.scope(Permission.REVERSE_REDEMPTIONS)
    parts = asked.get("lines")
    lines = None if parts is None else [(line["sku"], line["quantity"]) for line in parts]

    def reverse() -> receipts.Receipt:
        return counter.reverse(
            key,
            reference=reference,
            reason=asked["reason"],
            by=by,
            void_scope=void_scope,
            reverse_scope=reverse_scope,
            lines=lines,
        )

    receipt, new = once_more(lambda: service.told_if_new(key, reverse))
    return made(receipt, new=new)


def _receipt(reference: str) -> receipts.Receipt:
    found = receipts.receipt(reference, current_user.scope(Permission.VIEW_REDEMPTIONS))
    if found is None:
        raise NotFoundError(what=reference)
    return found
