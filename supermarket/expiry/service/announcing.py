"""Saying that points will end, before they do."""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import selectinload

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.expiry.errors import ReasonNeededError, RunClosedError
from supermarket.expiry.models import ExpiryLine, ExpiryRun, RunState
from supermarket.expiry.queries import announceable, run_or_404
from supermarket.expiry.queries.ending import ending, ending_in
from supermarket.ledger import service as ledger
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

REASON_LENGTH = 200


def announce(village_code: str, *, by: int | None = None) -> list[ExpiryRun]:
    """Announce what the programme of a village lets end, if it is time; return what is new.

    As often as one likes: an end is announced once. Points that an earlier announcement
    has named already are not named again. An end that finds no points is noted as posted,
    so that what comes in later is safe from it.
    """
    made = []
    for end in announceable(village_code, today()):
        points = ending_in(village_code, end.cutoff_on)
        for household_id, named in _named(village_code).items():
            if household_id in points:
                points[household_id] -= named
        left = {household_id: ends for household_id, ends in points.items() if ends > 0}
        number = ledger.number(village_code, "expiry")
        run = ExpiryRun(
            code=f"{village_code}E{number}",
            village_code=village_code,
            cutoff_on=end.cutoff_on,
            due_on=end.due_on,
            announced_on=today(),
            announced_at=now(),
            state=RunState.ANNOUNCED if left else RunState.POSTED,
            announced_by=by,
        )
        db.session.add(run)
        db.session.flush()
        made.append(run)
        if not left:
            continue
        db.session.execute(
            insert(ExpiryLine),
            [
                {
                    "run_id": run.id,
                    "household_id": household_id,
                    "points_announced": ends,
                    "points_posted": 0,
                    "reversed_points": 0,
                }
                for household_id, ends in left.items()
            ],
        )
    return made


def _named(village_code: str) -> dict[int, int]:
    """Return what announcements still open would take from each household of a village now.

    Not what they said: what was spent since is theirs to lose no more, and would otherwise
    shield as many younger points from the next end.
    """
    runs = db.session.scalars(
        select(ExpiryRun)
        .where(ExpiryRun.village_code == village_code, ExpiryRun.state == RunState.ANNOUNCED)
        .order_by(ExpiryRun.cutoff_on)
        .options(selectinload(ExpiryRun.lines))
    ).all()
    named: dict[int, int] = {}
    for run in runs:
        announced = {line.household_id: line.points_announced for line in run.lines}
        left = ending(announced, run.cutoff_on, run.announced_at)
        for household_id, points in announced.items():
            before = named.get(household_id, 0)
            ends = min(points, left.get(household_id, 0) - before)
            named[household_id] = before + max(ends, 0)
    return named


def call_off(code: str, *, reason: str, by: int, scope: Scope) -> ExpiryRun:
    """Let the points of an announced expiry live on.

    Raises:
        NotFoundError: there is none in ``scope``.
        RunClosedError: it was posted or called off before.
        ReasonNeededError: it says not why.
    """
    reason = cleaned(reason)
    if not 2 <= len(reason) <= REASON_LENGTH:
        raise ReasonNeededError
    run = run_or_404(code, scope)
    close(run, RunState.CANCELLED, reason=reason)
    audit.record("expiry.call_off", code, by=by, after={"reason": reason})
    return run


def close(
    run: ExpiryRun, state: RunState, *, entry_id: int | None = None, reason: str = ""
) -> None:
    """Move an announced expiry on; of many at once exactly one does.

    Raises:
        RunClosedError: somebody was first.
    """
    moved = db.session.scalars(
        update(ExpiryRun)
        .where(ExpiryRun.id == run.id, ExpiryRun.state == RunState.ANNOUNCED)
        .values(state=state, entry_id=entry_id, reason=reason)
        .returning(ExpiryRun.id)
        .execution_options(synchronize_session=False)
    ).all()
    db.session.refresh(run)
    if not moved:
        raise RunClosedError(code=run.code)
