"""Households that nobody should forget: never given anything, or long without any of it."""

from datetime import datetime, time, timedelta

from sqlalchemy import exists, select

from supermarket.awards.models import AwardLine
from supermarket.clock import VILLAGE, local
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.households.queries import activity
from supermarket.households.queries.activity import Standing
from supermarket.oversight.queries.asked import MOST, Asked, Item, Listed, listed
from supermarket.regions.queries import under
from supermarket.staff.models import Scope

#: Days a household has been in the books before it is missed.
NEW = 90


def never_awarded(asked: Asked) -> Listed:
    """Return the households that take part, by 90 days at the end of the days, and never earned.

    What was taken back again does not count as earned.
    """
    joined = datetime.combine(asked.until - timedelta(days=NEW - 1), time(), VILLAGE)
    earned = exists().where(
        AwardLine.household_id == Household.id, AwardLine.reversed_points < AwardLine.points
    )
    found = db.session.scalars(
        select(Household)
        .where(
            under(Household.village_code, asked.areas),
            Household.state == HouseholdState.ACTIVE,
            Household.created_at < joined,
            ~earned,
        )
        .order_by(Household.village_code, Household.code)
        .limit(MOST + 1)
    ).all()
    since = {household.code: local(household.created_at).date() for household in found}
    return listed(
        [_item(one, {"since": since[one.code].isoformat()}) for one in activity.standings(found)]
    )


def inactive(asked: Asked) -> Listed:
    """Return the households that neither earned nor spent anything in the days.

    Asked for a span that ends today, it is the list of form F19; the visits stand beside it.
    """
    days = (asked.until - asked.since).days + 1
    found = activity.inactive(Scope(asked.areas, ()), days, limit=MOST + 1)
    return listed([_item(one, {"days": one.quiet_days}) for one in found])


def _item(one: Standing, facts: dict[str, object]) -> Item:
    planned, paid = one.visits.planned_on, one.visits.last_on
    told = {
        **facts,
        "award_on": one.moves.award_on.isoformat() if one.moves.award_on else "—",
        "redemption_on": one.moves.redemption_on.isoformat() if one.moves.redemption_on else "—",
        "group": one.group,
        "helper": one.helper or "—",
        "visited_on": paid.isoformat() if paid else "—",
        "planned_on": planned.isoformat() if planned else "—",
    }
    return Item(one.code, one.head, one.village_name, one.village_code, told)
