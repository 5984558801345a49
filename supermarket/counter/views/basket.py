"""The basket as the page shows it, and what of the counter travels to the next step."""

from collections.abc import Mapping
from typing import NamedTuple

from supermarket.counter.queries.till import Offer
from supermarket.counter.views.agreeing import Standing
from supermarket.counter.views.scanning import Counter


class Line(NamedTuple):
    """A basket line as the page shows it."""

    sku: str
    offer: Offer | None
    units: int | None
    points: int
    #: Units left on the shelf when these have gone; below zero if there are not enough.
    left: int
    #: Units the household may still take this month, these not counted; None for no limit.
    allowed: int | None
    #: Points of one unit that stood here a moment ago, if they changed since.
    before: int | None


def lines_of(now: Counter, known: Mapping[str, Offer], standing: Standing | None) -> list[Line]:
    """Return the basket with what is known of its goods."""
    lines = []
    for sku, typed in now.basket.items():
        offer, units = known.get(sku), typed if isinstance(typed, int) else None
        price = offer.points if offer else None
        points = (price or 0) * (units or 0)
        left = (offer.on_hand if offer else 0) - (units or 0)
        allowed = standing.units_left(offer) if standing and offer else None
        before = now.prices.get(sku)
        changed = before if price is not None and before != price else None
        lines.append(Line(sku, offer, units, points, left, allowed, changed))
    return lines


def prices_of(lines: list[Line]) -> dict[str, int]:
    """Return the points of one unit that stand on the page."""
    return {
        line.sku: line.offer.points
        for line in lines
        if line.offer is not None and line.offer.points is not None
    }


def carried_on(now: Counter) -> dict[str, str]:
    """Return what goes on to the next step; who collects, only for the same household."""
    customer, before = now.customer, now.carried
    if customer is None:
        return {"key": before.get("key", ""), "card": before.get("card", ""), "household": ""}
    here = {
        "key": before.get("key", ""),
        "card": customer.card_number,
        "household": "" if customer.card_number else customer.household_code,
    }
    if here["card"] == before.get("card", "") and here["household"] == before.get("household", ""):
        here |= {name: before.get(name, "") for name in ("collector", "known_by")}
    return here
