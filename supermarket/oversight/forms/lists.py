"""Which days and places a list is about, which findings are wanted."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from supermarket.clock import today
from supermarket.oversight.forms.journals import day
from supermarket.oversight.models import UNDER_WAY, FindingState
from supermarket.oversight.queries.asked import Asked, asked
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Days back that a list is about unless somebody says.
LATELY = 90
#: Which findings are listed, by the part's name; the first is meant unless somebody says.
PARTS: dict[str, tuple[FindingState, ...]] = {
    "open": UNDER_WAY,
    "late": UNDER_WAY,
    "closed": (FindingState.CLOSED,),
    "sound": (FindingState.SOUND,),
    "all": tuple(FindingState),
}


class Choice(NamedTuple):
    """A list as chosen in the address."""

    since: date
    until: date
    region: str

    def asked(self, scope: Scope) -> Asked:
        """Return the checked days and places.

        Raises:
            SpanError, OutOfScopeError: the days are none, or the place is not the asker's.
        """
        return asked(self.since, self.until, scope, self.region)

    @property
    def address(self) -> dict[str, Any]:
        """The choice as query parameters."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "region": self.region or None,
        }


def read(args: Mapping[str, str]) -> Choice:
    """Read a choice from query parameters; without days it is the last 90.

    Raises:
        SpanError: a day cannot be read.
    """
    until = day(args.get("until", "")) or today()
    since = day(args.get("since", "")) or until - timedelta(days=LATELY - 1)
    return Choice(since, until, cleaned(args.get("region", ""))[:12])


def month_of(text: str) -> date:
    """Read a month as 2026-11; the last one that is over for anything else, or one to come."""
    this = today().replace(day=1)
    match = re.fullmatch(r"(20[0-9]{2})-(0[1-9]|1[0-2])", text)
    month = date(int(match[1]), int(match[2]), 1) if match else before(this)
    return month if month <= this else before(this)


def before(month: date) -> date:
    """Return the month before one, by first days."""
    return (month - timedelta(days=1)).replace(day=1)
