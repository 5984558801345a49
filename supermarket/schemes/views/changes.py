"""Changing rules and programmes: one rule, a file of them, the programme itself."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.regions import queries as regions
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import (
    MonthCapError,
    ProgrammeNameError,
    RateError,
    RetroactiveError,
    RuleRowsError,
    RuleWrongError,
)
from supermarket.schemes.forms import ProgrammeForm, RuleFileForm, RuleForm
from supermarket.schemes.views.places import Place, my_place, place
from supermarket.spreadsheets.columns import RowError
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("scheme_changes", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE = ("L01", "劳动", "村集体义务劳动半天", 5, 5, 6, "每月", None, "签到表", "A", "L2", "是")


@bp.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def new_rule() -> ResponseReturnValue:
    """Add a rule to a place."""
    form = RuleForm()
    if request.method == "GET":
        form.since.data = today()
    return _edit(form, my_place(), "")


@bp.route("/rules/<code>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def edit_rule(code: str) -> ResponseReturnValue:
    """Let a rule say something else in a place from a day on."""
    found = my_place()
    version = queries.rule(code, found.region.code, today())
    form = RuleForm()
    if request.method == "GET":
        form.fill(version)
        form.since.data = queries.earliest_change(code, found.region.code) or today()
    form.code.data = code
    return _edit(form, found, code)


def _edit(form: RuleForm, found: Place, code: str) -> ResponseReturnValue:
    """Show the form of a rule, or write what it says and show the rule."""
    status = 200
    if form.validate_on_submit():
        text, since = form.text, form.since.data or today()
        try:
            with transaction():
                changed = schemes.set_rule(
                    text, found.region.code, current_user.member.id, since=since
                )
        except DomainError as error:
            _beside(form, error)
            status = error.status
        else:
            flash(_("已保存") if changed else _("内容没有变化，不用保存"), "success")
            return redirect(url_for("schemes.rule", code=text.code, region=found.region.code))
    elif request.method == "POST":
        status = 422
    return render_template("schemes/edit.html", form=form, place=found, code=code), status


def _beside(form: RuleForm | ProgrammeForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    if isinstance(error, RuleWrongError):
        column = error.column
    else:
        columns: dict[type[DomainError], str] = {
            RetroactiveError: "since",
            RateError: "yuan_per_point",
            MonthCapError: "household_month_cap",
            ProgrammeNameError: "programme_name",
        }
        column = columns.get(type(error), "")
    if column in form:
        form[column].errors = [say(error)]
    else:
        form.form_errors.append(say(error))


@bp.route("/rules/load", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def load() -> ResponseReturnValue:
    """Take in a file of rules, all of it or nothing."""
    found, form = my_place(), RuleFileForm()
    errors: tuple[RowError, ...] = ()
    status = 422 if request.method == "POST" else 200
    if request.method == "GET":
        form.since.data = today()
    if form.validate_on_submit() and isinstance(form.file.data, FileStorage):
        try:
            rows = schemes.read_rules(form.file.data.stream, form.file.data.filename or "")
            with transaction():
                loaded = schemes.load_rules(
                    rows, found.region.code, current_user.member.id, since=form.since.data
                )
        except DomainError as error:
            form.file.errors = [say(error)]
            errors = error.errors if isinstance(error, RuleRowsError) else ()
            status = error.status
        else:
            words = _(
                "已导入：新增 %(new)s 条，修改 %(changed)s 条，没有变化 %(unchanged)s 条",
                **loaded._asdict(),
            )
            flash(words, "success")
            return redirect(url_for("schemes.rules", region=found.region.code))
    page = render_template("schemes/load.html", form=form, place=found, errors=errors)
    return page, status


@bp.get("/rules/template.xlsx")
@requires(Permission.MANAGE_RULES)
def template() -> ResponseReturnValue:
    """Download an empty table of rules with an explanation."""
    file = template_xlsx("积分细则", schemes.COLUMNS, [EXAMPLE])
    return send_file(file, mimetype=XLSX, as_attachment=True, download_name="积分细则模板.xlsx")


@bp.route("/rules/programme", methods=["GET", "POST"])
@requires(Permission.WORK)
def programme() -> ResponseReturnValue:
    """Show what the programme of a place is worth, and let its office set it from a day on."""
    found, form, status = place(), ProgrammeForm(), 200
    if request.method == "POST":
        my_place()
        status = 422
    known = queries.schemes(found.region.code)
    running = [row for row in known if row.since <= today()]
    if request.method == "GET":
        form.since.data = today()
        if running:
            form.fill(running[0])
    if form.validate_on_submit():
        try:
            with transaction():
                schemes.set_scheme(
                    found.region.code,
                    since=form.since.data or today(),
                    programme_name=form.programme_name.data or "",
                    fen_per_point=form.yuan_per_point.fen,
                    household_month_cap=form.household_month_cap.data,
                    by=current_user.member.id,
                )
        except DomainError as error:
            _beside(form, error)
            status = error.status
        else:
            flash(_("已保存"), "success")
            return redirect(url_for(".programme", region=found.region.code))
    page = render_template(
        "schemes/programme.html",
        form=form,
        place=found,
        schemes=known,
        current=running[0] if running else None,
        names=regions.names([row.region_code for row in known]),
    )
    return page, status
