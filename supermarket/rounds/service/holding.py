"""Holding an open round, so that nobody else changes or closes it meanwhile."""

from datetime import datetime

from sqlalchemy import update

from supermarket.clock import local, now
from supermarket.database import db
from supermarket.rounds import queries
from supermarket.rounds.errors import RoundCancelledError, RoundClosedError, RoundSubmittedError
from supermarket.rounds.models import Round, RoundState


def hold(round_: Round) -> datetime:
    """Hold a round until the transaction ends, if it is open; return the moment of the change.

    One guarded statement: of two who submit, and of one who marks while another submits,
    the second finds no open round. Moments are given out in the order of the changes.

    Raises:
        RoundClosedError: it is closed; the subclass says by whom and when.
    """
    held = db.session.execute(
        update(Round)
        .where(Round.id == round_.id, Round.state == RoundState.OPEN)
        .values(touched_at=now())
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(round_)
    if held.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise closed(round_)
    round_.touched_at = now()
    return round_.touched_at


def closed(round_: Round) -> RoundClosedError:
    """Word who closed a round, and when."""
    who = queries.who_closed(round_)
    at = f"{local(round_.closed_at):%Y-%m-%d %H:%M}" if round_.closed_at else ""
    if round_.state is RoundState.CANCELLED:
        return RoundCancelledError(who=who, at=at, reason=round_.reason)
    return RoundSubmittedError(who=who, at=at)
