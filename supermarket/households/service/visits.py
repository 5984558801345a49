"""Marking visits to households: paid, or planned."""

from datetime import date, timedelta

from sqlalchemy import delete, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households.errors import VisitDayError, VisitPaidError
from supermarket.households.models import Household, Visit
from supermarket.households.service import details as check

#: How far a visit may lie behind or ahead.
FARTHEST = timedelta(days=366)
NOTE_LENGTH = 200


def add_visit(
    household: Household, on: date, note: str = "", *, by: int, planned: bool = False
) -> Visit:
    """Note that somebody visited a household, or plans to.

    Raises:
        VisitDayError: a visit paid on a day to come, or planned for one that has passed.
        NameTooLongError: the note is too long.
    """
    _check_day(on, planned=planned)
    made = Visit(
        household_id=household.id,
        staff_id=by,
        visited_on=on,
        planned=planned,
        note=check.line(note, NOTE_LENGTH),
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "visit.plan" if planned else "visit.add",
        household.code,
        by=by,
        after={"visited_on": on.isoformat(), "note": made.note},
    )
    return made


def pay_visit(visit: Visit, note: str = "", *, by: int) -> None:
    """Note that a planned visit was paid today.

    Raises:
        VisitPaidError: it was paid or dropped before.
        NameTooLongError: the note is too long.
    """
    words = check.line(note, NOTE_LENGTH)
    household_id, visit_id = visit.household_id, visit.id
    paid = db.session.execute(
        update(Visit)
        .where(Visit.id == visit_id, Visit.planned)
        .values(planned=False, visited_on=today(), staff_id=by, note=words or Visit.note)
        .returning(Visit.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if paid is None:
        raise VisitPaidError
    db.session.refresh(visit)
    household = db.session.get_one(Household, household_id)
    after = {"visited_on": today().isoformat(), "note": words}
    audit.record("visit.add", household.code, by=by, after=after)


def drop_plan(visit: Visit, *, by: int) -> None:
    """Forget a planned visit.

    Raises:
        VisitPaidError: it was paid or dropped before.
    """
    household = db.session.get_one(Household, visit.household_id)
    before = {"visited_on": visit.visited_on.isoformat(), "note": visit.note}
    dropped = db.session.execute(
        delete(Visit)
        .where(Visit.id == visit.id, Visit.planned)
        .returning(Visit.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if dropped is None:
        raise VisitPaidError
    audit.record("visit.drop", household.code, by=by, before=before)


def _check_day(on: date, *, planned: bool) -> None:
    first, last = (today(), today() + FARTHEST) if planned else (today() - FARTHEST, today())
    if not first <= on <= last:
        raise VisitDayError
