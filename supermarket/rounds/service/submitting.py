"""Submitting a round: once, all of it or nothing."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from sqlalchemy import update

from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationSource
from supermarket.awards.service.asking import MOST_LINES
from supermarket.clock import now
from supermarket.database import db
from supermarket.errors import N_
from supermarket.ledger import service as ledger
from supermarket.rounds.errors import HouseholdsInTheWayError, NothingMarkedError
from supermarket.rounds.models import Round, RoundLine, RoundState
from supermarket.rounds.queries import SheetRow, Submitted
from supermarket.rounds.service import checking
from supermarket.rounds.service.checking import Part
from supermarket.rounds.service.holding import hold
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Scope
from supermarket.statements import run_many

BECAME = """
UPDATE round_line SET declaration_id = :declaration
WHERE round_id = :round AND household_id = :household
"""
#: Said of who was left out though nothing was in the way any more.
_LEFT = N_("提交时留下，没有记分")
#: Characters kept of why a household was left out.
_REASON_LENGTH = 200


def submit_round(
    round_: Round, *, leave_out: Collection[str] = (), scope: Scope, by: int
) -> Submitted:
    """Declare every household that a grade is worth something to, in one transaction.

    ``leave_out`` are codes of households that shall get nothing now, with the reason kept.
    Everything else is declared or nothing is; the second to submit is told who was first.

    Raises:
        RoundClosedError: it was submitted or cancelled; the subclass says by whom and when.
        NothingMarkedError: no household has a grade.
        HouseholdsInTheWayError: some cannot be declared and are not left out.
        DomainError: what ``awards.declare`` refuses.
    """
    hold(round_)
    rows = checking.whole(round_)
    if not rows:
        raise NothingMarkedError
    why = {
        obstacle.row.household_code: str(obstacle.why)
        for obstacle in checking.obstacles(round_, rows, scope=scope, by=by)
    }
    if in_the_way := why.keys() - set(leave_out):
        raise HouseholdsInTheWayError(count=len(in_the_way))
    worth = [row for part in checking.parts(round_, rows) for row in part.rows]
    left = [row for row in worth if row.household_code in leave_out]
    staying = [row for row in rows if row.household_code not in leave_out]
    made = list(_declared(round_, staying, scope, by))
    _tie_together(round_, made)
    _leave(round_, {row.household_id: why.get(row.household_code, _LEFT) for row in left})
    db.session.execute(
        update(Round)
        .where(Round.id == round_.id, Round.state == RoundState.OPEN)
        .values(state=RoundState.SUBMITTED, closed_by=by, closed_at=now())
    )
    db.session.refresh(round_)
    return Submitted(len(made), sum(row.points_asked for row in made), len(left))


def _declared(
    round_: Round, rows: Sequence[SheetRow], scope: Scope, by: int
) -> Iterator[Declaration]:
    """Declare the households, as few calls as the rules, notes and photos allow."""
    # Part of the key is the opener's own: whoever guesses it could declare under it first.
    secret = ledger.fingerprint("round", round_.key)[:24]
    batches = (
        (part, batch) for part in checking.parts(round_, rows) for batch in _batches(round_, part)
    )
    for number, (part, batch) in enumerate(batches, start=1):
        yield from awards.declare(
            f"{round_.code}-{secret}-{number}",
            part.rule_code,
            round_.occurred_on,
            part.asks(batch),
            by=by,
            source=DeclarationSource.ROUND,
            scope=scope,
            note=_words(round_, batch),
            photo_id=batch[0].photo_id if len(batch) == 1 else None,
        )


def _batches(round_: Round, part: Part) -> Iterator[Sequence[SheetRow]]:
    """Split a part: what goes to a panel with a note or photo of its own goes by itself."""
    version = schemes.rule(part.rule_code, part.village_code, round_.occurred_on)
    alone = [row for row in part.rows if version.review_level is not ReviewLevel.A and _apart(row)]
    together = [row for row in part.rows if row not in alone]
    for start in range(0, len(together), MOST_LINES):
        yield together[start : start + MOST_LINES]
    for row in alone:
        yield [row]


def _words(round_: Round, batch: Sequence[SheetRow]) -> str:
    """Return the note of a batch: what the round was, and of one household what was seen there."""
    note = batch[0].note if len(batch) == 1 else ""
    return f"{round_.title}：{note}" if note else round_.title


def _apart(row: SheetRow) -> bool:
    return bool(row.note) or row.photo_id is not None


def _tie_together(round_: Round, made: Sequence[Declaration]) -> None:
    """Note on each line what it became."""
    run_many(
        BECAME,
        [
            {"declaration": row.id, "round": round_.id, "household": row.household_id}
            for row in made
        ],
    )


def _leave(round_: Round, why: Mapping[int, str]) -> None:
    """Note on the lines of households why they got nothing."""
    for household_id, words in why.items():
        db.session.execute(
            update(RoundLine)
            .where(RoundLine.round_id == round_.id, RoundLine.household_id == household_id)
            .values(left_out=words[:_REASON_LENGTH])
        )
