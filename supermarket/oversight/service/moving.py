"""Putting right, checking again, handing on, closing."""

from datetime import date

from sqlalchemy import update

from supermarket.audit import service as audit
from supermarket.clock import local, now
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.oversight import queries
from supermarket.oversight.errors import AssigneeOnlyError, ClosingError, FindingMovedError
from supermarket.oversight.models import Finding, FindingState, StepKind
from supermarket.oversight.service.parts import (
    WORDS,
    add_step,
    assignee_of,
    deadline,
    done_before,
    mark_of,
    said,
)
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember


def answer(code: str, words: str, *, key: str, by: StaffMember) -> Finding:
    """Say how a problem was put right; only its assignee does.

    The same key gives the same finding again. Call it through ``once_more``.

    Raises:
        NotFoundError: no such finding for them.
        AssigneeOnlyError: somebody else is to put it right.
        FindingMovedError: it does not wait for this any more.
        WordsError, KeyInvalidError, KeyReusedError: as their names say.
    """
    words = cleaned(words)
    mark = mark_of(key, "answer", [code, words])
    finding = _held(code, by)
    if done_before(finding, key, mark, by):
        return finding
    if finding.assignee_id != by.id:
        raise AssigneeOnlyError(who=queries.name_of(finding.assignee_id))
    words = said(words, WORDS)
    _move(finding, FindingState.OPEN, {"state": FindingState.ANSWERED})
    add_step(finding, StepKind.ANSWERED, words, key, mark, by)
    audit.record("finding.answer", code, by=by.id)
    return finding


def close(code: str, words: str, *, key: str, by: StaffMember) -> Finding:
    """Close a finding that was checked again and found put right (销号).

    The same key gives the same finding again. Call it through ``once_more``.

    Raises:
        NotFoundError: no such finding where they oversee.
        ClosingError: they are concerned by it, or put it right.
        FindingMovedError: it does not wait for this, or somebody closed it first.
        WordsError, KeyInvalidError, KeyReusedError: as their names say.
    """
    words = cleaned(words)
    mark = mark_of(key, "close", [code, words])
    finding = _overseen(code, by)
    if done_before(finding, key, mark, by):
        return finding
    _refuse_concerned(finding, by)
    words = said(words, WORDS)
    _move(
        finding,
        FindingState.ANSWERED,
        {"state": FindingState.CLOSED, "closed_by": by.id, "closed_at": now()},
    )
    add_step(finding, StepKind.CLOSED, words, key, mark, by)
    audit.record("finding.close", code, by=by.id)
    return finding


def send_back(code: str, words: str, due_on: date, *, key: str, by: StaffMember) -> Finding:
    """Say that what was checked again is not right yet, and by when it must be.

    Raises: as ``close``, and DueDayError.
    """
    words = cleaned(words)
    mark = mark_of(key, "send_back", [code, words, str(due_on)])
    finding = _overseen(code, by)
    if done_before(finding, key, mark, by):
        return finding
    _refuse_concerned(finding, by)
    words = said(words, WORDS)
    changed = {"state": FindingState.OPEN, "due_on": deadline(due_on)}
    _move(finding, FindingState.ANSWERED, changed)
    add_step(finding, StepKind.SENT_BACK, words, key, mark, by)
    audit.record("finding.send_back", code, by=by.id)
    return finding


def hand_on(
    code: str, words: str, *, assignee: str, due_on: date, key: str, by: StaffMember
) -> Finding:
    """Give an open finding to somebody else, or another day.

    Raises: as ``send_back``, and AssigneeError.
    """
    words = cleaned(words)
    mark = mark_of(key, "hand_on", [code, words, assignee, str(due_on)])
    finding = _overseen(code, by)
    if done_before(finding, key, mark, by):
        return finding
    _refuse_concerned(finding, by)
    words = said(words, WORDS)
    person = assignee_of(assignee, finding.region_code)
    before = {"assignee": finding.assignee_id, "due_on": str(finding.due_on)}
    _move(finding, FindingState.OPEN, {"assignee_id": person.id, "due_on": deadline(due_on)})
    add_step(finding, StepKind.HANDED_ON, words, key, mark, by)
    after = {"assignee": person.id, "due_on": str(finding.due_on)}
    audit.record("finding.hand_on", code, by=by.id, before=before, after=after)
    return finding


def _held(code: str, by: StaffMember) -> Finding:
    found = queries.finding(code, by)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def _overseen(code: str, by: StaffMember) -> Finding:
    found = _held(code, by)
    if not by.scope(Permission.OVERSEE).covers_region(found.region_code):
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def _refuse_concerned(finding: Finding, by: StaffMember) -> None:
    if by.id in {finding.concerned_id, finding.assignee_id, *queries.handled_by(finding.subject)}:
        raise ClosingError


def _move(finding: Finding, expected: FindingState, changed: dict[str, object]) -> None:
    """Change a finding in one statement that names the state it must be in."""
    done = db.session.execute(
        update(Finding)
        .where(
            Finding.id == finding.id,
            Finding.state == expected,
            Finding.assignee_id == finding.assignee_id,
        )
        .values(changed)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(finding)
    if done.rowcount == 0:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        last = queries.last_step(finding.id)
        raise FindingMovedError(
            finding=finding.code,
            who=queries.name_of(last.actor_id),
            when=f"{local(last.at):%Y-%m-%d %H:%M}",
        )
