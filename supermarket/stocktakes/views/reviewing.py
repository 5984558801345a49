"""The second step: what differs, what moved since; handing in, approving, sending back."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.stocktakes import queries
from supermarket.stocktakes import service as stocktakes
from supermarket.stocktakes.forms import ReasonForm, SendBackForm
from supermarket.stocktakes.models import LineDecision, StocktakeState
from supermarket.stocktakes.queries import StocktakeRow
from supermarket.web import say

bp = Blueprint("stocktake_review", __name__, url_prefix="/stocktakes/<code>")


@bp.get("/review")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show the lines that differ or moved, the lots nobody counted, and what to do."""
    return _page(code)


@bp.post("/lots/<lot>/decision")
@requires(Permission.COUNT_STOCK)
def decide(code: str, lot: str) -> ResponseReturnValue:
    """Let a count stand although its lot moved, or have it counted again."""
    asked, by = request.form.get("decision", ""), current_user.member
    if asked not in {decision.value for decision in LineDecision}:
        abort(400)
    with transaction():
        row = stocktakes.decide(code, lot, LineDecision(asked), by=by)
    if row.decision is LineDecision.RECOUNT:
        return redirect(url_for("stocktakes.lots", code=code, sku=row.sku))
    return redirect(url_for(".show", code=code))


@bp.post("/hand-in")
@requires(Permission.COUNT_STOCK)
def hand_in(code: str) -> ResponseReturnValue:
    """Give the stocktake to the second person."""
    leaving, by = request.form.get("leaving", 0, type=int), current_user.member
    try:
        with transaction():
            stocktakes.hand_in(code, by=by, leaving=leaving)
    except DomainError as error:
        return _page(code, refused=say(error), status=error.status)
    flash(_("已交给第二人审核"), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/approval")
@requires(Permission.APPROVE_STOCK)
def approve(code: str) -> ResponseReturnValue:
    """Post what differs."""
    read, by = request.form.get("read", 0, type=int), current_user.member
    try:
        posted = once_more(lambda: stocktakes.approve(code, read=read, by=by))
    except DomainError as error:
        return _page(code, refused=say(error), status=error.status)
    if posted.entry_id is None:
        flash(_("已审核：账实相符，没有要入账的"), "success")
    else:
        flash(_("已审核入账，库存已按实数调整"), "success")
    return redirect(url_for(".show", code=code))


@bp.post("/return")
@requires(Permission.APPROVE_STOCK)
def send_back(code: str) -> ResponseReturnValue:
    """Give the stocktake back to those who count."""
    form, by = SendBackForm(), current_user.member
    if not form.validate_on_submit():
        return _page(code, send_back=form, status=422)
    reason, lots = form.reason.data or "", form.lots.data or []
    try:
        with transaction():
            stocktakes.send_back(code, reason=reason, by=by, lots=lots)
    except DomainError as error:
        return _page(code, refused=say(error), status=error.status)
    flash(_("已退回重盘"), "success")
    return redirect(url_for(".show", code=code))


@bp.route("/cancellation", methods=["GET", "POST"])
@requires(Permission.VIEW_STOCK)
def cancel(code: str) -> ResponseReturnValue:
    """Give a stocktake up."""
    row = _row(code)
    if not (_covers(row, Permission.COUNT_STOCK) or _covers(row, Permission.APPROVE_STOCK)):
        abort(403)
    form, by, status = ReasonForm(), current_user.member, 200
    if form.validate_on_submit():
        try:
            with transaction():
                stocktakes.cancel(code, reason=form.reason.data or "", by=by)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已作废，账面没有变"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    return render_template("stocktakes/cancel.html", row=row, form=form), status


def _page(
    code: str, *, refused: str = "", send_back: SendBackForm | None = None, status: int = 200
) -> ResponseReturnValue:
    row = _row(code)
    lines = queries.lines(row.found)
    counters = queries.counters(row.found.id)
    may_approve = (
        row.state is StocktakeState.COUNTED
        and _covers(row, Permission.APPROVE_STOCK)
        and current_user.id not in counters
    )
    form = send_back or SendBackForm(formdata=None)
    form.know(lines)
    page = render_template(
        "stocktakes/review.html",
        row=row,
        refused=refused,
        counters=counters.values(),
        differing=[line for line in lines if line.difference or line.to_decide],
        agreeing=[
            line
            for line in lines
            if line.counted is not None and not line.difference and not line.to_decide
        ],
        uncounted=[line for line in lines if line.counted is None],
        to_decide=[line for line in lines if line.to_decide],
        value=sum(line.value or 0 for line in lines),
        units=sum(line.difference for line in lines),
        form=form,
        may_count=row.open and _covers(row, Permission.COUNT_STOCK),
        may_approve=may_approve,
        own=current_user.id in counters and _covers(row, Permission.APPROVE_STOCK),
        may_cancel=row.state in (StocktakeState.OPEN, StocktakeState.COUNTED)
        and (_covers(row, Permission.COUNT_STOCK) or _covers(row, Permission.APPROVE_STOCK)),
    )
    return page, status


def _row(code: str) -> StocktakeRow:
    return queries.stocktake_or_404(code, current_user.scope(Permission.VIEW_STOCK))


def _covers(row: StocktakeRow, permission: Permission) -> bool:
    return current_user.scope(permission).covers_shop(row.shop.code, row.shop.region_code)
