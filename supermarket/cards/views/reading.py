"""Reading a card somebody holds out: whose is it, is it good, how many points."""

from typing import NamedTuple

from flask import Blueprint, current_app, render_template, request
from flask.typing import ResponseReturnValue

from supermarket.cards import queries
from supermarket.cards.errors import CardElsewhereError, CardNotActiveError
from supermarket.cards.forms import CardForm
from supermarket.cards.queries import CardRead, numbers
from supermarket.cards.service import faces
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.masking import masked
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("card_reader", __name__)
NAVIGATION = [
    NavigationItem(N_("读卡"), "scan", "card_reader.read", Permission.READ_CARDS, 40),
]


class Shown(NamedTuple):
    """What the reader of a card may see of it."""

    found: CardRead
    number: str
    #: Masked for those who may read the card but not see the household.
    head: str
    village: str
    #: Whole points; None on a blank.
    balance: int | None
    #: Why it cannot be used; empty if it can.
    refusal: str
    #: Code of the household for those who may open its page; else empty.
    household_code: str


@bp.route("/cards/read", methods=["GET", "POST"])
@requires(Permission.READ_CARDS)
def read() -> ResponseReturnValue:
    """Scan, type or photograph a card; the answer stands above the next one's field."""
    form, shown, status = CardForm(), None, 200
    if form.validate_on_submit():
        secret = current_app.config["CARD_KEY"]
        try:
            shown = _shown(queries.read(form.scanned(secret), secret=secret))
        except DomainError as error:
            form.card.errors = [say(error)]
            status = error.status
        else:
            form = CardForm(formdata=None)
    elif request.method == "POST":
        status = 422
    return render_template("cards/read.html", form=form, shown=shown), status


def _shown(found: CardRead) -> Shown:
    """Return what the signed-in person may see of a card.

    Raises:
        CardElsewhereError: the card belongs to a place outside the person's scope.
    """
    number = numbers.format(found.card.card_number)
    owner = found.household
    if owner is None:
        return Shown(found, number, "", "", None, _refusal(found), "")
    if not queries.reaches(current_user.scope(Permission.READ_CARDS), owner):
        raise CardElsewhereError
    seen.note("card.view", owner.code)
    open_to_me = queries.reaches(current_user.scope(Permission.VIEW_HOUSEHOLDS), owner)
    return Shown(
        found,
        number,
        owner.head if open_to_me else masked(owner.head),
        faces.default_words(owner.village_code).village,
        households.balance(owner),
        _refusal(found),
        owner.code if open_to_me else "",
    )


def _refusal(found: CardRead) -> str:
    try:
        queries.usable(found)
    except CardNotActiveError as error:
        return say(error)
    return ""
