"""Awards to be checked: given in parts below a review, and to one's own kin."""

from datetime import timedelta
from statistics import median

from sqlalchemy import String, cast, func, select

from supermarket.awards.models import Award, AwardLine, Declaration
from supermarket.clock import local
from supermarket.database import db
from supermarket.households.models import Household, StaffTie
from supermarket.ledger.models import Entry, Journal
from supermarket.oversight.queries.asked import MOST, Asked, Behind, Item, Listed, listed
from supermarket.oversight.queries.behind import GIVER, KEPT, award_rows, awarded
from supermarket.regions.models import Region, above
from supermarket.regions.queries import under
from supermarket.schemes.models import ReviewLevel, Rule, RuleVersion
from supermarket.staff.models import StaffMember

#: Awards of one day that make a split.
SPLIT = 2


def split(asked: Asked) -> Listed:
    """Return what one person gave one household on one day in parts, each without review.

    Two or more lines of level A, each below what rules under review usually give, that
    together reach it: the median of the positive points of the county's rules of level B.
    """
    bar = threshold(asked)
    if bar is None:
        return Listed([], too_few=True)
    rows = db.session.execute(
        select(
            Household.code,
            Household.head,
            Region.name,
            Household.village_code,
            StaffMember.username,
            StaffMember.name,
            AwardLine.occurred_on,
            func.count(),
            func.sum(KEPT),
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .join(Household, Household.id == AwardLine.household_id)
        .join(Region, Region.code == Household.village_code)
        .join(StaffMember, StaffMember.id == Award.actor_id)
        .where(awarded(asked), RuleVersion.review_level == ReviewLevel.A, bar > KEPT)
        .group_by(
            Household.code, Household.head, Region.name, Household.village_code,
            StaffMember.username, StaffMember.name, AwardLine.occurred_on,
        )
        .having(func.count() >= SPLIT, func.sum(KEPT) >= bar)
        .order_by(Household.village_code, Household.code, AwardLine.occurred_on)
        .limit(MOST + 1)
    )  # fmt: skip
    return listed(
        [
            Item(
                f"{code}~{username}~{on.isoformat()}",
                head,
                place,
                village,
                {"day": on.isoformat(), "lines": lines, "points": int(points), "bar": bar,
                 "who": name},
                concerned=username,
            )
            for code, head, place, village, username, name, on, lines, points in rows
        ]
    )  # fmt: skip


def split_of(asked: Asked, subject: str) -> list[Behind]:
    """Return the lines of one split."""
    code, username, day = ([*subject.split("~"), "", ""])[:3]
    days = (asked.until - asked.since).days + 1
    on = {str(one): one for one in (asked.since + timedelta(number) for number in range(days))}
    bar = threshold(asked)
    if bar is None or day not in on:
        return []
    giver = select(StaffMember.id).where(StaffMember.username == username).scalar_subquery()
    return award_rows(
        asked,
        Household.code == code,
        Award.actor_id == giver,
        AwardLine.occurred_on == on[day],
        RuleVersion.review_level == ReviewLevel.A,
        bar > KEPT,
    )


def threshold(asked: Asked) -> int | None:
    """Return what rules under review usually give: the median of level B, None without any."""
    newest = (
        select(RuleVersion.rule_id, func.max(RuleVersion.version).label("version"))
        .where(RuleVersion.since <= asked.until)
        .group_by(RuleVersion.rule_id)
        .subquery()
    )
    over = {place for area in asked.areas for place in above(area)}
    points = db.session.scalars(
        select(RuleVersion.points_max)
        .join(
            newest,
            (newest.c.rule_id == RuleVersion.rule_id) & (newest.c.version == RuleVersion.version),
        )
        .join(Rule, Rule.id == RuleVersion.rule_id)
        .where(
            RuleVersion.review_level == ReviewLevel.B,
            RuleVersion.enabled,
            RuleVersion.points_max > 0,
            Rule.region_code.in_(over),
        )
    ).all()
    return round(median([value for value in points if value])) if points else None


def kin(asked: Asked) -> Listed:
    """Return what was given to households that whoever gave or declared it is tied to now.

    A tie in force at the time would have refused it, so these ties were declared later. It
    begins with the ties, which are few, and not with the awards.
    """
    ties = (
        select(StaffTie.staff_id, StaffTie.household_id, StaffTie.relation,
               StaffTie.declared_at)
        .join(Household, Household.id == StaffTie.household_id)
        .where(StaffTie.ended_at.is_(None), under(Household.village_code, asked.areas))
        .subquery()
    )  # fmt: skip
    rows = db.session.execute(
        select(
            (Journal.code + "-" + cast(Entry.number, String)),
            Household.head,
            Region.name,
            Household.village_code,
            StaffMember.name,
            StaffMember.username,
            ties.c.relation,
            ties.c.declared_at,
            AwardLine.occurred_on,
            KEPT,
        )
        .select_from(ties)
        .join(AwardLine, AwardLine.household_id == ties.c.household_id)
        .join(Award, Award.id == AwardLine.award_id)
        .outerjoin(Declaration, Declaration.award_line_id == AwardLine.id)
        .join(Household, Household.id == AwardLine.household_id)
        .join(Region, Region.code == Household.village_code)
        .join(Entry, Entry.id == Award.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == ties.c.staff_id)
        .where(awarded(asked), ties.c.staff_id == GIVER)
        .order_by(Household.village_code, AwardLine.id)
        .limit(MOST + 1)
    )
    return listed(
        [
            Item(
                reference, head, place, village,
                {"who": who, "relation": relation or "—", "day": on.isoformat(),
                 "points": points, "declared": local(declared).date().isoformat()},
                concerned=username,
            )
            for reference, head, place, village, who, username, relation, declared, on, points
            in rows
        ]
    )  # fmt: skip
