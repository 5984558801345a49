"""The rows a proposal is about, as far as whoever asks may see them."""

from sqlalchemy import select

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.household_events import queries
from supermarket.household_events.errors import EventOpenError
from supermarket.household_events.models import HouseholdEvent
from supermarket.household_events.service.asking import Proposal
from supermarket.household_events.service.weighing import Weighed
from supermarket.households import queries as lookup
from supermarket.households import service as ties
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import PointsLine
from supermarket.staff.models import Permission, StaffMember


def households(proposal: Proposal, by: StaffMember) -> tuple[Household, Household | None]:
    """Return the household a proposal is about, and the one that takes it in, if any is named.

    Raises:
        NotFoundError: it is not there, or not the proposer's to see.
    """
    household = lookup.household(proposal.household_code, by.scope(Permission.MANAGE_HOUSEHOLDS))
    if household is None:
        raise NotFoundError(what=proposal.household_code[:20])
    if not proposal.other_code:
        return household, None
    other = lookup.household(proposal.other_code, by.scope(Permission.VIEW_HOUSEHOLDS))
    if other is None:
        raise NotFoundError(what=proposal.other_code[:20])
    return household, other


def refuse_taken(household: Household, other: Household | None, by: StaffMember) -> None:
    """Refuse a proposal by a relative, or while another event of the households waits.

    Raises:
        TiedHouseholdError: a household is the proposer's own or a relative's.
        EventOpenError: another event of one of the households waits.
    """
    ids = [one.id for one in (household, other) if one is not None]
    ties.refuse_tied(by.id, ids)
    if (waiting := queries.open_event(ids)) is not None:
        head = db.session.get_one(Household, waiting.household_id).head
        raise EventOpenError(head=head, event=waiting.code)


def both(event: HouseholdEvent) -> list[int]:
    """Return the ids of the households an event is about."""
    ids = [event.household_id, event.other_household_id]
    return sorted(found for found in ids if found is not None)


def taken_when_left(weighed: Weighed) -> int:
    """Return the points that a household lost when it left and that nobody gave back yet."""
    entry_id = weighed.left_by.entry_id if weighed.left_by is not None else None
    if entry_id is None:
        return 0
    taken = db.session.scalar(
        select(PointsLine.points).where(
            PointsLine.entry_id == entry_id,
            PointsLine.account_id == weighed.household.account_id,
        )
    )
    return -(taken or 0)


def left_entry(weighed: Weighed) -> ledger.Left | None:
    """Return the entry that emptied a household's account, held to be taken back; None if none."""
    entry_id = weighed.left_by.entry_id if weighed.left_by is not None else None
    return ledger.hold(entry_id) if entry_id is not None else None
