"""What every step of a finding needs: its key, its words, its people, its record."""

from datetime import date, timedelta

from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.oversight import queries
from supermarket.oversight.errors import AssigneeError, DueDayError, WordsError
from supermarket.oversight.models import Finding, FindingStep, StepKind
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: Most characters of a sample, and of a result, a problem, an answer.
SAMPLE, WORDS = 200, 400
#: Days ahead that a deadline may lie.
LONGEST = 366


def mark_of(key: str, verb: str, asked: object) -> str:
    """Return the fingerprint of a request whose key is a proper one."""
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    return ledger.fingerprint(f"finding.{verb}", asked)


def done_before(finding: Finding, key: str, mark: str, by: StaffMember) -> bool:
    """Whether this very call was made before.

    Raises:
        KeyReusedError: the key named another one.
    """
    known = done_by_key(key)
    if known is None:
        return False
    if (known.finding_id, known.fingerprint, known.actor_id) != (finding.id, mark, by.id):
        raise KeyReusedError
    return True


def done_by_key(key: str) -> FindingStep | None:
    """Return the step that a client's key made before."""
    return db.session.scalar(select(FindingStep).where(FindingStep.key == key))


def add_step(
    finding: Finding, kind: StepKind, words: str, key: str, mark: str, by: StaffMember
) -> None:
    """Keep what was done, and how the finding stood after it."""
    db.session.add(
        FindingStep(
            finding_id=finding.id,
            kind=kind,
            state=finding.state,
            assignee_id=finding.assignee_id,
            due_on=finding.due_on,
            words=words,
            actor_id=by.id,
            at=now(),
            key=key,
            fingerprint=mark,
        )
    )
    db.session.flush()


def assignee_of(username: str, region_code: str) -> StaffMember:
    """Return somebody who could put something right there.

    Raises:
        AssigneeError: nobody such.
    """
    person = queries.staff_named(username)
    if person is None or not person.active or not queries.works_at(person, region_code):
        raise AssigneeError(who=cleaned(username)[:40])
    return person


def deadline(day: date | None) -> date:
    """Return a day that something can be put right by.

    Raises:
        DueDayError: it is over, or years away.
    """
    if day is None or not today() <= day <= today() + timedelta(days=LONGEST):
        raise DueDayError(days=LONGEST)
    return day


def said(text: str, most: int) -> str:
    """Return what somebody wrote, trimmed.

    Raises:
        WordsError: nothing, or too much.
    """
    text = cleaned(text)
    if not 2 <= len(text) <= most:
        raise WordsError(most=most)
    return text
