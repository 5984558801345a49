"""What every decision on a declaration has in common: its record, its reason, who may make it."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NoReturn

from sqlalchemy import select

from supermarket.awards import queries
from supermarket.awards.errors import (
    AlreadyDecidedError,
    DecisionReasonError,
    MovedOnError,
    NothingDecidedError,
    OwnDeclarationError,
    RepeatedDeclarationError,
)
from supermarket.awards.models import Decision, Declaration, DeclarationState, Verdict
from supermarket.awards.service.posting import hold_accounts
from supermarket.clock import local, now
from supermarket.database import db
from supermarket.errors import ConflictError, NotFoundError
from supermarket.households import service as households
from supermarket.households.models import Household
from supermarket.regions.queries import under
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

#: Lines of one submission.
MOST_DECIDED = 500
#: Characters of a reason.
REASON_LENGTH = 200


def record_decision(
    declaration_id: int,
    verdict: Verdict,
    state: DeclarationState,
    points_before: int,
    points_after: int,
    reason: str = "",
    actor_id: int | None = None,
    review_id: int | None = None,
) -> None:
    """Note what was decided about a declaration, why and by whom; ``state`` is that after it.

    ``actor_id`` is None if the household itself, or a job, did it.
    """
    db.session.add(
        Decision(
            declaration_id=declaration_id,
            verdict=verdict,
            state=state,
            points_before=points_before,
            points_after=points_after,
            reason=reason,
            review_id=review_id,
            actor_id=actor_id,
            decided_at=now(),
        )
    )


def reasoned(row: Declaration, reason: str) -> str:
    """Return the reason as it is kept.

    Raises:
        DecisionReasonError: there is none, or it is too long.
    """
    text = cleaned(reason)
    if not 2 <= len(text) <= REASON_LENGTH:
        raise DecisionReasonError(most=REASON_LENGTH, **facts(row))
    return text


def facts(row: Declaration) -> dict[str, str]:
    """Return how a refusal names a declaration."""
    head, title = queries.named(row.id)
    return {"declaration": row.code, "head": head, "title": title}


def held(codes: Sequence[str], scope: Scope) -> dict[str, Declaration]:
    """Hold declarations by number until the transaction ends, their households' accounts first.

    They are read anew, for now nobody else can change them any more.

    Raises:
        ConflictError: a merge gave one to another household meanwhile, whose account is not held.
        NothingDecidedError: none, or too many.
        RepeatedDeclarationError: one stands twice.
        NotFoundError: there is none of a number inside ``scope``.
    """
    if not 1 <= len(codes) <= MOST_DECIDED:
        raise NothingDecidedError(most=MOST_DECIDED)
    for code, times in Counter(codes).items():
        if times > 1:
            raise RepeatedDeclarationError(declaration=code[:40])
    owners = {
        row.id: row.account_id
        for row in db.session.execute(
            select(Household.id, Household.account_id)
            .join(Declaration, Declaration.household_id == Household.id)
            .where(Declaration.code.in_(codes))
        )
    }
    hold_accounts(owners.values())
    rows = db.session.scalars(
        select(Declaration)
        .where(Declaration.code.in_(codes), under(Declaration.village_code, scope.regions))
        .order_by(Declaration.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.code: row for row in rows}
    for code in codes:
        if code not in found:
            raise NotFoundError(what=code[:40])
    if any(row.household_id not in owners for row in found.values()):
        raise ConflictError
    return {code: found[code] for code in codes}


def refuse_decided(row: Declaration) -> NoReturn:
    """Say who decided a declaration meanwhile, and when.

    Raises:
        AlreadyDecidedError: somebody did.
        MovedOnError: it moved on without a decision.
    """
    last = queries.last_decision(row.id)
    if last is None:
        raise MovedOnError(declaration=row.code)
    who = db.session.get(StaffMember, last.actor_id) if last.actor_id else None
    named = facts(row)
    raise AlreadyDecidedError(
        who=who.name if who else named["head"], at=local(last.decided_at), **named
    )


def refuse_own(rows: Collection[Declaration], by: int) -> None:
    """Keep who scored them, and who belongs to the households, from deciding declarations.

    Raises:
        OwnDeclarationError, TiedHouseholdError: they would.
    """
    scorers = queries.scorers(rows)
    for row in rows:
        if by in scorers[row.id]:
            raise OwnDeclarationError(**facts(row))
    households.refuse_tied(by, {row.household_id for row in rows})
