"""Letting announced points end, on their day."""

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.clock import today
from supermarket.database import db
from supermarket.expiry.errors import NobodyResponsibleError, NotDueError, RunClosedError
from supermarket.expiry.models import ExpiryLine, ExpiryRun, RunState
from supermarket.expiry.queries import ending, responsible, run_or_404
from supermarket.expiry.service.announcing import close
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import Account
from supermarket.ledger.queries import months
from supermarket.ledger.service import AccountKind, EntryKind, PointsMove
from supermarket.regions import queries as regions
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import Expiry
from supermarket.staff.models import Scope

#: Why an expiry ends nothing when the programme no longer lets points end.
NO_LONGER = "积分方案已改为长期有效"


class Expired(NamedTuple):
    """What an expiry did on its day."""

    code: str
    state: RunState
    households: int
    #: Whole points taken.
    points: int
    #: It was posted before: this is what it did then.
    replayed: bool


def expire(code: str, *, by: int | None = None, scope: Scope | None = None) -> Expired:
    """Take what an announced expiry ends, as one entry of its village.

    What was spent since the announcement is not taken, what came in since does not end,
    and nobody loses more than was announced. Run late it takes the same; run twice it takes
    it once; called off by a programme that lets points live, it takes nothing. Without
    ``by`` (a job) it posts in the name of the office that answers for the village.

    Raises:
        NotFoundError: there is none in ``scope`` (None: anywhere).
        NotDueError: its day has not come.
        RunClosedError: it was called off.
        NobodyResponsibleError: a job has nobody to post for.
    """
    run = run_or_404(code, scope or Scope(("",), ()))
    actor = by if by is not None else responsible(run.village_code)
    if actor is None:
        raise NobodyResponsibleError(village=_name(run.village_code))
    request = ledger.Request(f"expiry:{code}", ledger.fingerprint("expiry", code), actor)
    ledger.seen(request, own=True)  # on PostgreSQL of two at once the second waits here
    db.session.refresh(run)
    if run.state in {RunState.POSTED, RunState.REVERSED}:
        return _replayed(run)
    if run.state is not RunState.ANNOUNCED:
        raise RunClosedError(code=code)
    if run.due_on > today():
        raise NotDueError(code=code, due=run.due_on)
    if schemes.scheme(run.village_code, run.due_on).expiry is Expiry.NONE:
        close(run, RunState.CANCELLED, reason=NO_LONGER)
        return Expired(code, run.state, 0, 0, False)
    taken = _taken(run)
    entry_id = _post(run, request, taken) if taken else None
    close(run, RunState.POSTED, entry_id=entry_id)
    if taken:
        db.session.execute(
            update(ExpiryLine),
            [
                {"run_id": run.id, "household_id": household.id, "points_posted": points}
                for household, points in taken
            ],
        )
    return Expired(code, run.state, len(taken), sum(points for _h, points in taken), False)


def _taken(run: ExpiryRun) -> list[tuple[Household, int]]:
    """Return what is taken from whom, their accounts held so that nothing is spent meanwhile."""
    announced = {
        line.household_id: line.points_announced
        for line in db.session.scalars(select(ExpiryLine).where(ExpiryLine.run_id == run.id))
    }
    found = db.session.scalars(select(Household).where(Household.id.in_(announced))).all()
    _hold_accounts([household.account_id for household in found])
    left = ending(announced, run.cutoff_on, run.announced_at)
    taken = [(h, min(announced[h.id], left.get(h.id, 0))) for h in found]
    return [(household, points) for household, points in taken if points]


def _hold_accounts(account_ids: Collection[int]) -> None:
    db.session.execute(
        select(Account.id)
        .where(Account.id.in_(account_ids))
        .order_by(Account.id)
        .with_for_update(key_share=True)
    ).all()


def _post(run: ExpiryRun, request: ledger.Request, taken: list[tuple[Household, int]]) -> int:
    """Write the entry, dated the day it was due, or today if that month is closed."""
    expired = ledger.open_system_account(AccountKind.EXPIRED, run.village_code)
    total = sum(points for _household, points in taken)
    late = months.closed(run.village_code, run.due_on)
    posted = ledger.post(
        ledger.open_journal(run.village_code).id,
        kind=EntryKind.EXPIRY,
        occurred_on=today() if late else run.due_on,
        request=request,
        points=[
            *(PointsMove(household.account_id, -points) for household, points in taken),
            PointsMove(expired, total),
        ],
        document=run.code,
    )
    return posted.entry_id


def _replayed(run: ExpiryRun) -> Expired:
    points = list(
        db.session.scalars(
            select(ExpiryLine.points_posted).where(
                ExpiryLine.run_id == run.id, ExpiryLine.points_posted > 0
            )
        )
    )
    return Expired(run.code, run.state, len(points), sum(points), True)


def _name(code: str) -> str:
    return regions.names([code]).get(code, code)
