"""The programme of a place: what it says, what a change would change, the change itself."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.schemes import queries
from supermarket.schemes import service as schemes
from supermarket.schemes.errors import (
    NoSchemeError,
    RetroactiveError,
    SchemeChangedError,
    SchemeWrongError,
)
from supermarket.schemes.forms import ProgrammeForm
from supermarket.schemes.forms.programme import GRANTS
from supermarket.schemes.models import Scheme
from supermarket.schemes.service import SchemeText
from supermarket.schemes.views.places import Place, my_place, place
from supermarket.schemes.views.words import (
    GROUPS,
    setting_differences,
    settings,
)
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("programme", __name__, url_prefix="/rules/programme")
#: Places with a programme of their own that a preview names.
NAMED = 30


@bp.get("")
@requires(Permission.WORK)
def show() -> ResponseReturnValue:
    """Show what the programme of a place says today, and every one before and to come."""
    found = place()
    known = queries.schemes(found.region.code)
    current = _applying(found.region.code, today())
    return render_template(
        "schemes/programme.html",
        place=found,
        current=current,
        settings=settings(schemes.scheme_text(current)) if current else [],
        history=_history(known),
        names=regions.names([row.region_code for row in known]),
        authors=queries.authors([row.created_by for row in known]),
        editable=_editable(found),
        today=today(),
    )


@bp.route("/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def edit() -> ResponseReturnValue:
    """Let the office change the programme: type, look at what changes, confirm."""
    found, form, status = my_place(), ProgrammeForm(), 200
    if not _editable(found):
        abort(404)
    if request.method == "GET":
        _prepare(form, found)
    elif request.form.get("step") != "edit":
        try:
            if form.validate():
                return _checked_or_saved(form, found)
            status = 422
        except DomainError as error:
            _beside(form, error, found)
            status = error.status
    page = render_template(
        "schemes/programme_edit.html",
        form=form,
        place=found,
        groups=GROUPS,
        grants=GRANTS,
        own=_newest(found.region.code) is not None,
    )
    return page, status


def _checked_or_saved(form: ProgrammeForm, found: Place) -> ResponseReturnValue:
    """Show what the typed programme changes, or set it if the person has seen that."""
    text, since = form.text, form.since.data or today()
    if request.form.get("step") == "save":
        with transaction():
            schemes.set_scheme(
                found.region.code,
                text,
                since=since,
                by=current_user.member.id,
                seen=form.seen.data,
            )
        flash(_("已保存"), "success")
        return redirect(url_for(".show", region=found.region.code))
    text = schemes.check_scheme(text)
    before = _applying(found.region.code, since)
    differences = setting_differences(schemes.scheme_text(before) if before else None, text)
    if differences:
        schemes.check_day(found.region.code, since)
    reach = queries.scheme_reach(found.region.code, since)
    return render_template(
        "schemes/programme_check.html",
        place=found,
        since=since,
        first=before is None,
        differences=differences,
        reach=reach,
        own=reach.own[:NAMED],
        typed=_typed(form),
    )


def _typed(form: ProgrammeForm) -> dict[str, str]:
    """Return what was typed, to be sent again."""
    return {field.name: request.form[field.name] for field in form if field.name in request.form}


def _prepare(form: ProgrammeForm, found: Place) -> None:
    """Fill the form with what applies, from the first day a change may apply on."""
    form.since.data = schemes.first_day(found.region.code)
    newest = _newest(found.region.code)
    applying = newest or _applying(found.region.code, today())
    form.fill(schemes.scheme_text(applying) if applying else SchemeText("爱心超市", 100))
    form.look_at(newest.id if newest else 0)


def _beside(form: ProgrammeForm, error: DomainError, found: Place) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    name = form.field_of(error.field) if isinstance(error, SchemeWrongError) else ""
    if isinstance(error, RetroactiveError):
        name = "since"
    if isinstance(error, SchemeChangedError):
        newest = _newest(found.region.code)
        form.look_at(newest.id if newest else 0)
    if name in form:
        form[name].errors = [say(error)]
    else:
        form.form_errors.append(say(error))


def _editable(found: Place) -> bool:
    """Whether the person sets the programme here: a village follows its township's or county's.

    Unless it has one of its own already.
    """
    whole = found.region.level < VILLAGE
    return found.mine and (whole or _newest(found.region.code) is not None)


def _newest(region_code: str) -> Scheme | None:
    rows = queries.schemes(region_code)
    return next((row for row in rows if row.region_code == region_code), None)


def _applying(region_code: str, on: date) -> Scheme | None:
    try:
        return queries.scheme(region_code, on)
    except NoSchemeError:
        return None


def _history(known: Sequence[Scheme]) -> list[tuple[Scheme, list[tuple[str, str]]]]:
    """Return each programme with the settings it changed: label and words."""
    told = []
    for place_, row in enumerate(known):
        before = next((r for r in known[place_ + 1 :] if r.region_code == row.region_code), None)
        text = schemes.scheme_text(row)
        changes = setting_differences(schemes.scheme_text(before), text) if before else []
        told.append((row, [(line.label, f"{line.old} → {line.new}") for line in changes]))
    return told
