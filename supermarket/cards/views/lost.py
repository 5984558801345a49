"""Somebody calls: my card is lost. Find the household, tap once, and the card is dead."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from supermarket.cards import queries
from supermarket.cards.forms import LostCallForm
from supermarket.cards.models import CardState
from supermarket.cards.queries import numbers
from supermarket.cards.service import cards
from supermarket.database import transaction
from supermarket.errors import N_, DomainError
from supermarket.masking import masked
from supermarket.regions import queries as regions
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user, requires
from supermarket.web import NavigationItem, say

bp = Blueprint("lost_cards", __name__)
NAVIGATION = [
    NavigationItem(
        N_("电话挂失"), "credit-card-off", "lost_cards.index", Permission.READ_CARDS, 42
    ),
]


@bp.get("/cards/lost")
@requires(Permission.READ_CARDS)
def index() -> ResponseReturnValue:
    """Find who is calling; below, the cards that are lost now."""
    return _page(cleaned(request.args.get("q", "")[:64]))


@bp.post("/cards/lost")
@requires(Permission.READ_CARDS)
def report() -> ResponseReturnValue:
    """Stop a card whose household called; whoever may read cards may stop one, nobody unstops."""
    form = LostCallForm()
    asked = cleaned((form.q.data or "")[:64])
    scope = current_user.scope(Permission.READ_CARDS)
    found = queries.card(form.card.data or "", scope) if form.validate_on_submit() else None
    if found is None or found.household is None:
        abort(404)
    try:
        with transaction():
            cards.report_lost(found.card, current_user.id, "电话挂失")
    except DomainError as error:
        again = queries.card(found.card.card_number, scope)
        if again is None or again.state is not CardState.LOST:  # else a second tap: it is done
            return _page(asked, say(error), error.status)
    number = numbers.format(found.card.card_number)
    flash(_("卡 %(number)s 已挂失，从现在起哪个店都不能用", number=number), "success")
    return redirect(url_for(".index", q=asked or None))


def _page(asked: str, refused: str = "", status: int = 200) -> ResponseReturnValue:
    scope = current_user.scope(Permission.READ_CARDS)
    found = queries.losing.callers(asked, scope)
    lost = queries.losing.lost_cards(scope)
    names = regions.names([row.village_code for row in lost])
    page = render_template(
        "cards/lost.html",
        asked=asked,
        found=found,
        lost=lost,
        names=names,
        refused=refused,
        named=_named,
        may_manage=current_user.may(Permission.MANAGE_CARDS),
        spaced=numbers.format,
    )
    return page, status


def _named(head: str, village_code: str) -> str:
    """Write a head as this person may see it."""
    open_to_me = current_user.scope(Permission.VIEW_HOUSEHOLDS).covers_region(village_code)
    return head if open_to_me else masked(head)
