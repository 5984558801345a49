"""What a list of oversight is asked for, and what it answers."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from supermarket.errors import N_
from supermarket.households.queries.finding import narrowed
from supermarket.masking import masked
from supermarket.oversight.errors import SpanError
from supermarket.staff.errors import OutOfScopeError
from supermarket.staff.models import Scope

#: Days a list may span.
LONGEST = 366
#: Rows a list or what is behind a row may have; beyond, it says how to narrow.
MOST = 300


class Asked(NamedTuple):
    """Days, both included, and the places that are looked at: none inside another."""

    since: date
    until: date
    areas: tuple[str, ...]


class About(Enum):
    """What the rows of a list stand for."""

    STAFF = "staff"
    VILLAGE = "village"
    HOUSEHOLD = "household"
    SHOP = "shop"
    ENTRY = "entry"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            About.STAFF: N_("经办人"),
            About.VILLAGE: N_("村"),
            About.HOUSEHOLD: N_("农户"),
            About.SHOP: N_("店"),
            About.ENTRY: N_("单号"),
        }[self]


class Item(NamedTuple):
    """One thing to be checked, and the figures it is listed for."""

    #: Username, code or entry number; with days or a household after ``~`` where it takes both.
    subject: str
    name: str
    place: str
    #: Code of the place, for a finding about it.
    region_code: str
    #: By the names in the list's sentence.
    facts: Mapping[str, object]
    #: Username of whose work it is; empty if nobody's in particular.
    concerned: str = ""


class Listed(NamedTuple):
    """What a list found, by place and name, never by how far anything stands out."""

    items: Sequence[Item]
    #: There is too little to say what is usual.
    too_few: bool = False
    #: There is more than was looked at or is shown.
    cut: bool = False


class Behind(NamedTuple):
    """An award or a redemption behind a row."""

    reference: str
    at: datetime
    occurred_on: date
    place: str
    household: str
    head: str
    #: The rule or the shop.
    what: str
    points: int
    by: str
    village_code: str


class ListRule(NamedTuple):
    """A list: what it looks for, why something is on it, where its rows come from."""

    key: str
    #: All untranslated; ``why`` is filled with an item's facts.
    title: str
    why: str
    rule: str
    about: About
    items: Callable[[Asked], Listed]
    #: The rows behind an item, by its subject, newest first; None where it is one page.
    behind: Callable[[Asked, str], list[Behind]] | None = None


def asked(since: date, until: date, scope: Scope, region: str = "") -> Asked:
    """Return what was asked for, checked.

    Raises:
        SpanError: the days are the wrong way round, or too far apart.
        OutOfScopeError: the place is not the asker's to see.
    """
    if until < since or (until - since).days >= LONGEST:
        raise SpanError(days=LONGEST)
    areas = narrowed(scope.regions, region or None)
    if not areas or (region and not region.isascii()):
        raise OutOfScopeError(what=region[:40])
    return Asked(since, until, tuple(areas))


def named(rows: Sequence[Behind], scope: Scope) -> list[Behind]:
    """Return rows with the heads masked of households whose village is not in the scope.

    A shop serves households of other villages too.
    """
    return [
        row if scope.covers_region(row.village_code) else row._replace(head=masked(row.head))
        for row in rows
    ]


def listed(items: Sequence[Item]) -> Listed:
    """Return items that were read one more than may be shown."""
    return Listed(items[:MOST], cut=len(items) > MOST)
