"""Redemptions afterwards: the list of a day, receipts on screen and paper, taking back."""

from datetime import date, datetime
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import local, today
from supermarket.counter import service as counter
from supermarket.counter.errors import VoidTooLateError
from supermarket.counter.forms import VoidForm
from supermarket.counter.queries import checking, listing, receipts, till
from supermarket.counter.queries.checking import ReceiptCheck
from supermarket.counter.queries.receipts import Receipt
from supermarket.counter.queries.returning import LineLeft, lines_left
from supermarket.counter.views import registry
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError, ForbiddenError, NotFoundError
from supermarket.expiry import queries as expiry
from supermarket.expiry.queries import Expiring
from supermarket.households.errors import TiedHouseholdError
from supermarket.households.queries.ties import first_tied
from supermarket.households.views.registry import entry_words
from supermarket.ledger.errors import AlreadyReversedError, NotReversibleError
from supermarket.shops import queries as shops
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("redemptions", __name__)
NAVIGATION = [
    NavigationItem(N_("兑换记录"), "receipt", "redemptions.index", Permission.VIEW_REDEMPTIONS, 15)
]
PAPERS = ("58", "80", "a4")
#: The cookie in which a device keeps the width of its paper.
PAPER_COOKIE, PAPER_SECONDS = "receipt_paper", 400 * 24 * 3600
entry_words.append(lambda entry_ids: till.goods_words(list(entry_ids)))


@bp.record_once
def _offer_checks(state: BlueprintSetupState) -> None:
    """Let every template that draws a receipt draw its code as well."""
    state.app.jinja_env.globals["check_of"] = _check_of


@bp.get("/redemptions")
@requires(Permission.VIEW_REDEMPTIONS)
def index() -> ResponseReturnValue:
    """Show a day's redemptions and reversals, newest first."""
    scope, size = current_user.scope(Permission.VIEW_REDEMPTIONS), current_app.config["PAGE_SIZE"]
    day = _day(request.args.get("day", ""))
    shop = request.args.get("shop", "")
    after = receipts.find(request.args.get("after", ""))
    rows = listing.listed(
        scope,
        on=day,
        shop_code=shop or None,
        after=after.entry_id if after else None,
        limit=size + 1,
    )
    found = db.session.scalars(shops.shops_in(scope)).all()
    here: dict[str, Any] = {"day": day.isoformat(), "shop": shop or None}
    more = len(rows) > size
    return render_template(
        "counter/redemptions.html",
        rows=rows[:size],
        day=day,
        shop=shop,
        shop_choices=[(row.code, row.name) for row in found],
        next_url=url_for(".index", **here, after=rows[size - 1].reference) if more else None,
        first_url=url_for(".index", **here) if after else None,
    )


@bp.get("/redemptions/<reference>")
@requires(Permission.VIEW_REDEMPTIONS)
def show(reference: str) -> ResponseReturnValue:
    """Show a receipt, and what was taken back of it."""
    receipt = _receipt(reference)
    return render_template(
        "counter/receipt.html",
        receipt=receipt,
        written_at=_written(receipt.posted_at),
        ending=_ending(receipt),
        may_reverse=_refusal(receipt, lines_left(receipt.entry_id)) is None,
        ways=registry.ways(receipt),
    )


@bp.get("/redemptions/<reference>/paper")
@requires(Permission.VIEW_REDEMPTIONS)
def paper(reference: str) -> ResponseReturnValue:
    """Show a receipt as it is printed: on 58 or 80 mm, or on A4.

    The width chosen once stays with the device.
    """
    asked, receipt = request.args.get("width", ""), _receipt(reference)
    kept = request.cookies.get(PAPER_COOKIE, "")
    roll = next((width for width in (asked, kept) if width in PAPERS), PAPERS[0])
    page = make_response(
        render_template(
            "counter/paper.html",
            receipt=receipt,
            written_at=_written(receipt.posted_at),
            ending=_ending(receipt),
            roll=roll,
            may_serve=current_user.may(Permission.REDEEM),
        )
    )
    if asked in PAPERS and asked != kept:
        page.set_cookie(
            PAPER_COOKIE,
            asked,
            max_age=PAPER_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
        )
    return page


