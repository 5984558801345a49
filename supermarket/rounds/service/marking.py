"""Marking households as one goes: each mark is kept at once, the last writer's stays."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from supermarket.awards.errors import HouseholdLeftError
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdState
from supermarket.photos import service as photos
from supermarket.photos.service import Developed
from supermarket.regions.queries import under
from supermarket.rounds.errors import (
    NoteTooLongError,
    NotInRoundError,
    RoundTooLargeError,
    UnknownGradeError,
)
from supermarket.rounds.models import Round, RoundKind, RoundLine
from supermarket.rounds.queries import sheets
from supermarket.rounds.service.holding import hold
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope
from supermarket.statements import is_postgres

#: Households of one round; characters of a note.
MOST_HOUSEHOLDS = 2000
NOTE_LENGTH = 100
#: The grade of who signs in to an event.
PRESENT = 1


class SignedIn(NamedTuple):
    """A household that signed in to an event."""

    household: Household
    #: It had signed in before; nothing was doubled.
    again: bool


def mark(round_: Round, marks: Mapping[str, int | None], *, scope: Scope, by: int) -> None:
    """Give households grades, by household code; None takes a mark back.

    Raises:
        RoundClosedError: somebody submitted or cancelled it.
        NotFoundError: no such household in ``scope``.
        NotInRoundError: it is not one of those inspected.
        HouseholdLeftError: it takes part no more; its mark may be taken back.
        UnknownGradeError: the round has no such grade.
    """
    moment = hold(round_)
    _refuse_grades(round_, set(marks.values()))
    found = _households(round_, marks, scope)
    before = _graded(round_)
    for code, grade in marks.items():
        household = found[code]
        if grade is not None and household.id not in before:
            _refuse_outside(round_, household)
    _refuse_too_many(before | {household.id for household in found.values()})
    rows = [{"household_id": found[code].id, "grade": grade} for code, grade in marks.items()]
    _keep(round_, rows, {"grade"}, by=by, at=moment)


def mark_rest(round_: Round, grade: int, *, by: int) -> int:
    """Give a grade to every household that has none yet; return how many that were.

    Raises:
        RoundClosedError: somebody submitted or cancelled it.
        UnknownGradeError: the round has no such grade.
    """
    moment = hold(round_)
    _refuse_grades(round_, {grade})
    rest = [row for row in sheets.sheet(round_) if row.grade is None and not row.left]
    rows = [{"household_id": row.household_id, "grade": grade} for row in rest]
    _keep(round_, rows, {"grade"}, by=by, at=moment)
    return len(rows)


def annotate(
    round_: Round,
    household_code: str,
    grade: int | None,
    note: str,
    *,
    photo: bytes | Developed | None = None,
    scope: Scope,
    by: int,
) -> None:
    """Mark one household with a note and, if one is given, a photo in place of the last.

    Raises:
        NoteTooLongError, PhotoInvalidError: it cannot be kept.
        (and as ``mark``)
    """
    words = cleaned(note)
    if len(words) > NOTE_LENGTH:
        raise NoteTooLongError(most=NOTE_LENGTH)
    mark(round_, {household_code: grade}, scope=scope, by=by)
    household = _households(round_, {household_code: grade}, scope)[household_code]
    row: dict[str, Any] = {"household_id": household.id, "grade": grade, "note": words}
    if photo is not None:
        row["photo_id"] = photos.keep(photo, by).id
    _keep(round_, [row], set(row) - {"household_id"}, by=by, at=round_.touched_at)


def sign_in(round_: Round, household_code: str, *, scope: Scope, by: int) -> SignedIn:
    """Note that a household came to an event; a second time changes nothing.

    Raises:
        RoundClosedError: somebody submitted or cancelled it.
        NotFoundError: no such household in ``scope``.
        HouseholdLeftError: it takes part no more.
    """
    moment = hold(round_)
    household = _households(round_, {household_code: PRESENT}, scope)[household_code]
    before = _graded(round_)
    if household.id in before:
        return SignedIn(household, True)
    _refuse_outside(round_, household)
    _refuse_too_many(before | {household.id})
    row = {"household_id": household.id, "grade": PRESENT}
    _keep(round_, [row], {"grade"}, by=by, at=moment)
    return SignedIn(household, False)


def _refuse_grades(round_: Round, grades: set[int | None]) -> None:
    there = {grade.position for grade in round_.grades}
    for grade in grades:
        if grade is not None and grade not in there:
            raise UnknownGradeError(position=grade)


def _households(round_: Round, marks: Mapping[str, Any], scope: Scope) -> dict[str, Household]:
    """Return the households by code; those of an inspection are found though they moved away."""
    plain = {code for code in marks if code.isascii() and code.isdigit()}
    marked = select(RoundLine.household_id).where(RoundLine.round_id == round_.id)
    rows = db.session.scalars(
        select(Household).where(
            Household.code.in_(plain),
            under(Household.village_code, scope.regions) | Household.id.in_(marked),
        )
    )
    found = {household.code: household for household in rows}
    for code in sorted(marks):
        if code not in found:
            raise NotFoundError(what=code[:40])
    return found


def _graded(round_: Round) -> set[int]:
    return set(
        db.session.scalars(
            select(RoundLine.household_id).where(
                RoundLine.round_id == round_.id, RoundLine.grade.is_not(None)
            )
        )
    )


def _refuse_too_many(households: set[int]) -> None:
    if len(households) > MOST_HOUSEHOLDS:
        raise RoundTooLargeError(most=MOST_HOUSEHOLDS)


def _refuse_outside(round_: Round, household: Household) -> None:
    named = {"head": household.head, "household": household.code}
    if household.state is HouseholdState.LEFT:
        raise HouseholdLeftError(**named)
    if round_.kind is RoundKind.EVENT:
        return
    elsewhere = household.village_code != round_.village_code
    if elsewhere or (round_.group and household.group != round_.group):
        raise NotInRoundError(**named)


def _keep(
    round_: Round, rows: list[dict[str, Any]], changed: set[str], *, by: int, at: datetime
) -> None:
    """Write lines or change those there are, in one statement for all of them."""
    if not rows:
        return
    values = [
        {
            "round_id": round_.id,
            "marked_by": by,
            "marked_at": at,
            "note": "",
            "left_out": "",
            **row,
        }
        for row in rows
    ]
    add = (postgresql.insert if is_postgres() else sqlite.insert)(RoundLine)
    fresh = {name: add.excluded[name] for name in (*changed, "marked_by", "marked_at")}
    db.session.execute(
        add.on_conflict_do_update(index_elements=["round_id", "household_id"], set_=fresh), values
    )
