"""Writing down that somebody doubts a line."""

from datetime import timedelta

from sqlalchemy import select

from supermarket.audit import service as audit
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationState, Verdict
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError
from supermarket.notices import queries
from supermarket.notices.errors import (
    KeyReusedError,
    LineGoneError,
    LineNotAnnouncedError,
    TextNeededError,
    WordsTooLongError,
)
from supermarket.notices.models import Notice, Objection, ObjectionChannel, ObjectionState
from supermarket.notices.service.holding import declaration_now, held, move
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Days within which whoever objected is answered.
ANSWER_DAYS = 7
#: Characters of what is doubted, and of a name or a contact.
TEXT_LENGTH = 500
WORDS_LENGTH = 60


def raise_objection(
    key: str,
    declaration_code: str,
    *,
    text: str,
    channel: ObjectionChannel,
    by: int | None,
    scope: Scope,
    name: str = "",
    contact: str = "",
) -> Objection:
    """Write down an objection to one line and hold that line until it is decided.

    A line that was posted in the meantime is not held; the objection is kept as late and
    decided all the same. ``by`` is None if the household objects on its own page; ``name``
    and ``contact`` may stay empty. The same key again returns the first objection.

    Raises:
        NotFoundError: no such declaration in ``scope``.
        LineNotAnnouncedError: it hangs on no notice yet.
        LineGoneError: it was taken back already.
        TextNeededError, WordsTooLongError: the words do not fit.
    """
    if (known := _named(key)) is not None:
        told = db.session.get_one(Declaration, known.declaration_id)
        if told.code != declaration_code or known.recorded_by != by:
            raise KeyReusedError
        return known
    text, name, contact = cleaned(text), cleaned(name), cleaned(contact)
    if not 2 <= len(text) <= TEXT_LENGTH:
        raise TextNeededError(most=TEXT_LENGTH)
    if max(len(name), len(contact)) > WORDS_LENGTH:
        raise WordsTooLongError(most=WORDS_LENGTH)
    found = db.session.scalar(select(Declaration).where(Declaration.code == declaration_code))
    if found is None or not scope.covers_region(found.village_code):
        raise NotFoundError(what=declaration_code[:40])
    announced = queries.notice_line_of(found.id)
    if announced is None:
        raise LineNotAnnouncedError(declaration=declaration_code)
    number = ledger.number(found.village_code, "objection")
    notice_id = announced[0].id
    held(select(Notice).where(Notice.id == notice_id))
    declaration = declaration_now(found.id)
    if declaration.state in {DeclarationState.WITHDRAWN, DeclarationState.REFUSED}:
        raise LineGoneError
    raised = Objection(
        code=f"{found.village_code}Y{number}",
        village_code=found.village_code,
        notice_id=notice_id,
        declaration_id=declaration.id,
        channel=channel,
        raised_by_name=name,
        contact=contact,
        text=text,
        key=key,
        raised_at=now(),
        recorded_by=by,
        late=declaration.state is DeclarationState.POSTED,
        answer_due_on=today() + timedelta(days=ANSWER_DAYS),
        state=ObjectionState.OPEN,
    )
    db.session.add(raised)
    db.session.flush()
    if declaration.state is DeclarationState.NOTICED:
        _hold(declaration, raised.code, by)
    audit.record(
        "objection.raise",
        raised.code,
        by=by,
        after={"declaration": declaration_code, "late": raised.late},
    )
    return raised


def _named(key: str) -> Objection | None:
    """Return what this key raised before; calls with the same key wait here for each other."""
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    if ledger.named_by(key) is not None:
        raise KeyReusedError
    return db.session.scalar(select(Objection).where(Objection.key == key))


def _hold(declaration: Declaration, code: str, by: int | None) -> None:
    move(declaration, DeclarationState.NOTICED, DeclarationState.HELD)
    awards.record_decision(
        declaration.id,
        verdict=Verdict.HOLD,
        state=DeclarationState.HELD,
        points_before=declaration.points,
        points_after=declaration.points,
        reason=code,
        actor_id=by,
    )
