"""Questions about paper slips."""

from supermarket.slips.queries.days import DaySlips, used_on
from supermarket.slips.queries.gaps import Gap, Standing, gaps, missing, standings
from supermarket.slips.queries.outcomes import Outcome, SlipRow, outcome, rows
from supermarket.slips.queries.reading import Payer, Wares, payer
from supermarket.slips.queries.runs import (
    Run,
    last_printed,
    run_of,
    runs,
    runs_by_id,
    runs_of_key,
)

__all__ = [
    "DaySlips",
    "Gap",
    "Outcome",
    "Payer",
    "Run",
    "SlipRow",
    "Standing",
    "Wares",
    "gaps",
    "last_printed",
    "missing",
    "outcome",
    "payer",
    "rows",
    "run_of",
    "runs",
    "runs_by_id",
    "runs_of_key",
    "standings",
    "used_on",
]
