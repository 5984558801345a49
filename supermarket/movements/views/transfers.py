"""Transfers: the list, the paper, receiving, taking back, finding out what is missing."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.forms import MissingForm, ReasonForm, ReceiptForm
from supermarket.movements.models import Outcome, Transfer, TransferState
from supermarket.movements.queries import Section, TransferPaper
from supermarket.shops.models import Shop
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("transfers", __name__)
NAVIGATION = [NavigationItem(N_("调拨"), "truck", "transfers.index", Permission.VIEW_STOCK, 52)]


def _what_waits() -> list[Waiting]:
    """Return what is on its way to this person's shops, and what got lost on the way."""
    found = []
    if current_user.may(Permission.TRANSFER_GOODS):
        queue = queries.to_receive(current_user.scope(Permission.TRANSFER_GOODS))
        url = url_for("transfers.index")
        found.append(Waiting(_("在途，等我收货"), queue.size, queue.since, url, queue.late))
    if current_user.may(Permission.APPROVE_STOCK):
        scope = current_user.scope(Permission.APPROVE_STOCK)
        queue = queries.to_find_out(scope, current_user.id)
        url = url_for("transfers.index", section=Section.MISSING.value)
        found.append(Waiting(_("调拨缺少，待查明"), queue.size, queue.since, url, queue.late))
    return found


waiting.append(_what_waits)


@bp.get("/transfers")
@requires(Permission.VIEW_STOCK)
def index() -> ResponseReturnValue:
    """List the transfers from and to the shops in sight; ``shop`` narrows to one."""
    sections = {section.value: section for section in Section}
    section = sections.get(request.args.get("section", ""), Section.ON_THE_WAY)
    shop = cleaned(request.args.get("shop", ""))[:40]
    before = request.args.get("before", type=place)
    size: int = current_app.config["PAGE_SIZE"]
    scope = current_user.scope(Permission.VIEW_STOCK)
    rows = queries.transfers(scope, section, shop=shop, before=before, limit=size + 1)
    narrow: dict[str, Any] = {"section": section.value, "shop": shop or None}
    return render_template(
        "movements/transfers.html",
        rows=rows[:size],
        tabs=[
            (_(one.label), url_for(".index", section=one.value, shop=shop or None), one is section)
            for one in Section
        ],
        shop=shop,
        next_url=url_for(".index", before=rows[size - 1].id, **narrow)
        if len(rows) > size
        else None,
        first_url=url_for(".index", **narrow) if before else None,
        may_send=current_user.may(Permission.TRANSFER_GOODS),
    )


