"""What was found, by whom, and who still has to do something about it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.clock import local, today
from supermarket.database import db
from supermarket.households.queries.finding import narrowed
from supermarket.oversight.models import (
    UNDER_WAY,
    Finding,
    FindingState,
    FindingStep,
    StepKind,
)
from supermarket.oversight.queries.journals import posted_by
from supermarket.regions.models import Region, above
from supermarket.regions.queries import under
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, RoleGrant, Scope, StaffMember
from supermarket.staff.queries.names import is_username, normal

FINDER, ASSIGNEE, CONCERNED = (aliased(StaffMember) for _number in range(3))
#: People offered to put something right.
OFFERED = 300


class FindingRow(NamedTuple):
    """A finding with the names of its place and people."""

    finding: Finding
    place: str
    finder: str
    #: Empty if nothing is to be put right.
    assignee: str
    #: Empty if it is nobody's work in particular.
    concerned: str

    @property
    def late(self) -> bool:
        """Whether it should have been put right by now."""
        due = self.finding.due_on
        return self.finding.state in UNDER_WAY and due is not None and due < today()

    @property
    def closed_on(self) -> date | None:
        """The day it was closed (销号日期)."""
        return local(self.finding.closed_at).date() if self.finding.closed_at else None


class StepRow(NamedTuple):
    """One step of a finding."""

    kind: StepKind
    words: str
    actor: str
    at: datetime
    #: The assignee and deadline after it.
    assignee: str
    due_on: date | None


class Queue(NamedTuple):
    """Findings that wait for somebody."""

    size: int
    #: Since when the oldest of them waits.
    since: datetime | None
    late: bool


def finding(code: str, by: StaffMember) -> Finding | None:
    """Return a finding that somebody may read: who oversees the place, or is to put it right."""
    found = db.session.scalar(select(Finding).where(Finding.code == cleaned(code).upper()[:64]))
    if found is None:
        return None
    overseen = by.scope(Permission.OVERSEE).covers_region(found.region_code)
    return found if overseen or found.assignee_id == by.id else None


def keyed(key: str) -> Finding | None:
    """Return the finding that a client's key made before."""
    return db.session.scalar(select(Finding).where(Finding.key == key))


def row_of(found: Finding) -> FindingRow:
    """Return a finding with its names."""
    return FindingRow(*db.session.execute(_rows().where(Finding.id == found.id)).one())


def findings(
    scope: Scope,
    *,
    region: str | None = None,
    states: Sequence[FindingState] = tuple(FindingState),
    late: bool = False,
    since: date | None = None,
    until: date | None = None,
    before: int | None = None,
    limit: int,
) -> list[FindingRow]:
    """Return the findings of a scope, the newest first, to page by id."""
    wanted = (
        _rows()
        .where(
            under(Finding.region_code, narrowed(scope.regions, region)), Finding.state.in_(states)
        )
        .order_by(Finding.id.desc())
        .limit(limit)
    )
    if late:
        wanted = wanted.where(Finding.due_on < today(), Finding.state.in_(UNDER_WAY))
    if since is not None:
        wanted = wanted.where(Finding.found_on >= since)
    if until is not None:
        wanted = wanted.where(Finding.found_on <= until)
    if before is not None:
        wanted = wanted.where(Finding.id < before)
    return [FindingRow(*row) for row in db.session.execute(wanted)]


def assigned_to(staff_id: int) -> list[FindingRow]:
    """Return what somebody is to put right, what is due first at the top."""
    rows = db.session.execute(
        _rows()
        .where(Finding.assignee_id == staff_id, Finding.state.in_(UNDER_WAY))
        .order_by(Finding.state != FindingState.OPEN, Finding.due_on, Finding.id)
        .limit(OFFERED)
    )
    return [FindingRow(*row) for row in rows]


def _rows() -> Select[Finding, str, str, str, str]:
    return (
        select(
            Finding,
            Region.name,
            FINDER.name,
            func.coalesce(ASSIGNEE.name, ""),
            func.coalesce(CONCERNED.name, ""),
        )
        .join(Region, Region.code == Finding.region_code)
        .join(FINDER, FINDER.id == Finding.found_by)
        .outerjoin(ASSIGNEE, ASSIGNEE.id == Finding.assignee_id)
        .outerjoin(CONCERNED, CONCERNED.id == Finding.concerned_id)
    )


