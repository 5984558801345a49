"""Letting villages issue past the stop, for a while and for a reason."""

from datetime import date

from sqlalchemy import update

from supermarket.audit import service as audit
from supermarket.budgets.errors import (
    OverrideDaysError,
    OverrideReasonError,
    OverrideWithdrawnError,
)
from supermarket.budgets.models import IssueOverride
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Longest an override lasts, in days.
MOST_DAYS = 92
#: Characters of a reason.
REASON_LENGTH = 200


def lift(
    region_code: str, *, from_on: date, until_on: date, reason: str, by: int, scope: Scope
) -> IssueOverride:
    """Let the villages of a region issue points past the stop from one day to another.

    Raises:
        NotFoundError: there is no such region in ``scope``.
        OverrideReasonError: no reason is given, or too long a one.
        OverrideDaysError: the days cannot be meant.
    """
    if not scope.covers_region(region_code) or regions.region(region_code) is None:
        raise NotFoundError(what=region_code[:40])
    reason = cleaned(reason)
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise OverrideReasonError
    if until_on < max(from_on, today()) or (until_on - from_on).days >= MOST_DAYS:
        raise OverrideDaysError(most=MOST_DAYS)
    made = IssueOverride(
        region_code=region_code,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        approved_by=by,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "budget.override",
        region_code,
        by=by,
        after={"since": from_on.isoformat(), "until": until_on.isoformat(), "reason": reason},
    )
    return made


def withdraw(override_id: int, *, by: int, scope: Scope) -> IssueOverride:
    """Take an override back; what was issued under it stays.

    Raises:
        NotFoundError: there is none, or its region is not in ``scope``.
        OverrideWithdrawnError: it was taken back already.
    """
    found = db.session.get(IssueOverride, override_id)
    if found is None or not scope.covers_region(found.region_code):
        raise NotFoundError(what=str(override_id)[:20])
    moved = db.session.scalars(
        update(IssueOverride)
        .where(IssueOverride.id == override_id, IssueOverride.withdrawn_at.is_(None))
        .values(withdrawn_at=now(), withdrawn_by=by)
        .returning(IssueOverride.id)
    ).all()
    if not moved:
        raise OverrideWithdrawnError
    audit.record("budget.withdraw_override", found.region_code, by=by)
    return found
