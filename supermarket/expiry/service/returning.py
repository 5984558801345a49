"""Giving expired points back: to everybody, or by household."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import exists, select, update

from supermarket.awards.errors import HouseholdLeftError
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.expiry.errors import (
    GivingBackNotYoursError,
    NothingPostedError,
    ReasonNeededError,
)
from supermarket.expiry.models import ExpiryLine, ExpiryRun, RunState
from supermarket.expiry.queries import run_or_404
from supermarket.expiry.service.announcing import REASON_LENGTH
from supermarket.households import service as households
from supermarket.households.models import Household, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import AlreadyReversedError
from supermarket.ledger.service import Left
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember


class GivenBack(NamedTuple):
    """What giving back did."""

    code: str
    households: int
    #: Whole points.
    points: int
    #: The key was used before.
    replayed: bool


def asked_back(
    key: str, code: str, reason: str, wanted: Collection[str] | None, by: int
) -> ledger.Request:
    """Name a giving back for ``give_back``; ``wanted`` are household codes, None all."""
    body = [code, reason, None if wanted is None else sorted(wanted), by]
    return ledger.Request(key, ledger.fingerprint("give_back", body), by)


def may_give_back(village_code: str, by: StaffMember) -> bool:
    """Whether somebody may give expired points of a village back: its office or supervisor."""
    return any(
        by.scope(permission).covers_region(village_code)
        for permission in (Permission.MANAGE_POINTS, Permission.REVERSE_AWARDS)
    )


def give_back(
    request: ledger.Request,
    code: str,
    *,
    reason: str,
    wanted: Collection[str] | None = None,
    by: StaffMember,
) -> GivenBack:
    """Give what an expiry took back: to everybody, or to the named households.

    The points are as old as they were: a later expiry announces them anew.

    Raises:
        NotFoundError: no such expiry, or a named household is not in it, or not in sight.
        GivingBackNotYoursError: neither the village's office nor its supervisor.
        TiedHouseholdError: one of the households is the actor's own or a relative's.
        HouseholdLeftError: a named household has left; giving back to all passes it over.
        NothingPostedError, AlreadyReversedError: nothing is left to give back.
        ReasonNeededError: it says not why.
    """
    known = ledger.seen(request)
    run = run_or_404(code, by.scope(Permission.VIEW_HOUSEHOLDS))
    if known is not None:
        return GivenBack(code, 0, 0, True)
    reason = cleaned(reason)
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise ReasonNeededError
    if not may_give_back(run.village_code, by):
        raise GivingBackNotYoursError
    if run.entry_id is None:
        raise NothingPostedError(code=code)
    meant = _there(_meant(run, wanted), named=wanted is not None)
    households.refuse_tied(by.id, [household.id for household in meant])
    left = ledger.hold(run.entry_id)
    parts = _parts(left, {household.account_id for household in meant})
    ledger.reverse(left, request=request, occurred_on=today(), note=reason, points=parts)
    db.session.execute(
        update(ExpiryLine)
        .where(
            ExpiryLine.run_id == run.id,
            ExpiryLine.household_id.in_([household.id for household in meant]),
        )
        .values(reversed_points=ExpiryLine.points_posted)
        .execution_options(synchronize_session=False)
    )
    _finish(run)
    return GivenBack(code, len(parts) - 1, sum(parts.values()) // 2, False)


def _meant(run: ExpiryRun, wanted: Collection[str] | None) -> Sequence[Household]:
    """Return the households of an expiry that something was taken from, or the named ones."""
    taken = db.session.scalars(
        select(Household)
        .join(ExpiryLine, ExpiryLine.household_id == Household.id)
        .where(ExpiryLine.run_id == run.id, ExpiryLine.points_posted > 0)
        .order_by(Household.code)
    ).all()
    if wanted is None:
        return taken
    known = {household.code for household in taken}
    for code in sorted(wanted):
        if code not in known:
            raise NotFoundError(what=code[:40])
    return [household for household in taken if household.code in wanted]


def _there(meant: Sequence[Household], *, named: bool) -> list[Household]:
    """Return the households that take part, held so that none leaves before it has its points."""
    held = households.hold([household.id for household in meant])
    gone = [one for one in held.values() if one.state is HouseholdState.LEFT]
    if named and gone:
        raise HouseholdLeftError(head=gone[0].head, household=gone[0].code)
    return [household for household in meant if household not in gone]


def _parts(left: Left, accounts: Collection[int]) -> dict[int, int]:
    """Map the positions of the entry's lines to what is given back of each."""
    parts = {
        line.position: -line.points
        for line in left.points
        if line.account_id in accounts and line.points
    }
    if not parts:
        raise AlreadyReversedError(reference=left.reference)
    total = sum(parts.values())
    expired = next(line.position for line in left.points if line.account_id < 0)
    return parts | {expired: total}


def _finish(run: ExpiryRun) -> None:
    """Say that everything was given back, once it was."""
    kept = exists().where(
        ExpiryLine.run_id == run.id, ExpiryLine.reversed_points < ExpiryLine.points_posted
    )
    db.session.execute(
        update(ExpiryRun)
        .where(ExpiryRun.id == run.id, ~kept)
        .values(state=RunState.REVERSED)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(run)
