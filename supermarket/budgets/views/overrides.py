"""When the county lets villages issue past the stop."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.budgets import queries
from supermarket.budgets import service as budgets
from supermarket.budgets.forms import OverrideForm
from supermarket.budgets.views.places import Place, place
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("budget_overrides", __name__, url_prefix="/budgets/overrides")


@bp.get("")
@requires(Permission.MANAGE_POINTS)
def index() -> ResponseReturnValue:
    """List what was let pass, why, and how much was issued under it."""
    found = place(Permission.MANAGE_POINTS)
    rows = queries.overrides(found.scope)
    mine = current_user.scope(Permission.OVERRIDE_STOP)
    return render_template(
        "budgets/overrides.html",
        place=found,
        rows=rows,
        open_ids={
            row.override.id
            for row in rows
            if row.override.withdrawn_at is None
            and row.override.until_on >= today()
            and mine.covers_region(row.override.region_code)
        },
        may_lift=current_user.may(Permission.OVERRIDE_STOP),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.OVERRIDE_STOP)
def new() -> ResponseReturnValue:
    """Let the villages of a place issue past the stop for a while."""
    found, form, status = place(Permission.OVERRIDE_STOP), OverrideForm(), 200
    region = found.region or found.scope.regions[0]
    if request.method == "GET":
        form.from_on.data = form.until_on.data = today()
    if form.validate_on_submit():
        try:
            with transaction():
                budgets.lift(
                    region,
                    from_on=form.from_on.data,
                    until_on=form.until_on.data,
                    reason=form.reason.data or "",
                    by=current_user.id,
                    scope=found.scope,
                )
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已批准继续发放，期间发了多少会一直列在这里"), "success")
            return redirect(url_for(".index"))
    elif request.method == "POST":
        status = 422
    return _form(found, form, region), status


def _form(found: Place, form: OverrideForm, region: str) -> str:
    return render_template("budgets/override.html", place=found, form=form, region=region)


@bp.post("/<int:override_id>/withdraw")
@requires(Permission.OVERRIDE_STOP)
def withdraw(override_id: int) -> ResponseReturnValue:
    """Take an override back."""
    if override_id >= 2**63:
        abort(404)
    try:
        with transaction():
            budgets.withdraw(
                override_id,
                by=current_user.id,
                scope=current_user.scope(Permission.OVERRIDE_STOP),
            )
    except DomainError as error:
        if error.status == 404:
            raise
        flash(say(error), "danger")
    else:
        flash(_("已收回，从现在起按预算和停发线办理"), "success")
    return redirect(url_for(".index"))
