"""Questions about points that end."""

from supermarket.expiry.queries.ending import (
    Announceable,
    Expiring,
    announceable,
    ending,
    upcoming,
)
from supermarket.expiry.queries.runs import (
    LineRow,
    RunRow,
    due,
    lines,
    responsible,
    run,
    run_or_404,
    runs,
    unannounced,
    villages,
    waiting,
)

__all__ = [
    "Announceable",
    "Expiring",
    "LineRow",
    "RunRow",
    "announceable",
    "due",
    "ending",
    "lines",
    "responsible",
    "run",
    "run_or_404",
    "runs",
    "unannounced",
    "upcoming",
    "villages",
    "waiting",
]
