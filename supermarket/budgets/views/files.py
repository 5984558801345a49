"""Budgets in and out as Excel."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.budgets.errors import BudgetRowsError
from supermarket.budgets.forms import BudgetFileForm, this_year
from supermarket.budgets.views.places import place
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.filters import full_day
from supermarket.spreadsheets.columns import Kind, RowError
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.spreadsheets.writing import Column, Content, Sheet, write_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("budget_files", __name__, url_prefix="/budgets")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.route("/load", methods=["GET", "POST"])
@requires(Permission.MANAGE_POINTS)
def load() -> ResponseReturnValue:
    """Take in a file of budgets, all of it or nothing."""
    form, errors = BudgetFileForm(), ()
    wrong: tuple[RowError, ...] = errors
    status = 422 if request.method == "POST" else 200
    if form.validate_on_submit() and isinstance(form.file.data, FileStorage):
        scope = current_user.scope(Permission.MANAGE_POINTS)
        try:
            asks = budgets.read_budgets(form.file.data.read(), form.file.data.filename or "")
            with transaction():
                done = budgets.set_budgets(asks, by=current_user.id, scope=scope)
        except DomainError as error:
            form.file.errors = [say(error)]
            wrong = error.errors if isinstance(error, BudgetRowsError) else ()
            status = error.status
        else:
            flash(
                _(
                    "已保存：新设 %(new)s 个村，修改 %(changed)s 个村，没有变化 %(unchanged)s 个村",
                    **done._asdict(),
                ),
                "success",
            )
            return redirect(url_for("budgets.index"))
    return render_template("budgets/load.html", form=form, errors=wrong), status


@bp.get("/template.xlsx")
@requires(Permission.MANAGE_POINTS)
def template() -> ResponseReturnValue:
    """Download an empty table of budgets with an explanation."""
    since, until = this_year()
    file = template_xlsx("发放预算", budgets.COLUMNS, [("410482100203", since, until, 12000)])
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="发放预算模板.xlsx")


@bp.get("/export.xlsx")
@requires(Permission.MANAGE_POINTS)
def export() -> ResponseReturnValue:
    """Download the villages with their budgets; the file can be changed and taken in again."""
    found = place(Permission.MANAGE_POINTS)
    villages = queries.villages(found.scope)
    standings = queries.standings([village.code for village in villages], today())
    first, last = this_year()
    rows: list[Sequence[Content]] = []
    for village in villages:
        standing = standings.get(village.code)
        if standing is None:
            rows.append((village.code, first, last, None, village.name, None, None, None))
            continue
        percent = standing.coverage_percent
        rows.append(
            (
                village.code,
                standing.starts_on or first,
                standing.ends_on or last,
                standing.budget,
                village.name,
                standing.used if standing.budget is not None else None,
                standing.left,
                None if percent is None else percent / 100,
            )
        )
    sheet = Sheet(
        name="发放预算",
        title="",
        notes=(),
        columns=[
            *(Column(column.header, column.kind) for column in budgets.COLUMNS),
            Column("村名"),
            Column("已发分", Kind.POINTS),
            Column("剩余分", Kind.POINTS),
            Column("保障率", Kind.PERCENT),
        ],
        rows=rows,
    )
    file = write_xlsx([sheet], title=f"{found.name}发放预算，截至{full_day(today())}")
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="发放预算.xlsx")
