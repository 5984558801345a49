"""A household doubts a line of its village's notices: its own, or one it names by its number."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.database import once_more
from supermarket.errors import DomainError
from supermarket.notices.models import Notice
from supermarket.public import queries, service
from supermarket.public.forms import ObjectionForm, RowForm
from supermarket.public.queries import Row
from supermarket.public.service import OwnWords
from supermarket.public.views import visits
from supermarket.public.views.entrance import for_household
from supermarket.public.views.visits import Visit
from supermarket.staff.views.guard import requires
from supermarket.web import say

bp = visits.prepare(Blueprint("own_objections", __name__, url_prefix="/c/<code>/notices"))


@bp.route("/<notice>", methods=["GET", "POST"])
@requires(None)
@for_household
def write(visit: Visit, notice: str) -> ResponseReturnValue:
    """Ask which row, then what is wrong with it; the row waits until it is answered."""
    found = queries.open_notice(notice, visit.household.village_code)
    if found is None and not request.form:
        abort(404)
    asked = RowForm(request.args)
    number = asked.row.data if asked.validate() else None
    row = queries.row(found, number, visit.household) if found and number else None
    if found is None or row is None:
        return _which(visit, found, asked, missing=number is not None)
    form, status = ObjectionForm(), 200
    form.offer(row)
    if not form.is_submitted():
        form.name.data = visit.household.head
    elif not form.validate():
        status = 422
    else:
        try:
            raised = _raised(visit, found, form)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("异议已收到，编号 %(code)s，核实之前这一笔先不入账", code=raised), "success")
            return redirect(url_for("public.card", code=visit.code, _anchor="notices"))
    page = render_template(
        "public/objection.html", code=visit.code, notice=found, row=row, form=form
    )
    return page, status


def _raised(visit: Visit, notice: Notice, form: ObjectionForm) -> str:
    said = OwnWords(
        notice.code,
        form.line.data or "",
        form.text.data or "",
        form.name.data or "",
        form.contact.data or "",
    )
    secret = current_app.config["CARD_KEY"]
    raised = once_more(
        lambda: service.object_to(visit.household, form.key.data or "", said, secret=secret)
    )
    return raised.code


def _which(
    visit: Visit, notice: Notice | None, asked: RowForm, *, missing: bool
) -> ResponseReturnValue:
    """Ask for a row by its number; the household's own stand above."""
    over = notice is None
    own: list[Row] = queries.own_rows(notice, visit.household) if notice else []
    page = render_template(
        "public/which_row.html",
        code=visit.code,
        notice=notice,
        own=own,
        form=asked,
        missing=missing and not over,
        kept=request.form.get("text", "")[:500],
    )
    return page, 409 if over else 404 if missing else 422 if asked.errors else 200
