"""What every verb of a notice begins with: nobody else changes it meanwhile."""

from collections.abc import Sequence

from sqlalchemy import Select, select

from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationState, Verdict
from supermarket.database import db
from supermarket.errors import ConflictError
from supermarket.households.models import Household, HouseholdState
from supermarket.notices.models import Notice

#: Why a line of a household that left is taken back; it stands in the books.
LEFT = "农户已退出，不再入账"


def held(wanted: Select[Notice]) -> Notice | None:
    """Take a notice until the transaction ends and return it as it is now.

    Closing it, objecting to its lines and deciding the objections wait here for each other.
    """
    return db.session.scalar(wanted.with_for_update().execution_options(populate_existing=True))


def declaration_now(declaration_id: int) -> Declaration:
    """Return a declaration as it is now, whatever was read before."""
    return db.session.get_one(Declaration, declaration_id, populate_existing=True)


def move(declaration: Declaration, before: DeclarationState, after: DeclarationState) -> None:
    """Take one declaration from one state to another.

    Raises:
        ConflictError: somebody else moved it first.
    """
    if awards.advance([declaration.id], before=before, after=after) != 1:
        raise ConflictError


def without_left(
    declarations: Sequence[Declaration], actor_id: int
) -> tuple[list[Declaration], int]:
    """Take back the lines of households that left; return the others and how many went.

    A household that left gets nothing more, and must not hold up all the others.

    Raises:
        ConflictError: somebody else moved one of them first.
    """
    gone = set(
        db.session.scalars(
            select(Household.id).where(
                Household.id.in_({found.household_id for found in declarations}),
                Household.state == HouseholdState.LEFT,
            )
        )
    )
    left = [found for found in declarations if found.household_id in gone]
    for found in left:
        move(found, found.state, DeclarationState.WITHDRAWN)
        awards.record_decision(
            found.id,
            verdict=Verdict.WITHDRAW,
            state=DeclarationState.WITHDRAWN,
            points_before=found.points,
            points_after=found.points,
            reason=LEFT,
            actor_id=actor_id,
        )
    return [found for found in declarations if found.household_id not in gone], len(left)
