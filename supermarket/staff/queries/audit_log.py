"""Questions to the audit log: who saw or changed what, as far as the asker may know."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select

from supermarket.audit.models import AuditEvent
from supermarket.clock import VILLAGE
from supermarket.database import db
from supermarket.regions.models import COUNTY
from supermarket.regions.queries import under
from supermarket.staff.models import RoleGrant, Scope, StaffMember

#: Digits of a card's number.
CARD_NUMBER = 9
#: Rows that one download may hold.
LONGEST = 100_000


class Asked(NamedTuple):
    """How the log is narrowed; what is empty does not narrow. Both days are included."""

    username: str = ""
    action: str = ""
    #: How the code of what it was done to begins.
    subject: str = ""
    since: date | None = None
    until: date | None = None


class Line(NamedTuple):
    """One thing somebody saw or changed."""

    #: Where the next page begins.
    place: int
    at: datetime
    #: Empty for commands.
    username: str
    name: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def listed(scope: Scope, asked: Asked, *, before: int | None = None, limit: int) -> list[Line]:
    """Return the newest events first, those before the place ``before``.

    Seen are events about a code in the scope, about somebody with a role in it, and what such
    a person did to what has no place (rules, goods, blank cards); what the same person did in
    another place is that place's. Commands without a place are seen from a county up.
    """
    found = (
        select(
            AuditEvent.id, AuditEvent.at, StaffMember.username, StaffMember.name,
            AuditEvent.action, AuditEvent.subject, AuditEvent.before, AuditEvent.after,
        )
        .outerjoin(StaffMember, StaffMember.id == AuditEvent.staff_id)
        .where(_visible(scope), *_narrowed(asked))
    )  # fmt: skip
    if before is not None:
        found = found.where(AuditEvent.id < before)
    rows = db.session.execute(found.order_by(AuditEvent.id.desc()).limit(limit))
    return [Line(row.id, row.at, row.username or "", row.name or "", *row[4:]) for row in rows]


def all_of(scope: Scope, asked: Asked, *, size: int = 2000) -> Iterator[Line]:
    """Yield the newest LONGEST events for a download, a page of them in memory."""
    before: int | None = None
    for _page in range(LONGEST // size):
        page = listed(scope, asked, before=before, limit=size)
        yield from page
        if len(page) < size:
            return
        before = page[-1].place


def actions() -> list[str]:
    """Return every action there is in the log, jumping from one to the next along its index."""
    found: list[str] = []
    while True:
        following = db.session.scalar(
            select(AuditEvent.action)
            .where(AuditEvent.action > (found[-1] if found else ""))
            .order_by(AuditEvent.action)
            .limit(1)
        )
        if following is None:
            return found
        found.append(following)


def _visible(scope: Scope) -> ColumnElement[bool]:
    working = select(RoleGrant.staff_id).where(under(RoleGrant.region_code, scope.regions))
    named = select(StaffMember.username).where(StaffMember.id.in_(working))
    whole = any(len(region) <= COUNTY for region in scope.regions)
    return or_(
        _of_a_place() & under(AuditEvent.subject, scope.regions),
        AuditEvent.subject.in_(named),
        AuditEvent.staff_id.in_(working) & ~_of_a_place(),
        *([AuditEvent.staff_id.is_(None) & ~_of_a_place() & ~_of_somebody()] if whole else []),
    )


def _of_a_place() -> ColumnElement[bool]:
    """Whether a subject begins with a region's code.

    A telephone number as username and the nine digits of a blank card only look like one.
    """
    return and_(
        AuditEvent.subject >= "1",
        AuditEvent.subject < ":",
        ~_of_somebody(),
        ~(AuditEvent.action.startswith("card.") & (func.length(AuditEvent.subject) == CARD_NUMBER)),
    )


def _of_somebody() -> ColumnElement[bool]:
    """Whether the subject is a username."""
    return AuditEvent.action.startswith("staff.")


def _narrowed(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.username:
        yield StaffMember.username == asked.username
    if asked.action:
        yield AuditEvent.action == asked.action
    if asked.subject:
        yield AuditEvent.subject >= asked.subject
        yield AuditEvent.subject < asked.subject + "\U0010ffff"
    if asked.since:
        yield AuditEvent.at >= _midnight(asked.since)
    if asked.until:
        yield AuditEvent.at < _midnight(asked.until + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VILLAGE)
