"""Households, their bank books and their cards."""

from typing import Any

from flask import current_app, url_for

from supermarket.api import queries
from supermarket.api.forms import cursors
from supermarket.api.forms import households as shapes
from supermarket.api.forms.fields import Page
from supermarket.api.views.frame import bp
from supermarket.cards import queries as cards_queries
from supermarket.cards.errors import CardElsewhereError
from supermarket.cards.queries import CardRead, numbers
from supermarket.cards.service import cards
from supermarket.clock import today
from supermarket.database import transaction
from supermarket.errors import NotFoundError
from supermarket.households import queries as households_queries
from supermarket.households import service as households
from supermarket.households.models import Household, TagKind
from supermarket.masking import masked
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY, within
from supermarket.staff.models import Permission
from supermarket.staff.views import seen
from supermarket.staff.views.guard import current_user, requires


@bp.route("/households", tags=["households"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(shapes.HouseholdSearch, location="query")
@bp.response(200, shapes.HouseholdPage)
def search_households(asked: dict[str, Any]) -> dict[str, Any]:
    """Find households in the caller's scope."""
    scope = current_user.scope(Permission.VIEW_HOUSEHOLDS)
    region = asked.get("region")
    if region is not None:
        queries.region_inside(region, scope)
    limit = asked["limit"]
    found = households_queries.search(
        asked["q"],
        scope,
        limit=limit + 1,
        region=region,
        after=cursors.read("households", asked.get("cursor")),
    )
    return cursors.page("households", found, limit, lambda row: row.code)


@bp.route("/households", methods=["POST"], tags=["households"])
@requires(Permission.MANAGE_HOUSEHOLDS)
@bp.arguments(shapes.HouseholdSent)
@bp.response(201, shapes.HouseholdShown)
def add_household(asked: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Write a household down."""
    scope, by = current_user.scope(Permission.MANAGE_HOUSEHOLDS), current_user.id
    new = households.NewHousehold(
        village_code=asked["region"],
        head=asked["head"],
        group=asked["group"],
        phone=asked["phone"],
        helper=asked["helper"],
        code=asked.get("code") or None,
        members=[households.MemberDetails(**member) for member in asked["members"]],
        tags=[TagKind(tag) for tag in asked["tags"]],
    )
    with transaction():
        household = households.add(new, by, scope=scope, namesake=asked["namesake"])
    return _shown(household), 201, {"Location": url_for("api.household", code=household.code)}


@bp.route("/households/<code>", tags=["households"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.response(200, shapes.HouseholdShown)
def household(code: str) -> dict[str, Any]:
    """Return a household."""
    found = _household(code, Permission.VIEW_HOUSEHOLDS)
    seen.note("household.view", found.code)
    return _shown(found)


@bp.route("/households/<code>/entries", tags=["households"])
@requires(Permission.VIEW_HOUSEHOLDS)
@bp.arguments(Page, location="query")
@bp.response(200, shapes.StatementPage)
def household_entries(asked: dict[str, Any], code: str) -> dict[str, Any]:
    """Return a household's bank book, newest line first."""
    found = _household(code, Permission.VIEW_HOUSEHOLDS)
    seen.note("household.view", found.code)
    limit = asked["limit"]
    lines = households_queries.statement(
        found, before_place=cursors.read_number("entries", asked.get("cursor")), limit=limit + 1
    )
    return cursors.page("entries", lines, limit, lambda row: row.place)


@bp.route("/households/<code>/cards", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.response(201, shapes.CardIssued)
def issue_card(code: str) -> dict[str, str]:
    """Give a household without a card its card."""
    found, by = _household(code, Permission.MANAGE_CARDS), current_user.id
    config = current_app.config
    with transaction():
        issued = cards.issue(found, by, secret=config["CARD_KEY"], public_url=config["PUBLIC_URL"])
    return {"card_number": issued.card.card_number, "code": issued.code, "url": issued.url}


@bp.route("/cards/read", methods=["POST"], tags=["cards"])
@requires(Permission.READ_CARDS)
@bp.arguments(shapes.CardSent)
@bp.response(200, shapes.CardShown)
def read_card(asked: dict[str, str]) -> dict[str, Any]:
    """Say whose card it is and what it is good for."""
    found = cards_queries.read(asked["code"], secret=current_app.config["CARD_KEY"])
    return {
        "card_number": found.card.card_number,
        "state": found.state,
        "household": _holder(found),
    }


@bp.route("/cards/<card_number>/revocation", methods=["POST"], tags=["cards"])
@requires(Permission.MANAGE_CARDS)
@bp.arguments(shapes.RevocationSent)
@bp.response(200, shapes.CardState)
def revoke_card(asked: dict[str, str], card_number: str) -> dict[str, Any]:
    """End a card for good."""
    scope, by = current_user.scope(Permission.MANAGE_CARDS), current_user.id
    found = cards_queries.card(numbers.parse(card_number), scope)
    if found is None:
        raise NotFoundError(what=card_number)
    with transaction():
        cards.revoke(found.card, asked["reason"], by)
    return {"card_number": found.card.card_number, "state": found.card.state}


def _household(code: str, permission: Permission) -> Household:
    found = households_queries.household(code, current_user.scope(permission))
    if found is None:
        raise NotFoundError(what=code)
    return found


def _shown(found: Household) -> dict[str, Any]:
    card = cards_queries.active_card(found)
    return {
        "code": found.code,
        "head": found.head,
        "region": found.village_code,
        "village": regions.names([found.village_code]).get(found.village_code, ""),
        "group": found.group,
        "phone": found.phone,
        "helper": found.helper,
        "state": found.state,
        "balance": households_queries.balance(found),
        "members": [member for member in found.members if member.present],
        "tags": households_queries.current_tags(found, today()),
        "card_number": card.card_number if card else None,
    }


def _holder(found: CardRead) -> dict[str, Any] | None:
    """Return what the caller may see of a card's household.

    A counter serves the whole county, but sees only the masked name of a household whose
    village it does not stand in.

    Raises:
        CardElsewhereError: the card belongs to a place outside the caller's scope.
    """
    owner = found.household
    if owner is None:
        return None
    head = owner.head
    if not cards_queries.reaches(current_user.scope(Permission.READ_CARDS), owner):
        counters = cards_queries.places(current_user.scope(Permission.REDEEM))
        if not any(within(owner.village_code, place[:COUNTY]) for place in counters):
            raise CardElsewhereError(what=found.card.card_number)
        head = masked(owner.head)
    seen.note("card.view", owner.code)
    return {"code": owner.code, "head": head, "balance": households_queries.balance(owner)}
