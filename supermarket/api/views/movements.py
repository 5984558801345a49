"""Transfers, write-offs, and what should leave the shelves."""

from collections.abc import Callable
from datetime import date
from typing import Any

from supermarket.api.errors import CursorError
from supermarket.api.forms import cursors
from supermarket.api.forms import movements as shapes
from supermarket.api.forms import shelves as shelf_shapes
from supermarket.api.forms.deductions import ReasonSent, ReversalSent
from supermarket.api.views.frame import bp, made
from supermarket.clock import today
from supermarket.database import db, once_more, transaction
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.models import Outcome, WriteOff, WriteOffKind, WriteOffState
from supermarket.movements.queries import Section, TransferPaper, WriteOffPaper
from supermarket.movements.service import MoveAsk, WriteOffAsk
from supermarket.shops import queries as shops
from supermarket.shops.queries import shelves
from supermarket.shops.queries.shelves import Narrow
from supermarket.staff.models import Permission, Scope, StaffMember
from supermarket.staff.views.guard import current_user, requires


@bp.route("/stock/near-expiry", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shelf_shapes.NearExpirySearch, location="query")
@bp.response(200, shelf_shapes.NearExpiryPage)
def near_expiry(asked: dict[str, Any]) -> dict[str, Any]:
    """Return lots whose day is near or gone, the first to expire in front."""
    days = None if asked["days"] == "expired" else int(asked["days"])
    after = None
    if place := cursors.read("near-expiry", asked.get("cursor")):
        day, _space, lot_id = place.partition("_")
        try:
            after = (date.fromisoformat(day), int(lot_id))
        except ValueError:
            raise CursorError from None
    limit = asked["limit"]
    rows = shelves.near_expiry(_narrow(asked), today(), days, after=after, limit=limit + 1)
    return cursors.page(
        "near-expiry", rows, limit, lambda found: f"{found.row.best_before}_{found.row.lot_id}"
    )


