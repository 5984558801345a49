"""What was frozen when a month closed; ``monthly`` reads it where a window is such a month."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from supermarket.database import db
from supermarket.regions.models import COUNTY
from supermarket.reports.models import MonthFigures
from supermarket.reports.queries import rollups


def frozen(since: date, until: date, places: Collection[str]) -> dict[str, dict[str, Any]] | None:
    """Return the frozen figures of all the places, by code; None unless each of them has some.

    Only a window of exactly one calendar month has any.
    """
    whole, edges = rollups.split(since, until)
    if whole is None or whole[0] != whole[1] or edges or not places:
        return None
    if any(len(place) < COUNTY for place in places):
        return None
    rows = db.session.execute(
        select(MonthFigures.place, MonthFigures.figures).where(
            MonthFigures.county_code.in_({place[:COUNTY] for place in places}),
            MonthFigures.month == since,
            MonthFigures.place.in_(places),
        )
    )
    found = {place: figures["figures"] for place, figures in rows}
    return found if len(found) == len(set(places)) else None
