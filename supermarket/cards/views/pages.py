"""A household's cards: issue, link a blank, replace."""

from collections.abc import Sequence
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.forms import CardForm, LastDayForm, ReasonForm
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import numbers
from supermarket.cards.service import cards, faces
from supermarket.cards.views.one_card import missing_of, with_reason
from supermarket.clock import today
from supermarket.database import once_more, transaction
from supermarket.errors import N_, DomainError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.households.views.registry import HouseholdAction, finders, household_actions
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("cards", __name__)
household_actions.append(
    HouseholdAction(
        N_("积分卡"), "credit-card", "cards.household", Permission.MANAGE_CARDS, order=20
    )
)


def _holder_of(text: str) -> Household | None:
    """Return the household of the card whose number was typed, or whose code was scanned."""
    try:
        return queries.read(text, secret=current_app.config["CARD_KEY"]).household
    except DomainError:
        return None


finders.append(_holder_of)


@bp.get("/households/<code>/cards")
@requires(Permission.MANAGE_CARDS)
def household(code: str) -> ResponseReturnValue:
    """Show a household's card in use and the ones before it."""
    found = _household(code)
    seen.note("card.view", found.code)
    return _household_page(found, CardForm(formdata=None))


@bp.post("/households/<code>/cards")
@requires(Permission.MANAGE_CARDS)
def issue(code: str) -> ResponseReturnValue:
    """Give a household its card; a second tap finds that it has one."""
    found, asked = _household(code), LastDayForm()
    if not asked.validate_on_submit():
        return _household_page(found, CardForm(formdata=None), asked=asked, status=422)
    last_day = asked.last_day.data
    try:
        issued = once_more(
            lambda: cards.issue(found, current_user.id, last_day=last_day, **_signing())
        )
    except DomainError as error:
        refused = say(error)
        empty = CardForm(formdata=None)
        return _household_page(found, empty, refused, error.status, asked=asked)
    flash(_("已发卡，卡号 %(number)s", number=numbers.format(issued.card.card_number)), "success")
    return redirect(url_for(".household", code=code))


@bp.post("/households/<code>/cards/blank")
@requires(Permission.MANAGE_CARDS)
def link(code: str) -> ResponseReturnValue:
    """Give a printed blank to a household: scan it, and it is theirs."""
    found, form = _household(code), CardForm()
    secret = current_app.config["CARD_KEY"]
    if not form.validate_on_submit():
        return _household_page(found, form, status=422)
    try:
        blank = queries.read(form.scanned(secret), secret=secret).card
        with transaction():
            cards.link(blank, found, current_user.id)
    except DomainError as error:
        form.card.errors = [say(error)]
        return _household_page(found, form, status=error.status)
    flash(_("卡 %(number)s 已归这户使用", number=numbers.format(blank.card_number)), "success")
    return redirect(url_for(".household", code=code))


@bp.route("/households/<code>/cards/reissue", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def reissue(code: str) -> ResponseReturnValue:
    """Replace a household's card by a new one; the old one is dead from then on."""
    found = _household(code)
    held = queries.replaceable(found)
    form = ReasonForm(replacing=held[0].card_number if held else "")

    def replace() -> None:
        cards.reissue(
            found,
            form.words,
            current_user.id,
            replacing=form.replacing.data or None,
            **_signing(),
        )

    return with_reason(
        form,
        replace,
        title=_("补发新卡"),
        text=_("补发后旧卡马上作废，积分留在这户的账上，一分不少。"),
        done=_("新卡已发，旧卡已作废"),
        back=url_for(".household", code=code),
    )


def _household_page(
    found: Household,
    form: CardForm,
    refused: str = "",
    status: int = 200,
    *,
    asked: LastDayForm | None = None,
) -> ResponseReturnValue:
    held = queries.cards_of(found)
    current = _current(held)
    page = render_template(
        "cards/household.html",
        household=found,
        village=faces.default_words(found.village_code).village,
        current=current,
        state=queries.state_on(current, today()) if current else None,
        missing=missing_of(current, found) if current else "",
        asked=asked or LastDayForm(formdata=None),
        earlier=[card for card in held if card is not current],
        form=form,
        refused=refused,
        spaced=numbers.format,
        CardState=CardState,
    )
    return page, status


def _current(held: Sequence[Card]) -> Card | None:
    """Return the card a household's page is about: the one in use, else the newest lost one."""
    for state in (CardState.ACTIVE, CardState.LOST):
        for card in held:
            if card.state is state:
                return card
    return None


def _household(code: str) -> Household:
    found = households.household(code, current_user.scope(Permission.MANAGE_CARDS))
    return found if found is not None else abort(404)


def _signing() -> dict[str, Any]:
    config = current_app.config
    return {"secret": config["CARD_KEY"], "public_url": config["PUBLIC_URL"]}
