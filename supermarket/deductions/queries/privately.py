"""What a household may know of its own reminders and deductions, and nobody else of its."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.deductions.models import Appeal, AppealState, Deduction, DeductionState
from supermarket.schemes.models import RuleVersion


class OfHousehold(NamedTuple):
    """A reminder or deduction, as the household itself reads it. Never for public output."""

    code: str
    state: DeductionState
    title: str
    basis: str
    #: What happened, in the words of the private notice.
    note: str
    occurred_on: date
    #: Whole points to be taken, 0 for a reminder; taken so far; given back since.
    points: int
    points_posted: int
    reversed_points: int
    #: The last day to appeal; None if there is nothing to appeal against yet.
    appeal_until: date | None
    #: None if the household did not appeal.
    appeal_state: AppealState | None
    #: Why the appeal was decided as it was; empty if it was not.
    answer: str

    @property
    def may_appeal(self) -> bool:
        """Whether the household may still say something against it."""
        standing = (DeductionState.NOTIFIED, DeductionState.POSTED)
        return self.state in standing and self.appeal_state is None


#: What the household hears of: a proposal that nobody approved is not its business yet.
TOLD = tuple(
    state
    for state in DeductionState
    if state not in {DeductionState.PROPOSED, DeductionState.APPROVED}
)


def of_household(household_id: int, *, limit: int = 50) -> list[OfHousehold]:
    """Return the reminders and deductions that a household was told of, newest first."""
    rows = db.session.execute(
        select(
            Deduction.code,
            Deduction.state,
            RuleVersion.title,
            RuleVersion.basis,
            Deduction.note,
            Deduction.occurred_on,
            Deduction.points,
            Deduction.points_posted,
            Deduction.reversed_points,
            Deduction.appeal_until,
            Appeal.state,
            func.coalesce(Appeal.reason, ""),
        )
        .join(RuleVersion, RuleVersion.id == Deduction.rule_version_id)
        .outerjoin(Appeal, Appeal.deduction_id == Deduction.id)
        .where(
            Deduction.household_id == household_id,
            Deduction.state.in_(TOLD),
            # one withdrawn before its notice was never told either
            (Deduction.state != DeductionState.CANCELLED) | Deduction.appeal_until.is_not(None),
        )
        .order_by(Deduction.id.desc())
        .limit(limit)
    )
    return [OfHousehold._make(row) for row in rows]
