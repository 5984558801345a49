"""What anybody may know of a card: nothing but what a found one needs to get home."""

from sqlalchemy import func, select

from supermarket.cards.service import faces
from supermarket.cards.service.faces import Words
from supermarket.clock import today
from supermarket.database import db
from supermarket.regions import queries as regions
from supermarket.regions.models import above
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.shops.models import Shop


def words(village_code: str) -> Words:
    """Word a village's cards: the programme's name that day, and the shop to call."""
    plain = faces.default_words(village_code)
    return plain._replace(
        programme=_programme(village_code) or plain.programme, phone=phone(village_code)
    )


def phone(village_code: str) -> str:
    """Return the telephone of the nearest open shop that serves a village; empty if unknown."""
    return (
        db.session.scalar(
            select(Shop.phone)
            .where(Shop.region_code.in_(above(village_code)), Shop.active, Shop.phone != "")
            .order_by(func.length(Shop.region_code).desc(), Shop.code)
            .limit(1)
        )
        or ""
    )


def shop(village_code: str) -> Shop | None:
    """Return the nearest open shop that serves a village, of several one with a telephone."""
    return db.session.scalar(
        select(Shop)
        .where(Shop.region_code.in_(above(village_code)), Shop.active)
        .order_by(func.length(Shop.region_code).desc(), Shop.phone == "", Shop.code)
        .limit(1)
    )


def _programme(village_code: str) -> str:
    county = regions.county()
    place = village_code or (county.code if county is not None else "")
    try:
        return schemes.scheme(place, today()).programme_name if place else ""
    except NoSchemeError:
        return ""
