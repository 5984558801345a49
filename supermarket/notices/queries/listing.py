"""Which notices there are, which are due, and what waits to be announced."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from supermarket.awards.models import Decision, Declaration, DeclarationState
from supermarket.clock import local, today
from supermarket.database import db
from supermarket.notices.models import (
    Notice,
    NoticeLine,
    NoticeState,
    Objection,
    ObjectionState,
)
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.shops import queries as shops
from supermarket.staff.models import Scope

#: Days a closed notice may still be read by everybody.
READABLE_DAYS = 30
_REFERENCE = re.compile(r"([0-9]{2,12})G([0-9]{4})-([1-9][0-9]{0,7})")
_CODE = re.compile(r"[0-9a-z]{10}")


class NoticeFound(NamedTuple):
    """A notice in a list."""

    notice: Notice
    village: str
    #: Lines and households announced, whole points as announced.
    lines: int
    households: int
    points: int
    #: Objections nobody decided yet.
    open_objections: int


class WaitingVillage(NamedTuple):
    """What a village may announce."""

    code: str
    name: str
    lines: int
    households: int
    #: Whole points.
    points: int
    #: When the oldest of it was accepted.
    since: datetime


class DueNotice(NamedTuple):
    """A notice with something to post, or to close."""

    reference: str
    village: str
    closes_on: date
    #: Lines to be posted, and lines somebody objected to, which wait.
    lines: int
    held: int


def notice(reference: str, scope: Scope) -> Notice | None:
    """Return the notice with this number, if its village lies in ``scope``."""
    wanted = by_reference(reference)
    if wanted is None:
        return None
    return db.session.scalar(wanted.where(under(Notice.village_code, scope.regions)))


def by_reference(reference: str) -> Select[Notice] | None:
    """Return the question for the notice with this number; None if it cannot be one."""
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        return None
    return select(Notice).where(
        Notice.village_code == parts[1],
        Notice.year == int(parts[2]),
        Notice.number == int(parts[3]),
    )


def by_code(code: str) -> Notice | None:
    """Return the notice whose web copy has this address."""
    plain = code.lower()
    if _CODE.fullmatch(plain) is None:
        return None
    return db.session.scalar(select(Notice).where(Notice.code == plain))


def readable(notice: Notice) -> bool:
    """Whether everybody may still read it."""
    if notice.closed_at is None:
        return True
    return today() <= local(notice.closed_at).date() + timedelta(days=READABLE_DAYS)


def open_notices(village_code: str, *, closed: bool = False) -> list[Notice]:
    """Return the notices of a village that hang now, newest first.

    ``closed`` adds those that are over and may still be read.
    """
    rows = db.session.scalars(
        select(Notice)
        .where(
            Notice.village_code == village_code,
            # A closed one is readable for a month, and none hangs for longer than that.
            or_(
                Notice.state == NoticeState.OPEN,
                Notice.closes_on >= today() - timedelta(days=2 * READABLE_DAYS),
            ),
        )
        .order_by(Notice.id.desc())
    )
    return [row for row in rows if row.state is NoticeState.OPEN or (closed and readable(row))]


def notices(
    scope: Scope, *, state: NoticeState | None = None, before: int | None = None, limit: int
) -> list[NoticeFound]:
    """Return the notices in ``scope``, newest first; ``before`` is the last id of the page before.

    Three statements however many there are.
    """
    wanted = (
        select(Notice, Region.name)
        .join(Region, Region.code == Notice.village_code)
        .where(under(Notice.village_code, scope.regions))
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    if state is not None:
        wanted = wanted.where(Notice.state == state)
    if before is not None:
        wanted = wanted.where(Notice.id < before)
    rows = db.session.execute(wanted).all()
    ids = [row[0].id for row in rows]
    sums = {
        row[0]: (int(row[1]), int(row[2]), int(row[3]))
        for row in db.session.execute(
            select(
                NoticeLine.notice_id,
                func.count(),
                func.count(NoticeLine.household_id.distinct()),
                func.sum(NoticeLine.points),
            )
            .where(NoticeLine.notice_id.in_(ids))
            .group_by(NoticeLine.notice_id)
        )
    }
    doubts = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Objection.notice_id, func.count())
            .where(Objection.notice_id.in_(ids), Objection.state == ObjectionState.OPEN)
            .group_by(Objection.notice_id)
        )
    }
    return [
        NoticeFound(found, village, *sums[found.id], doubts.get(found.id, 0))
        for found, village in rows
    ]


def due(on: date, villages: Sequence[str] = ("",)) -> list[DueNotice]:
    """Return the notices whose days are over before ``on`` and that have something to do.

    That is: they are open still, or a line was released after they closed.
    """
    counted = (
        select(
            NoticeLine.notice_id.label("notice_id"),
            _counted(DeclarationState.NOTICED).label("ready"),
            _counted(DeclarationState.HELD).label("held"),
        )
        .join(Declaration, Declaration.id == NoticeLine.declaration_id)
        .where(Declaration.state.in_([DeclarationState.NOTICED, DeclarationState.HELD]))
        .group_by(NoticeLine.notice_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Notice, Region.name, counted.c.ready, counted.c.held)
        .join(Region, Region.code == Notice.village_code)
        .outerjoin(counted, counted.c.notice_id == Notice.id)
        .where(
            Notice.closes_on < on,
            under(Notice.village_code, villages),
            or_(
                Notice.state == NoticeState.OPEN,
                and_(Notice.state == NoticeState.CLOSED, counted.c.ready > 0),
            ),
        )
        .order_by(Notice.closes_on, Notice.id)
    )
    return [
        DueNotice(found.reference, village, found.closes_on, ready or 0, held or 0)
        for found, village, ready, held in rows
    ]


def _counted(state: DeclarationState) -> ColumnElement[int]:
    return func.count().filter(Declaration.state == state)


def announceable(village_code: str) -> Select[Declaration]:
    """Return the question for what a village may announce."""
    return select(Declaration).where(
        Declaration.village_code == village_code, Declaration.state == DeclarationState.ACCEPTED
    )


def villages_waiting(scope: Scope) -> list[WaitingVillage]:
    """Return the villages of ``scope`` with accepted lines, longest waiting first."""
    accepted = (
        select(func.max(Decision.decided_at))
        .where(Decision.declaration_id == Declaration.id)
        .correlate(Declaration)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Declaration.village_code,
            Region.name,
            func.count(),
            func.count(Declaration.household_id.distinct()),
            func.sum(Declaration.points),
            func.min(func.coalesce(accepted, Declaration.submitted_at)),
        )
        .join(Region, Region.code == Declaration.village_code)
        .where(
            Declaration.state == DeclarationState.ACCEPTED,
            under(Declaration.village_code, scope.regions),
        )
        .group_by(Declaration.village_code, Region.name)
    )
    found = [WaitingVillage(*row) for row in rows]
    return sorted(found, key=lambda row: (row.since, row.code))


def nearest_phone(village_code: str) -> str:
    """Return the telephone of the nearest open shop that serves a village; empty if unknown."""
    return next((shop.phone for shop in shops.serving(village_code) if shop.phone), "")
