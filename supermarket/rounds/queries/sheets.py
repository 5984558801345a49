"""One round household by household: who is to be seen, who was, what was found."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, select

from supermarket.awards.models import Declaration, DeclarationState
from supermarket.awards.queries import more_scorers
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.photos.models import Photo
from supermarket.regions.models import Region
from supermarket.rounds.models import Round, RoundKind, RoundLine, RoundState
from supermarket.staff.models import StaffMember


class SheetRow(NamedTuple):
    """A household of a round."""

    household_id: int
    household_code: str
    head: str
    group: str
    village_code: str
    village: str
    #: Whether it has left the programme since.
    left: bool
    #: Position of its grade; None if nobody gave it one.
    grade: int | None
    #: Who marked it last, and when; None if nobody did.
    marker_id: int | None
    marker: str | None
    marked_at: datetime | None
    note: str
    #: The last part of the photo's address; None if there is none.
    photo: str | None
    photo_id: int | None
    #: Why it got nothing; empty if it was not left out.
    left_out: str
    #: What it was declared as: number, points and state; None if as nothing.
    declaration: str | None
    points: int | None
    declared: DeclarationState | None


class Submitted(NamedTuple):
    """What a round became."""

    #: Households declared (posted at once at level A), and whole points they were declared for.
    households: int
    points: int
    #: Households left out.
    left_out: int


class Progress(NamedTuple):
    """How far a round is."""

    marked: int
    #: Households to be seen; None for an event, which has no end of its own.
    total: int | None


def sheet(
    round_: Round, *, since: datetime | None = None, only: str | None = None
) -> list[SheetRow]:
    """Return the households of a round by group and code, in at most two statements.

    While an inspection is open, everybody of the group and whoever was marked though
    they moved or left since; of a closed round, and of an event, those that were marked.
    ``since`` narrows to what was marked after a moment, ``only`` to one household by code.
    """
    mine = and_(RoundLine.household_id == Household.id, RoundLine.round_id == round_.id)
    narrow = []
    if since is not None:
        narrow.append(RoundLine.marked_at > since)
    if only is not None:
        narrow.append(Household.code == only)
    marked = _rows().join(RoundLine, mine).where(*narrow)
    rows = {row.household_id: row for row in _fetched(marked)}
    if round_.kind is RoundKind.INSPECTION and round_.state is RoundState.OPEN and since is None:
        everybody = _rows().outerjoin(RoundLine, mine).where(*_wanted(round_), *narrow)
        rows |= {row.household_id: row for row in _fetched(everybody)}
    else:
        rows = {key: row for key, row in rows.items() if row.grade is not None or since}
    return sorted(rows.values(), key=lambda row: (len(row.group), row.group, row.household_code))


def row_of(round_: Round, household_code: str) -> SheetRow | None:
    """Return one household of a round; None if it is not to be seen and was not marked."""
    if not (household_code.isascii() and household_code.isdigit()):
        return None
    return next(iter(sheet(round_, only=household_code)), None)


def sign_ins(round_: Round) -> list[SheetRow]:
    """Return who signed in to an event, the last first."""
    rows = [row for row in sheet(round_) if row.marked_at is not None]
    return sorted(rows, key=lambda row: (row.marked_at, row.household_id), reverse=True)


def progress(round_: Round) -> Progress:
    """Return how many households of a round have a grade, and how many should get one."""
    marked = db.session.scalar(
        select(func.count()).where(RoundLine.round_id == round_.id, RoundLine.grade.is_not(None))
    )
    if round_.kind is RoundKind.EVENT or round_.state is not RoundState.OPEN:
        return Progress(marked or 0, None)
    graded = select(RoundLine.household_id).where(
        RoundLine.round_id == round_.id, RoundLine.grade.is_not(None)
    )
    left = db.session.scalar(
        select(func.count(Household.id)).where(*_wanted(round_), Household.id.not_in(graded))
    )
    return Progress(marked or 0, (marked or 0) + (left or 0))


def submitted(round_: Round) -> Submitted:
    """Return what a submitted round became at the time."""
    row = db.session.execute(
        select(
            func.count(Declaration.id),
            func.coalesce(func.sum(Declaration.points_asked), 0),
            func.coalesce(func.sum(case((RoundLine.left_out != "", 1), else_=0)), 0),
        )
        .select_from(RoundLine)
        .outerjoin(Declaration, Declaration.id == RoundLine.declaration_id)
        .where(RoundLine.round_id == round_.id)
    ).one()
    return Submitted(int(row[0]), int(row[1]), int(row[2]))


def who_closed(round_: Round) -> str:
    """Return the name of who submitted or cancelled a round; empty while it is open."""
    if round_.closed_by is None:
        return ""
    return str(
        db.session.scalar(select(StaffMember.name).where(StaffMember.id == round_.closed_by))
    )


def markers(declaration_ids: Sequence[int]) -> dict[int, set[int]]:
    """Return who marked the households behind declarations that came from rounds, by their id."""
    rows = db.session.execute(
        select(RoundLine.declaration_id, RoundLine.marked_by).where(
            RoundLine.declaration_id.in_(declaration_ids)
        )
    )
    return {key: {marker} for key, marker in rows if key is not None}


more_scorers.append(markers)


def _wanted(round_: Round) -> list[Any]:
    """Return the conditions that a household is to be seen in an inspection."""
    conditions = [
        Household.village_code == round_.village_code,
        Household.state == HouseholdState.ACTIVE,
    ]
    if round_.group:
        conditions.append(Household.group == round_.group)
    return conditions


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Household.id,
            Household.code,
            Household.head,
            Household.group,
            Household.village_code,
            Region.name,
            Household.state == HouseholdState.LEFT,
            RoundLine.grade,
            RoundLine.marked_by,
            StaffMember.name,
            RoundLine.marked_at,
            func.coalesce(RoundLine.note, ""),
            Photo.token,
            RoundLine.photo_id,
            func.coalesce(RoundLine.left_out, ""),
            Declaration.code,
            Declaration.points,
            Declaration.state,
        )
        .select_from(Household)
        .join(Region, Region.code == Household.village_code)
    )


def _fetched(wanted: Select[*tuple[Any, ...]]) -> list[SheetRow]:
    rows = db.session.execute(
        wanted.outerjoin(StaffMember, StaffMember.id == RoundLine.marked_by)
        .outerjoin(Photo, Photo.id == RoundLine.photo_id)
        .outerjoin(Declaration, Declaration.id == RoundLine.declaration_id)
    )
    return [SheetRow(*row) for row in rows]
