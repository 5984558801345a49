"""What every verb does: hold the deduction, move it once, note the step."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update

from supermarket.clock import local, now
from supermarket.database import db
from supermarket.deductions.errors import (
    MovedOnError,
    OwnProposalError,
    ReasonNeededError,
    StateError,
    WordsNeededError,
)
from supermarket.deductions.models import Deduction, DeductionState, DeductionStep, Step
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.regions.queries import under
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

#: Most characters of what happened and of a reason.
WORDS = 200


def held(code: str, scope: Scope | None) -> Deduction:
    """Return a deduction as it is now, so that nobody else moves it meanwhile.

    ``scope`` None is for the household itself and for the job that posts.

    Raises:
        NotFoundError: there is none, or its village lies outside ``scope``.
    """
    wanted = select(Deduction).where(Deduction.code == code)
    if scope is not None:
        wanted = wanted.where(under(Deduction.village_code, scope.regions))
    found = db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))
    if found is None:
        raise NotFoundError(what=code[:40])
    return found


def move(
    deduction: Deduction,
    before: Collection[DeductionState],
    after: DeductionState,
    step: Step,
    *,
    by: int | None,
    words: str = "",
    **values: Any,
) -> None:
    """Move a deduction from one of some states to the next in one statement, and note the step.

    Raises:
        StateError: it is in none of them; the sentence says who did what last.
    """
    moved = db.session.execute(
        update(Deduction)
        .where(Deduction.id == deduction.id, Deduction.state.in_(before))
        .values(state=after, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(deduction)
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise _too_late(deduction)
    note(deduction, step, by=by, words=words)


def note(deduction: Deduction, step: Step, *, by: int | None, words: str = "") -> None:
    """Write down one step of a deduction's way."""
    db.session.add(
        DeductionStep(
            deduction_id=deduction.id,
            step=step,
            points=deduction.points,
            actor_id=by,
            at=now(),
            words=words,
        )
    )
    db.session.flush()


def _too_late(deduction: Deduction) -> StateError:
    """Word who did what last, for whoever comes too late."""
    last = db.session.scalars(
        select(DeductionStep)
        .where(DeductionStep.deduction_id == deduction.id)
        .order_by(DeductionStep.id.desc())
        .limit(1)
    ).one()
    facts = {"deduction": deduction.code, "when": f"{local(last.at):%Y-%m-%d %H:%M}"}
    if last.actor_id is None:
        return MovedOnError(**facts)
    return StateError(who=name_of(last.actor_id), **facts)


def name_of(staff_id: int | None) -> str:
    """Return the name of somebody; empty for nobody."""
    member = db.session.get(StaffMember, staff_id) if staff_id is not None else None
    return member.name if member else ""


def refuse_own(deduction: Deduction, by: StaffMember) -> None:
    """Keep whoever had a hand in a deduction, or is of the family, from deciding on it.

    Raises:
        OwnProposalError: ``by`` proposed, approved or confirmed it.
        TiedHouseholdError: it is ``by``'s own household or a relative's.
    """
    if by.id in (deduction.proposed_by, deduction.approved_by, deduction.township_by):
        raise OwnProposalError
    households.refuse_tied(by.id, [deduction.household_id])


def words_of(
    text: str, most: int = WORDS, *, refusal: type[WordsNeededError] = ReasonNeededError
) -> str:
    """Return what somebody wrote, on one line.

    Raises:
        WordsNeededError: it says nothing, or too much; ``refusal`` says what is missing.
    """
    text = cleaned(text)
    if not 2 <= len(text) <= most:
        raise refusal(most=most)
    return text
