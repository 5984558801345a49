"""What people write on papers, and who decided something before."""

from datetime import datetime

from supermarket.clock import local
from supermarket.database import db
from supermarket.movements.errors import ReasonMissingError, WordsTooLongError
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: Most characters of a note or a reason.
WORDS = 200


def note_of(text: str) -> str:
    """Return what may be left empty, trimmed.

    Raises:
        WordsTooLongError: it is too long to be kept.
    """
    text = cleaned(text)
    if len(text) > WORDS:
        raise WordsTooLongError(most=WORDS)
    return text


def reason_of(text: str) -> str:
    """Return why, trimmed.

    Raises:
        ReasonMissingError: nothing is said, or too much.
    """
    text = cleaned(text)
    if not 2 <= len(text) <= WORDS:
        raise ReasonMissingError(most=WORDS)
    return text


def who_and_when(staff_id: int | None, at: datetime | None) -> dict[str, str]:
    """Return who did something when, as facts of a refusal."""
    member = db.session.get(StaffMember, staff_id) if staff_id is not None else None
    return {
        "who": member.name if member else "",
        "when": f"{local(at):%Y-%m-%d %H:%M}" if at else "",
    }
