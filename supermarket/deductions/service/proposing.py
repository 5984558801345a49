"""The reminder that always comes first, and the proposal to take points when it happens again."""

from datetime import date

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.clock import local, today
from supermarket.database import db
from supermarket.deductions import queries
from supermarket.deductions.errors import (
    DocumentNeededError,
    PointsNeededError,
    PointsOutOfRangeError,
    RemindedTodayError,
    ReminderNeededError,
    SameActError,
)
from supermarket.deductions.models import Deduction, DeductionState, Step
from supermarket.deductions.service.acts import Act, act_of, make, number, seen
from supermarket.deductions.service.steps import held, note
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Evidence, RuleVersion
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: Most points of one deduction whose rule names none.
MOST_POINTS = 1000
#: Characters of the number of a document.
DOCUMENT = 64


def remind(
    key: str,
    household_code: str,
    rule_code: str,
    occurred_on: date,
    *,
    words: str,
    member_id: int | None = None,
    by: StaffMember,
) -> Deduction:
    """Note that a household was reminded of a rule; nothing else happens.

    The same key returns the first reminder. The reminder counts from the next day on.

    Raises:
        NotFoundError: no such household where ``by`` may deduct, or no such rule that day.
        RuleDisabledError, NoBasisError: the rule may not be used.
        RemindedTodayError: the same reminder was noted today.
        TiedHouseholdError, HouseholdLeftError, MonthClosedError, InvalidError: see ``act_of``.
    """
    first = seen(key, household_code, rule_code, occurred_on, words, by, reminder=True)
    if first is not None:
        return first
    act = act_of(household_code, rule_code, occurred_on, words, member_id, by)
    code = number(act.household)
    told = db.session.scalar(
        select(Deduction)
        .where(
            Deduction.household_id == act.household.id,
            Deduction.rule_id == act.version.rule_id,
            Deduction.state == DeductionState.REMINDED,
        )
        .order_by(Deduction.id.desc())
        .limit(1)
    )
    if told is not None and local(told.proposed_at).date() == today():
        raise RemindedTodayError(
            title=act.version.title, head=act.household.head, deduction=told.code
        )
    made = make(key, code, act, DeductionState.REMINDED, by)
    note(made, Step.REMIND, by=by.id, words=act.words)
    audit.record("deduction.remind", made.code, by=by.id, after=_facts(made, act))
    return made


def propose(
    key: str,
    household_code: str,
    rule_code: str,
    occurred_on: date,
    *,
    words: str,
    points: int | None = None,
    document_number: str = "",
    member_id: int | None = None,
    by: StaffMember,
) -> Deduction:
    """Propose to take points for what happened again after a reminder; somebody else approves.

    ``points`` None takes what the rule says if that is one number. The same key returns
    the first proposal.

    Raises:
        ReminderNeededError: no reminder under the rule in the twelve months before that day.
        SameActError: the same act is being dealt with.
        PointsNeededError, PointsOutOfRangeError, DocumentNeededError: as their names say.
        Others as for ``remind``.
    """
    first = seen(
        key, household_code, rule_code, occurred_on, words, by, reminder=False, points=points
    )
    if first is not None:
        return first
    act = act_of(household_code, rule_code, occurred_on, words, member_id, by)
    asked = _points(points, act.version)
    document_number = cleaned(document_number)[:DOCUMENT]
    if act.version.evidence is Evidence.DOCUMENT_SEEN and not document_number:
        raise DocumentNeededError(title=act.version.title)
    code = number(act.household)  # from here on one at a time in the village
    same = schemes.rule_ids(rule_code, [act.household.village_code])
    reminder = queries.last_reminder(act.household.id, same, occurred_on)
    # held, so that nobody takes the reminder back while a proposal comes to rest on it
    if reminder is None or held(reminder.code, None).state is not DeductionState.REMINDED:
        raise ReminderNeededError(title=act.version.title, head=act.household.head)
    _refuse_twice(act, same)
    made = make(
        key,
        code,
        act,
        DeductionState.PROPOSED,
        by,
        points=asked,
        reminder_id=reminder.id,
        document_number=document_number,
    )
    note(made, Step.PROPOSE, by=by.id, words=act.words)
    audit.record("deduction.propose", made.code, by=by.id, after=_facts(made, act))
    return made


def _points(asked: int | None, version: RuleVersion) -> int:
    """Return the points to take: what was asked for, or what the rule takes if that is fixed."""
    least, most = -(version.points_max or -1), -(version.points_min or -MOST_POINTS)
    facts = {"title": version.title, "least": least, "most": most}
    if asked is None:
        if least != most:
            raise PointsNeededError(**facts)
        return least
    if not least <= asked <= most:
        raise PointsOutOfRangeError(asked=asked, **facts)
    return asked


def _refuse_twice(act: Act, rule_ids: list[int]) -> None:
    """Refuse to take points for one act twice."""
    code = db.session.scalar(
        select(Deduction.code)
        .where(
            Deduction.household_id == act.household.id,
            Deduction.rule_id.in_(rule_ids),
            Deduction.occurred_on == act.occurred_on,
            Deduction.points > 0,
            Deduction.state != DeductionState.CANCELLED,
        )
        .limit(1)
    )
    if code is not None:
        raise SameActError(head=act.household.head, title=act.version.title, deduction=code)


def _facts(made: Deduction, act: Act) -> dict[str, object]:
    """Return what the audit log keeps of a reminder or proposal."""
    return {"household": act.household.code, "rule": act.rule_code, "points": made.points}
