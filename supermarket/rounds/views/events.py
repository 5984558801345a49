"""Events: cards one after another, households without theirs, taking a sign-in back."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from supermarket.cards import queries as cards
from supermarket.cards.errors import CardElsewhereError
from supermarket.cards.forms import CardForm
from supermarket.database import transaction
from supermarket.errors import DomainError
from supermarket.households import queries as households
from supermarket.rounds import queries
from supermarket.rounds import service as rounds
from supermarket.rounds.errors import RoundClosedError
from supermarket.rounds.models import Round
from supermarket.rounds.views.places import award_scope, back, bp, mine
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import say

#: Households a search shows.
FOUND = 12


@bp.route("/rounds/<code>/card", methods=["GET", "POST"])
@requires(Permission.AWARD)
def card(code: str) -> ResponseReturnValue:
    """Sign in who holds out a card: scanned, photographed or typed."""
    round_, form, secret = mine(code), CardForm(), current_app.config["CARD_KEY"]
    if request.method == "GET":  # back from signing in again
        return redirect(url_for(".show", code=code))
    if not form.validate():
        return event_page(round_, form, 422)
    try:
        _card, holder = cards.usable(cards.read(form.scanned(secret), secret=secret))
        if not award_scope().covers_region(holder.village_code):
            raise CardElsewhereError
        return _signed_in(code, holder.code)
    except RoundClosedError as error:
        return back(code, error)
    except DomainError as error:
        form.card.errors = [say(error)]
        return event_page(mine(code), form, error.status)


@bp.post("/rounds/<code>/sign-ins")
@requires(Permission.AWARD)
def sign_in(code: str) -> ResponseReturnValue:
    """Sign in a household without its card."""
    try:
        return _signed_in(code, request.form.get("household", ""))
    except DomainError as error:
        return back(code, error)


@bp.post("/rounds/<code>/sign-outs")
@requires(Permission.AWARD)
def sign_out(code: str) -> ResponseReturnValue:
    """Take a household off the list again."""
    household, scope, by = request.form.get("household", ""), award_scope(), current_user.member.id
    try:
        with transaction():
            rounds.mark(mine(code), {household: None}, scope=scope, by=by)
    except DomainError as error:
        return back(code, error)
    return redirect(url_for(".show", code=code))


def _signed_in(code: str, household: str) -> ResponseReturnValue:
    scope, by = award_scope(), current_user.member.id
    with transaction():
        signed = rounds.sign_in(mine(code), household, scope=scope, by=by)
    seen.note("card.view", household)
    again = "yes" if signed.again else None
    return redirect(url_for(".show", code=code, done=signed.household.code, again=again))


def event_page(round_: Round, form: CardForm, status: int = 200) -> ResponseReturnValue:
    """Ask for the next card; who came stands below, the last first."""
    text = request.args.get("q", "").strip()[:60]
    page = render_template(
        "rounds/event.html",
        round=round_,
        form=form,
        rows=queries.sign_ins(round_),
        done=queries.row_of(round_, request.args.get("done", "")),
        again="again" in request.args,
        text=text,
        found=households.search(text, award_scope(), limit=FOUND) if text else [],
        village=round_.village_code,
    )
    return page, status
