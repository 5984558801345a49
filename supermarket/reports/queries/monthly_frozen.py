"""What was frozen when a month closed; ``monthly`` reads it where a window is such a month."""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from supermarket.database import db
from supermarket.regions.models import COUNTY
from supermarket.reports.models import MonthFigures
from supermarket.reports.queries import rollups


def frozen(since: date, until: date, places: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return the frozen figures of the places that have some, by code.

    Only a window of exactly one calendar month has any; a place that came into the register
    after its county's month was closed has none.
    """
    whole, edges = rollups.split(since, until)
    if whole is None or whole[0] != whole[1] or edges or not places:
        return {}
    rows = db.session.execute(
        select(MonthFigures.place, MonthFigures.figures).where(
            MonthFigures.county_code.in_({place[:COUNTY] for place in places}),
            MonthFigures.month == since,
            MonthFigures.place.in_(places),
        )
    )
    return {place: figures["figures"] for place, figures in rows}
