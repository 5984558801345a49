"""What was declared: the list, one declaration with its steps, taking it back."""

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.forms import WithdrawForm
from supermarket.awards.models import DeclarationState
from supermarket.awards.queries import Declared
from supermarket.awards.views.words import told
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.views.registry import Section, household_sections
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("declarations", __name__)
NAVIGATION = [
    NavigationItem(N_("申报"), "send", "declarations.index", Permission.VIEW_HOUSEHOLDS, 26)
]
#: Declarations on a household's page.
SHOWN = 10
#: What the list is narrowed to, in the order of the work.
_TABS: tuple[tuple[str, str, tuple[DeclarationState, ...]], ...] = (
    ("submitted", N_("待评议"), (DeclarationState.SUBMITTED,)),
    ("reviewed", N_("待乡镇确认"), (DeclarationState.REVIEWED,)),
    (
        "accepted",
        N_("待入账"),
        (DeclarationState.ACCEPTED, DeclarationState.NOTICED, DeclarationState.HELD),
    ),
    ("posted", N_("已入账"), (DeclarationState.POSTED,)),
    ("refused", N_("未通过"), (DeclarationState.REFUSED, DeclarationState.WITHDRAWN)),
)


@bp.get("/declarations")
@requires(Permission.VIEW_HOUSEHOLDS)
def index() -> ResponseReturnValue:
    """List what was declared, newest first, by how far it has come."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    asked = request.args.get("state", "submitted")
    states = next((states for key, _label, states in _TABS if key == asked), None)
    if states is None:
        abort(404)
    before = request.args.get("before", "")
    place = int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None
    code = request.args.get("household", "")
    household = households.household(code, scope) if code else None
    if code and household is None:
        abort(404)
    size: int = current_app.config["PAGE_SIZE"]
    found = queries.newest(
        scope,
        states,
        before=place,
        limit=size + 1,
        household_id=household.id if household else None,
    )

    def page(before: int | None) -> str:
        return url_for(".index", state=asked, household=code or None, before=before)

    return render_template(
        "awards/declarations.html",
        declarations=found[:size],
        household=household,
        tabs_=[
            (_(label), url_for(".index", state=key, household=code or None), key == asked)
            for key, label, _states in _TABS
        ],
        next_url=page(found[size - 1].id) if len(found) > size else None,
        first_url=page(None) if place is not None else None,
        may_award=current_user.may(Permission.AWARD),
    )


@bp.get("/declarations/<code>")
@requires(Permission.VIEW_HOUSEHOLDS)
def show(code: str) -> ResponseReturnValue:
    """Show a declaration and every step it took."""
    return _page(_declared(code), WithdrawForm(formdata=None))


@bp.post("/declarations/<code>/withdrawal")
@requires(Permission.VIEW_HOUSEHOLDS)
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's own declaration back while nobody decided it."""
    declared, form = _declared(code), WithdrawForm()
    if not form.validate_on_submit():
        return _page(declared, form, 422)
    try:
        with transaction():
            awards.withdraw(code, reason=form.reason.data or "", by=current_user.id)
    except DomainError as error:
        form.form_errors.append(say(error))
        return _page(_declared(code), form, error.status)
    flash(_("已撤回"), "success")
    return redirect(url_for(".show", code=code))


def _declared(code: str) -> Declared:
    found = queries.declared(code, current_user.scope(Permission.VIEW_HOUSEHOLDS))
    if found is None:
        abort(404)
    return found


def _page(declared: Declared, form: WithdrawForm, status: int = 200) -> ResponseReturnValue:
    found = declared.found
    open_ = found.state is DeclarationState.SUBMITTED
    page = render_template(
        "awards/declaration.html",
        row=found,
        steps=told([declared])[found.id],
        form=form,
        may_withdraw=open_ and found.declared_by == current_user.id,
    )
    return page, status


def _of_household(household: Household) -> Section | None:
    """Return a household's newest declarations with their steps, for its page."""
    declared = queries.of_household(household.id, limit=SHOWN)
    if not declared:
        return None
    part = {"household": household, "declared": declared, "steps": told(declared)}
    return Section("awards/household.html", part)


household_sections.append(_of_household)
