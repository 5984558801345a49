"""Behind the QR code of a card: whose it may be, the PIN, and the way out again."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries as cards
from supermarket.cards.errors import NoPinError
from supermarket.cards.models import CardState
from supermarket.cards.queries import CardRead
from supermarket.cards.service import faces, pins
from supermarket.database import once_more
from supermarket.errors import DomainError
from supermarket.public import queries
from supermarket.public.forms import PinForm
from supermarket.public.views import visits
from supermarket.public.views.overview import overview
from supermarket.public.views.visits import Visit
from supermarket.staff.forms.sign_in import Kept
from supermarket.staff.views.guard import opens_with, requires
from supermarket.web import say

bp = visits.prepare(Blueprint("public", __name__))
View = Callable[..., ResponseReturnValue]


class Contact(NamedTuple):
    """Whom to ask in a village; empty what nobody knows."""

    programme: str
    village: str
    shop: str
    address: str
    phone: str


@bp.record_once
def _offer_words(state: BlueprintSetupState) -> None:
    """Let printed cards carry the programme's name and the shop's telephone."""
    state.app.extensions[faces.WORDS] = queries.words


@bp.get("/c/<code>", strict_slashes=False)
@bp.get("/C/<code>", strict_slashes=False, endpoint="card_as_printed")
@requires(None)
def card(code: str) -> ResponseReturnValue:
    """Tell whoever scanned a card that it is one, and its household everything.

    A code we did not sign is refused before any query, and a card number is not a code.
    Without the PIN nothing here says more about the household than its masked name.
    """
    found = visits.read(code)
    visit = visits.current(found)
    if visit is None:
        return card_page(found, PinForm(formdata=None))
    return visits.remember(make_response(overview(visit)), visit)


@bp.post("/c/<code>", strict_slashes=False)
@requires(None)
def enter(code: str) -> ResponseReturnValue:
    """Try the PIN: a fit opens the page for a while, five misfits lock it."""
    found, form = visits.read(code), PinForm()
    owner = found.household
    if owner is None or not visits.is_good(found):
        return card_page(found, form, 409)
    if not form.validate():
        return card_page(found, form, 422)
    try:
        result = once_more(lambda: pins.check_pin(owner.id, form.pin.data or ""))
        result.refuse()
        visit = visits.begin(found)
        if visit is None:
            raise NoPinError
    except DomainError as error:
        form.pin.errors = [say(error)]
        return card_page(found, form, error.status)
    return visits.remember(make_response(_inside(visit, form)), visit)


@bp.post("/c/<code>/leave")
@requires(None)
def leave(code: str) -> ResponseReturnValue:
    """Close the page on this phone."""
    found = visits.read(code)
    flash(_("已退出。下次看积分再扫卡、输密码"), "success")
    return visits.forget(make_response(redirect(url_for(".card", code=visits.code_of(found)))))


def for_household(view: View) -> View:
    """Open a view to the household whose card the address names, its PIN typed not long ago.

    The view gets the ``Visit`` in place of the code. Whoever comes too late types the PIN
    once more; what was in the form is kept.
    """

    @wraps(view)
    def inside(code: str, **arguments: Any) -> ResponseReturnValue:
        found = visits.read(code)
        visit = visits.current(found)
        if visit is None:
            return _ask_again(found)
        response = make_response(view(visit, **arguments))
        if visits.is_good(visits.read(code)):
            return visits.remember(response, visit)
        return visits.forget(response)

    return inside


def card_page(found: CardRead, form: PinForm, status: int = 200) -> ResponseReturnValue:
    """Show what anybody may know of a card, and ask its household for the PIN."""
    owner = found.household
    good = visits.is_good(found)
    page = render_template(
        "public/card.html",
        code=visits.code_of(found),
        contact=contact(owner.village_code if owner else ""),
        head=owner.head if owner else "",
        state=found.state,
        good=good,
        lost=found.state is CardState.LOST,
        left=owner is not None and found.state is CardState.ACTIVE and not good,
        standing=cards.pins.standing(owner.id) if owner and good else None,
        form=form,
    )
    return page, status


def contact(village_code: str) -> Contact:
    """Return whom to ask in a village."""
    words, shop = queries.words(village_code), queries.shop(village_code)
    return Contact(
        words.programme,
        words.village,
        shop.name if shop else "",
        shop.address if shop else "",
        (shop.phone if shop else "") or words.phone,
    )


def _ask_again(found: CardRead) -> ResponseReturnValue:
    """Ask for the PIN where there is no visit, or no more; keep what a form sent."""
    if request.method in {"GET", "HEAD"}:
        return redirect(url_for("public.card", code=visits.code_of(found)))
    form, kept = PinForm(formdata=None), Kept(request.form.items(multi=True))
    form.kept.data = kept.written()
    form.target.data = request.full_path.rstrip("?")
    if not visits.is_good(found):
        return card_page(found, form, 409)
    if form.kept.data:
        form.form_errors.append(_("放得久了，请再输一次密码。刚才写的内容还在，输完密码再提交一次"))
    else:
        form.form_errors.append(_("放得久了，请再输一次密码"))
    return card_page(found, form, 401)


def _inside(visit: Visit, form: PinForm) -> ResponseReturnValue:
    """Lead to the household's page, or back to what was typed before the PIN was asked again."""
    kept, target = Kept.read(form.kept.data or ""), form.target.data or ""
    ours = target.startswith(f"/c/{visit.code}/") and opens_with(target.partition("?")[0], "POST")
    if kept.pairs and ours:
        return render_template("public/resume.html", code=visit.code, kept=kept, target=target)
    return redirect(url_for(".card", code=visit.code))
