"""Hearing the household: an appeal holds everything until a third person has answered it."""

from datetime import timedelta

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import local, now, today
from supermarket.database import db
from supermarket.deductions import queries
from supermarket.deductions.errors import (
    AppealDecidedError,
    AppealedAlreadyError,
    AppealWordsError,
    CannotAppealError,
    FewerPointsError,
    NoReversalRightError,
)
from supermarket.deductions.models import (
    Appeal,
    AppealChannel,
    AppealState,
    Deduction,
    DeductionState,
    Step,
)
from supermarket.deductions.service.posting import give_back
from supermarket.deductions.service.steps import (
    held,
    move,
    name_of,
    note,
    refuse_own,
    words_of,
)
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.schemes import queries as schemes
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, Scope, StaffMember

#: Most characters of what an appeal says, and of who says it.
TEXT, NAME = 500, 60
#: Whoever may do one of these in the village may write down an appeal on the household's behalf.
HEARERS = (
    Permission.DEDUCT,
    Permission.APPROVE_DEDUCTIONS,
    Permission.DECIDE_OBJECTIONS,
    Permission.CONFIRM_AWARDS,
)


def appeal(
    code: str,
    text: str,
    name: str,
    *,
    by: StaffMember | None = None,
    channel: AppealChannel | None = None,
    household_id: int | None = None,
) -> Appeal:
    """Write down what a household says against a deduction; nothing is taken until it is answered.

    ``by`` is None on the household's own page, which names its ``household_id``. The same
    words twice are one appeal. After the last day it still holds whatever is not posted;
    what is posted it cannot hold, and a supervisor may answer it by giving points back.

    Raises:
        NotFoundError: no such deduction, or not of that household, or not in sight.
        CannotAppealError: the household has no notice of it, or nothing would be taken.
        AppealedAlreadyError: there is an appeal already.
        AppealWordsError: it says nothing, or not who says it.
    """
    deduction = held(code, _hearing(by) if by else None)
    if by is None and (household_id is None or deduction.household_id != household_id):
        raise NotFoundError(what=code[:40])
    text = words_of(text, TEXT, refusal=AppealWordsError)
    name = cleaned(name)
    if not 1 <= len(name) <= NAME:
        raise AppealWordsError(most=TEXT)
    known = db.session.scalar(select(Appeal).where(Appeal.deduction_id == deduction.id))
    if known is not None:
        if (known.text, known.raised_by_name) == (text, name):
            return known
        raise AppealedAlreadyError
    late = deduction.state is DeductionState.POSTED
    if not late and deduction.state is not DeductionState.NOTIFIED:
        raise CannotAppealError
    return _write(deduction, text, name, by, channel, late=late)


def _write(
    deduction: Deduction,
    text: str,
    name: str,
    by: StaffMember | None,
    channel: AppealChannel | None,
    *,
    late: bool,
) -> Appeal:
    days = schemes.scheme(deduction.village_code, today()).appeal_days
    own = AppealChannel.HOUSEHOLD_PAGE
    made = Appeal(
        code=f"{deduction.code}A",
        deduction_id=deduction.id,
        raised_by_name=name,
        text=text,
        channel=own if by is None else channel or AppealChannel.IN_PERSON,
        raised_at=now(),
        recorded_by=by.id if by else None,
        late=late,
        due_on=today() + timedelta(days=max(days, 1)),
        state=AppealState.OPEN,
    )
    db.session.add(made)
    actor = by.id if by else None
    if late:
        note(deduction, Step.APPEAL, by=actor, words=text[:200])
    else:
        move(
            deduction,
            (DeductionState.NOTIFIED,),
            DeductionState.APPEALED,
            Step.APPEAL,
            by=actor,
            words=text[:200],
        )
    audit.record("deduction.appeal", deduction.code, by=actor, after={"late": late})
    return made


