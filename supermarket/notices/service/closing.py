"""Posting what nobody objected to."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.audit import service as audit
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationState
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.notices.errors import NoticeStillOpenError
from supermarket.notices.models import Notice, NoticeLine, NoticeState
from supermarket.notices.queries.listing import by_reference
from supermarket.notices.service.holding import held, without_left
from supermarket.staff.models import Scope

#: For the job, which closes everybody's.
EVERYWHERE = Scope(("",), ())


class Closed(NamedTuple):
    """What closing a notice did."""

    #: Number of the notice.
    reference: str
    #: Number of the entry (单号); empty if there was nothing to post.
    entry: str
    #: Lines posted and their whole points.
    lines: int
    points: int
    #: Lines that wait for a decision, and lines taken back because the household left.
    held: int
    left: int


def close(reference: str, *, by: int | None = None, scope: Scope = EVERYWHERE) -> Closed:
    """Post the lines of a notice that nobody objects to, as one entry, once its days are over.

    Run again, twice at once or late, it posts nothing a second time; what was released in
    the meantime follows in an entry of its own. ``by`` is None for the job, which acts for
    whoever opened the notice.

    Raises:
        NotFoundError: no such notice in ``scope``.
        NoticeStillOpenError: objections are still taken.
        ConflictError: somebody changed one of the lines meanwhile.
    """
    wanted = by_reference(reference)
    found = held(wanted) if wanted is not None else None
    if found is None or not scope.covers_region(found.village_code):
        raise NotFoundError(what=reference[:40])
    if found.closes_on >= today():
        raise NoticeStillOpenError(notice=found.reference, closes_on=found.closes_on)
    actor = by if by is not None else found.opened_by
    declarations, left = without_left(_ready(found), actor)
    entry = _post(found, declarations, actor) if declarations else ""
    if found.state is NoticeState.OPEN:
        found.state, found.closed_at = NoticeState.CLOSED, now()
    points = sum(declaration.points for declaration in declarations)
    if entry:
        audit.record(
            "notice.close",
            found.reference,
            by=by,
            after={"entry": entry, "lines": len(declarations), "points": points},
        )
    db.session.flush()
    return Closed(found.reference, entry, len(declarations), points, _waiting(found), left)


def _ready(found: Notice) -> Sequence[Declaration]:
    """Return what nobody objects to, in the order of the notice."""
    return db.session.scalars(
        select(Declaration)
        .join(NoticeLine, NoticeLine.declaration_id == Declaration.id)
        .where(NoticeLine.notice_id == found.id, Declaration.state == DeclarationState.NOTICED)
        .order_by(NoticeLine.position)
        .execution_options(populate_existing=True)
    ).all()


def _post(found: Notice, declarations: Sequence[Declaration], actor: int) -> str:
    """Write the next entry of the notice; return its number."""
    run = found.entries + 1
    request = ledger.Request(
        f"notice-close:{found.reference}:{run}",
        ledger.fingerprint("notice_close", [found.reference, run]),
        actor,
    )
    posted = awards.post_declared(
        request,
        declarations,
        journal_region=found.village_code,
        occurred_on=today(),
        document=found.reference,
    )
    found.entries = run
    return posted.reference


def _waiting(found: Notice) -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(NoticeLine)
            .join(Declaration, Declaration.id == NoticeLine.declaration_id)
            .where(NoticeLine.notice_id == found.id, Declaration.state == DeclarationState.HELD)
        )
        or 0
    )
