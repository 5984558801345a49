"""In which hours a shop hands goods out, and when it does so next."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from supermarket.clock import local
from supermarket.counter.models import ShopWindow
from supermarket.database import db

#: (opens, closes) as HH:MM, by weekday from 1; a weekday without is closed.
Week = Mapping[int, Sequence[tuple[str, str]]]


class Opening(NamedTuple):
    """When a shop that is not open now hands goods out again."""

    on: date
    #: HH:MM by the village's clocks.
    at: str


def week(shop_id: int) -> dict[int, list[tuple[str, str]]]:
    """Return a shop's hours by weekday, the earliest first; none means always."""
    rows = db.session.execute(
        select(ShopWindow.weekday, ShopWindow.opens, ShopWindow.closes)
        .where(ShopWindow.shop_id == shop_id)
        .order_by(ShopWindow.weekday, ShopWindow.opens)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for weekday, opens, closes in rows:
        found.setdefault(weekday, []).append((opens, closes))
    return found


def next_opening(hours: Week, moment: datetime) -> Opening | None:
    """Return when a shop with these hours opens next; None if it is open at that moment."""
    if not hours:
        return None
    here = local(moment)
    clock = f"{here:%H:%M}"
    for later in range(8):
        day = here.date() + timedelta(days=later)
        for opens, closes in hours.get(day.isoweekday(), ()):
            if later == 0 and opens <= clock < closes:
                return None
            if later or opens > clock:
                return Opening(day, opens)
    raise LookupError("hours without a weekday")
