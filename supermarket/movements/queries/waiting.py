"""How much waits for somebody, and since when."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.clock import now
from supermarket.database import db
from supermarket.ledger.models import Lot
from supermarket.movements.models import Transfer, TransferState, WriteOff, WriteOffState
from supermarket.movements.queries.naming import own_shop_ids, shop_ids
from supermarket.movements.queries.recalls import in_force, receivers
from supermarket.movements.queries.transfers import in_sight
from supermarket.movements.queries.write_offs import proposed_units
from supermarket.staff.models import Scope

#: Days after which goods on their way should long have come.
LONG = 3


class Queue(NamedTuple):
    """What waits for one person."""

    size: int
    #: Since when the oldest waits; None if nothing does.
    since: datetime | None
    late: bool = False


def to_receive(scope: Scope) -> Queue:
    """Return the transfers on their way to the shops somebody works in."""
    size, since = db.session.execute(
        select(func.count(), func.min(Transfer.sent_at)).where(
            Transfer.to_shop_id.in_(own_shop_ids(scope)), Transfer.state == TransferState.SENT
        )
    ).one()
    return Queue(size, since, since is not None and since < now() - timedelta(days=LONG))


def to_find_out(scope: Scope, staff_id: int) -> Queue:
    """Return the transfers with missing units that somebody else sent and received."""
    return Queue(
        *db.session.execute(
            select(func.count(), func.min(Transfer.received_at)).where(
                Transfer.missing > 0,
                Transfer.sent_by != staff_id,
                Transfer.received_by != staff_id,
                in_sight(scope),
            )
        ).one()
    )


def to_approve(scope: Scope, staff_id: int) -> Queue:
    """Return the write-offs that wait for somebody's approval; the own ones do not."""
    return Queue(
        *db.session.execute(
            select(func.count(), func.min(WriteOff.proposed_at)).where(
                WriteOff.state == WriteOffState.PROPOSED,
                WriteOff.proposed_by != staff_id,
                WriteOff.shop_id.in_(shop_ids(scope)),
            )
        ).one()
    )


def to_take_off(scope: Scope, on: date) -> int:
    """Return how many expired lots of somebody's shops stand on no proposal yet."""
    rows = db.session.execute(
        select(Lot.id, Lot.on_hand).where(
            Lot.shop_id.in_(own_shop_ids(scope)), Lot.on_hand > 0, Lot.best_before < on
        )
    ).all()
    proposed = proposed_units([row.id for row in rows])
    return sum(row.on_hand > proposed.get(row.id, 0) for row in rows)


def to_tell(scope: Scope) -> Queue:
    """Return the households in a scope that have recalled goods and were not told yet."""
    size, since = 0, None
    for recall in in_force(scope):
        untold = sum(row.told_at is None for row in receivers(recall, scope))
        size, since = size + untold, since or (recall.recalled_at if untold else None)
    return Queue(size, since, late=size > 0)
