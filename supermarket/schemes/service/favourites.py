"""Keeping a rule at hand."""

from sqlalchemy import delete

from supermarket.database import db
from supermarket.schemes import queries
from supermarket.schemes.models import FavouriteRule


def favourite(staff_id: int, rule_code: str, *, kept: bool) -> None:
    """Keep a rule at hand for somebody, or no longer; saying it twice changes nothing."""
    if not kept:
        db.session.execute(
            delete(FavouriteRule).where(
                FavouriteRule.staff_id == staff_id, FavouriteRule.rule_code == rule_code
            )
        )
    elif rule_code not in queries.favourites(staff_id):
        db.session.add(FavouriteRule(staff_id=staff_id, rule_code=rule_code))
        db.session.flush()
