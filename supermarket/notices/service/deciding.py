"""Deciding an objection: it stands as it was, gets other points, or goes."""

from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.awards import queries
from supermarket.awards import service as awards
from supermarket.awards.models import (
    Decision,
    Declaration,
    DeclarationState,
    ReviewMember,
    Verdict,
)
from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.notices.errors import (
    AlreadyDecidedError,
    AnswerNeededError,
    LineGoneError,
    OwnWorkError,
)
from supermarket.notices.models import Notice, Objection, ObjectionState
from supermarket.notices.service import correcting, late
from supermarket.notices.service.holding import declaration_now, held, move
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember

#: Characters of a reason.
REASON_LENGTH = 200
_JUDGED = (Verdict.ACCEPT, Verdict.CHANGE, Verdict.REFUSE)


class _Case(NamedTuple):
    """An objection being decided."""

    objection: Objection
    declaration: Declaration
    by: StaffMember
    reason: str
    #: Other objections against the same line that nobody decided yet.
    others: list[Objection]


def decide(
    code: str,
    verdict: ObjectionState,
    *,
    by: StaffMember,
    reason: str,
    points: int | None = None,
) -> Objection:
    """Decide an objection: DISMISSED, CORRECTED to ``points``, or WITHDRAWN.

    A held line is let go again (it posts when the notice closes, or with the next run),
    with other points or not, or taken back for good. A line that is posted already is
    taken back, wholly or in part, in the same transaction. The same decision by the same
    person again changes nothing.

    Raises:
        NotFoundError: no such objection where ``by`` decides.
        AlreadyDecidedError: somebody was first; it says who.
        OwnWorkError: ``by`` declared, judged or confirmed the line.
        TiedHouseholdError: ``by`` belongs to the household or is kin.
        LineGoneError: the line was taken back meanwhile, so that it cannot be corrected.
        PointsSpentError: the household spent what is to be taken back.
        InvalidError: no reason, or points the rule does not give.
    """
    found = db.session.scalar(select(Objection).where(Objection.code == code))
    if found is None or not by.scope(Permission.DECIDE_OBJECTIONS).covers_region(
        found.village_code
    ):
        raise NotFoundError(what=code[:40])
    held(select(Notice).where(Notice.id == found.notice_id))
    objection = db.session.get_one(Objection, found.id, populate_existing=True)
    if objection.state is not ObjectionState.OPEN:
        return _replayed(objection, verdict, by, points)
    declaration = declaration_now(objection.declaration_id)
    _refuse_own(declaration, by)
    reason = cleaned(reason)
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise AnswerNeededError(most=REASON_LENGTH)
    case = _Case(objection, declaration, by, reason, _others(objection))
    corrected: int | None = None
    if verdict is ObjectionState.CORRECTED:
        corrected = correcting.checked(declaration, points)
    if declaration.state is DeclarationState.POSTED:
        _decide_late(case, verdict, corrected)
    elif declaration.state is DeclarationState.HELD:
        _decide_held(case, verdict, corrected)
    elif verdict is ObjectionState.CORRECTED:  # taken back by who declared it
        raise LineGoneError
    _close(objection, verdict, case, corrected)
    if verdict is ObjectionState.WITHDRAWN:
        for other in case.others:  # they got what they wanted
            _close(other, verdict, case, None)
    db.session.flush()
    return objection


def _replayed(
    objection: Objection, verdict: ObjectionState, by: StaffMember, points: int | None
) -> Objection:
    """Return a decision made before, if it is this one."""
    wanted = points if verdict is ObjectionState.CORRECTED else None
    made = (objection.state, objection.decided_by, objection.points_after)
    if made == (verdict, by.id, wanted):
        return objection
    who = db.session.get_one(StaffMember, objection.decided_by).name
    raise AlreadyDecidedError(who=who)


def _refuse_own(declaration: Declaration, by: StaffMember) -> None:
    """Keep out whoever had a hand in the line, and the household's kin."""
    judged = db.session.execute(
        select(Decision.actor_id, Decision.review_id).where(
            Decision.declaration_id == declaration.id, Decision.verdict.in_(_JUDGED)
        )
    ).all()
    panels = {review for _actor, review in judged if review is not None}
    sat = db.session.scalars(
        select(ReviewMember.staff_id).where(ReviewMember.review_id.in_(panels))
    )
    scorers = queries.scorers([declaration])[declaration.id]
    if by.id in {*scorers, *(actor for actor, _review in judged), *sat}:
        raise OwnWorkError
    households.refuse_tied(by.id, [declaration.household_id])


def _others(objection: Objection) -> list[Objection]:
    return list(
        db.session.scalars(
            select(Objection)
            .where(
                Objection.declaration_id == objection.declaration_id,
                Objection.state == ObjectionState.OPEN,
                Objection.id != objection.id,
            )
            .order_by(Objection.id)
            .execution_options(populate_existing=True)
        )
    )


def _decide_held(case: _Case, verdict: ObjectionState, corrected: int | None) -> None:
    """Let a held line go or take it back; while others object, it stays held."""
    declaration = case.declaration
    if verdict is ObjectionState.WITHDRAWN:
        move(declaration, DeclarationState.HELD, DeclarationState.WITHDRAWN)
        _note(case, Verdict.WITHDRAW, declaration.points)
        return
    before = declaration.points
    if corrected is not None:
        correcting.correct(declaration, corrected)
    if not case.others:
        move(declaration, DeclarationState.HELD, DeclarationState.NOTICED)
    _note(case, Verdict.RELEASE if corrected is None else Verdict.CHANGE, before)


def _decide_late(case: _Case, verdict: ObjectionState, corrected: int | None) -> None:
    """Leave what is posted, or take it back: all of it, or down to the corrected points."""
    declaration = case.declaration
    if verdict is ObjectionState.DISMISSED:
        return
    before = declaration.points
    case.objection.reversal_id = late.take_back(
        declaration, corrected or 0, case.objection.code, case.reason, case.by.id
    )
    if corrected is not None:
        correcting.set_points(declaration, corrected)
        _note(case, Verdict.CHANGE, before)
        return
    move(declaration, DeclarationState.POSTED, DeclarationState.WITHDRAWN)
    _note(case, Verdict.WITHDRAW, before)


def _note(case: _Case, verdict: Verdict, before: int) -> None:
    """Write the step of the declaration down."""
    awards.record_decision(
        case.declaration.id,
        verdict=verdict,
        state=declaration_now(case.declaration.id).state,
        points_before=before,
        points_after=case.declaration.points,
        reason=f"{case.objection.code} {case.reason}"[:REASON_LENGTH],
        actor_id=case.by.id,
    )


def _close(
    objection: Objection, verdict: ObjectionState, case: _Case, corrected: int | None
) -> None:
    """Write the decision down; the notice is held, so that nobody else does."""
    db.session.execute(
        update(Objection)
        .where(Objection.id == objection.id, Objection.state == ObjectionState.OPEN)
        .values(
            state=verdict,
            points_after=corrected,
            reason=case.reason,
            decided_by=case.by.id,
            decided_at=now(),
        )
        .execution_options(synchronize_session="evaluate")
    )
    audit.record(
        "objection.decide",
        objection.code,
        by=case.by.id,
        after={"state": verdict.value, "points": corrected, "reason": case.reason},
    )