def steps(found: Finding, reader: StaffMember) -> list[StepRow]:
    """Return what was done about a finding, the oldest first.

    Who is not to know who watches reads no names but those of who put it right.
    """
    told = list(StepKind) if may_know(reader, found) else [StepKind.ANSWERED]
    rows = db.session.execute(
        select(
            FindingStep.kind,
            FindingStep.words,
            case((FindingStep.kind.in_(told), FINDER.name), else_=""),
            FindingStep.at,
            func.coalesce(ASSIGNEE.name, ""),
            FindingStep.due_on,
        )
        .join(FINDER, FINDER.id == FindingStep.actor_id)
        .outerjoin(ASSIGNEE, ASSIGNEE.id == FindingStep.assignee_id)
        .where(FindingStep.finding_id == found.id)
        .order_by(FindingStep.id)
    )
    return [StepRow(*row) for row in rows]


def last_step(finding_id: int) -> FindingStep:
    """Return the newest step of a finding."""
    return db.session.scalars(
        select(FindingStep)
        .where(FindingStep.finding_id == finding_id)
        .order_by(FindingStep.id.desc())
        .limit(1)
    ).one()


def to_put_right(staff_id: int) -> Queue:
    """Return what somebody is to put right."""
    return _queue(Finding.assignee_id == staff_id, Finding.state == FindingState.OPEN)


def to_check_again(scope: Scope, staff_id: int) -> Queue:
    """Return what waits for a second look by somebody who may close it."""
    return _queue(
        under(Finding.region_code, scope.regions),
        Finding.state == FindingState.ANSWERED,
        Finding.assignee_id != staff_id,
        or_(Finding.concerned_id.is_(None), Finding.concerned_id != staff_id),
    )


def _queue(*conditions: ColumnElement[bool]) -> Queue:
    count, since, due = db.session.execute(
        select(func.count(), func.min(Finding.found_at), func.min(Finding.due_on)).where(
            and_(*conditions)
        )
    ).one()
    return Queue(count, since, due is not None and due < today())


def counted(scope: Scope) -> dict[str, int]:
    """Count the findings of a scope by state, and those that are late as ``late``."""
    inside = under(Finding.region_code, scope.regions)
    found = {
        state.value: count
        for state, count in db.session.execute(
            select(Finding.state, func.count()).where(inside).group_by(Finding.state)
        )
    }
    late = select(func.count()).where(
        inside, Finding.due_on < today(), Finding.state.in_(UNDER_WAY)
    )
    return {**found, "late": db.session.scalar(late) or 0}


def staff_named(username: str) -> StaffMember | None:
    """Return somebody by username; None for nobody, or what is no username."""
    name = normal(username)
    if not is_username(name):
        return None
    return db.session.scalar(select(StaffMember).where(StaffMember.username == name))


def person(staff_id: int | None) -> StaffMember | None:
    """Return somebody by id."""
    return db.session.get(StaffMember, staff_id) if staff_id is not None else None


def name_of(staff_id: int | None) -> str:
    """Return somebody's name."""
    found = person(staff_id)
    return found.name if found else ""


def works_at(person: StaffMember, region_code: str) -> bool:
    """Whether somebody holds a role in a place, round it or inside it."""
    return any(
        grant.region_code.startswith(region_code) or region_code.startswith(grant.region_code)
        for grant in person.grants
    )


def handled_by(subject: str) -> set[int]:
    """Return whose work a subject is: who posted an entry, or is named in a list's row."""
    named = [staff_named(part) for part in subject.split("~")]
    found = {one.id for one in named if one is not None}
    poster = posted_by(subject)
    return found if poster is None else {*found, poster}


def told_to(reader: StaffMember, row: FindingRow) -> FindingRow:
    """Return a finding without the name of who found it, for those who are not to know."""
    return row if may_know(reader, row.finding) else row._replace(finder="")


def may_know(reader: StaffMember, found: Finding) -> bool:
    """Whether somebody may read who watches: who oversees the place and is not concerned."""
    overseen = reader.scope(Permission.OVERSEE).covers_region(found.region_code)
    return overseen and found.concerned_id != reader.id


def candidates(region_code: str) -> list[StaffMember]:
    """Return who could put something right in a place: those inside it, then those above."""
    held = select(RoleGrant.staff_id).where(
        or_(
            under(RoleGrant.region_code, [region_code]),
            RoleGrant.region_code.in_(above(region_code)),
        )
    )
    people = db.session.scalars(
        select(StaffMember)
        .where(StaffMember.id.in_(held), StaffMember.active)
        .order_by(StaffMember.name, StaffMember.username)
        .limit(OFFERED)
    )
    return sorted(
        people,
        key=lambda one: not any(grant.region_code.startswith(region_code) for grant in one.grants),
    )
