"""Closing months, and refusing what is dated in a closed one."""

from datetime import date

from supermarket.clock import now, today
from supermarket.database import db
from supermarket.ledger.errors import MonthAlreadyClosedError, MonthClosedError, MonthNotOverError
from supermarket.ledger.models import ClosedMonth
from supermarket.ledger.queries import months
from supermarket.regions.models import COUNTY


def close_month(county_code: str, month: date, by: int) -> ClosedMonth:
    """Make a month of a county final: nothing new may be dated in it.

    Raises:
        MonthNotOverError: the month has not ended.
        MonthAlreadyClosedError: it is final already.
    """
    first = month.replace(day=1)
    if (today().year, today().month) <= (first.year, first.month):
        raise MonthNotOverError(month=first)
    if months.closed(county_code, first):
        raise MonthAlreadyClosedError(month=first)
    closed = ClosedMonth(
        county_code=county_code[:COUNTY], month=first, closed_at=now(), closed_by=by
    )
    db.session.add(closed)
    db.session.flush()
    return closed


def refuse_closed(region_code: str, on: date) -> None:
    """Refuse a day that lies in a month its county has closed.

    Raises:
        MonthClosedError: it does.
    """
    if months.closed(region_code, on):
        raise MonthClosedError(month=on)
