"""What higher slices show on everybody's first page: they add themselves here."""

from collections.abc import Callable
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
