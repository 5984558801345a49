"""Taking back what was posted before somebody objected."""

from sqlalchemy import update

from supermarket.awards.models import Award, AwardLine, Declaration
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import ConflictError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import InsufficientPointsError
from supermarket.ledger.service import AccountKind
from supermarket.notices.errors import PointsSpentError


def take_back(
    declaration: Declaration, keep: int, objection: str, reason: str, by: int
) -> int | None:
    """Reverse what the posted line has above ``keep`` points; return the id of the reversal.

    None if no more than that is left of it, because it was taken back otherwise already.

    Raises:
        PointsSpentError: the household no longer holds so much.
    """
    line = db.session.get_one(AwardLine, declaration.award_line_id, populate_existing=True)
    entry_id = db.session.get_one(Award, line.award_id).entry_id or 0
    points = line.points - line.reversed_points - keep
    if points <= 0:
        return None
    request = ledger.Request(
        f"objection-decided:{objection}",
        ledger.fingerprint("objection_decided", [objection, points]),
        by,
    )
    left = ledger.hold(entry_id)
    issued = ledger.open_system_account(AccountKind.ISSUED, declaration.village_code)
    side = next(row.position for row in left.points if row.account_id == issued)
    try:
        posted = ledger.reverse(
            left,
            request=request,
            occurred_on=today(),
            note=reason,
            points={line.position: points, side: points},
        )
    except InsufficientPointsError as short:
        raise PointsSpentError(
            balance=short.details["balance"], needed=short.details["needed"]
        ) from short
    taken = db.session.execute(
        update(AwardLine)
        .where(AwardLine.id == line.id, AwardLine.reversed_points == line.reversed_points)
        .values(reversed_points=AwardLine.reversed_points + points)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise ConflictError
    return posted.entry_id
