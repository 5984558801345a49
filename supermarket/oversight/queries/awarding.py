"""Awards to be checked: unusual scorers, and villages where few households got much."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.awards.models import Award, AwardLine, Declaration
from supermarket.database import db
from supermarket.households.models import Household
from supermarket.oversight.queries.asked import Asked, Behind, Item, Listed, listed
from supermarket.oversight.queries.behind import GIVER, KEPT, award_rows, awarded
from supermarket.oversight.queries.statistics import PEERS, UNUSUAL, robust_z
from supermarket.regions.models import Region
from supermarket.staff.models import StaffMember

#: Lines somebody must have given to be compared at all.
FEWEST_LINES = 20
#: Households whose share of what somebody gave, or a village got, is looked at.
TOP_OF_SCORER, TOP_OF_VILLAGE = 3, 5
#: Households with points that a village must have for its shares to mean anything.
FEWEST_HOUSEHOLDS = 20
#: The share of the five, in per cent, from which a village is listed.
SHARE = 40
#: The Herfindahl index, 0 to 10,000, from which a village is listed: "highly concentrated"
#: (U.S. Department of Justice and FTC, Horizontal Merger Guidelines 2010, section 5.3).
HERFINDAHL = 2500


class Scorer(NamedTuple):
    """What somebody gave in the days and places."""

    id: int
    lines: int
    points: int
    #: Points of the three households that got most of it.
    top: int

    @property
    def each(self) -> float:
        """Points of an award line."""
        return self.points / self.lines

    @property
    def share(self) -> float:
        """Per cent that went to the three households."""
        return 100 * self.top / self.points


def scorers(asked: Asked) -> Listed:
    """Return those whose awards differ from their peers' more than 3.5 robust deviations.

    Compared are the points of a line, either way, and the share of the three households that
    got most, upwards; among those who gave at least 20 lines, if there are ten of them.
    """
    found = _scorers(asked)
    if len(found) < PEERS:
        return Listed([], too_few=True)
    each, share = [one.each for one in found], [one.share for one in found]
    unusual = [
        (one, high, wide)
        for one, high, wide in zip(found, robust_z(each), robust_z(share), strict=True)
        if abs(high) >= UNUSUAL or wide >= UNUSUAL
    ]
    people = _people([one.id for one, _high, _wide in unusual], asked.areas)
    items = [
        Item(
            subject=people[one.id][0],
            name=people[one.id][1],
            place=people[one.id][2],
            region_code=people[one.id][3],
            facts={
                "lines": one.lines,
                "each": f"{one.each:.1f}",
                "usual": f"{median(each):.1f}",
                "share": f"{one.share:.0f}",
                "usual_share": f"{median(share):.0f}",
                "high": f"{high:.1f}",
                "wide": f"{wide:.1f}",
            },
            concerned=people[one.id][0],
        )
        for one, high, wide in unusual
    ]
    return listed(sorted(items, key=lambda item: (item.region_code, item.subject)))


def _scorers(asked: Asked) -> list[Scorer]:
    """Add up what everybody gave, by household and then together, in one statement."""
    given = (
        select(
            GIVER.label("giver"),
            AwardLine.household_id.label("household"),
            func.count().label("lines"),
            func.sum(KEPT).label("points"),
        )
        .join(Award, Award.id == AwardLine.award_id)
        .join(Household, Household.id == AwardLine.household_id)
        .outerjoin(Declaration, Declaration.award_line_id == AwardLine.id)
        .where(awarded(asked), GIVER.is_not(None))
        .group_by("giver", AwardLine.household_id)
        .subquery()
    )
    placed = select(
        given,
        func.row_number()
        .over(partition_by=given.c.giver, order_by=(given.c.points.desc(), given.c.household))
        .label("place"),
    ).subquery()
    rows = db.session.execute(
        select(
            placed.c.giver,
            func.sum(placed.c.lines),
            func.sum(placed.c.points),
            func.sum(placed.c.points).filter(placed.c.place <= TOP_OF_SCORER),
        )
        .group_by(placed.c.giver)
        .having(func.sum(placed.c.lines) >= FEWEST_LINES)
        .order_by(placed.c.giver)
    )
    return [Scorer(*(int(value) for value in row)) for row in rows]


def _people(ids: Sequence[int], areas: Sequence[str]) -> dict[int, tuple[str, str, str, str]]:
    """Return username, name, place and its code of people: of a role in the places, if any."""
    people = db.session.scalars(select(StaffMember).where(StaffMember.id.in_(ids))).all()
    first = {
        person.id: min(
            (grant.region_code for grant in person.grants),
            key=lambda code: (not code.startswith(tuple(areas)), code),
            default="",
        )
        for person in people
    }
    names = {
        row.code: row.name
        for row in db.session.execute(
            select(Region.code, Region.name).where(Region.code.in_(first.values()))
        )
    }
    return {
        person.id: (person.username, person.name, names.get(first[person.id], ""), first[person.id])
        for person in people
    }


def given_by(asked: Asked, username: str) -> list[Behind]:
    """Return what somebody gave."""
    giver = select(StaffMember.id).where(StaffMember.username == username).scalar_subquery()
    return award_rows(asked, giver == GIVER)


def concentrated(asked: Asked) -> Listed:
    """Return the villages where five households got much of the points.

    Listed from a share of 40 % of the five, or a Herfindahl index of 2,500, among villages
    where at least 20 households got points.
    """
    got = (
        select(
            Household.village_code.label("village"),
            AwardLine.household_id.label("household"),
            func.sum(KEPT).label("points"),
        )
        .join(Household, Household.id == AwardLine.household_id)
        .where(awarded(asked))
        .group_by(Household.village_code, AwardLine.household_id)
        .subquery()
    )
    placed = select(
        got,
        func.row_number()
        .over(partition_by=got.c.village, order_by=(got.c.points.desc(), got.c.household))
        .label("place"),
    ).subquery()
    rows = db.session.execute(
        select(
            placed.c.village,
            Region.name,
            func.count(),
            func.sum(placed.c.points),
            func.sum(placed.c.points).filter(placed.c.place <= TOP_OF_VILLAGE),
            func.sum(placed.c.points * placed.c.points),
        )
        .join(Region, Region.code == placed.c.village)
        .group_by(placed.c.village, Region.name)
        .order_by(placed.c.village)
    ).all()
    enough = [row for row in rows if row[2] >= FEWEST_HOUSEHOLDS]
    items = []
    for village, name, households, points, top, squares in enough:
        share = 100 * int(top) / int(points)
        index = round(10_000 * int(squares) / int(points) ** 2)
        if share >= SHARE or index >= HERFINDAHL:
            facts = {
                "households": households, "points": int(points), "top": TOP_OF_VILLAGE,
                "share": f"{share:.0f}", "index": index,
            }  # fmt: skip
            items.append(Item(village, name, name, village, facts))
    return listed(items)._replace(too_few=bool(rows) and not enough)


def most_of(asked: Asked, village: str) -> list[Behind]:
    """Return the award lines of the five households of a village that got most."""
    top = (
        select(AwardLine.household_id)
        .join(Household, Household.id == AwardLine.household_id)
        .where(awarded(asked), Household.village_code == village)
        .group_by(AwardLine.household_id)
        .order_by(func.sum(KEPT).desc(), AwardLine.household_id)
        .limit(TOP_OF_VILLAGE)
    )
    return award_rows(
        asked,
        AwardLine.household_id.in_(select(top.subquery().c.household_id)),
        Household.village_code == village,
    )
