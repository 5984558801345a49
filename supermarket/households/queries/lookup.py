"""Which households somebody may see, and what one of them is."""

from datetime import date

from sqlalchemy import Select, select

from supermarket.database import db
from supermarket.households.models import Household, HouseholdTag
from supermarket.regions import queries as regions
from supermarket.staff.models import Scope


def visible(scope: Scope) -> Select[Household]:
    """Return the households somebody may see, to narrow or to page through."""
    return select(Household).where(regions.under(Household.village_code, scope.regions))


def household(code: str, scope: Scope) -> Household | None:
    """Return a household by its code, if it lies in ``scope``."""
    if not (code.isascii() and code.isdigit()):
        return None
    return db.session.scalar(visible(scope).where(Household.code == code))


def current_tags(household: Household, on: date) -> list[HouseholdTag]:
    """Return the tags a household carries on a day, oldest first."""
    return [
        tag for tag in household.tags if tag.since <= on and (tag.until is None or tag.until >= on)
    ]
