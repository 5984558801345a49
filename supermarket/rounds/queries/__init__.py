"""Questions about rounds."""

from supermarket.rounds.queries.listing import (
    OpenRounds,
    RoundFound,
    is_village,
    open_rounds,
    round_of,
    rounds,
    villages,
)
from supermarket.rounds.queries.sheets import (
    Progress,
    SheetRow,
    Submitted,
    progress,
    row_of,
    sheet,
    sign_ins,
    submitted,
    who_closed,
)

__all__ = [
    "OpenRounds",
    "Progress",
    "RoundFound",
    "SheetRow",
    "Submitted",
    "is_village",
    "open_rounds",
    "progress",
    "round_of",
    "rounds",
    "row_of",
    "sheet",
    "sign_ins",
    "submitted",
    "villages",
    "who_closed",
]
