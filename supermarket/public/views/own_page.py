"""A household's bank book and shelf, its lost card, and everything that is kept about it."""

from flask import Blueprint, Response, current_app, flash, jsonify, render_template, url_for
from flask import redirect as to
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.audit import service as audit
from supermarket.cards.errors import PinShapeError, WeakPinError
from supermarket.cards.queries import numbers
from supermarket.cards.service import pins
from supermarket.clock import now, today
from supermarket.database import once_more, transaction
from supermarket.errors import DomainError
from supermarket.public import queries, service
from supermarket.public.forms import OwnPinForm, SureForm
from supermarket.public.views import overview, visits
from supermarket.public.views.entrance import contact, for_household
from supermarket.public.views.record import as_json, sections
from supermarket.public.views.visits import Visit
from supermarket.staff.views.guard import requires
from supermarket.web import say

bp = visits.prepare(Blueprint("own_page", __name__, url_prefix="/c/<code>"))


@bp.get("/book")
@requires(None)
@for_household
def book(visit: Visit) -> ResponseReturnValue:
    """Show the whole bank book, a page at a time."""
    return overview.book(visit)


@bp.get("/goods")
@requires(None)
@for_household
def goods(visit: Visit) -> ResponseReturnValue:
    """Show what the nearest shop has, and how far it is away."""
    return overview.goods(visit)


@bp.route("/lost", methods=["GET", "POST"])
@requires(None)
@for_household
def lost(visit: Visit) -> ResponseReturnValue:
    """Stop the card; the page it opened closes with it."""
    form, status = SureForm(), 200
    if form.validate_on_submit():
        try:
            with transaction():
                service.report_lost(visit.card)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("已挂失，这张卡谁也不能用了。请到村里补一张新卡，积分不会少"), "success")
            return to(url_for("public.card", code=visit.code))
    page = render_template(
        "public/lost.html",
        code=visit.code,
        form=form,
        number=numbers.format(visit.card.card_number),
        contact=contact(visit.household.village_code),
    )
    return page, status


@bp.route("/pin", methods=["GET", "POST"])
@requires(None)
@for_household
def change_pin(visit: Visit) -> ResponseReturnValue:
    """Let the household choose a PIN that nobody typed for it; every open page closes."""
    form, status = OwnPinForm(), 200
    if form.validate_on_submit():
        try:
            _change_pin(visit, form)
        except DomainError as error:
            field = form.pin if isinstance(error, PinShapeError | WeakPinError) else form.old
            field.errors = [say(error)]
            status = error.status
        else:
            flash(_("密码已改好，请用新密码再进一次"), "success")
            return to(url_for("public.card", code=visit.code))
    elif form.is_submitted():
        status = 422
    return render_template("public/pin.html", code=visit.code, form=form), status


def _change_pin(visit: Visit, form: OwnPinForm) -> None:
    """Try the PIN there is, which counts as any try does, and put the new one in its place."""
    new = pins.digits(form.pin.data or "")
    once_more(lambda: pins.check_pin(visit.household.id, form.old.data or "")).refuse()
    memory = current_app.config["ARGON2_MEMORY_KIB"]
    with transaction():
        pins.set_pin(visit.household, new, None, memory_kib=memory)


@bp.get("/data")
@requires(None)
@for_household
def data(visit: Visit) -> ResponseReturnValue:
    """Show everything that is kept about the household, to be read or printed."""
    _note(visit)
    return render_template(
        "public/data.html",
        code=visit.code,
        household=visit.household,
        sections=sections(_record(visit)),
        contact=contact(visit.household.village_code),
    )


@bp.get("/data.json")
@requires(None)
@for_household
def data_file(visit: Visit) -> ResponseReturnValue:
    """Send the same as a file that programs read."""
    _note(visit)
    household = visit.household
    response: Response = jsonify(
        {
            "household": household.code,
            "as_of": now().isoformat(timespec="seconds"),
            "sections": as_json(sections(_record(visit))),
        }
    )
    name = f"household-{household.code}-{today():%Y%m%d}.json"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


def _note(visit: Visit) -> None:
    """Note that all of it was given out: as with staff, the one thing that a GET writes."""
    with transaction():
        audit.record("household.export_own", visit.household.code, by=None)


def _record(visit: Visit) -> queries.Record:
    return queries.record(visit.household, overview.own_mark(visit.household))
