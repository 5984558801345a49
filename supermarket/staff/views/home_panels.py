"""What higher slices show on everybody's first page: they add themselves here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple


class Figure(NamedTuple):
    """One number of a panel and the rows behind it."""

    label: str
    value: str
    unit: str
    url: str


class HomePanel(NamedTuple):
    """Figures that answer "how is it going here" without a click."""

    title: str
    figures: list[Figure]


#: Each returns a panel for the person signed in, or None if it has nothing for them.
home_panels: list[Callable[[], HomePanel | None]] = []


@dataclass(frozen=True)
class Waiting:
    """Work that waits for whoever is signed in."""

    #: What is to be done, already in the reader's language, e.g. 待评议.
    label: str
    count: int
    #: Since when the oldest of it waits; None if nobody can say.
    since: datetime | None
    #: Where it is done.
    url: str
    #: Its day has passed.
    late: bool = False


#: Each returns what waits for the person signed in; things with a count of 0 are not shown.
waiting: list[Callable[[], list[Waiting]]] = []


def what_waits() -> list[Waiting]:
    """Return all that waits for the person signed in: late things first, then the oldest."""
    found = [item for tell in waiting for item in tell() if item.count]
    latest = datetime.max.replace(tzinfo=UTC)
    return sorted(found, key=lambda item: (not item.late, item.since or latest))