@bp.route("/stock/low", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shelf_shapes.ShelfSearch, location="query")
@bp.response(200, shelf_shapes.LowPage)
def low_stock(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the goods of which shops should order more."""
    shop, _space, sku = (cursors.read("low", asked.get("cursor")) or "").partition("_")
    limit = asked["limit"]
    after = (shop, sku) if sku else None
    rows = shelves.low(_narrow(asked), today(), after=after, limit=limit + 1)
    return cursors.page("low", rows, limit, lambda row: f"{row.shop_code}_{row.sku}")


def _narrow(asked: dict[str, Any]) -> Narrow:
    scope = current_user.scope(Permission.VIEW_STOCK)
    return Narrow(scope, asked["region"], asked["shop"], asked["q"])


@bp.route("/transfers", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.TransferSearch, location="query")
@bp.response(200, shapes.TransferPage)
def list_transfers(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the transfers from and to the shops in sight, newest first."""
    limit = asked["limit"]
    rows = queries.transfers(
        current_user.scope(Permission.VIEW_STOCK),
        Section(asked["section"]),
        shop=asked["shop"],
        before=cursors.read_number("transfers", asked.get("cursor")),
        limit=limit + 1,
    )
    return cursors.page("transfers", rows, limit, lambda row: row.id)


@bp.route("/shops/<code>/transfers", methods=["POST"], tags=["stock"])
@requires(Permission.TRANSFER_GOODS)
@bp.arguments(shapes.TransferSent)
@bp.response(201, shapes.TransferShown)
@bp.alt_response(200, schema=shapes.TransferShown, description="The key was used before.")
def add_transfer(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Send goods to another shop of the county; they are in transit until it receives them."""
    shop = shops.shop_or_404(code, current_user.scope(Permission.TRANSFER_GOODS))
    to = shops.shop_or_404(asked["to"], Scope((shop.region_code[:6],), ()))
    by, lines = current_user.id, _asks(asked)

    def work() -> tuple[str, bool]:
        new = ledger.named_by(asked["key"]) is None
        sent = movements.send(
            shop,
            to,
            lines,
            key=asked["key"],
            by=by,
            note=asked["note"],
            sent_on=asked.get("sent_on"),
        )
        return sent.code, new

    sent, new = once_more(work)
    return made(_transfer(sent), new=new)


@bp.route("/transfers/<code>", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.TransferShown)
def transfer(code: str) -> Any:
    """Return a transfer from or to a shop in sight."""
    return _transfer(code)


@bp.route("/transfers/<code>/receipt", methods=["POST"], tags=["stock"])
@requires(Permission.TRANSFER_GOODS)
@bp.arguments(shapes.ReceiptSent)
@bp.response(200, shapes.TransferShown)
def receive_transfer(asked: dict[str, Any], code: str) -> Any:
    """Receive a transfer, whole or as counted; what did not arrive stays in transit."""
    _transfer(code)
    by, lines = current_user.member, asked["lines"]
    units = {line["position"]: line["quantity"] for line in lines}
    notes = {line["position"]: line["note"] for line in lines if line["note"]}
    once_more(lambda: movements.receive(code, units, key=asked["key"], by=by, notes=notes))
    return _transfer(code)


@bp.route("/transfers/<code>/cancellation", methods=["POST"], tags=["stock"])
@requires(Permission.TRANSFER_GOODS)
@bp.arguments(ReversalSent)
@bp.response(200, shapes.TransferShown)
def cancel_transfer(asked: dict[str, Any], code: str) -> Any:
    """Take a transfer back before it is received: its units return to their lots."""
    by = current_user.member
    once_more(lambda: movements.cancel(code, reason=asked["reason"], key=asked["key"], by=by))
    return _transfer(code)


@bp.route("/transfers/<code>/findings", methods=["POST"], tags=["stock"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(shapes.FoundOutSent)
@bp.response(200, shapes.TransferShown)
def find_out(asked: dict[str, Any], code: str) -> Any:
    """Say what became of missing units: back, arrived or lost; never by sender or receiver."""
    by = current_user.member
    once_more(
        lambda: movements.decide_missing(
            code,
            asked["position"],
            Outcome(asked["outcome"]),
            asked["quantity"],
            reason=asked["reason"],
            key=asked["key"],
            by=by,
        )
    )
    return _transfer(code)


@bp.route("/write-offs", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.arguments(shapes.WriteOffSearch, location="query")
@bp.response(200, shapes.WriteOffPage)
def list_write_offs(asked: dict[str, Any]) -> dict[str, Any]:
    """Return the write-offs of the shops in sight, newest first."""
    limit = asked["limit"]
    rows = queries.write_offs(
        current_user.scope(Permission.VIEW_STOCK),
        [WriteOffState(asked["state"])] if asked.get("state") else list(WriteOffState),
        shop=asked["shop"],
        before=cursors.read_number("write-offs", asked.get("cursor")),
        limit=limit + 1,
    )
    page = cursors.page("write-offs", rows, limit, lambda row: row.id)
    worth = [{"yuan": None if row.fen is None else row.fen / 100} for row in page["items"]]
    items = [row._asdict() | more for row, more in zip(page["items"], worth, strict=True)]
    return page | {"items": items}


@bp.route("/shops/<code>/write-offs", methods=["POST"], tags=["stock"])
@requires(Permission.WRITE_OFF)
@bp.arguments(shapes.WriteOffSent)
@bp.response(201, shapes.WriteOffShown)
@bp.alt_response(200, schema=shapes.WriteOffShown, description="The key was used before.")
def add_write_off(asked: dict[str, Any], code: str) -> tuple[Any, int]:
    """Propose to write units of lots off; nothing leaves the shelf before it is approved."""
    shop, by = shops.shop_or_404(code, current_user.scope(Permission.WRITE_OFF)), current_user.id
    kind, key = WriteOffKind(asked["kind"]), asked["key"]
    ask = WriteOffAsk(kind, _asks(asked), asked["words"], asked["disposal"])

    def work() -> tuple[str, bool]:
        known = db.session.query(WriteOff.id).filter_by(key=key).first()
        return movements.propose_write_off(shop, ask, key=key, by=by).code, known is None

    proposed, new = once_more(work)
    return made(_write_off(proposed), new=new)


@bp.route("/write-offs/<code>", tags=["stock"])
@requires(Permission.VIEW_STOCK)
@bp.response(200, shapes.WriteOffShown)
def write_off(code: str) -> Any:
    """Return a write-off of a shop in sight."""
    return _write_off(code)


@bp.route("/write-offs/<code>/approval", methods=["POST"], tags=["stock"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(shapes.ApprovalSent)
@bp.response(200, shapes.WriteOffShown)
def approve_write_off(asked: dict[str, Any], code: str) -> Any:
    """Approve a write-off, whole or less by line; not one's own."""
    units = {line["position"]: line["quantity"] for line in asked["lines"]}
    by = current_user.member
    once_more(lambda: movements.approve(code, key=asked["key"], by=by, quantities=units))
    return _write_off(code)


@bp.route("/write-offs/<code>/refusal", methods=["POST"], tags=["stock"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(ReasonSent)
@bp.response(200, shapes.WriteOffShown)
def refuse_write_off(asked: dict[str, Any], code: str) -> Any:
    """Refuse a write-off: its goods stay in the books."""
    return _decided(code, lambda: movements.refuse(code, reason=asked["reason"], by=_me()))


@bp.route("/write-offs/<code>/withdrawal", methods=["POST"], tags=["stock"])
@requires(Permission.WRITE_OFF)
@bp.arguments(ReasonSent)
@bp.response(200, shapes.WriteOffShown)
def withdraw_write_off(asked: dict[str, Any], code: str) -> Any:
    """Take one's own proposal back."""
    return _decided(code, lambda: movements.withdraw(code, reason=asked["reason"], by=_me()))


@bp.route("/write-offs/<code>/reversal", methods=["POST"], tags=["stock"])
@requires(Permission.APPROVE_STOCK)
@bp.arguments(ReversalSent)
@bp.response(200, shapes.WriteOffShown)
def reverse_write_off(asked: dict[str, Any], code: str) -> Any:
    """Take an approved write-off back; by neither its proposer nor its approver."""
    key, reason, by = asked["key"], asked["reason"], current_user.member
    once_more(lambda: movements.reverse_write_off(code, reason=reason, key=key, by=by))
    return _write_off(code)


def _decided(code: str, verb: Callable[[], WriteOff]) -> Any:
    with transaction():
        verb()
    return _write_off(code)


def _me() -> StaffMember:
    return current_user.member


def _asks(asked: dict[str, Any]) -> list[MoveAsk]:
    return [MoveAsk(line["sku"].upper(), line["quantity"], line["lot"]) for line in asked["lines"]]


def _transfer(code: str) -> TransferPaper:
    found = queries.transfer(code, current_user.scope(Permission.VIEW_STOCK))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _write_off(code: str) -> WriteOffPaper:
    found = queries.write_off(code, current_user.scope(Permission.VIEW_STOCK))
    if found is None:
        raise NotFoundError(what=code)
    return found
