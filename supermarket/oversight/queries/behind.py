"""The awards and redemptions behind the rows of a list."""

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.awards.models import Award, AwardLine, Declaration
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.oversight.queries.asked import MOST, Asked, Behind
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.shops.models import Shop
from supermarket.staff.models import StaffMember

#: Whose word an award line rests on: who declared it, else who gave it; None if the household
#: declared itself.
GIVER = case((Declaration.id.is_(None), Award.actor_id), else_=Declaration.declared_by)
#: What an award line still gives.
KEPT = AwardLine.points - AwardLine.reversed_points
_ACTOR = aliased(StaffMember)


def awarded(asked: Asked) -> ColumnElement[bool]:
    """Return the condition that an award line is in the days and places, and still stands."""
    return and_(
        AwardLine.occurred_on >= asked.since,
        AwardLine.occurred_on <= asked.until,
        AwardLine.reversed_points < AwardLine.points,
        under(Household.village_code, asked.areas),
    )


def redeemed(asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a redemption at a ``Shop`` is in the days and places."""
    return and_(
        Redemption.occurred_on >= asked.since,
        Redemption.occurred_on <= asked.until,
        at_shops(asked),
    )


def at_shops(asked: Asked) -> ColumnElement[bool]:
    """Return the condition that a ``Shop`` stands in the places."""
    return or_(False, under(Shop.region_code, asked.areas))


def award_rows(asked: Asked, *conditions: ColumnElement[bool]) -> list[Behind]:
    """Return award lines of the days and places, newest first."""
    rows = db.session.execute(
        select(
            (Journal.code + "-" + cast(Entry.number, String)),
            Entry.posted_at,
            AwardLine.occurred_on,
            Region.name,
            Household.code,
            Household.head,
            Rule.code + " " + RuleVersion.title,
            KEPT,
            func.coalesce(_ACTOR.name, ""),
            Household.village_code,
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Household, Household.id == AwardLine.household_id)
        .join(Region, Region.code == Household.village_code)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .outerjoin(Declaration, Declaration.award_line_id == AwardLine.id)
        .outerjoin(_ACTOR, _ACTOR.id == GIVER)
        .where(awarded(asked), *conditions)
        .order_by(AwardLine.occurred_on.desc(), AwardLine.id.desc())
        .limit(MOST)
    )
    return [Behind._make(row) for row in rows]


def redemption_rows(asked: Asked, *conditions: ColumnElement[bool]) -> list[Behind]:
    """Return redemptions and reversals of the days and places, newest first."""
    rows = db.session.execute(
        select(
            (Journal.code + "-" + cast(Entry.number, String)),
            Redemption.posted_at,
            Redemption.occurred_on,
            Region.name,
            Household.code,
            Household.head,
            Shop.name,
            Redemption.points,
            _ACTOR.name,
            Household.village_code,
        )
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Household, Household.id == Redemption.household_id)
        .join(Region, Region.code == Redemption.village_code)
        .join(_ACTOR, _ACTOR.id == Redemption.actor_id)
        .where(redeemed(asked), *conditions)
        .order_by(Redemption.entry_id.desc())
        .limit(MOST)
    )
    return [Behind._make(row) for row in rows]
