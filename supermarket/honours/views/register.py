"""The register of honours: list, give, revoke, yearly list."""

from typing import Any

from flask import (
    Blueprint,
    abort,
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

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.honours import queries
from supermarket.honours import service as honours
from supermarket.honours.forms import HonourForm, RevokeForm, title_words
from supermarket.households import queries as household_queries
from supermarket.households.models import Household
from supermarket.regions import queries as regions
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("honours", __name__, url_prefix="/honours")
NAVIGATION = [NavigationItem(N_("荣誉"), "star", "honours.index", Permission.HONOUR, 48)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EARLIEST = 2000


@bp.get("")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List honours, the last noted first; ``year`` and ``title`` narrow."""
    scope, year = current_user.scope(Permission.VIEW_HOUSEHOLDS), _year()
    before, size = request.args.get("before", type=int), current_app.config["PAGE_SIZE"]
    title = request.args.get("title", "")[:40]
    place = None if before is None else max(0, min(before, 2**31))
    found = queries.honours(scope, year=year, title=title, before=place, limit=size + 1)
    shown: dict[str, Any] = {"year": year, "title": title or None}
    return render_template(
        "honours/index.html",
        words=title_words(),
        rows=found[:size],
        year=year,
        year_choices=[("", _("全部"))]
        + [(y, _("%(year)s 年", year=y)) for y in range(today().year, today().year - 10, -1)],
        title=title,
        title_choices=[("", _("全部")), *title_words().items()],
        may_give=current_user.may(Permission.HONOUR),
        next_url=url_for(".index", **shown, before=found[size - 1].honour.id)
        if len(found) > size
        else None,
        first_url=url_for(".index", **shown) if before is not None else None,
    )


@bp.get("/export.xlsx")
@requires(Permission.VIEW_HOUSEHOLDS)
def export() -> ResponseReturnValue:
    """Download the honours of a year as a table."""
    scope, year = current_user.scope(Permission.VIEW_HOUSEHOLDS), _year() or today().year
    rows = queries.of_year(scope, year)
    names = "，".join(regions.names(list(scope.regions)).values())
    sheet = Sheet(
        name=_("荣誉名单"),
        title=_("%(year)s 年荣誉名单", year=year),
        notes=[names],
        columns=[
            Column(_("编号")),
            Column(_("村")),
            Column(_("户编号")),
            Column(_("户主")),
            Column(_("获得人")),
            Column(_("荣誉")),
            Column(_("级别")),
            Column(_("授予日期"), Kind.DATE),
            Column(_("文件号")),
            Column(_("说明")),
            Column(_("撤销日期"), Kind.DATE),
        ],
        rows=[
            (
                row.honour.code,
                row.village,
                row.household_code,
                row.head,
                row.member or _("全家"),
                row.honour.title,
                _(row.honour.level.label),
                row.honour.awarded_on,
                row.honour.document,
                row.honour.note,
                row.honour.revoked_on,
            )
            for row in rows
        ],
    )
    name = _("%(year)s 年荣誉名单", year=year)
    return send_file(
        write_xlsx([sheet], title=name),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"{name}.xlsx",
    )


@bp.get("/new")
@requires(Permission.HONOUR)
def find() -> ResponseReturnValue:
    """Find the household that is honoured."""
    text, scope = request.args.get("q", ""), current_user.scope(Permission.HONOUR)
    found = household_queries.search(text, scope, limit=20) if text.strip() else []
    return render_template("honours/find.html", text=text, found=found)


@bp.route("/new/<code>", methods=["GET", "POST"])
@requires(Permission.HONOUR)
def new(code: str) -> ResponseReturnValue:
    """Note an honour of a household or one of its members."""
    household, form, status = _household(code), HonourForm(), 200
    form.offer(household)
    if request.method == "GET":
        form.awarded_on.data = today()
        form.level.data = "village"
    if form.validate_on_submit():
        try:
            with transaction():
                made = honours.give(
                    form.ask(code),
                    by=current_user.id,
                    scope=current_user.scope(Permission.HONOUR),
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已登记，编号 %(code)s", code=made.code), "success")
            return redirect(url_for(".show", code=made.code))
    elif request.method == "POST":
        status = 422
    return render_template("honours/new.html", form=form, household=household), status


@bp.get("/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show one honour."""
    return _page(code, RevokeForm(formdata=None))


@bp.post("/<code>/revoke")
@requires(Permission.HONOUR)
def revoke(code: str) -> ResponseReturnValue:
    """Take an honour back, with a reason."""
    form, status = RevokeForm(), 422
    if form.validate_on_submit():
        try:
            with transaction():
                honours.revoke(
                    code,
                    reason=form.reason.data or "",
                    by=current_user.id,
                    scope=current_user.scope(Permission.HONOUR),
                )
        except DomainError as error:
            if error.status == 404:
                raise
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已撤销，登记和原因都留着"), "success")
            return redirect(url_for(".show", code=code))
    return _page(code, form, status)


def _page(code: str, form: RevokeForm, status: int = 200) -> ResponseReturnValue:
    row = queries.honour_or_404(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    mine = current_user.scope(Permission.HONOUR).covers_region(row.honour.village_code)
    page = render_template(
        "honours/show.html",
        words=title_words(),
        row=row,
        form=form,
        granted_by=queries.staff_name(row.honour.granted_by),
        revoked_by=queries.staff_name(row.honour.revoked_by),
        may_revoke=mine and row.honour.revoked_on is None,
    )
    return page, status


def _household(code: str) -> Household:
    found = household_queries.household(code, current_user.scope(Permission.HONOUR))
    if found is None:
        abort(404)
    return found


def _year() -> int | None:
    """Return the year named in the address; None for all."""
    year = request.args.get("year", type=int)
    return year if year is not None and EARLIEST <= year <= today().year else None
