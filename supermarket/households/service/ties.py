"""Kinship between people who work here and households, and what it forbids (回避)."""

from collections.abc import Collection

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.errors import (
    OwnTieError,
    TiedHouseholdError,
    TiePresentError,
    TieRelationError,
)
from supermarket.households.models import Household, StaffTie, TieKind
from supermarket.households.queries import ties
from supermarket.households.service import details as check
from supermarket.staff.models import StaffMember


def refuse_tied(staff_id: int | None, household_ids: Collection[int]) -> None:
    """Keep somebody out of what concerns the own household or a declared relative's.

    ``staff_id`` is None for a command, which is nobody's relative.

    Raises:
        TiedHouseholdError: one of the households is such.
    """
    if staff_id is None:
        return
    head = ties.first_tied(staff_id, household_ids)
    if head is not None:
        raise TiedHouseholdError(head=head)


def declare_tie(
    member: StaffMember, household: Household, kind: TieKind, relation: str, *, by: int
) -> StaffTie:
    """Note that a household is somebody's own or a relative's, from now on.

    ``relation`` says in words who they are to each other; the own household needs none.

    Raises:
        TieRelationError: a relative without a word of kinship.
        TiePresentError: it is noted already.
    """
    words = check.line(relation, check.RELATION_LENGTH)
    if kind is TieKind.RELATIVE and not words:
        raise TieRelationError
    there = db.session.scalar(
        select(StaffTie.id).where(
            StaffTie.staff_id == member.id,
            StaffTie.household_id == household.id,
            StaffTie.ended_at.is_(None),
        )
    )
    if there is not None:
        raise TiePresentError(head=household.head)
    made = StaffTie(
        staff_id=member.id,
        household_id=household.id,
        kind=kind,
        relation=words,
        declared_by=by,
        declared_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        "tie.declare",
        member.username,
        by=by,
        after={"household": household.code, "kind": kind.value, "relation": words},
    )
    return made


def end_tie(tie: StaffTie, *, by: int) -> None:
    """End a tie from now on; what it was stays in the books.

    Raises:
        OwnTieError: it is the one's own who asks.
        NotFoundError: it has ended already.
    """
    if tie.staff_id == by:
        raise OwnTieError
    ended = db.session.execute(
        update(StaffTie)
        .where(StaffTie.id == tie.id, StaffTie.ended_at.is_(None))
        .values(ended_by=by, ended_at=now())
        .returning(StaffTie.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if ended is None:
        raise NotFoundError(what=tie.relation or tie.kind.label)
    db.session.refresh(tie)
    member = db.session.get_one(StaffMember, tie.staff_id)
    household = db.session.get_one(Household, tie.household_id)
    audit.record(
        "tie.end",
        member.username,
        by=by,
        before={"household": household.code, "kind": tie.kind.value, "relation": tie.relation},
    )
