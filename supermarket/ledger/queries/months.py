"""Which months are final."""

from datetime import date

from supermarket.database import db
from supermarket.ledger.models import ClosedMonth
from supermarket.regions.models import COUNTY


def closed(region_code: str, on: date) -> bool:
    """Whether the county of a region has closed the month of a day."""
    key = (region_code[:COUNTY], on.replace(day=1))
    return db.session.get(ClosedMonth, key) is not None
