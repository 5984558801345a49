"""Rosters: upload, dry run, confirmation."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import now
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households.forms.household import ConfirmForm, RosterForm
from supermarket.households.models import RosterUpload
from supermarket.households.queries import roster as queries
from supermarket.households.service import roster
from supermarket.households.views import places
from supermarket.spreadsheets.columns import Limits
from supermarket.spreadsheets.templates import template_xlsx
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("rosters", __name__, url_prefix="/households/roster")
#: Rows of each kind shown on the page of a dry run.
SHOWN = 200


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.MANAGE_HOUSEHOLDS)
def upload() -> ResponseReturnValue:
    """Take a roster; its dry run is on the next page."""
    form = RosterForm()
    form.offer(places.villages(current_user.scope(Permission.MANAGE_HOUSEHOLDS)))
    status = 200
    if form.validate_on_submit():
        try:
            staged = _staged(form)
        except DomainError as error:
            form.file.errors = [*form.file.errors, say(error)]
            status = error.status
        else:
            return redirect(url_for(".check", token=staged.token))
    elif form.is_submitted():
        status = 422
    return render_template("households/roster.html", form=form, limits=Limits()), status


def _staged(form: RosterForm) -> RosterUpload:
    file = form.file.data
    content = file.read(Limits().size + 1)
    roster.check_heading(content, file.filename or "")
    with transaction():
        return roster.stage(content, file.filename or "", form.village.data or "", current_user.id)


@bp.get("/<token>")
@requires(Permission.MANAGE_HOUSEHOLDS)
def check(token: str) -> ResponseReturnValue:
    """Say, row by row, what a roster would change."""
    return _checked(_upload(token))


@bp.post("/<token>")
@requires(Permission.MANAGE_HOUSEHOLDS)
def confirm(token: str) -> ResponseReturnValue:
    """Take the roster in, all of it or nothing."""
    staged = _upload(token)
    form = ConfirmForm()
    if not form.validate():
        return _checked(staged, 422)
    scope = current_user.scope(Permission.MANAGE_HOUSEHOLDS)
    try:
        with transaction():
            plan = roster.confirm(staged, scope, current_user.id, digest=form.digest.data or "")
    except DomainError as error:
        return _checked(_upload(token), error.status, say(error))
    flash(
        _(
            "花名册已导入：新增 %(added)s 户，更新 %(changed)s 户",
            added=f"{len(plan.added):,}",
            changed=f"{len(plan.changed):,}",
        ),
        "success",
    )
    return redirect(url_for("households.index"))


@bp.post("/<token>/discard")
@requires(Permission.MANAGE_HOUSEHOLDS)
def discard(token: str) -> ResponseReturnValue:
    """Forget an upload."""
    staged = _upload(token)
    with transaction():
        roster.discard(staged)
    return redirect(url_for(".upload"))


@bp.get("/template")
@requires(Permission.MANAGE_HOUSEHOLDS)
def template() -> ResponseReturnValue:
    """Give the empty table to fill in."""
    file = template_xlsx("农户花名册", roster.COLUMNS, roster.EXAMPLES)
    return send_file(file, as_attachment=True, download_name="农户花名册模板.xlsx")


def _upload(token: str) -> RosterUpload:
    """Return this person's upload; else answer 404."""
    plain = token.isascii() and token.isprintable()
    since = now() - timedelta(hours=roster.HOURS)
    found = queries.upload(token, current_user.id, since) if plain else None
    if found is None:
        abort(404)
    return found


def _checked(staged: RosterUpload, status: int = 200, refusal: str = "") -> ResponseReturnValue:
    """Show the dry run of an upload; with wrong rows it can only be uploaded again."""
    try:
        plan = roster.dry_run(
            staged.content,
            staged.filename,
            current_user.scope(Permission.MANAGE_HOUSEHOLDS),
            village_code=staged.village_code,
        )
    except DomainError as error:
        page = render_template("households/roster_refused.html", staged=staged, text=say(error))
        return page, error.status
    page = render_template(
        "households/roster_checked.html",
        staged=staged,
        plan=plan,
        refusal=refusal,
        shown=SHOWN,
    )
    return page, status
