"""Who looks at a household's page: a card that is good, and a PIN that was typed not long ago."""

from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from supermarket.cards import queries as cards
from supermarket.cards.errors import CardNotRecognisedError
from supermarket.cards.models import Card, CardState
from supermarket.cards.queries import CardRead, codes
from supermarket.clock import now
from supermarket.households.models import Household, HouseholdState

#: The cookie of a visit; it goes to the pages of cards only.
COOKIE = "household"
PATH = "/c/"
#: Minutes without a press after which the PIN is asked again.
MINUTES = 15


class Visit(NamedTuple):
    """A household that looks at its own page."""

    household: Household
    card: Card
    #: The card's signed code, as it stands in addresses.
    code: str
    #: Which of the household's PINs was typed.
    pin_number: int


def prepare(bp: Blueprint) -> Blueprint:
    """Let the pages of ``bp`` refuse what is no card of ours, and keep them out of everywhere."""
    bp.register_error_handler(CardNotRecognisedError, _not_ours)
    bp.after_request(unlisted)
    return bp


def read(code: str) -> CardRead:
    """Find the card of an address; whatever we did not sign is refused before any query.

    Raises:
        CardNotRecognisedError: no card of ours.
    """
    return cards.read_code(code, secret=_secret())


def is_good(found: CardRead) -> bool:
    """Whether a card is in use and its household takes part."""
    owner = found.household
    taking_part = owner is not None and owner.state is HouseholdState.ACTIVE
    return found.state is CardState.ACTIVE and taking_part


def code_of(found: CardRead) -> str:
    """Return the code of a card as our addresses write it."""
    return codes.sign(found.card.token, _secret())


def begin(found: CardRead) -> Visit | None:
    """Return the visit that a PIN opens which fits now; None if the card opens nothing."""
    owner = found.household
    if owner is None or not is_good(found):
        return None
    standing = cards.pins.standing(owner.id)
    if standing is None or not standing.is_set:
        return None
    return Visit(owner, found.card, code_of(found), standing.number)


def current(found: CardRead) -> Visit | None:
    """Return the visit that this browser's cookie proves, if it is one of this card's.

    A card reported lost or replaced, a household that left, a PIN set anew: each ends it at
    once, for all of it is looked up every time.
    """
    kept = request.cookies.get(COOKIE)
    visit = begin(found) if kept else None
    if visit is None:
        return None
    try:
        token, household_id, number, until = _seal().loads(kept or "")
    except (BadSignature, ValueError, TypeError):
        return None
    ours = (token, household_id, number) == (
        visit.card.token,
        visit.household.id,
        visit.pin_number,
    )
    return visit if ours and now().timestamp() < until else None


def remember(response: Response, visit: Visit) -> Response:
    """Let the browser come back for a while without the PIN."""
    until = now() + timedelta(minutes=MINUTES)
    proof = [visit.card.token, visit.household.id, visit.pin_number, int(until.timestamp())]
    response.set_cookie(
        COOKIE,
        str(_seal().dumps(proof)),
        max_age=MINUTES * 60,
        path=PATH,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def forget(response: Response) -> Response:
    """End the visit."""
    response.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="Lax")
    return response


def _seal() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="household page")


def _secret() -> bytes:
    secret: bytes = current_app.config["CARD_KEY"]
    return secret


def _not_ours(error: CardNotRecognisedError) -> ResponseReturnValue:
    return render_template("public/no_card.html"), error.status


def unlisted(response: Response) -> Response:
    """Keep a page out of caches, search engines and other sites' logs.

    Our own forms need the referrer over HTTPS, so that it stays inside and is not dropped.
    """
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
