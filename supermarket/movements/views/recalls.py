"""Recalls: the list, one of them with its shelves and households, starting and lifting one."""

from collections.abc import Sequence

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now, today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError, NotFoundError
from supermarket.filters import moment
from supermarket.movements import queries
from supermarket.movements import service as movements
from supermarket.movements.forms import ReasonForm
from supermarket.movements.queries import RecallPaper, Receiver
from supermarket.shops import queries as shops
from supermarket.shops.models import Recall
from supermarket.shops.views.stock import place
from supermarket.spreadsheets.cells import cleaned
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("recalls", __name__)
NAVIGATION = [NavigationItem(N_("召回"), "alert-triangle", "recalls.index", Permission.RECALL, 54)]


def _what_waits() -> list[Waiting]:
    """Return the households that are still to be told of a recall."""
    if not current_user.may(Permission.RECALL):
        return []
    queue = queries.to_tell(current_user.scope(Permission.RECALL))
    url = url_for("recalls.index")
    return [Waiting(_("召回：还没通知的农户"), queue.size, queue.since, url, queue.late)]


waiting.append(_what_waits)


@bp.get("/recalls")
@requires(Permission.RECALL)
def index() -> ResponseReturnValue:
    """List the recalls that concern one's shops."""
    before = request.args.get("before", type=place)
    size: int = current_app.config["PAGE_SIZE"]
    rows = queries.recalls(current_user.scope(Permission.RECALL), before=before, limit=size + 1)
    return render_template(
        "movements/recalls.html",
        rows=rows[:size],
        next_url=url_for(".index", before=rows[size - 1].id) if len(rows) > size else None,
        first_url=url_for(".index") if before else None,
    )


@bp.route("/lots/<code>/recall", methods=["GET", "POST"])
@requires(Permission.RECALL)
def begin(code: str) -> ResponseReturnValue:
    """Hold a lot back in every shop that has units of its delivery."""
    card = shops.lot(code, current_user.scope(Permission.RECALL), today())
    if card is None:
        raise NotFoundError(what=cleaned(code)[:40])
    known = queries.recall_of(card.row.lot_id)
    if known is not None:
        return redirect(url_for(".show", code=known.code))
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        lot_id, reason, by = card.row.lot_id, form.reason.data or "", current_user.member
        try:
            with transaction():
                made = movements.recall(lot_id, reason=reason, by=by)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已召回，各店都不能再兑换这一批"), "success")
            return redirect(url_for(".show", code=made.code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "movements/reason.html",
        form=form,
        title=_("召回这一批"),
        subtitle=f"{card.name} · {card.row.code}",
        words=_(
            "各店从这批货里分到的商品，柜台马上不能兑、也不能调拨。领过的农户会列出来，好逐户通知。"
        ),
        back=url_for("stock.lot", code=code),
    )
    return page, status


@bp.get("/recalls/<code>")
@requires(Permission.RECALL)
def show(code: str) -> ResponseReturnValue:
    """Show a recall and the households to be told; ``?format=xlsx`` downloads them."""
    _found(code)
    excel = request.args.get("format") == "xlsx"
    seen.note("recall.export" if excel else "recall.view_households", code)
    found, scope = _found(code), current_user.scope(Permission.RECALL)
    paper, receivers = queries.recall_paper(found), queries.receivers(found, scope)
    if excel:
        return _workbook(paper, receivers)
    return render_template(
        "movements/recall.html",
        paper=paper,
        receivers=receivers,
        untold=sum(row.told_at is None for row in receivers),
        elsewhere=queries.elsewhere(found, scope),
        may_lift=found.lifted_at is None
        and scope.covers_shop(paper.home.code, paper.home.region_code),
    )


@bp.post("/recalls/<code>/households/<household>/mark")
@requires(Permission.RECALL)
def mark(code: str, household: str) -> ResponseReturnValue:
    """Note that a household was told, or its goods collected."""
    collected, by = request.form.get("done") == "collected", current_user.member
    with transaction():
        movements.mark(code, household, told=True, collected=collected, by=by)
    flash(_("已记为收回") if collected else _("已记为通知到"), "success")
    return redirect(url_for(".show", code=code) + f"#h{cleaned(household)[:20]}")


@bp.route("/recalls/<code>/lifting", methods=["GET", "POST"])
@requires(Permission.RECALL)
def lift(code: str) -> ResponseReturnValue:
    """End a recall."""
    paper = queries.recall_paper(_found(code))
    form, status = ReasonForm(), 200
    if form.validate_on_submit():
        reason, by = form.reason.data or "", current_user.member
        try:
            with transaction():
                movements.lift(code, reason=reason, by=by)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已解除，剩下的商品又能兑换了"), "success")
            return redirect(url_for(".show", code=code))
    elif form.is_submitted():
        status = 422
    page = render_template(
        "movements/reason.html",
        form=form,
        title=_("解除召回"),
        subtitle=f"{paper.goods.name} · {code}",
        words=_("解除以后，各店剩下的商品又能兑换和调拨。没有过期的才行。"),
        back=url_for(".show", code=code),
    )
    return page, status


def _found(code: str) -> Recall:
    found = queries.recall(code, current_user.scope(Permission.RECALL))
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def _workbook(paper: RecallPaper, receivers: Sequence[Receiver]) -> Response:
    """Return the households as an Excel file to work through."""
    sheet = Sheet(
        name=_("召回名单"),
        title=_("召回名单：%(goods)s", goods=paper.goods.name),
        notes=[
            _("召回单号：%(code)s　批次：%(lot)s", code=paper.recall.code, lot=paper.lot_code),
            _("原因：%(reason)s", reason=paper.recall.reason),
            _("截至 %(moment)s。名单只供通知用，请勿外传", moment=moment(now())),
        ],
        columns=[
            Column(_("村")),
            Column(_("组")),
            Column(_("户主")),
            Column(_("户编号")),
            Column(_("电话后四位")),
            Column(_("领走"), Kind.INT),
            Column(_("最近一次"), Kind.DATE),
            Column(_("在哪家店")),
            Column(_("通知时间"), Kind.DATETIME),
            Column(_("收回时间"), Kind.DATETIME),
        ],
        rows=[
            (
                row.village,
                row.group,
                row.head,
                row.household_code,
                row.phone_tail,
                row.units,
                row.last_on,
                "、".join(row.shops),
                row.told_at,
                row.collected_at,
            )
            for row in receivers
        ],
    )
    file = write_xlsx([sheet], title=sheet.title)
    name = f"{_('召回名单')}-{paper.recall.code}-{today()}.xlsx"
    return send_file(file, as_attachment=True, download_name=name)