def decide_appeal(
    code: str,
    verdict: AppealState,
    *,
    reason: str,
    points: int | None = None,
    by: StaffMember,
) -> Appeal:
    """Answer an appeal: dismiss it, lower the points to ``points``, or cancel the deduction.

    If the points were taken already, what is too much of them goes back to the household.

    Raises:
        NotFoundError: no such appeal where ``by`` may decide.
        OwnProposalError, TiedHouseholdError: not by this person.
        AppealDecidedError: somebody answered before.
        FewerPointsError: a change does not lower the points.
        NoReversalRightError: points would go back, which is a supervisor's to do.
        ReasonNeededError: no reason is given.
    """
    if verdict is AppealState.OPEN:
        raise ValueError("an answer is no open appeal")
    found = queries.appeal(code, by.scope(Permission.DECIDE_OBJECTIONS))
    if found is None:
        raise NotFoundError(what=code[:40])
    answered = found[0]
    deduction = held(found[1].code, None)
    refuse_own(deduction, by)
    reason = words_of(reason)
    _settle(answered, verdict, reason, by)
    changed = verdict is AppealState.CHANGED
    if changed:
        most = standing(deduction, answered) - 1
        if points is None or not 1 <= points <= most:
            raise FewerPointsError(most=max(most, 1))
    step = {
        AppealState.DISMISSED: Step.DISMISS,
        AppealState.CHANGED: Step.LOWER,
        AppealState.CANCELLED: Step.CANCEL,
    }[verdict]
    if answered.late:
        _answer_late(deduction, verdict, points or 0, reason, by)
        note(deduction, step, by=by.id, words=reason)
    else:
        cancelled = verdict is AppealState.CANCELLED
        move(
            deduction,
            (DeductionState.APPEALED,),
            DeductionState.CANCELLED if cancelled else DeductionState.UPHELD,
            step,
            by=by.id,
            words=reason,
            points=points if changed else deduction.points,
            settled_at=now() if cancelled else None,
        )
    audit.record(
        "deduction.decide_appeal",
        deduction.code,
        by=by.id,
        after={"state": verdict.value, "points": deduction.points, "reason": reason},
    )
    return answered


def standing(deduction: Deduction, answered: Appeal) -> int:
    """Return the points an answer is about: those to be taken, or those taken and still gone."""
    if not answered.late:
        return deduction.points
    return min(deduction.points, deduction.points_posted - deduction.reversed_points)


def _settle(answered: Appeal, verdict: AppealState, reason: str, by: StaffMember) -> None:
    """Move an open appeal to its answer, in one statement.

    Raises:
        AppealDecidedError: it is not open any more.
    """
    settled = db.session.execute(
        update(Appeal)
        .where(Appeal.id == answered.id, Appeal.state == AppealState.OPEN)
        .values(state=verdict, decided_by=by.id, decided_at=now(), reason=reason)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(answered)
    if settled.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise AppealDecidedError(
            who=name_of(answered.decided_by),
            when=f"{local(answered.decided_at or now()):%Y-%m-%d %H:%M}",
            reason=answered.reason,
        )


def _answer_late(
    deduction: Deduction, verdict: AppealState, points: int, reason: str, by: StaffMember
) -> None:
    """Give back what an answer after the posting finds to be too much."""
    if verdict is AppealState.DISMISSED:
        return
    taken = deduction.points_posted - deduction.reversed_points
    back = taken - points
    if back <= 0:
        return
    if not by.scope(Permission.REVERSE_AWARDS).covers_region(deduction.village_code):
        raise NoReversalRightError
    body = [deduction.code, points, by.id]
    request = ledger.Request(f"appeal:{deduction.code}", ledger.fingerprint("appeal", body), by.id)
    give_back(deduction, back, request, reason)
    if points:
        deduction.points = points
        db.session.flush()


def _hearing(by: StaffMember) -> Scope:
    """Return where somebody may write down an appeal."""
    regions = {region for permission in HEARERS for region in by.scope(permission).regions}
    return Scope(tuple(sorted(regions)), ())
