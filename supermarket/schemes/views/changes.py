"""Changing rules: one of them, or a file of many."""

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.regions.models import VILLAGE
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import (
    RetroactiveError,
    RuleChangedError,
    RuleRowsError,
    RuleWrongError,
)
from supermarket.schemes.forms import RuleFileForm, RuleForm
from supermarket.schemes.views.places import Place, my_place
from supermarket.schemes.views.registry import ways
from supermarket.schemes.views.words import (
    Difference,
    adjust_words,
    cap_words,
    level_words,
    points_words,
    rule_differences,
)
from supermarket.spreadsheets.columns import RowError
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("scheme_changes", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLE = (
    *("L01", "劳动", "村集体义务劳动半天", 5, 5, 6, "每月", None, "签到表", "A", "L2", "是"),
    *(None, 2, 10),
)


@bp.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def new_rule() -> ResponseReturnValue:
    """Add a rule to a place."""
    form = RuleForm()
    if request.method == "GET":
        form.since.data = today()
        form.look_at(0)
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
        form.look_at(_newest(code, found))
    form.code.data = code
    return _edit(form, found, code)


def _edit(form: RuleForm, found: Place, code: str) -> ResponseReturnValue:
    """Show the form of a rule, or write what it says and show the rule.

    ``step=edit`` only shows what was typed: the way back from a page that reckoned with it.
    """
    status = 200
    differences: list[Difference] = []
    only_shown = request.form.get("step") == "edit"
    if not only_shown and form.validate_on_submit():
        text, since = form.text, form.since.data or today()
        try:
            with transaction():
                changed = schemes.set_rule(
                    text,
                    found.region.code,
                    current_user.member.id,
                    since=since,
                    seen=form.seen.data,
                )
        except DomainError as error:
            _beside(form, error)
            status = error.status
            if isinstance(error, RuleChangedError):
                form.look_at(_newest(text.code, found))
                now_here = queries.versions(text.code, found.region.code)[0]
                differences = rule_differences(now_here, text)
        else:
            flash(_("已保存") if changed else _("内容没有变化，不用保存"), "success")
            return redirect(url_for("schemes.rule", code=text.code, region=found.region.code))
    elif request.method == "POST" and not only_shown:
        status = 422
    template = schemes.template_of(code, found.region.code, today()) if code else None
    page = render_template(
        "schemes/edit.html",
        form=form,
        place=found,
        code=code,
        template=template,
        ways=ways(code, found.region.code, with_form=True) if code else [],
        differences=differences,
        below=found.region.level < VILLAGE,
        points_words=points_words,
        cap_words=cap_words,
        adjust_words=adjust_words,
        level_words=level_words,
    )
    return page, status


def _newest(code: str, found: Place) -> int:
    """Return the id of the newest version at or above a place; 0 if there is none."""
    return max((row.id for row in queries.versions(code, found.region.code)), default=0)


def _beside(form: RuleForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    column = error.column if isinstance(error, RuleWrongError) else ""
    if isinstance(error, RetroactiveError):
        column = "since"
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
