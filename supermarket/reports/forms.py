"""What people choose to see in a report."""

import contextlib
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from supermarket.clock import today
from supermarket.reports.errors import WindowError
from supermarket.reports.queries.redemptions import By, grouping
from supermarket.reports.queries.window import LONGEST, Preset, Window, preset, window
from supermarket.staff.models import Scope


class Choice(NamedTuple):
    """A report as chosen in the address: every link of the page is a change of it."""

    since: date
    until: date
    region: str
    shop: str
    goods: str
    category: str
    by: By

    def window(self, scope: Scope) -> Window:
        """Return the checked window this choice stands for.

        Raises:
            WindowError: the days are the wrong way round.
            OutOfScopeError: the place is not the asker's to see.
        """
        return window(
            self.since,
            self.until,
            scope,
            region=self.region,
            shop=self.shop,
            goods=self.goods,
            category=self.category,
        )

    def address(self, **changes: object) -> dict[str, Any]:
        """Return the choice as query parameters, some of them changed; empty ones left out."""
        chosen = {**self._asdict(), **changes}
        texts = {
            name: value.value if isinstance(value, By) else str(value)
            for name, value in chosen.items()
        }
        return {name: text for name, text in texts.items() if text}

    def into(self, group: str) -> dict[str, object]:
        """Return the changes that narrow this choice to one of its rows."""
        if self.by.of_time:
            since, until = days_of(group)
            return {"since": max(since, self.since), "until": min(until, self.until)}
        name = {By.TOWNSHIP: "region", By.VILLAGE: "region"}.get(self.by, self.by.value)
        return {name: group}


def read(args: Mapping[str, str]) -> Choice:
    """Read a choice from query parameters; without days it is this month.

    Raises:
        WindowError: a day cannot be read.
        GroupingError: nothing is grouped like that.
    """
    since, until = preset(Preset.MONTH, today())
    with contextlib.suppress(ValueError):
        since, until = preset(Preset(args.get("preset", "")), today())
    return Choice(
        since=_day(args.get("since"), since),
        until=_day(args.get("until"), until),
        region=args.get("region", "").strip(),
        shop=args.get("shop", "").strip(),
        goods=args.get("goods", "").strip(),
        category=args.get("category", "").strip(),
        by=grouping(args.get("by") or By.TOWNSHIP.value),
    )


def days_of(group: str) -> tuple[date, date]:
    """Return the first and last day of a time group: 2026-11-22, 2026-11-H2 or 2026-11."""
    if group.endswith(("H1", "H2")):
        middle = date.fromisoformat(f"{group[:7]}-{'01' if group.endswith('1') else '16'}")
        return preset(Preset.HALF_MONTH, middle)
    if len(group) == len("2026-11"):
        return preset(Preset.MONTH, date.fromisoformat(f"{group}-01"))
    return date.fromisoformat(group), date.fromisoformat(group)


def _day(text: str | None, default: date) -> date:
    if not text:
        return default
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WindowError(years=LONGEST) from None
