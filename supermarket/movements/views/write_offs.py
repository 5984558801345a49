"""Write-offs: the list, the paper, the second person's word, taking one back."""

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import local, today
from supermarket.database import once_more
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.forms import ReasonForm
from supermarket.movements.models import WriteOffState
from supermarket.movements.queries import WriteOffPaper
from supermarket.movements.views.transfers import with_reason
from supermarket.shops import queries as shops
from supermarket.shops.queries import shelves
from supermarket.shops.queries.shelves import Narrow
from supermarket.shops.queries.stock import VERY_SOON
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("write_offs", __name__)
NAVIGATION = [NavigationItem(N_("报损"), "trash", "write_offs.index", Permission.VIEW_STOCK, 53)]

_PARTS: dict[str, tuple[str, tuple[WriteOffState, ...]]] = {
    "open": (N_("待审批"), (WriteOffState.PROPOSED,)),
    "all": (N_("全部"), tuple(WriteOffState)),
}


def _what_waits() -> list[Waiting]:
    """Return what a keeper should take off the shelf, and what somebody should approve."""
    found = []
    if current_user.may(Permission.WRITE_OFF):
        found += _to_take_off(current_user.scope(Permission.WRITE_OFF))
    if current_user.may(Permission.APPROVE_STOCK):
        scope = current_user.scope(Permission.APPROVE_STOCK)
        queue = queries.to_approve(scope, current_user.id)
        found.append(
            Waiting(_("待审批的报损"), queue.size, queue.since, url_for("write_offs.index"))
        )
    return found


waiting.append(_what_waits)


def _to_take_off(scope: Scope) -> list[Waiting]:
    mine, on = Narrow(scope), today()
    shop = shops.the_only_shop(scope)
    expired = (
        url_for("proposing.begin", code=shop.code, expired=1)
        if shop
        else url_for("shelves.near_expiry", days="expired")
    )
    near = url_for("shelves.near_expiry", days=VERY_SOON)
    return [
        Waiting(
            _("过期商品，请下架报损"), queries.to_take_off(scope, on), None, expired, late=True
        ),
        Waiting(
            _("30 天内到期的批次，请先发"), shelves.lots_within(mine, on, VERY_SOON), None, near
        ),
        Waiting(_("该进货的商品"), shelves.count_low(mine, on), None, url_for("shelves.low")),
    ]


@bp.get("/write-offs")
@requires(Permission.VIEW_STOCK)
def index() -> ResponseReturnValue:
    """List the write-offs of the shops in sight; ``shop`` narrows to one."""
    part = request.args.get("part", "")
    part = part if part in _PARTS else "open"
    shop = cleaned(request.args.get("shop", ""))[:40]
    before = request.args.get("before", type=place)
    size: int = current_app.config["PAGE_SIZE"]
    rows = queries.write_offs(
        current_user.scope(Permission.VIEW_STOCK),
        _PARTS[part][1],
        shop=shop,
        before=before,
        limit=size + 1,
    )
    narrow: dict[str, Any] = {"part": part, "shop": shop or None}
    return render_template(
        "movements/write_offs.html",
        rows=rows[:size],
        tabs=[
            (_(label), url_for(".index", part=name, shop=shop or None), name == part)
            for name, (label, _states) in _PARTS.items()
        ],
        next_url=url_for(".index", before=rows[size - 1].id, **narrow)
        if len(rows) > size
        else None,
        first_url=url_for(".index", **narrow) if before else None,
        may_propose=current_user.may(Permission.WRITE_OFF),
    )


@bp.get("/write-offs/<code>")
@requires(Permission.VIEW_STOCK)
def show(code: str) -> ResponseReturnValue:
    """Show the paper of a write-off, ready to be printed, with what comes next."""
    return _page(_paper(code), [])


def _page(paper: WriteOffPaper, errors: list[str], status: int = 200) -> ResponseReturnValue:
    found, me = paper.write_off, current_user.id
    may_approve = current_user.scope(Permission.APPROVE_STOCK).covers_shop(
        paper.shop.code, paper.shop.region_code
    )
    proposed = paper.state is WriteOffState.PROPOSED
    page = render_template(
        "movements/write_off.html",
        paper=paper,
        errors=errors,
        key=uuid4().hex,
        proposed_on=local(found.proposed_at).date(),
        may_decide=proposed and may_approve and found.proposed_by != me,
        may_withdraw=proposed and found.proposed_by == me,
        may_reverse=paper.state is WriteOffState.APPROVED
        and may_approve
        and me not in {found.proposed_by, found.decided_by},
    )
    return page, status


@bp.post("/write-offs/<code>/approval")
@requires(Permission.APPROVE_STOCK)
def approve(code: str) -> ResponseReturnValue:
    """Approve a write-off whole, or the units by line that the page showed as still there."""
    _paper(code)
    key, by = request.form.get("key", ""), current_user.member
    named = ((re.fullmatch(r"units-([0-9]{1,6})", n), v) for n, v in request.form.items())
    units = {  # what is no number is none the service takes: a line never goes whole by mistake
        int(match[1]): int(value) if re.fullmatch(r"[0-9]{1,6}", value) else -1
        for match, value in named
        if match
    }
    try:
        once_more(lambda: movements.approve(code, key=key, by=by, quantities=units))
    except DomainError as error:
        return _page(_paper(code), [say(error)], error.status)
    flash(_("已批准，库存已减"), "success")
    return redirect(url_for(".show", code=code))


@bp.route("/write-offs/<code>/refusal", methods=["GET", "POST"])
@requires(Permission.APPROVE_STOCK)
def refuse(code: str) -> ResponseReturnValue:
    """Refuse a write-off."""
    paper, form, by = _paper(code), ReasonForm(), current_user.member
    reason = form.reason.data or ""
    return with_reason(
        form,
        lambda: movements.refuse(code, reason=reason, by=by),
        title=_("不批准报损"),
        subtitle=f"{paper.code} · {paper.shop.name}",
        words=_("商品仍在库存里，店里会看到您写的原因。"),
        back=url_for(".show", code=code),
        done=_("已退回，库存没有变"),
    )


@bp.route("/write-offs/<code>/withdrawal", methods=["GET", "POST"])
@requires(Permission.WRITE_OFF)
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own proposal back."""
    paper, form, by = _paper(code), ReasonForm(), current_user.member
    reason = form.reason.data or ""
    return with_reason(
        form,
        lambda: movements.withdraw(code, reason=reason, by=by),
        title=_("收回报损"),
        subtitle=f"{paper.code} · {paper.shop.name}",
        words=_("收回以后不用再审批，库存不变。"),
        back=url_for(".show", code=code),
        done=_("已收回"),
    )


@bp.route("/write-offs/<code>/reversal", methods=["GET", "POST"])
@requires(Permission.APPROVE_STOCK)
def reverse(code: str) -> ResponseReturnValue:
    """Take an approved write-off back."""
    paper, form, by = _paper(code), ReasonForm(), current_user.member
    key, reason = form.key.data or "", form.reason.data or ""
    return with_reason(
        form,
        lambda: movements.reverse_write_off(code, reason=reason, key=key, by=by),
        title=_("冲正报损"),
        subtitle=f"{paper.code} · {paper.shop.name}",
        words=_("原单不改，另记一笔冲正，商品回到原来的批次。"),
        back=url_for(".show", code=code),
        done=_("已冲正，商品回到库存"),
    )


def _paper(code: str) -> WriteOffPaper:
    paper = queries.write_off(code, current_user.scope(Permission.VIEW_STOCK))
    if paper is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return paper
