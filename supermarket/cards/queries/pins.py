"""Whether a household has a PIN, and how it stands."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.cards.models import HouseholdPin
from supermarket.database import db
from supermarket.staff.models import StaffMember

#: Wrong tries that lock a PIN.
TRIES = 5


class PinStanding(NamedTuple):
    """How a household's PIN stands; nobody can read the PIN itself."""

    #: Counts settings and resets; a page opened under another number has closed.
    number: int
    #: Whether there is one.
    is_set: bool
    locked: bool
    set_at: datetime
    #: Who set or reset it; empty if the household changed it itself.
    set_by: str


def standing(household_id: int) -> PinStanding | None:
    """Return how a household's PIN stands; None if it never had one."""
    row = db.session.execute(
        select(HouseholdPin, func.coalesce(StaffMember.name, ""))
        .outerjoin(StaffMember, StaffMember.id == HouseholdPin.set_by)
        .where(HouseholdPin.household_id == household_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        return None
    pin: HouseholdPin = row[0]
    is_set = pin.pin_hash != ""
    return PinStanding(pin.number, is_set, is_set and pin.failures >= TRIES, pin.set_at, row[1])
