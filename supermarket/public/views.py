"""Pages for everybody: behind the QR code of a card, without signing in."""

from flask import Blueprint, current_app, make_response, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue

from supermarket.cards import queries as cards
from supermarket.cards.errors import CardNotRecognisedError
from supermarket.cards.models import CardState
from supermarket.cards.queries import CardRead
from supermarket.cards.service import faces
from supermarket.households.models import HouseholdState
from supermarket.public import queries
from supermarket.staff.views.guard import requires

bp = Blueprint("public", __name__)


@bp.record_once
def _offer_words(state: BlueprintSetupState) -> None:
    """Let printed cards carry the programme's name and the shop's telephone."""
    state.app.extensions[faces.WORDS] = queries.words


@bp.get("/c/<code>", strict_slashes=False)
@bp.get("/C/<code>", strict_slashes=False, endpoint="card_as_printed")
@requires(None)
def card(code: str) -> ResponseReturnValue:
    """Tell whoever scanned a card that it is one, whether it is in use, and whom to call.

    A code we did not sign is refused before any query, and a card number is not a code.
    Nothing here says more about the household than its masked name.
    """
    try:
        found = cards.read_code(code, secret=current_app.config["CARD_KEY"])
    except CardNotRecognisedError as error:
        return _unlisted(render_template("public/no_card.html"), error.status)
    return _unlisted(_page(found), 200)


def _page(found: CardRead) -> str:
    owner = found.household
    village_code = owner.village_code if owner else ""
    words, shop = queries.words(village_code), queries.shop(village_code)
    taking_part = owner is not None and owner.state is HouseholdState.ACTIVE
    return render_template(
        "public/card.html",
        programme=words.programme,
        village=words.village,
        shop=shop,
        phone=(shop.phone if shop else "") or words.phone,
        head=owner.head if owner else "",
        state=found.state,
        good=found.state is CardState.ACTIVE and taking_part,
        lost=found.state is CardState.LOST,
    )


def _unlisted(page: str, status: int) -> ResponseReturnValue:
    """Keep a page out of caches, search engines and other sites' logs."""
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
