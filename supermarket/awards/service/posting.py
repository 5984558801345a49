"""Writing an award: its entry, its header, its lines."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from supermarket.awards.errors import HouseholdLeftError, MovedOnError
from supermarket.awards.models import (
    Award,
    AwardLine,
    AwardStatus,
    Declaration,
    DeclarationState,
)
from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account
from supermarket.ledger.service import AccountKind, EntryKind, PointsMove, Posted
from supermarket.statements import run_many

BECAME = "UPDATE declaration SET award_line_id = :line WHERE id = :declaration"
#: Values of one IN.
CHUNK = 1000
Value = TypeVar("Value")


class PostLine(NamedTuple):
    """What one household gets, under which rule, for which day."""

    household_id: int
    account_id: int
    #: The village that issues the points.
    village_code: str
    member_id: int | None
    points: int
    rule_id: int
    rule_version_id: int
    occurred_on: date


class Written(NamedTuple):
    """An award and its entry, and where its lines stand in it, in the order they were given in."""

    posted: Posted
    award_id: int
    positions: list[int]


def hold_accounts(account_ids: Iterable[int]) -> None:
    """Hold households' accounts, ascending, so that nobody else counts or gives meanwhile."""
    for chunk in _chunks(sorted(set(account_ids))):
        db.session.execute(
            select(Account.id).where(Account.id.in_(chunk)).order_by(Account.id).with_for_update()
        )


def post_lines(
    request: ledger.Request,
    region_code: str,
    occurred_on: date,
    lines: Sequence[PostLine],
    *,
    note: str = "",
    document: str = "",
) -> Written:
    """Post one entry in the journal of a region: each household gains, its village issued.

    The award names its rule if all lines are under one version of it.

    Raises:
        HouseholdLeftError: a household left while its account was waited for.
    """
    posted = ledger.post(
        ledger.open_journal(region_code).id,
        kind=EntryKind.AWARD,
        occurred_on=occurred_on,
        request=request,
        points=_moves(lines),
        document=document,
        note=note,
    )
    _refuse_left({line.household_id for line in lines})
    versions = {line.rule_version_id for line in lines}
    made = Award(
        entry_id=posted.entry_id,
        status=AwardStatus.POSTED,
        rule_version_id=versions.pop() if len(versions) == 1 else None,
        region_code=region_code,
        occurred_on=occurred_on,
        note=note,
        actor_id=request.actor_id,
        created_at=posted.posted_at,
    )
    db.session.add(made)
    db.session.flush()
    positions = _positions(posted, lines)
    db.session.execute(
        insert(AwardLine),
        [
            {
                "award_id": made.id,
                "household_id": line.household_id,
                "member_id": line.member_id,
                "points": line.points,
                "reversed_points": 0,
                "position": position,
                "rule_id": line.rule_id,
                "rule_version_id": line.rule_version_id,
                "occurred_on": line.occurred_on,
            }
            for line, position in zip(lines, positions, strict=True)
        ],
    )
    return Written(posted, made.id, positions)


def _refuse_left(household_ids: Iterable[int]) -> None:
    """Refuse households that left meanwhile; their accounts are held, so that none leaves now."""
    for chunk in _chunks(sorted(household_ids)):
        left = db.session.execute(
            select(Household.head, Household.code).where(
                Household.id.in_(chunk), Household.state == HouseholdState.LEFT
            )
        ).first()
        if left is not None:
            raise HouseholdLeftError(head=left.head, household=left.code)


def _moves(lines: Sequence[PostLine]) -> list[PointsMove]:
    issued: dict[str, int] = {}
    for line in lines:
        issued[line.village_code] = issued.get(line.village_code, 0) + line.points
    return [PointsMove(line.account_id, line.points, line.member_id) for line in lines] + [
        PointsMove(ledger.open_system_account(AccountKind.ISSUED, village), -points)
        for village, points in sorted(issued.items())
    ]


def _positions(posted: Posted, lines: Sequence[PostLine]) -> list[int]:
    """Return the place of each line's points in the entry, which orders them by account."""
    free: dict[int, list[int]] = {}
    for written in posted.points:
        free.setdefault(written.account_id, []).append(written.position)
    return [free[line.account_id].pop(0) for line in lines]


def post_declared(
    request: ledger.Request,
    declarations: Sequence[Declaration],
    *,
    journal_region: str,
    occurred_on: date,
    document: str = "",
    note: str = "",
) -> Posted:
    """Post what was declared and agreed: one entry, one award, however many rules.

    ``occurred_on`` is the entry's day; each line keeps the day it was earned and its frozen
    rule, and the village that it was declared in issues it. The caller has asked
    ``ledger.seen(request)`` before, and counts caps and budgets where lines are accepted.

    Raises:
        HouseholdLeftError: a household no longer takes part.
        MovedOnError: a declaration is no longer in the state it was passed in.
    """
    wanted = {declaration.household_id for declaration in declarations}
    households = {
        row.id: row
        for chunk in _chunks(sorted(wanted))
        for row in db.session.execute(
            select(Household.id, Household.account_id).where(Household.id.in_(chunk))
        )
    }
    hold_accounts(row.account_id for row in households.values())
    _refuse_carried_over(declarations)
    by_state: dict[DeclarationState, list[int]] = {}
    for declaration in declarations:
        by_state.setdefault(declaration.state, []).append(declaration.id)
    for state, ids in by_state.items():
        if advance(ids, before=state, after=DeclarationState.POSTED) != len(ids):
            moved = next(d for d in declarations if d.id in set(ids))
            raise MovedOnError(declaration=moved.code)
    written = post_lines(
        request,
        journal_region,
        occurred_on,
        [
            PostLine(
                declaration.household_id,
                households[declaration.household_id].account_id,
                declaration.village_code,
                declaration.member_id,
                declaration.points,
                declaration.rule_id,
                declaration.rule_version_id,
                declaration.occurred_on,
            )
            for declaration in declarations
        ],
        note=note,
        document=document,
    )
    rows = db.session.execute(
        select(AwardLine.position, AwardLine.id).where(AwardLine.award_id == written.award_id)
    )
    line_ids = {row[0]: row[1] for row in rows}
    became = [
        (declaration, line_ids[position])
        for declaration, position in zip(declarations, written.positions, strict=True)
    ]
    run_many(BECAME, [{"declaration": row.id, "line": line_id} for row, line_id in became])
    for declaration, line_id in became:
        set_committed_value(declaration, "award_line_id", line_id)
    return written.posted


def _refuse_carried_over(declarations: Sequence[Declaration]) -> None:
    """Refuse what a merge gave to another household while its account was waited for."""
    known = {declaration.id: declaration for declaration in declarations}
    for chunk in _chunks(sorted(known)):
        rows = db.session.execute(
            select(Declaration.id, Declaration.household_id).where(Declaration.id.in_(chunk))
        )
        for row in rows:
            if row.household_id != known[row.id].household_id:
                raise MovedOnError(declaration=known[row.id].code)


def advance(ids: Sequence[int], *, before: DeclarationState, after: DeclarationState) -> int:
    """Move those of the declarations that are in one state to another; return how many were."""
    moved = 0
    for chunk in _chunks(sorted(ids)):
        done = db.session.execute(
            update(Declaration)
            .where(Declaration.id.in_(chunk), Declaration.state == before)
            .values(state=after)
            .execution_options(synchronize_session=False)
        )
        moved += done.rowcount  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        for key in chunk:
            known = db.session.identity_map.get(identity_key(Declaration, key))
            if known is not None and known.state is before:
                set_committed_value(known, "state", after)
    return moved


def _chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
