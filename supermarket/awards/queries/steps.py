"""Questions about what was decided on a declaration, step by step."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.awards.models import (
    Award,
    AwardLine,
    Decision,
    Declaration,
    DeclarationState,
    Review,
    Verdict,
)
from supermarket.awards.queries.declarations import DeclarationFound, listed
from supermarket.database import db
from supermarket.regions.queries import under
from supermarket.staff.models import Scope, StaffMember


class Step(NamedTuple):
    """A decision on a declaration."""

    verdict: Verdict
    #: The state after it.
    state: DeclarationState
    points_before: int
    points_after: int
    reason: str
    #: Empty if the household itself, or a job, did it.
    actor: str
    decided_at: datetime
    #: Number of the panel's meeting; None if no panel decided.
    review: str | None


class Declared(NamedTuple):
    """A declaration and every decision on it, oldest first."""

    found: DeclarationFound
    steps: list[Step]


def declared(code: str, scope: Scope) -> Declared | None:
    """Return a declaration in words with its decisions, if its village lies in ``scope``."""
    row = db.session.execute(
        listed().where(Declaration.code == code, under(Declaration.village_code, scope.regions))
    ).one_or_none()
    if row is None:
        return None
    found = DeclarationFound(*row)
    return Declared(found, steps([found.id]).get(found.id, []))


def of_household(household_id: int, *, limit: int = 20) -> list[Declared]:
    """Return a household's newest declarations with their decisions, in two statements."""
    rows = db.session.execute(
        listed()
        .where(Declaration.household_id == household_id)
        .order_by(Declaration.id.desc())
        .limit(limit)
    )
    found = [DeclarationFound(*row) for row in rows]
    taken = steps([row.id for row in found])
    return [Declared(row, taken.get(row.id, [])) for row in found]


def steps(declaration_ids: Sequence[int]) -> dict[int, list[Step]]:
    """Return the decisions on some declarations, oldest first."""
    rows = db.session.execute(
        select(
            Decision.declaration_id,
            Decision.verdict,
            Decision.state,
            Decision.points_before,
            Decision.points_after,
            Decision.reason,
            func.coalesce(StaffMember.name, ""),
            Decision.decided_at,
            Review.code,
        )
        .outerjoin(StaffMember, StaffMember.id == Decision.actor_id)
        .outerjoin(Review, Review.id == Decision.review_id)
        .where(Decision.declaration_id.in_(declaration_ids))
        .order_by(Decision.id)
    )
    found: dict[int, list[Step]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(Step(*row[1:]))
    return found


def decided_at(review_id: int) -> list[tuple[DeclarationFound, Step]]:
    """Return what a meeting decided, line by line, as it was decided."""
    ids = select(Decision.declaration_id).where(Decision.review_id == review_id)
    rows = db.session.execute(listed().where(Declaration.id.in_(ids)).order_by(Declaration.id))
    found = [DeclarationFound(*row) for row in rows]
    taken = steps([row.id for row in found])
    code = db.session.scalar(select(Review.code).where(Review.id == review_id))
    return [(row, step) for row in found for step in taken[row.id] if step.review == code]


def last_decision(declaration_id: int) -> Decision | None:
    """Return the newest decision on a declaration."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.declaration_id == declaration_id)
        .order_by(Decision.id.desc())
        .limit(1)
    )


def panel_decision(declaration_id: int) -> Decision | None:
    """Return the panel's decision on a declaration."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.declaration_id == declaration_id, Decision.review_id.is_not(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def entry_of(declaration_id: int) -> int | None:
    """Return the id of the entry that posted a declaration."""
    return db.session.scalar(
        select(Award.entry_id)
        .join(AwardLine, AwardLine.award_id == Award.id)
        .join(Declaration, Declaration.award_line_id == AwardLine.id)
        .where(Declaration.id == declaration_id)
    )
