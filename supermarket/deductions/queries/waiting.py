"""How much waits for somebody, and since when."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from supermarket.database import db
from supermarket.deductions.models import Appeal, AppealState, Deduction, DeductionState
from supermarket.households.queries import tied
from supermarket.regions.queries import under
from supermarket.staff.models import Scope


class Queue(NamedTuple):
    """What waits for one person."""

    size: int
    #: Since when the oldest waits; None if nothing does.
    since: datetime | None
    #: How many are past their day.
    late: int = 0


def to_approve(scope: Scope, staff_id: int) -> Queue:
    """Return the proposals that wait for somebody's approval: not the own ones, nor relatives'."""
    row = db.session.execute(
        select(func.count(), func.min(Deduction.proposed_at)).where(
            Deduction.state == DeductionState.PROPOSED,
            Deduction.proposed_by != staff_id,
            *_others(scope, staff_id),
        )
    ).one()
    return Queue(*row)


def to_confirm(scope: Scope, staff_id: int) -> Queue:
    """Return what the panel approved at level C and the township has not confirmed."""
    row = db.session.execute(
        select(func.count(), func.min(Deduction.approved_at)).where(
            Deduction.state == DeductionState.APPROVED,
            Deduction.proposed_by != staff_id,
            Deduction.approved_by != staff_id,
            *_others(scope, staff_id),
        )
    ).one()
    return Queue(*row)


def to_answer(scope: Scope, staff_id: int, on: date) -> Queue:
    """Return the appeals that somebody may decide, as neither proposer nor approver."""
    wanted = (
        Appeal.state == AppealState.OPEN,
        Deduction.proposed_by != staff_id,
        func.coalesce(Deduction.approved_by, 0) != staff_id,
        func.coalesce(Deduction.township_by, 0) != staff_id,
        *_others(scope, staff_id),
    )
    late = func.count().filter(Appeal.due_on < on)
    row = db.session.execute(
        select(func.count(), func.min(Appeal.raised_at), late)
        .join(Deduction, Deduction.id == Appeal.deduction_id)
        .where(*wanted)
    ).one()
    return Queue(*row)


def _others(scope: Scope, staff_id: int) -> list[ColumnElement[bool]]:
    """Return the conditions that a deduction lies in ``scope`` and is no relative's."""
    return [
        under(Deduction.village_code, scope.regions),
        Deduction.household_id.not_in(tied(staff_id)),
    ]
