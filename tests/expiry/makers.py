"""What tests of expiry need: a programme that lets points end, a time, spending."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from supermarket.clock import VILLAGE as VILLAGE_TIME
from supermarket.clock import at, today
from supermarket.database import transaction
from supermarket.expiry import service as expiry
from supermarket.expiry.models import ExpiryRun
from supermarket.expiry.service import Expired
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.models import AccountKind, EntryKind
from supermarket.ledger.service import PointsMove, Posted
from supermarket.schemes.models import Expiry, Scheme
from tests.budgets.makers import programme
from tests.factories import VILLAGE, the_actor


@contextmanager
def on(day: date, hour: int = 12) -> Iterator[None]:
    """Let it be some day in the village."""
    with at(datetime.combine(day, time(hour), VILLAGE_TIME)):
        yield


def year_end(**more: Any) -> Scheme:
    """A programme whose points end with the year, announced 30 days before."""
    return programme(expiry=Expiry.YEAR_END, expiry_notice_days=30, **more)


def rolling(months: int, **more: Any) -> Scheme:
    """A programme whose points last some months, announced 30 days before."""
    return programme(
        expiry=Expiry.ROLLING, expiry_months=months, **({"expiry_notice_days": 30} | more)
    )


def spend(household: Household, points: int) -> Posted:
    """Points redeemed, or anyhow gone."""
    actor = the_actor().id
    with transaction():
        gone = ledger.open_system_account(AccountKind.REDEEMED, household.village_code)
        return ledger.post(
            ledger.open_journal(household.village_code).id,
            kind=EntryKind.REDEMPTION,
            occurred_on=today(),
            request=ledger.Request(uuid4().hex, "spend", actor),
            points=[PointsMove(household.account_id, -points), PointsMove(gone, points)],
        )


def announce(village: str = VILLAGE) -> list[ExpiryRun]:
    """Announce what is to be announced today."""
    with transaction():
        return expiry.announce(village)


def expire(code: str) -> Expired:
    """Post an expiry, in the name of whoever acts."""
    actor = the_actor().id
    with transaction():
        return expiry.expire(code, by=actor)


def days(number: int) -> timedelta:
    """So many days."""
    return timedelta(days=number)
