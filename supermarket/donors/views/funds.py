"""Funds: what they hold and why, money in and out, taken back."""

from uuid import uuid4

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.donors import queries
from supermarket.donors import service as donors
from supermarket.donors.forms import FundForm, IncomeForm, MoneyForm, ReversalForm, donor_words
from supermarket.donors.models import Fund, FundSource
from supermarket.donors.service.funds import Moved
from supermarket.donors.views.reach import own_places, places_below, reach
from supermarket.errors import N_, DomainError
from supermarket.goods import queries as goods
from supermarket.regions import queries as regions
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("funds", __name__, url_prefix="/funds")
NAVIGATION = [NavigationItem(N_("资金"), "cash", "funds.index", Permission.MANAGE_FUNDS, 65)]
#: Donors offered while somebody types.
OFFERED = 500


@bp.get("")
@requires(Permission.VIEW_REPORTS)
def index() -> ResponseReturnValue:
    """List the funds of one's places and what they hold."""
    rows = queries.funds(reach(Permission.VIEW_REPORTS), active=None)
    names = regions.names([row.fund.region_code for row in rows])
    return render_template(
        "donors/funds.html",
        rows=rows,
        names=names,
        total=sum(row.balance_fen for row in rows),
        may_manage=current_user.may(Permission.MANAGE_FUNDS),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_FUNDS)
def new() -> ResponseReturnValue:
    """Open a fund."""
    form, status = FundForm(), 200
    own = own_places(Permission.MANAGE_FUNDS)
    form.offer(own, places_below([code for code, _name in own]), goods.categories())
    if form.validate_on_submit():
        try:
            with transaction():
                fund = donors.open_fund(
                    form.name.data or "",
                    form.region.data,
                    FundSource(form.source.data),
                    purpose=form.purpose.data or "",
                    only_region=form.only_region.data or "",
                    only_category=form.only_category.data or "",
                    by=current_user.id,
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已设立资金“%(name)s”", name=fund.name), "success")
            return redirect(url_for(".show", code=fund.code))
    elif request.method == "POST":
        status = 422
    return render_template("donors/fund_new.html", form=form), status


@bp.get("/<code>")
@requires(Permission.VIEW_REPORTS)
def show(code: str) -> ResponseReturnValue:
    """Show a fund's statement, newest first: every line with its paper, its person, its balance."""
    fund = queries.fund_or_404(code, reach(Permission.VIEW_REPORTS))
    size = current_app.config["PAGE_SIZE"]
    before = request.args.get("before", type=_place)
    lines = queries.statement(fund, before=before, limit=size + 1)
    shown = lines[:size]
    manages = _manages(fund)
    return render_template(
        "donors/fund.html",
        fund=fund,
        balance_fen=queries.balance(fund),
        places=regions.names([fund.region_code, fund.only_region]),
        lines=shown,
        reversible=queries.reversible(fund, [line.reference for line in shown])
        if manages
        else set(),
        manages=manages,
        next_url=url_for(".show", code=code, before=shown[-1].place) if len(lines) > size else None,
        first_url=url_for(".show", code=code) if before is not None else None,
    )


@bp.post("/<code>/closing")
@requires(Permission.MANAGE_FUNDS)
def close(code: str) -> ResponseReturnValue:
    """Let an empty fund be used no more."""
    fund = _managed(code)
    try:
        with transaction():
            donors.close_fund(fund, by=current_user.id)
    except DomainError as error:
        flash(say(error), "danger")
    else:
        flash(_("已停用"), "success")
    return redirect(url_for(".show", code=code))


@bp.route("/<code>/income", methods=["GET", "POST"])
@requires(Permission.MANAGE_FUNDS)
def income(code: str) -> ResponseReturnValue:
    """Note money that came in; a donor gets a receipt."""
    fund, form, status, unknown = _managed(code), IncomeForm(), 200, ""
    scope = reach(Permission.MANAGE_FUNDS)
    if request.method == "GET":
        form.key.data, form.occurred_on.data = uuid4().hex, today()
        if (known := queries.donor(request.args.get("donor", ""), scope)) is not None:
            form.donor.data = donor_words(known)
    if form.validate_on_submit():
        donor = queries.meant(form.donor.data or "", scope)
        if form.donor.data and donor is None:
            unknown = form.donor.data
            form.donor.errors = [_("名册里没有“%(name)s”，请先登记捐赠方", name=unknown)]
            status = 422
        else:
            by, fen = current_user.id, form.amount.fen or 0
            try:
                moved = once_more(
                    lambda: donors.take_in(
                        fund,
                        fen,
                        summary=form.summary.data or "",
                        occurred_on=form.occurred_on.data,
                        key=form.key.data or "",
                        by=by,
                        donor=donor,
                        document=form.document.data or "",
                    )
                )
            except DomainError as error:
                form.form_errors.append(say(error))
                status = error.status
            else:
                return _noted(fund, moved)
    elif request.method == "POST":
        status = 422
    page = render_template(
        "donors/income.html", form=form, fund=fund, offered=queries.donors(scope, limit=OFFERED),
        words=donor_words, unknown=unknown, balance_fen=queries.balance(fund),
    )  # fmt: skip
    return page, status


def _noted(fund: Fund, moved: Moved) -> ResponseReturnValue:
    if moved.receipt_number:
        flash(_("已登记收入，可以打印收据"), "success")
        return redirect(url_for("donations.receipt", number=moved.receipt_number))
    flash(_("已登记收入"), "success")
    return redirect(url_for(".show", code=fund.code))


@bp.route("/<code>/expense", methods=["GET", "POST"])
@requires(Permission.MANAGE_FUNDS)
def expense(code: str) -> ResponseReturnValue:
    """Note money that was spent on something that is no delivery of goods."""
    fund, form, status = _managed(code), MoneyForm(), 200
    if request.method == "GET":
        form.key.data, form.occurred_on.data = uuid4().hex, today()
    if form.validate_on_submit():
        by, fen = current_user.id, form.amount.fen or 0
        try:
            once_more(
                lambda: donors.spend(
                    fund,
                    fen,
                    summary=form.summary.data or "",
                    occurred_on=form.occurred_on.data,
                    key=form.key.data or "",
                    by=by,
                    document=form.document.data or "",
                )
            )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已登记支出"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    page = render_template(
        "donors/expense.html", form=form, fund=fund, balance_fen=queries.balance(fund)
    )
    return page, status


@bp.route("/<code>/lines/<reference>/reversal", methods=["GET", "POST"])
@requires(Permission.MANAGE_FUNDS)
def reverse(code: str, reference: str) -> ResponseReturnValue:
    """Take a movement of money back, with the reason."""
    fund, form, status = _managed(code), ReversalForm(), 200
    move = queries.move(reference, fund)
    if request.method == "GET":
        form.key.data = uuid4().hex
    if form.validate_on_submit():
        by, entry_id = current_user.id, move.entry_id
        try:
            once_more(
                lambda: donors.reverse_money(
                    entry_id, reason=form.reason.data or "", key=form.key.data or "", by=by
                )
            )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已冲正，余额已改回"), "success")
            return redirect(url_for(".show", code=code))
    elif request.method == "POST":
        status = 422
    page = render_template(
        "donors/fund_reversal.html", form=form, fund=fund, move=move, reference=reference
    )
    return page, status


def _place(text: str) -> int:
    return max(0, min(int(text), 2**31))


def _manages(fund: Fund) -> bool:
    return current_user.scope(Permission.MANAGE_FUNDS).covers_region(fund.region_code)


def _managed(code: str) -> Fund:
    return queries.fund_or_404(code, current_user.scope(Permission.MANAGE_FUNDS))
