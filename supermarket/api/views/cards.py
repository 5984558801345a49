"""Cards: their stories, lost and found, good for longer, linked, replaced."""

from collections.abc import Callable
from typing import Any

from flask import current_app

from supermarket.api.forms import cards as shapes
from supermarket.api.forms.households import CardIssued, CardState
from supermarket.api.views.frame import bp
from supermarket.cards import queries as cards_queries
from supermarket.cards.models import CardHandover
from supermarket.cards.queries import CardRead, numbers
from supermarket.cards.queries.print_runs import HandoverRow
from supermarket.cards.service import cards, runs
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/cards/<card_number>", tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.response(200, shapes.CardStory)
def card_story(card_number: str) -> dict[str, Any]:
    """Return a household's card and what happened to it."""
    found, owner = _card(card_number, Permission.MANAGE_CARDS)
    seen.note("card.view", owner.code)
    card = found.card
    return {
        "card_number": card.card_number,
        "state": found.state,
        "household": owner.code,
        "issued_at": card.issued_at,
        "last_day": card.expires_on,
        "history": [
            {
                "state": row.event.state,
                "at": row.event.at,
                "actor": row.actor,
                "reason": row.event.reason,
            }
            for row in cards_queries.history(card)
        ],
        "printings": [
            {"run": row.run.id, "made_at": row.run.made_at, "maker": row.maker}
            for row in cards_queries.print_runs.printings(card)
        ],
        "handovers": handed(cards_queries.print_runs.card_handovers(card)),
    }


@bp.route("/cards/<card_number>/loss", methods=["POST"], tags=["cards"])
@requires(Permission.READ_CARDS)
@bp.arguments(shapes.CardReasonSent)
@bp.response(200, CardState)
def report_card_lost(asked: dict[str, str], card_number: str) -> dict[str, Any]:
    """Stop a card somebody cannot find."""
    found, _owner = _card(card_number, Permission.READ_CARDS)
    by = current_user.id
    return _changed(found, lambda: cards.report_lost(found.card, by, asked["reason"]))


@bp.route("/cards/<card_number>/recovery", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.CardReasonSent)
@bp.response(200, CardState)
def recover_card(asked: dict[str, str], card_number: str) -> dict[str, Any]:
    """Let a lost card be used again."""
    found, _owner = _card(card_number, Permission.MANAGE_CARDS)
    by = current_user.id
    return _changed(found, lambda: cards.found_again(found.card, by, asked["reason"]))


@bp.route("/cards/<card_number>/last-day", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.LastDaySent)
@bp.response(200, CardState)
def renew_card(asked: dict[str, Any], card_number: str) -> dict[str, Any]:
    """Let a card be good until another day, or without an end."""
    found, _owner = _card(card_number, Permission.MANAGE_CARDS)
    by = current_user.id
    return _changed(found, lambda: cards.renew(found.card, asked["last_day"], by))


@bp.route("/cards/<card_number>/handovers", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.HandoverSent)
@bp.response(201, shapes.Handover)
def hand_over_card(asked: dict[str, str], card_number: str) -> dict[str, Any]:
    """Write down into whose hands a card went."""
    found, owner = _card(card_number, Permission.MANAGE_CARDS)
    by, to_whom, note = current_user.id, asked["to_whom"], asked["note"]
    with transaction():
        given = runs.hand_over_card(found.card, owner.code, to_whom, note, by)
    return shown_handover(given, current_user.name)


@bp.route("/households/<code>/cards/link", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.LinkSent)
@bp.response(200, CardState)
def link_card(asked: dict[str, str], code: str) -> dict[str, Any]:
    """Give a printed blank to a household."""
    household, by = _household(code), current_user.id
    found = cards_queries.read(asked["card"], secret=current_app.config["CARD_KEY"])
    return _changed(found, lambda: cards.link(found.card, household, by))


@bp.route("/households/<code>/cards/reissue", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.ReissueSent)
@bp.response(201, CardIssued)
def reissue_card(asked: dict[str, str], code: str) -> dict[str, str]:
    """Replace a household's card; the old one is dead, the points stay."""
    household, by, config = _household(code), current_user.id, current_app.config
    replacing = numbers.parse(asked["replacing"])
    with transaction():
        issued = cards.reissue(
            household,
            asked["reason"],
            by,
            secret=config["CARD_KEY"],
            public_url=config["PUBLIC_URL"],
            replacing=replacing,
        )
    return {"card_number": issued.card.card_number, "code": issued.code, "url": issued.url}


def _card(card_number: str, permission: Permission) -> tuple[CardRead, Household]:
    found = cards_queries.card(numbers.parse(card_number), current_user.scope(permission))
    if found is None or found.household is None:
        raise NotFoundError(what=card_number)
    return found, found.household


def _household(code: str) -> Household:
    found = households.household(code, current_user.scope(Permission.MANAGE_CARDS))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _changed(found: CardRead, verb: Callable[[], None]) -> dict[str, Any]:
    with transaction():
        verb()
    return {"card_number": found.card.card_number, "state": found.card.state}


def handed(rows: list[HandoverRow]) -> list[dict[str, Any]]:
    """Return into whose hands cards went, as it is shown."""
    return [shown_handover(row.handover, row.giver) for row in rows]


def shown_handover(given: CardHandover, giver: str) -> dict[str, Any]:
    """Return one handing over, as it is shown."""
    return {"to_whom": given.to_whom, "note": given.note, "at": given.at, "giver": giver}
