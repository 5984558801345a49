"""The printed slips a shop used on a day, for its day's close."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.slips.models import SlipOutcome
from supermarket.slips.queries.numbers import SlipNumber


class DaySlips(NamedTuple):
    """The printed slips of a day."""

    first: SlipNumber
    last: SlipNumber
    used: int
    #: Those below the last one, down to the last one of an earlier day, that have no outcome.
    missing: list[SlipNumber]


def used_on(shop_id: int, day: date, *, most: int) -> DaySlips | None:
    """Return the printed slips that a shop used on a day; None if it used none.

    No more than ``most`` missing ones are named.
    """
    of_shop = (SlipOutcome.shop_id == shop_id, SlipOutcome.entry_id.is_not(None))
    row = db.session.execute(
        select(func.min(SlipOutcome.number), func.max(SlipOutcome.number), func.count()).where(
            *of_shop, SlipOutcome.occurred_on == day
        )
    ).one()
    first, last, used = row
    if first is None:
        return None
    before = db.session.scalar(
        select(func.max(SlipOutcome.number)).where(
            *of_shop, SlipOutcome.occurred_on < day, SlipOutcome.number < first
        )
    )
    start = (before or 0) + 1
    known = set(
        db.session.scalars(
            select(SlipOutcome.number).where(
                SlipOutcome.shop_id == shop_id, SlipOutcome.number.between(start, last)
            )
        )
    )
    lost = [SlipNumber(shop_id, n) for n in range(start, last) if n not in known][:most]
    return DaySlips(SlipNumber(shop_id, first), SlipNumber(shop_id, last), int(used), lost)
