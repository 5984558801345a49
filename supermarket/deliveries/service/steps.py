"""What every verb does: find the delivery, move it once, note the step."""

from typing import Any

from sqlalchemy import select, update

from supermarket.clock import now
from supermarket.counter.queries.receipts import find
from supermarket.database import db
from supermarket.deliveries.errors import MovedOnError, TakenBackError
from supermarket.deliveries.models import Delivery, DeliveryState, DeliveryStep, Step
from supermarket.deliveries.queries import finding
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember


def reached(reference: str, by: StaffMember) -> Delivery:
    """Return a delivery that ``by`` brings, or that left a shop where ``by`` serves.

    It is read anew, and held, so that nobody else moves it meanwhile.

    Raises:
        NotFoundError: there is none, or it is somebody else's errand.
        TakenBackError: its goods went back into stock.
        TiedHouseholdError: it goes to ``by``'s own household or a relative's.
    """
    redemption = find(cleaned(reference)[:64])
    found = None
    if redemption is not None:
        found = db.session.scalar(
            select(Delivery)
            .where(Delivery.entry_id == redemption.entry_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    if redemption is None or found is None:
        raise NotFoundError(what=cleaned(reference)[:40])
    serves = by.scope(Permission.REDEEM).covers_shop(redemption.shop_code, redemption.shop_region)
    if not serves and found.carrier_id != by.id:
        raise NotFoundError(what=cleaned(reference)[:40])
    households.refuse_tied(by.id, [found.household_id])
    if db.session.scalar(select(finding.returned()).where(Delivery.id == found.id)):
        raise TakenBackError(reference=reference)
    return found


def move(
    found: Delivery,
    before: DeliveryState,
    after: DeliveryState,
    step: Step,
    *,
    by: int,
    words: str = "",
    **values: Any,
) -> None:
    """Move a delivery from one state to the next in one statement, and note the step.

    Raises:
        MovedOnError: it is in another state; the sentence says who did what last.
    """
    moved = db.session.execute(
        update(Delivery)
        .where(Delivery.id == found.id, Delivery.state == before)
        .values(state=after, **values)
        .execution_options(synchronize_session=False)
    )
    db.session.refresh(found)
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # a cursor result, as of any UPDATE
        raise MovedOnError(who=finding.steps(found.id)[-1].actor)
    note(found, step, by=by, words=words)


def note(found: Delivery, step: Step, *, by: int, words: str = "") -> None:
    """Write down one step of a delivery's way."""
    db.session.add(
        DeliveryStep(delivery_id=found.id, step=step, actor_id=by, at=now(), words=words)
    )
    db.session.flush()
