"""Noting what was checked."""

from datetime import date, timedelta
from typing import NamedTuple

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError
from supermarket.oversight import queries
from supermarket.oversight.errors import (
    FoundDayError,
    OwnWorkError,
    PersonUnknownError,
    ProblemIncompleteError,
)
from supermarket.oversight.models import Finding, FindingState, Method, StepKind
from supermarket.oversight.service.parts import (
    SAMPLE,
    WORDS,
    add_step,
    assignee_of,
    deadline,
    done_by_key,
    mark_of,
    said,
)
from supermarket.regions import queries as regions
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Permission, StaffMember

#: Days back that a check may have been.
OLDEST = 366


class Found(NamedTuple):
    """What somebody checked, as they say it."""

    region_code: str
    sample: str
    method: Method
    result: str
    #: Empty if all was well; then nobody is assigned.
    problem: str = ""
    assignee: str = ""
    due_on: date | None = None
    found_on: date | None = None
    #: Username of whose work was checked; empty if nobody's.
    concerned: str = ""
    subject: str = ""
    listed_in: str = ""
    seed: str = ""


def note(found: Found, *, key: str, by: StaffMember) -> Finding:
    """Note what was checked; a problem is given to somebody to put right by a day.

    The same key gives the same finding again. Call it through ``once_more``.

    Raises:
        OutOfScopeError, NotFoundError: the place is not the asker's, or there is none.
        OwnWorkError: it is about the asker's own work.
        WordsError, ProblemIncompleteError, DueDayError, FoundDayError: as their names say.
        AssigneeError, PersonUnknownError: nobody there could put it right; unknown.
        KeyInvalidError, KeyReusedError: the key is none, or named another request.
    """
    mark = mark_of(key, "note", [str(part) for part in found])
    known = queries.keyed(key)
    if known is not None:
        if (known.fingerprint, known.found_by) != (mark, by.id):
            raise KeyReusedError
        return known
    if done_by_key(key):
        raise KeyReusedError
    _check_place(found.region_code, by)
    found_on = found.found_on or today()
    if not today() - timedelta(days=OLDEST) <= found_on <= today():
        raise FoundDayError(days=OLDEST)
    problem = cleaned(found.problem)
    if bool(problem) != bool(found.assignee) or bool(problem) != bool(found.due_on):
        raise ProblemIncompleteError
    handlers = queries.handled_by(found.subject)
    concerned = _concerned(found, handlers)
    if by.id in handlers or (concerned is not None and concerned.id == by.id):
        raise OwnWorkError
    assignee = assignee_of(found.assignee, found.region_code) if problem else None
    number = ledger.number(found.region_code, "finding")
    made = Finding(
        code=f"{found.region_code}C{number}",
        region_code=found.region_code,
        listed_in=found.listed_in,
        subject=cleaned(found.subject)[:64],
        sample=said(found.sample, SAMPLE),
        seed=cleaned(found.seed)[:64],
        concerned_id=concerned.id if concerned else None,
        method=found.method,
        result=said(found.result, WORDS),
        problem=said(problem, WORDS) if problem else "",
        state=FindingState.OPEN if problem else FindingState.SOUND,
        assignee_id=assignee.id if assignee else None,
        due_on=deadline(found.due_on) if problem else None,
        found_on=found_on,
        found_by=by.id,
        found_at=now(),
        key=key,
        fingerprint=mark,
    )
    db.session.add(made)
    db.session.flush()
    add_step(made, StepKind.FOUND, "", key, mark, by)
    audit.record("finding.note", made.code, by=by.id)
    return made


def _concerned(found: Found, handlers: set[int]) -> StaffMember | None:
    """Return whose work it is; only somebody of the place, or who handled what was checked."""
    if not found.concerned:
        return None
    person = queries.staff_named(found.concerned)
    known = person is not None and (
        person.id in handlers or queries.works_at(person, found.region_code)
    )
    if not known:
        raise PersonUnknownError(who=cleaned(found.concerned)[:40])
    return person


def _check_place(region_code: str, by: StaffMember) -> None:
    if not by.scope(Permission.OVERSEE).covers_region(region_code):
        raise OutOfScopeError(what=cleaned(region_code)[:40])
    if regions.region(region_code) is None:
        raise NotFoundError(what=cleaned(region_code)[:40])
