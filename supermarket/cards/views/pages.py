"""A household's cards: issue, replace, report lost, end, look at, download."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.forms import CardForm, ReasonForm
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import CardRead, numbers
from supermarket.cards.service import cards, drawing, faces
from supermarket.cards.service.drawing import CardFace
from supermarket.cards.views.words import words_of
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
    found = _household(code)
    try:
        issued = once_more(lambda: cards.issue(found, current_user.id, **_signing()))
    except DomainError as error:
        return _household_page(found, CardForm(formdata=None), say(error), error.status)
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
    held = queries.cards_of(found)
    form = ReasonForm(replacing=held[0].card_number if held else "")

    def replace() -> None:
        cards.reissue(
            found,
            form.words,
            current_user.id,
            replacing=form.replacing.data or None,
            **_signing(),
        )

    return _with_reason(
        form,
        replace,
        title=_("补发新卡"),
        text=_("补发后旧卡马上作废，积分留在这户的账上，一分不少。"),
        done=_("新卡已发，旧卡已作废"),
        back=url_for(".household", code=code),
    )


@bp.get("/cards/<number>")
@requires(Permission.MANAGE_CARDS)
def card(number: str) -> ResponseReturnValue:
    """Show one card, what happened to it, and what can be done with it."""
    found, owner = _card(number)
    seen.note("card.view", owner.code)
    return render_template(
        "cards/card.html",
        found=found,
        household=owner,
        number=numbers.format(found.card.card_number),
        missing=_missing(found.card, owner),
        events=queries.history(found.card),
        CardState=CardState,
    )


@bp.get("/cards/<number>.png")
@requires(Permission.MANAGE_CARDS)
def picture(number: str) -> ResponseReturnValue:
    """Send a card as a picture of its real size: ``?side=back``, ``?names=no``."""
    found, owner = _card(number)
    seen.note("card.print", owner.code)
    face = _face(found.card, owner, show_name=request.args.get("names") != "no")
    back = request.args.get("side") == "back"
    response = Response(
        drawing.back_png(face) if back else drawing.front_png(face), mimetype="image/png"
    )
    kind = "attachment" if "download" in request.args else "inline"
    name = f"card-{number}{'-back' if back else ''}.png"
    response.headers["Content-Disposition"] = f"{kind}; filename={name}"
    return response


@bp.route("/cards/<number>/lost", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def lost(number: str) -> ResponseReturnValue:
    """Stop a card somebody cannot find."""
    found, owner = _card(number)
    form = ReasonForm(reason="卡丢了")
    return _with_reason(
        form,
        lambda: cards.report_lost(found.card, current_user.id, form.words),
        title=_("挂失"),
        text=_("挂失后这张卡马上不能用；找回来可以解除挂失，找不到就补发新卡。"),
        done=_("已挂失，这张卡不能用了"),
        back=url_for(".household", code=owner.code),
    )


@bp.post("/cards/<number>/found")
@requires(Permission.MANAGE_CARDS)
def found_again(number: str) -> ResponseReturnValue:
    """Let a lost card be used again."""
    found, owner = _card(number)
    try:
        with transaction():
            cards.found_again(found.card, current_user.id)
    except DomainError as error:
        return _household_page(owner, CardForm(formdata=None), say(error), error.status)
    flash(_("已解除挂失，这张卡又能用了"), "success")
    return redirect(url_for(".household", code=owner.code))


@bp.route("/cards/<number>/revoke", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def revoke(number: str) -> ResponseReturnValue:
    """End a card for good."""
    found, owner = _card(number)
    form = ReasonForm()
    return _with_reason(
        form,
        lambda: cards.revoke(found.card, form.words, current_user.id),
        title=_("注销这张卡"),
        text=_("注销后这张卡再也不能用，积分还在这户的账上。要换新卡请用“补发新卡”。"),
        done=_("这张卡已注销"),
        back=url_for(".household", code=owner.code),
    )


def _with_reason(
    form: ReasonForm, verb: Callable[[], None], *, title: str, text: str, done: str, back: str
) -> ResponseReturnValue:
    """Ask why, do it, and go back; a refusal keeps what was typed."""
    status = 200
    if form.validate_on_submit():
        try:
            with transaction():
                verb()
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(done, "success")
            return redirect(back)
    elif request.method == "POST":
        status = 422
    page = render_template("cards/reason.html", form=form, title=title, text=text, back=back)
    return page, status


def _household_page(
    found: Household, form: CardForm, refused: str = "", status: int = 200
) -> ResponseReturnValue:
    held = queries.cards_of(found)
    current = _current(held)
    page = render_template(
        "cards/household.html",
        household=found,
        village=faces.default_words(found.village_code).village,
        current=current,
        state=queries.state_on(current, today()) if current else None,
        missing=_missing(current, found) if current else "",
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


def _card(number: str) -> tuple[CardRead, Household]:
    found = queries.card(number, current_user.scope(Permission.MANAGE_CARDS))
    if found is None or found.household is None:
        abort(404)
    return found, found.household


def _face(card: Card, owner: Household, *, show_name: bool = True) -> CardFace:
    [face] = faces.faces(
        [queries.printable_card(card, owner)],
        words_of(),
        secret=current_app.config["CARD_KEY"],
        public_url=current_app.config["PUBLIC_URL"],
        show_name=show_name,
    )
    return face


def _missing(card: Card, owner: Household) -> str:
    """Return the characters of the head's name that no font can draw."""
    missing = faces.unprintable([queries.printable_card(card, owner)])
    return missing[0].characters if missing else ""


def _signing() -> dict[str, Any]:
    config = current_app.config
    return {"secret": config["CARD_KEY"], "public_url": config["PUBLIC_URL"]}
