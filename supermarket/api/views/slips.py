"""Paper slips for programs: number blanks, type in, declare void, find what is missing."""

from typing import Any

from supermarket.api import service
from supermarket.api.errors import OnePayerError
from supermarket.api.forms import cursors
from supermarket.api.forms import slips as shapes
from supermarket.api.forms.counter import ReceiptShown
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp, made
from supermarket.cards.queries import numbers as card_numbers
from supermarket.counter.queries.receipts import Receipt
from supermarket.database import once_more
from supermarket.shops import queries as shops
from supermarket.slips import queries
from supermarket.slips import service as slips
from supermarket.slips.queries import numbers
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires


@bp.route("/slips", tags=["slips"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.StandingPage)
def list_slip_standings(asked: dict[str, Any]) -> dict[str, Any]:
    """Return how many slips of each shop are printed, used, void, missing and blank."""
    limit, after = asked["limit"], cursors.read("slips", asked.get("cursor"))
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    found = queries.standings(scope, after=after, limit=limit + 1)
    return cursors.page("slips", found, limit, lambda row: row.shop.code)


@bp.route("/slips/gaps", tags=["slips"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(shapes.GapsAsked, location="query")
@bp.response(200, shapes.GapsShown)
def list_slip_gaps(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the slips without an outcome although later ones of their shop have one."""
    scope = current_user.scope(Permission.VIEW_REDEMPTIONS)
    return {"items": queries.gaps(scope, since=asked.get("since"), until=asked.get("until"))}


@bp.route("/shops/<code>/slips", tags=["slips"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(shapes.SlipsAsked, location="query")
@bp.response(200, shapes.SlipPage)
def list_slips(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return a shop's printed slips and what became of each, highest number first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_REDEMPTIONS))
    limit, before = asked["limit"], cursors.read_number("shop-slips", asked.get("cursor"))
    found = queries.rows(shop.id, before=before, limit=limit + 1, state=asked.get("state", ""))
    return cursors.page("shop-slips", found, limit, lambda row: row.slip.own)


@bp.route("/shops/<code>/slips", methods=["POST"], tags=["slips"])
@requires(Permission.REDEEM)
@bp.arguments(shapes.SlipSent)
@bp.response(201, ReceiptShown)
@bp.alt_response(200, schema=ReceiptShown, description="The slip was typed in before.")
def type_in_slip(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Type in what was written on a slip, at the prices of its day."""
    scope, by = current_user.scope(Permission.REDEEM), current_user.id
    shop = shops.shop_or_404(code, scope)
    card, household = asked.get("card"), asked.get("household")
    if (card is None) == (household is None):
        raise OnePayerError
    written = slips.WrittenSlip(
        number=asked["number"],
        day=asked["occurred_on"],
        card=None if card is None else card_numbers.parse(card),
        household=household,
        lines=[(line["sku"], line["quantity"]) for line in asked["lines"]],
    )

    key = slips.key_of(shop, numbers.parse(written.number))

    def type_in() -> Receipt:
        return slips.type_in(shop, written, by=by, scope=scope)

    receipt, new = once_more(lambda: service.told_if_new(key, type_in))
    return made(receipt, new=new)


@bp.route("/shops/<code>/slips/void", methods=["POST"], tags=["slips"])
@requires(Permission.REDEEM)
@bp.arguments(shapes.SlipVoidSent)
@bp.response(200, shapes.SlipsVoided)
def void_slips(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Declare spoilt slips void for good; a repeat changes nothing."""
    scope, by = current_user.scope(Permission.REDEEM), current_user.id
    shop = shops.shop_or_404(code, scope)
    first, last, reason = asked["first"], asked["last"], asked["reason"]
    done = once_more(lambda: slips.declare_void(shop, first, last, reason, by=by, scope=scope))
    return {"numbers": [slip.digits for slip in done]}


@bp.route("/shops/<code>/slip-runs", tags=["slips"])
@requires(Permission.VIEW_REDEMPTIONS)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.SlipRunPage)
def list_slip_runs(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return who printed which of a shop's slips, newest first."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.VIEW_REDEMPTIONS))
    limit, before = asked["limit"], cursors.read_number("slip-runs", asked.get("cursor"))
    found = queries.runs(shop.id, before=before, limit=limit + 1)
    return cursors.page("slip-runs", found, limit, lambda row: row.found.first_number)


@bp.route("/shops/<code>/slip-runs", methods=["POST"], tags=["slips"])
@requires(Permission.PRINT_SLIPS)
@bp.arguments(shapes.SlipRunSent)
@bp.response(201, shapes.SlipRunShown)
@bp.alt_response(200, schema=shapes.SlipRunShown, description="The key was used before.")
def print_slips(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Number blank slips for a shop; its runs follow each other without a gap."""
    scope, by = current_user.scope(Permission.PRINT_SLIPS), current_user.id
    shop = shops.shop_or_404(code, scope)
    key, count = asked["key"], asked["count"]

    def number() -> tuple[int, bool]:
        new = not queries.runs_of_key([slips.run_key(key, shop)])
        [run] = slips.print_slips(key, [shop.code], count, by=by, scope=scope)
        return run.first_number, new

    first, new = once_more(number)
    [run] = queries.runs(shop.id, before=first + 1, limit=1)
    return made(run, new=new)
