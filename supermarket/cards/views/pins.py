"""Setting a household's PIN: typed for it, or by it on the device it is handed."""

from typing import Any

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.errors import CardElsewhereError, PinShapeError, WeakPinError
from supermarket.cards.forms import CardForm, NewPinForm
from supermarket.cards.queries import codes, numbers
from supermarket.cards.service import faces, pins
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.views.registry import HouseholdAction, household_actions
from supermarket.masking import masked
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("pins", __name__)
household_actions.append(
    HouseholdAction(N_("查询密码"), "lock", "pins.household", Permission.MANAGE_CARDS, order=25)
)


@bp.route("/households/<code>/pin", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def household(code: str) -> ResponseReturnValue:
    """Show whether a household has a PIN, and set it."""
    found, form = _household(code), NewPinForm()
    seen.note("card.view", found.code)
    if not form.is_submitted():
        return _household_page(found, form)
    if not form.validate():
        return _household_page(found, form, 422)
    try:
        _set(found, form)
    except DomainError as error:
        _beside(form, error)
        return _household_page(found, form, error.status)
    flash(_("密码已设好，请户主自己记住，不要写在卡上"), "success")
    return redirect(url_for("households.show", code=code) if _may_see(found) else request.path)


@bp.post("/households/<code>/pin/reset")
@requires(Permission.MANAGE_CARDS)
def reset(code: str) -> ResponseReturnValue:
    """Take a household's PIN away."""
    found = _household(code)
    try:
        with transaction():
            pins.reset_pin(found, current_user.id)
    except DomainError as error:
        form = NewPinForm(formdata=None)
        form.form_errors.append(say(error))
        return _household_page(found, form, error.status)
    flash(_("密码已清除，要查积分请重新设一个"), "success")
    return redirect(url_for(".household", code=code))


@bp.route("/cards/pin", methods=["GET", "POST"])
@requires(Permission.READ_CARDS)
def card() -> ResponseReturnValue:
    """Ask for the card first: a PIN is set with the card in hand."""
    form = CardForm()
    if not form.is_submitted():
        return render_template("cards/pin_card.html", form=form)
    if not form.validate():
        return render_template("cards/pin_card.html", form=form), 422
    secret = current_app.config["CARD_KEY"]
    try:
        number, found = _held_out(form.scanned(secret))
    except DomainError as error:
        form.card.errors = [say(error)]
        return render_template("cards/pin_card.html", form=form), error.status
    asked = NewPinForm(formdata=None)
    asked.card.data = _code_of(number)
    return _card_page(found, asked)


@bp.route("/cards/pin/set", methods=["GET", "POST"])
@requires(Permission.READ_CARDS)
def set_with_card() -> ResponseReturnValue:
    """Set the PIN of the household whose card was held out."""
    if request.method == "GET":  # back from signing in again
        return redirect(url_for(".card"))
    form = NewPinForm()
    number, found = _held_out(form.card.data or "")
    if not form.validate():
        return _card_page(found, form, 422)
    try:
        _set(found, form, number)
    except DomainError as error:
        _beside(form, error)
        return _card_page(found, form, error.status)
    flash(_("密码已设好，请户主自己记住，不要写在卡上"), "success")
    return redirect(url_for(".card"))


def _held_out(text: str) -> tuple[str, Household]:
    """Return number and household of a card that is good for business where one works.

    Raises:
        CardNotRecognisedError, CardNotActiveError, CardElsewhereError: by what it is.
    """
    found = queries.read(text, secret=current_app.config["CARD_KEY"])
    mine = current_user.scope(Permission.READ_CARDS)
    if found.household is not None and not queries.reaches(mine, found.household):
        raise CardElsewhereError
    card, owner = queries.usable(found)
    seen.note("card.view", owner.code)
    return card.card_number, owner


def _code_of(number: str) -> str:
    """Return the signed code of a card, which the next step carries along."""
    secret = current_app.config["CARD_KEY"]
    return codes.sign(queries.read(number, secret=secret).card.token, secret)


def _set(found: Household, form: NewPinForm, card_number: str = "") -> None:
    with transaction():
        pins.set_pin(
            found,
            form.pin.data or "",
            current_user.id,
            memory_kib=current_app.config["ARGON2_MEMORY_KIB"],
            card_number=numbers.format(card_number) if card_number else "",
        )


def _beside(form: NewPinForm, error: DomainError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    if isinstance(error, PinShapeError | WeakPinError):
        form.pin.errors = [say(error)]
    else:
        form.form_errors.append(say(error))


def _household_page(found: Household, form: NewPinForm, status: int = 200) -> ResponseReturnValue:
    return _page(
        found,
        form,
        status,
        head=found.head,
        url=url_for(".household", code=found.code),
        back=url_for("cards.household", code=found.code),
        may_reset=True,
    )


def _card_page(found: Household, form: NewPinForm, status: int = 200) -> ResponseReturnValue:
    return _page(
        found,
        form,
        status,
        head=found.head if _may_see(found) else masked(found.head),
        url=url_for(".set_with_card"),
        back=url_for(".card"),
        may_reset=False,
    )


def _page(found: Household, form: NewPinForm, status: int, **more: Any) -> ResponseReturnValue:
    page = render_template(
        "cards/pin.html",
        household=found,
        form=form,
        village=faces.default_words(found.village_code).village,
        standing=queries.pins.standing(found.id),
        **more,
    )
    return page, status


def _may_see(found: Household) -> bool:
    return current_user.scope(Permission.VIEW_HOUSEHOLDS).covers_region(found.village_code)


def _household(code: str) -> Household:
    found = households.household(code, current_user.scope(Permission.MANAGE_CARDS))
    return found if found is not None else abort(404)
