"""The township's word on what panels accepted at level C."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.forms import ConfirmForm
from supermarket.awards.queries import DeclarationFound, Declared
from supermarket.awards.service import MOST_DECIDED
from supermarket.awards.views.sheet import declaration_of, gone
from supermarket.awards.views.words import told
from supermarket.database import db, once_more
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.staff.views.home_panels import Waiting, waiting
from supermarket.web import NavigationItem, say

bp = Blueprint("confirmations", __name__)
NAVIGATION = [
    NavigationItem(
        N_("乡镇确认"), "circle-check", "confirmations.index", Permission.CONFIRM_AWARDS, 28
    )
]


def _waits() -> list[Waiting]:
    if not current_user.may(Permission.CONFIRM_AWARDS):
        return []
    waits = queries.waiting(current_user.scope(Permission.CONFIRM_AWARDS), queries.REVIEWED)
    return [
        Waiting(_("待乡镇确认的申报"), waits.lines, waits.since, url_for("confirmations.index"))
    ]


waiting.append(_waits)


@bp.get("/awards/confirmations")
@requires(Permission.CONFIRM_AWARDS)
def index() -> ResponseReturnValue:
    """Show what waits for the township."""
    return _page(ConfirmForm(formdata=None), ask=True)


@bp.post("/awards/confirmations")
@requires(Permission.CONFIRM_AWARDS)
def confirm() -> ResponseReturnValue:
    """Confirm or refuse many lines by one press: all of them, or none."""
    form = ConfirmForm()
    if not form.validate():
        return _page(form, status=422)
    by, judgements = current_user.member, form.judgements
    try:
        done = once_more(lambda: awards.confirm(judgements, by=by))
    except DomainError as error:
        db.session.rollback()
        again = ConfirmForm()
        return _page(again, ask=True, error=error, status=error.status)
    flash(_("已决定 %(count)s 条", count=len(done.states)), "success")
    return redirect(url_for(".index"))


def _page(
    form: ConfirmForm,
    *,
    ask: bool = False,
    error: DomainError | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """Draw what waits; ``ask`` draws the lines anew, with what was typed about them."""
    scope = current_user.scope(Permission.CONFIRM_AWARDS)
    waits = queries.queue(scope, [queries.REVIEWED], limit=MOST_DECIDED)
    barred = _barred(waits)
    lost = [code for code in form.typed if code not in {row.code for row in waits}]
    if ask:
        form.ask([row for row in waits if row.code not in barred], form.typed)
    form.name(waits)
    if error is not None:
        form.refuse(declaration_of(error), say(error))
    taken = queries.steps([row.id for row in waits])
    declared = [Declared(row, taken.get(row.id, [])) for row in waits]
    page = render_template(
        "awards/confirmations.html",
        form=form,
        rows={row.code: row for row in waits},
        barred=[(row, barred[row.code]) for row in waits if row.code in barred],
        steps=told(declared),
        gone=gone(lost, scope),
    )
    return page, status


def _barred(rows: Sequence[DeclarationFound]) -> dict[str, str]:
    """Return why some lines are not for this person to confirm, by number."""
    me = current_user.id
    own, scored = households.tied(me), queries.scorers(rows)
    panels = queries.panels_that_decided([row.id for row in rows])
    found = {}
    for row in rows:
        if me in scored[row.id]:
            found[row.code] = _("是您申报的，请乡镇其他人确认")
        elif row.household_id in own:
            found[row.code] = _("是您本人或亲属家，请乡镇其他人确认")
        elif me in panels[row.id]:
            found[row.code] = _("您参加了评议，请乡镇其他人确认")
    return found