@bp.get("/transfers/<code>")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show the paper of a transfer, ready to be printed, with what comes next."""
    return _page(_paper(code), [])


def _page(paper: TransferPaper, errors: list[str], status: int = 200) -> ResponseReturnValue:
    may_move = {
        "send": _may(Permission.TRANSFER_GOODS, paper.from_shop),
        "receive": _may(Permission.TRANSFER_GOODS, paper.to_shop),
    }
    on_the_way = paper.state is TransferState.SENT
    page = render_template(
        "movements/transfer.html",
        paper=paper,
        errors=errors,
        key=uuid4().hex,
        may_receive=on_the_way
        and may_move["receive"]
        and paper.transfer.sent_by != current_user.id,
        may_cancel=on_the_way and may_move["send"],
        may_find_out=bool(paper.transfer.missing and _outcomes(paper)),
    )
    return page, status


@bp.route("/transfers/<code>/receipt", methods=["GET", "POST"])
@requires(Permission.VIEW_STOCK)
def receive(code: str) -> ResponseReturnValue:
    """Receive a transfer: all of it with one tap, or as counted line by line."""
    paper, by = _paper(code), current_user.member
    if request.method == "POST" and "whole" in request.form:
        key = request.form.get("key", "")
        try:
            once_more(lambda: movements.receive(code, key=key, by=by))
        except DomainError as error:
            return _page(_paper(code), [say(error)], error.status)
        flash(_("已全部收货，商品进了库存"), "success")
        return redirect(url_for(".show", code=code))
    sent = [{"position": line.position, "quantity": line.quantity} for line in paper.lines]
    form, status = ReceiptForm(data={"lines": sent}), 200
    if form.validate_on_submit():
        key, quantities, notes = form.key.data or "", form.quantities(), form.notes()
        try:
            done = once_more(
                lambda: movements.receive(code, quantities, key=key, by=by, notes=notes)
            )
        except DomainError as error:
            form.form_errors.append(say(error))
            paper, status = _paper(code), error.status
        else:
            flash(_received(done), "success")
            return redirect(url_for(".show", code=code))
    elif form.is_submitted():
        status = 422
    lines = {str(line.position): line for line in paper.lines}
    page = render_template("movements/receipt.html", paper=paper, form=form, lines=lines)
    return page, status


def _received(done: Transfer) -> str:
    words: str = _("已全部收货，商品进了库存")
    if done.missing:
        words = _("已收货，还差 %(count)s 件，已报给负责人查明", count=done.missing)
    return words


@bp.route("/transfers/<code>/cancellation", methods=["GET", "POST"])
@requires(Permission.TRANSFER_GOODS)
def cancel(code: str) -> ResponseReturnValue:
    """Take a transfer back before it is received."""
    paper, form, by = _paper(code), ReasonForm(), current_user.member
    key, reason = form.key.data or "", form.reason.data or ""
    return with_reason(
        form,
        lambda: movements.cancel(code, reason=reason, key=key, by=by),
        title=_("撤回调拨"),
        subtitle=f"{paper.code} · {paper.to_shop.name}",
        words=_("商品放回本店原来的批次，对方不能再收货。"),
        back=url_for(".show", code=code),
        done=_("已撤回，商品回到本店库存"),
    )


@bp.route("/transfers/<code>/missing/<int:position>", methods=["GET", "POST"])
@requires(Permission.APPROVE_STOCK)
def find_out(code: str, position: int) -> ResponseReturnValue:
    """Say what became of missing units of one line."""
    paper, by = _paper(code), current_user.member
    line = next((line for line in paper.lines if line.position == position), None)
    if line is None:
        raise NotFoundError(what=code[:40])
    form, status = MissingForm(data={"quantity": line.in_transit}), 200
    form.offer(_outcomes(paper))
    if form.validate_on_submit():
        key, outcome = form.key.data or "", Outcome(form.outcome.data)
        units, reason = form.quantity.data, form.reason.data or ""
        try:
            once_more(
                lambda: movements.decide_missing(
                    code, position, outcome, units, reason=reason, key=key, by=by
                )
            )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已记下"), "success")
            return redirect(url_for(".show", code=code))
    elif form.is_submitted():
        status = 422
    return render_template("movements/missing.html", paper=paper, line=line, form=form), status


def with_reason(
    form: ReasonForm,
    work: Callable[[], object],
    *,
    title: str,
    subtitle: str,
    words: str,
    back: str,
    done: str,
) -> ResponseReturnValue:
    """Ask why, then do it."""
    status = 200
    if form.validate_on_submit():
        try:
            once_more(work)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(done, "success")
            return redirect(back)
    elif form.is_submitted():
        status = 422
    page = render_template(
        "movements/reason.html", form=form, title=title, subtitle=subtitle, words=words, back=back
    )
    return page, status


def _outcomes(paper: TransferPaper) -> list[Outcome]:
    """Return what this person may decide of the missing units of a transfer."""
    if current_user.id in {paper.transfer.sent_by, paper.transfer.received_by}:
        return []
    sender = [Outcome.BACK, Outcome.LOST] if _may_approve(paper.from_shop) else []
    return [*sender, *([Outcome.ARRIVED] if _may_approve(paper.to_shop) else [])]


def _may_approve(shop: Shop) -> bool:
    return _may(Permission.APPROVE_STOCK, shop)


def _may(permission: Permission, shop: Shop) -> bool:
    return current_user.scope(permission).covers_shop(shop.code, shop.region_code)


def _paper(code: str) -> TransferPaper:
    paper = queries.transfer(code, current_user.scope(Permission.VIEW_STOCK))
    if paper is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return paper
