"""Accounts from a table: template, check, import, the passwords made."""

from flask import (
    Blueprint,
    Response,
    current_app,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.spreadsheets.columns import Limits, Row
from supermarket.spreadsheets.reading import read_rows
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.spreadsheets.writing import Column, Sheet, write_xlsx
from supermarket.staff import service as staff
from supermarket.staff.errors import RowsChangedError
from supermarket.staff.forms import imports as forms
from supermarket.staff.forms.imports import ConfirmForm, UploadForm
from supermarket.staff.models import Permission, Role
from supermarket.staff.service.importing import COLUMNS
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("staff_import", __name__, url_prefix="/staff/import")

#: One person's hash takes 30 ms; so many rows are a wait that people still accept.
LIMITS = Limits(rows=500, size=5 * 1024 * 1024)


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def upload() -> ResponseReturnValue:
    """Check a table of accounts and say, row by row, what it would do."""
    form = UploadForm()
    if not form.validate_on_submit():
        page = render_template("staff/import.html", form=form, limit=LIMITS.rows)
        return page, 422 if form.errors else 200
    try:
        file = form.file.data
        rows = list(read_rows(file, file.filename or "", headers=COLUMNS, limits=LIMITS))
        plan = staff.plan(rows, current_user.scope(Permission.MANAGE_STAFF))
    except DomainError as error:
        form.form_errors.append(say(error))
        page = render_template("staff/import.html", form=form, limit=LIMITS.rows)
        return page, error.status
    return _checked(rows, plan)


@bp.post("/confirmed")
@requires(Permission.MANAGE_STAFF)
def confirm() -> ResponseReturnValue:
    """Check the rows again and open all accounts, or none."""
    scope = current_user.scope(Permission.MANAGE_STAFF)
    try:
        rows = ConfirmForm().read()
        plan = staff.plan(rows, scope)
        if plan.errors:
            return _checked(rows, plan)
        if len(rows) > LIMITS.rows:
            raise RowsChangedError
        memory_kib = current_app.config["ARGON2_MEMORY_KIB"]
        accounts, made = staff.sealed(plan.accounts, memory_kib=memory_kib)
        with transaction():
            staff.open_accounts(accounts, scope=scope, by=current_user.id)
    except DomainError as error:
        form = UploadForm(formdata=None)
        form.form_errors.append(say(error))
        page = render_template("staff/import.html", form=form, limit=LIMITS.rows)
        return page, error.status
    names = {account.username: account.name for account in accounts}
    passwords = {username: (names[username], word) for username, word in made.items()}
    return render_template(
        "staff/imported.html",
        count=len(accounts),
        passwords=passwords,
        written=forms.write_passwords(passwords),
    )


@bp.get("/template")
@requires(Permission.MANAGE_STAFF)
def template() -> ResponseReturnValue:
    """Give the empty table to fill in."""
    examples = [
        ("王秀英", "wangxiuying", Role.SCORER.label, "410482100203", "", ""),
        ("李建国", "13800000000", Role.SHOPKEEPER.label, "", "410482100203S01", ""),
    ]
    file = template_xlsx("人员", COLUMNS, examples)
    return send_file(file, as_attachment=True, download_name="人员导入模板.xlsx")


@bp.post("/passwords")
@requires(Permission.MANAGE_STAFF)
def passwords() -> Response:
    """Give the passwords just shown as a table; they are kept nowhere."""
    rows = forms.read_passwords(request.form.get("passwords", ""))
    sheet = Sheet(
        name=_("初始密码"),
        title=_("初始密码"),
        notes=[_("请逐人发放并妥善保管；登录后在“我的账号”里可以修改密码")],
        columns=[Column(_("姓名")), Column(_("用户名")), Column(_("初始密码"))],
        rows=[(name, username, password) for username, name, password in rows],
    )
    name = f"{_('初始密码')}.xlsx"
    return send_file(write_xlsx([sheet]), as_attachment=True, download_name=name)


def _checked(rows: list[Row], plan: staff.Plan) -> ResponseReturnValue:
    """Show what a table would do; with errors it can only be uploaded again."""
    page = render_template(
        "staff/import_checked.html",
        plan=plan,
        rows=len(rows),
        form=ConfirmForm(formdata=None, rows="" if plan.errors else forms.write_rows(rows)),
        upload_url=url_for(".upload"),
    )
    return page, 422 if plan.errors else 200
