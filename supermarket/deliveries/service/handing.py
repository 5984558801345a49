"""Handing goods over at the door: by the household's PIN, or signed for on paper."""

from typing import NamedTuple

from supermarket.cards.service import pins
from supermarket.cards.service.pins import PinResult
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.deliveries.errors import OwnPinError, ReceiverError
from supermarket.deliveries.models import Delivery, DeliveryState, Proof, Step
from supermarket.deliveries.service.steps import move, reached
from supermarket.errors import NotFoundError
from supermarket.households import queries as households
from supermarket.households.models import Household
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import StaffMember

#: What the head is to the household, on paper.
HIMSELF = "本人"
MOST_NAME, MOST_RELATION = 60, 20


class Received(NamedTuple):
    """Who took the goods and what shows it."""

    #: SELF, the number of a proxy, or empty for somebody who is named.
    who: str = ""
    name: str = ""
    relation: str = ""
    proof: Proof = Proof.PAPER
    #: Whether the household's PIN was typed and fits; see ``try_pin``.
    pin_fits: bool = False


#: The head himself, or somebody of the household.
SELF = "self"


def try_pin(reference: str, pin: str, *, by: StaffMember) -> PinResult:
    """Try the PIN of the household the goods are brought to; a wrong try is counted.

    The caller commits, then refuses by ``result.refuse()``. Where the goods were handed
    over already, which is for good, nothing is tried.

    Raises:
        NotFoundError, TakenBackError, TiedHouseholdError: as ``steps.reached``.
        PinShapeError: it has not four to six digits, which counts as no try.
    """
    delivery = reached(reference, by)
    if delivery.state is DeliveryState.DELIVERED:
        return PinResult(ok=True, left=0, locked=False)
    return pins.check_pin(delivery.household_id, pin)


def hand_over(reference: str, received: Received, *, by: StaffMember) -> Delivery:
    """Note that the goods are there, who took them, and what shows it; the same again is fine.

    Raises:
        NotFoundError, TakenBackError, TiedHouseholdError: as ``steps.reached``.
        ReceiverError: nobody is named, or not what they are to the household.
        OwnPinError: the PIN is to show it, and was not checked.
        MovedOnError: somebody else was first.
    """
    delivery = reached(reference, by)
    name, relation, proxy_id = _receiver(delivery.household_id, received)
    if received.proof is Proof.PIN and not received.pin_fits:
        raise OwnPinError
    same = (delivery.receiver, delivery.relation, delivery.proof)
    if delivery.state is DeliveryState.DELIVERED and same == (name, relation, received.proof):
        return delivery  # the same press of the button again
    move(
        delivery,
        DeliveryState.TO_DELIVER,
        DeliveryState.DELIVERED,
        Step.HAND_OVER,
        by=by.id,
        words=f"{name}（{relation}）",
        receiver=name,
        relation=relation,
        proxy_id=proxy_id,
        proof=received.proof,
        delivered_at=now(),
    )
    return delivery


def _receiver(household_id: int, received: Received) -> tuple[str, str, int | None]:
    if received.who == SELF:
        household = db.session.get_one(Household, household_id)
        return household.head[:MOST_NAME], HIMSELF, None
    if received.who:
        for one in households.proxies(household_id, today()):
            if one.proxy_id is not None and str(one.proxy_id) == received.who:
                return one.name, one.relation, one.proxy_id
        raise NotFoundError(what=cleaned(received.who)[:40])
    name, relation = cleaned(received.name), cleaned(received.relation)
    if not 1 <= len(name) <= MOST_NAME or not 1 <= len(relation) <= MOST_RELATION:
        raise ReceiverError
    return name, relation, None
