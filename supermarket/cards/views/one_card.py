"""One card: its story, its pictures, lost, found again, ended, good for longer, handed over."""

from collections.abc import Callable

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
from supermarket.cards.forms import HandoverForm, LastDayForm, ReasonForm, SeenForm
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import CardRead, numbers
from supermarket.cards.service import cards, drawing, faces, runs
from supermarket.cards.service.drawing import CardFace
from supermarket.cards.views.words import words_of
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households.models import Household
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

bp = Blueprint("one_card", __name__)


@bp.get("/cards/<number>")
@requires(Permission.MANAGE_CARDS)
def show(number: str) -> ResponseReturnValue:
    """Show one card, what happened to it, and in whose hands it is."""
    found, owner = _card(number)
    seen.note("card.view", owner.code)
    return _page(found, owner, HandoverForm(formdata=None, to_whom=owner.head))


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
    return with_reason(
        form,
        lambda: cards.report_lost(found.card, current_user.id, form.words),
        title=_("挂失"),
        text=_("挂失后这张卡马上不能用；找回来可以解除挂失，找不到就补发新卡。"),
        done=_("已挂失，这张卡不能用了"),
        back=url_for("cards.household", code=owner.code),
    )


@bp.route("/cards/<number>/found", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def found_again(number: str) -> ResponseReturnValue:
    """Let a lost card be used again, once somebody has made sure who holds it."""
    found, owner = _card(number)
    form = SeenForm()
    return with_reason(
        form,
        lambda: cards.found_again(found.card, current_user.id, form.words),
        title=_("解除挂失"),
        text=_("先看到卡，再核对持卡的人，然后解除。解除后这张卡马上能用。"),
        done=_("已解除挂失，这张卡又能用了"),
        back=url_for("cards.household", code=owner.code),
    )


@bp.route("/cards/<number>/revoke", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def revoke(number: str) -> ResponseReturnValue:
    """End a card for good."""
    found, owner = _card(number)
    form = ReasonForm()
    return with_reason(
        form,
        lambda: cards.revoke(found.card, form.words, current_user.id),
        title=_("注销这张卡"),
        text=_("注销后这张卡再也不能用，积分还在这户的账上。要换新卡请用“补发新卡”。"),
        done=_("这张卡已注销"),
        back=url_for("cards.household", code=owner.code),
    )


@bp.route("/cards/<number>/last-day", methods=["GET", "POST"])
@requires(Permission.MANAGE_CARDS)
def renew(number: str) -> ResponseReturnValue:
    """Let a card be good until another day."""
    found, owner = _card(number)
    form, status = LastDayForm(last_day=found.card.expires_on), 200
    back = url_for(".show", number=number)
    if form.validate_on_submit():
        last_day = form.last_day.data
        try:
            with transaction():
                cards.renew(found.card, last_day, current_user.id)
        except DomainError as error:
            form.form_errors.append(say(error))
            status = error.status
        else:
            flash(_("有效期已改，卡面上印的日期请用笔改，或重新印一张"), "success")
            return redirect(back)
    elif request.method == "POST":
        status = 422
    page = render_template(
        "cards/last_day.html", form=form, number=numbers.format(number), owner=owner, back=back
    )
    return page, status


@bp.post("/cards/<number>/handed")
@requires(Permission.MANAGE_CARDS)
def hand_over(number: str) -> ResponseReturnValue:
    """Write down into whose hands this card went."""
    found, owner = _card(number)
    form = HandoverForm()
    if not form.validate_on_submit():
        return _page(found, owner, form), 422
    to_whom, note = form.to_whom.data or "", form.note.data or ""
    with transaction():
        runs.hand_over_card(found.card, owner.code, to_whom, note, current_user.id)
    flash(_("已记下：卡交给了%(who)s", who=to_whom), "success")
    return redirect(url_for(".show", number=number))


def with_reason(
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


def missing_of(card: Card, owner: Household) -> str:
    """Return the characters of the head's name that no font can draw."""
    missing = faces.unprintable([queries.printable_card(card, owner)])
    return missing[0].characters if missing else ""


def _page(found: CardRead, owner: Household, form: HandoverForm) -> str:
    return render_template(
        "cards/card.html",
        found=found,
        household=owner,
        number=numbers.format(found.card.card_number),
        missing=missing_of(found.card, owner),
        events=queries.history(found.card),
        printings=queries.print_runs.printings(found.card),
        handovers=queries.print_runs.card_handovers(found.card),
        form=form,
        CardState=CardState,
    )


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
