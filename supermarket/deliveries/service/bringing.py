"""Sending goods to the door, and what happens when nobody was there."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import now, today
from supermarket.counter import service as counter
from supermarket.counter.models import Redemption
from supermarket.counter.queries.receipts import find
from supermarket.counter.queries.returning import lines_left
from supermarket.database import db
from supermarket.deliveries.errors import (
    AlreadyMarkedError,
    CarrierError,
    DueError,
    NotARedemptionError,
    NoteError,
    WordsError,
)
from supermarket.deliveries.models import Delivery, DeliveryState, Step
from supermarket.deliveries.queries.finding import of_entry
from supermarket.deliveries.service.steps import move, note, reached
from supermarket.errors import NotFoundError
from supermarket.households import service as households
from supermarket.households.queries import helper_of
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember

#: Most characters of a carrier's name, of a note and of a reason; most days ahead.
MOST_CARRIER, MOST_NOTE, MOST_REASON, MOST_AHEAD = 40, 100, 100, 14


class Errand(NamedTuple):
    """Who brings goods to whom by when."""

    #: Username of somebody who works here; empty for a volunteer, who is named.
    username: str = ""
    name: str = ""
    #: None for today.
    due_on: date | None = None
    note: str = ""


def mark(reference: str, errand: Errand, *, by: StaffMember) -> Delivery:
    """Note that a redemption's goods are brought to the household; the same again is the first.

    Called once the goods are paid, at the counter or later from the receipt. Points and
    stock do not move: the goods left the shelf with the redemption.

    Raises:
        NotFoundError: no such redemption at a shop where ``by`` serves; no such carrier.
        NotARedemptionError: it is a reversal, or nothing is left of it.
        AlreadyMarkedError: somebody else brings it already.
        CarrierError, DueError, NoteError: nobody brings it, on no such day, too many words.
        TiedHouseholdError: it is ``by``'s own household or a relative's.
    """
    found = find(cleaned(reference)[:64])
    if found is None or not by.scope(Permission.REDEEM).covers_shop(
        found.shop_code, found.shop_region
    ):
        raise NotFoundError(what=cleaned(reference)[:40])
    households.refuse_tied(by.id, [found.household_id])
    name, carrier_id = _carrier(errand, found.household_id, by)
    due_on, words = errand.due_on or today(), cleaned(errand.note)
    if len(words) > MOST_NOTE:
        raise NoteError(most=MOST_NOTE)
    if (known := of_entry(found.entry_id)) is not None:
        same = (known.carrier, known.carrier_id, known.due_on, known.note, known.made_by)
        if same != (name, carrier_id, due_on, words, by.id):
            raise AlreadyMarkedError(reference=reference, carrier=known.carrier)
        return known
    _check_day(due_on)
    if not any(line.units > 0 for line in lines_left(found.entry_id)):
        raise NotARedemptionError(reference=reference)
    delivery = Delivery(
        entry_id=found.entry_id,
        shop_id=_shop_id(found.entry_id),
        household_id=found.household_id,
        carrier=name,
        carrier_id=carrier_id,
        due_on=due_on,
        note=words,
        made_by=by.id,
        made_at=now(),
    )
    db.session.add(delivery)
    db.session.flush()
    note(delivery, Step.MAKE, by=by.id, words=name)
    return delivery


def fail(
    reference: str,
    reason: str,
    *,
    by: StaffMember,
    take_back: str = "",
) -> Delivery:
    """Note that nobody could receive the goods: they are in the shop again, the points spent.

    ``take_back`` is a key: the redemption is then taken back in the same breath, by the rules
    of the counter (a keeper the same day, a supervisor any day). Without it the goods wait
    to be brought again, or for somebody who may. Call it through ``once_more`` with a key.

    Raises:
        NotFoundError, TakenBackError, TiedHouseholdError: as ``steps.reached``.
        WordsError: no reason is given.
        MovedOnError: somebody else was first.
        VoidTooLateError and others of ``counter.reverse``: it cannot be taken back by ``by``.
    """
    reason = _reason(reason)
    delivery = reached(reference, by)
    move(
        delivery,
        DeliveryState.TO_DELIVER,
        DeliveryState.UNDELIVERED,
        Step.FAIL,
        by=by.id,
        words=reason,
    )
    if take_back:
        counter.reverse(
            take_back,
            reference=reference,
            reason=reason,
            by=by.id,
            void_scope=by.scope(Permission.REDEEM),
            reverse_scope=by.scope(Permission.REVERSE_REDEMPTIONS),
        )
    return delivery


def bring_again(reference: str, errand: Errand, *, by: StaffMember) -> Delivery:
    """Send goods that came back to the door once more.

    Raises:
        NotFoundError, TakenBackError, TiedHouseholdError: as ``steps.reached``.
        CarrierError, DueError, NoteError: as ``mark``.
        MovedOnError: they are on their way, or there, already.
    """
    delivery = reached(reference, by)
    name, carrier_id = _carrier(errand, delivery.household_id, by)
    due_on, words = errand.due_on or today(), cleaned(errand.note)
    if len(words) > MOST_NOTE:
        raise NoteError(most=MOST_NOTE)
    _check_day(due_on)
    move(
        delivery,
        DeliveryState.UNDELIVERED,
        DeliveryState.TO_DELIVER,
        Step.AGAIN,
        by=by.id,
        words=name,
        carrier=name,
        carrier_id=carrier_id,
        due_on=due_on,
        note=words,
    )
    return delivery


def _carrier(errand: Errand, household_id: int, by: StaffMember) -> tuple[str, int | None]:
    """Return the carrier's name and account: ``by``, the household's helper, or a volunteer.

    Raises:
        NotFoundError: an account that is neither.
        CarrierError: nobody is named.
    """
    if errand.username:
        helper = helper_of(household_id)
        member = db.session.scalar(
            select(StaffMember).where(StaffMember.username == cleaned(errand.username)[:64])
        )
        known = {by.id, helper.staff_id if helper else by.id}
        if member is None or not member.active or member.id not in known:
            raise NotFoundError(what=cleaned(errand.username)[:40])
        return member.name[:MOST_CARRIER], member.id
    name = cleaned(errand.name)
    if not 1 <= len(name) <= MOST_CARRIER:
        raise CarrierError(most=MOST_CARRIER)
    return name, None


def _check_day(due_on: date) -> None:
    last = today() + timedelta(days=MOST_AHEAD)
    if not today() <= due_on <= last:
        raise DueError(last=last)


def _reason(text: str) -> str:
    text = cleaned(text)
    if not 2 <= len(text) <= MOST_REASON:
        raise WordsError(most=MOST_REASON)
    return text


def _shop_id(entry_id: int) -> int:
    return db.session.scalars(
        select(Redemption.shop_id).where(Redemption.entry_id == entry_id)
    ).one()
