"""The yearly assessment score (年度评分): it may fall, and it is nobody's money."""

from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards.models import AwardLine
from supermarket.clock import VILLAGE, local, today
from supermarket.database import db
from supermarket.deductions.models import Appeal, AppealState, Deduction, DeductionState
from supermarket.households.models import Household
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import RuleVersion


class ScoreLine(NamedTuple):
    """One row behind a score."""

    on: date
    #: What it was for, as the rule says it.
    title: str
    #: Whole points; negative for a deduction.
    points: int


class Score(NamedTuple):
    """A household's score of a year and the rows it is made of, oldest first."""

    year: int
    base: int
    lines: list[ScoreLine]

    @property
    def earned(self) -> int:
        """Points of the awards."""
        return sum(line.points for line in self.lines if line.points > 0)

    @property
    def lost(self) -> int:
        """Points of the deductions, as a positive number."""
        return -sum(line.points for line in self.lines if line.points < 0)

    @property
    def total(self) -> int:
        """The score."""
        return self.base + self.earned - self.lost


def score(household: Household, year: int) -> Score:
    """Return a household's score of a year.

    What the programme starts it from, plus what awards of the year's days gave and nobody
    took back, less the deductions decided in the year, in full: a deduction that found too
    few points to take lowers the score all the same, so that it may fall where the balance
    stays. Spending and expiry never touch it. Private to the household and its offices.

    Raises:
        NoSchemeError: no programme ran that year.
    """
    last = min(date(year, 12, 31), today())
    base = schemes.scheme(household.village_code, max(last, date(year, 1, 1))).base_score
    lines = [*_awards(household.id, year), *_deductions(household.id, year)]
    return Score(year, base, sorted(lines, key=lambda line: line.on))


def _awards(household_id: int, year: int) -> list[ScoreLine]:
    rows = db.session.execute(
        select(
            AwardLine.occurred_on,
            RuleVersion.title,
            AwardLine.points - AwardLine.reversed_points,
        )
        .join(RuleVersion, RuleVersion.id == AwardLine.rule_version_id)
        .where(
            AwardLine.household_id == household_id,
            AwardLine.occurred_on.between(date(year, 1, 1), date(year, 12, 31)),
            AwardLine.reversed_points < AwardLine.points,
        )
        .order_by(AwardLine.occurred_on, AwardLine.id)
    )
    return [ScoreLine(*row) for row in rows]


def _deductions(household_id: int, year: int) -> list[ScoreLine]:
    """Return the deductions that became final in the year; what was given back counts not."""
    since = datetime.combine(date(year, 1, 1), time(), VILLAGE)
    until = datetime.combine(date(year + 1, 1, 1), time(), VILLAGE)
    rows = db.session.execute(
        select(Deduction, RuleVersion.title, Appeal.state)
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .outerjoin(Appeal, Appeal.deduction_id == Deduction.id)
        .where(
            Deduction.household_id == household_id,
            Deduction.state == DeductionState.POSTED,
            Deduction.settled_at >= since,
            Deduction.settled_at < until,
        )
        .order_by(Deduction.settled_at)
    )
    return [
        ScoreLine(local(found.settled_at).date(), title, -found.points)
        for found, title, appeal in rows
        if found.settled_at is not None and _stands(found, appeal)
    ]


def _stands(deduction: Deduction, appeal: AppealState | None) -> bool:
    """Whether a deduction still counts: not once all it took went back, or an appeal won.

    What a late appeal lowered counts as lowered: its points are then those that stand.
    """
    gone = 0 < deduction.points_posted == deduction.reversed_points
    return not gone and appeal is not AppealState.CANCELLED