@bp.route("/redemptions/<reference>/reversal", methods=["GET", "POST"])
@requires(Permission.VIEW_REDEMPTIONS)
def reverse(reference: str) -> ResponseReturnValue:
    """Take a redemption back, whole or in part, with a reason."""
    receipt = _receipt(reference)
    left = lines_left(receipt.entry_id)
    form, status = VoidForm(left=left), 200
    if request.method == "GET" and (refusal := _refusal(receipt, left)):
        return _reversal_page(receipt, form, left, refusal), refusal.status
    if form.validate_on_submit():
        by, lines = current_user.id, form.back
        void_scope = current_user.scope(Permission.REDEEM)
        reverse_scope = current_user.scope(Permission.REVERSE_REDEMPTIONS)
        try:
            back = once_more(
                lambda: counter.reverse(
                    form.key.data or "",
                    reference=reference,
                    reason=form.full_reason,
                    by=by,
                    void_scope=void_scope,
                    reverse_scope=reverse_scope,
                    lines=lines,
                )
            )
        except DomainError as refused:
            form.form_errors.append(say(refused))
            status = refused.status
        else:
            flash(
                _(
                    "已冲正，退回 %(points)s 分，现有 %(balance)s 分",
                    points=-back.points,
                    balance=back.balance_after,
                ),
                "success",
            )
            return redirect(url_for(".show", reference=back.reference))
    elif form.is_submitted():
        status = 422
    return _reversal_page(receipt, form, left), status


def _reversal_page(
    receipt: Receipt, form: VoidForm, left: list[LineLeft], refusal: DomainError | None = None
) -> str:
    return render_template(
        "counter/reversal.html",
        receipt=receipt,
        form=form,
        left={line.sku: line for line in left},
        refusal=say(refusal) if refusal else "",
    )


def _receipt(reference: str) -> Receipt:
    """Return a receipt the reader may see.

    Raises:
        NotFoundError: there is none, or it is another shop's.
    """
    found = receipts.receipt(reference, current_user.scope(Permission.VIEW_REDEMPTIONS))
    if found is None:
        raise NotFoundError(what=reference)
    return found


def _refusal(receipt: Receipt, left: list[LineLeft]) -> DomainError | None:
    """Why this person cannot take anything of it back; None if they can.

    Raises:
        NotFoundError: it is gone since.
    """
    if receipt.is_reversal:
        return NotReversibleError(reference=receipt.reference)
    if not any(line.units for line in left):
        return AlreadyReversedError(reference=receipt.reference)
    found = receipts.find(receipt.reference)
    if found is None:
        raise NotFoundError(what=receipt.reference)
    if head := first_tied(current_user.id, [receipt.household_id]):
        return TiedHouseholdError(head=head)
    place = (found.shop_code, found.shop_region)
    if current_user.scope(Permission.REVERSE_REDEMPTIONS).covers_shop(*place):
        return None
    if not current_user.scope(Permission.REDEEM).covers_shop(*place):
        return ForbiddenError()
    return None if receipt.occurred_on == today() else VoidTooLateError()


def _check_of(receipt: Receipt) -> ReceiptCheck:
    """Return the code with which anybody may check a receipt."""
    secret, public_url = (current_app.config[name] for name in ("CARD_KEY", "PUBLIC_URL"))
    return checking.check_of(receipt.entry_id, secret=secret, public_url=public_url)


def _written(moment: datetime) -> str:
    """Write a moment as paper needs it, which outlives the year."""
    here = local(moment)
    words = _(
        "%(year)s年%(month)s月%(day)s日 %(time)s",
        year=here.year,
        month=here.month,
        day=here.day,
        time=f"{here:%H:%M}",
    )
    return str(words)


def _ending(receipt: Receipt) -> Expiring | None:
    """What of the household's points ends next; said on the day of the receipt only."""
    if local(receipt.posted_at).date() != today():
        return None
    return expiry.upcoming([receipt.household_id], today()).get(receipt.household_id)


def _day(text: str) -> date:
    """Return the day asked for, or today."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
