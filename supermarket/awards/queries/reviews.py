"""Questions about panels and their meetings."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.awards.models import Decision, Declaration, Review, ReviewMember
from supermarket.awards.queries.declarations import DeclarationFound
from supermarket.database import db
from supermarket.households import queries as households
from supermarket.regions.models import Region, above
from supermarket.regions.queries import under
from supermarket.staff.models import Permission, Role, RoleGrant, Scope, StaffMember

#: Roles that sit on panels.
_REVIEWERS = [role for role in Role if Permission.REVIEW in role.permissions]
#: Upper slices append at import: who else scored some declarations, staff ids by their id.
more_scorers: list[Callable[[Sequence[int]], dict[int, set[int]]]] = []


class ReviewFound(NamedTuple):
    """A meeting in a list."""

    id: int
    code: str
    village_code: str
    village: str
    held_on: date
    opened_by: str
    opened_at: datetime
    closed_at: datetime | None
    #: Whether the panel was drawn.
    drawn: bool
    members: int
    #: Decisions made there.
    decisions: int


class Ticket(NamedTuple):
    """Somebody who could be drawn, and the number that decided."""

    staff_id: int
    name: str
    #: SHA-256 of ``seed:staff_id``, 64 hex digits.
    number: str
    drawn: bool


def reviewers(village_code: str) -> list[StaffMember]:
    """Return who may sit on a village's panel, by username."""
    held = select(RoleGrant.staff_id).where(
        RoleGrant.role.in_(_REVIEWERS), RoleGrant.region_code.in_(above(village_code))
    )
    return list(
        db.session.scalars(
            select(StaffMember)
            .where(StaffMember.id.in_(held), StaffMember.active)
            .order_by(StaffMember.username)
        )
    )


def review(code: str, scope: Scope) -> Review | None:
    """Return a meeting by its number, if its village lies in ``scope``."""
    return db.session.scalar(
        select(Review).where(Review.code == code, under(Review.village_code, scope.regions))
    )


def open_review(village_code: str) -> Review | None:
    """Return the meeting that is not over in a village."""
    return db.session.scalar(
        select(Review).where(Review.village_code == village_code, Review.closed_at.is_(None))
    )


def open_reviews(scope: Scope) -> dict[str, Review]:
    """Return the meetings that are not over inside ``scope``, by village."""
    rows = db.session.scalars(
        select(Review).where(Review.closed_at.is_(None), under(Review.village_code, scope.regions))
    )
    return {row.village_code: row for row in rows}


def reviews(scope: Scope, *, before: int | None = None, limit: int) -> list[ReviewFound]:
    """Return meetings inside ``scope``, newest first; ``before`` is the last id before."""
    members = select(func.count()).where(ReviewMember.review_id == Review.id).scalar_subquery()
    decisions = select(func.count()).where(Decision.review_id == Review.id).scalar_subquery()
    wanted = (
        select(
            Review.id,
            Review.code,
            Review.village_code,
            Region.name,
            Review.held_on,
            StaffMember.name,
            Review.opened_at,
            Review.closed_at,
            Review.seed != "",
            members,
            decisions,
        )
        .join(Region, Region.code == Review.village_code)
        .join(StaffMember, StaffMember.id == Review.opened_by)
        .where(under(Review.village_code, scope.regions))
        .order_by(Review.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Review.id < before)
    return [ReviewFound(*row) for row in db.session.execute(wanted)]


def panel(review_id: int) -> list[StaffMember]:
    """Return who sits on a panel, by username."""
    return list(
        db.session.scalars(
            select(StaffMember)
            .join(ReviewMember, ReviewMember.staff_id == StaffMember.id)
            .where(ReviewMember.review_id == review_id)
            .order_by(StaffMember.username)
        )
    )


def panels_that_decided(declaration_ids: Collection[int]) -> dict[int, set[int]]:
    """Return the ids of everybody who sat on a panel that decided each of some declarations."""
    found: dict[int, set[int]] = {key: set() for key in declaration_ids}
    rows = db.session.execute(
        select(Decision.declaration_id, ReviewMember.staff_id)
        .join(ReviewMember, ReviewMember.review_id == Decision.review_id)
        .where(Decision.declaration_id.in_(declaration_ids))
    )
    for declaration_id, staff_id in rows:
        found[declaration_id].add(staff_id)
    return found


def scorers(rows: Iterable[Declaration | DeclarationFound]) -> dict[int, set[int]]:
    """Return who scored each of some declarations, by id: who declared it, who marked it."""
    found = {row.id: set() if row.declared_by is None else {row.declared_by} for row in rows}
    for ask in more_scorers:
        for key, staff_ids in ask(list(found)).items():
            found[key] |= staff_ids
    return found


def free_members(
    panel: Collection[int], rows: Iterable[Declaration | DeclarationFound]
) -> dict[int, set[int]]:
    """Return who of a panel may decide each declaration: neither its scorer nor kin, by id."""
    rows = list(rows)
    ties, scored = {member: households.tied(member) for member in panel}, scorers(rows)
    return {
        row.id: {
            member
            for member in panel
            if member not in scored[row.id] and row.household_id not in ties[member]
        }
        for row in rows
    }


def drawn(seed: str, pool: Collection[int], count: int) -> list[int]:
    """Return who is drawn: the same seed and pool always draw the same people.

    Everybody's number is the SHA-256 of ``seed:staff_id``; the lowest numbers are drawn.
    """
    return sorted(pool, key=lambda staff_id: _number(seed, staff_id))[:count]


def tickets(review: Review) -> list[Ticket]:
    """Return how a panel was drawn, lowest number first; nothing if it was named."""
    if not review.seed:
        return []
    pool: Sequence[int] = json.loads(review.pool)
    sat = {member.id for member in panel(review.id)}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(pool))
    )
    names = {row[0]: row[1] for row in rows}
    found = [Ticket(key, names.get(key, ""), _number(review.seed, key), key in sat) for key in pool]
    return sorted(found, key=lambda ticket: ticket.number)


def _number(seed: str, staff_id: int) -> str:
    return hashlib.sha256(f"{seed}:{staff_id}".encode()).hexdigest()
