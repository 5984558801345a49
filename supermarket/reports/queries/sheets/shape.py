"""What a form is: its columns, who may read it, what narrows it, and where its rows come from."""

import enum
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from supermarket.errors import N_
from supermarket.reports.queries.window import Window
from supermarket.spreadsheets.columns import Kind
from supermarket.spreadsheets.writing import Content
from supermarket.staff.models import Permission, Scope

#: Translates a sentence and fills its ``%(name)s`` in: gettext, or anything like it.
Say = Callable[..., str]


class Link(NamedTuple):
    """The page with what is behind a row, in words of the application's addresses."""

    endpoint: str
    values: Mapping[str, str]


class SheetRow(NamedTuple):
    """One row of a form: a content for each column."""

    cells: tuple[Content, ...]
    #: Where the next page begins, opaque; see ``reading``.
    place: str
    #: None where nothing is behind it, or no page shows that yet.
    link: Link | None = None


class SheetColumn(NamedTuple):
    """A column of a form, with the words of the paper."""

    #: Untranslated; marked with ``N_``.
    label: str
    kind: Kind = Kind.TEXT
    #: In digits, for Excel; 0 fits the contents.
    width: int = 0


class Narrow(enum.Enum):
    """What a form can be narrowed by, besides place."""

    SHOP = "shop"
    HOUSEHOLD = "household"
    GOODS = "goods"


class Time(enum.Enum):
    """Which days of a window a form is about."""

    #: From its first day to its last.
    WINDOW = "window"
    #: The last day only: how things stood, or what applied.
    DAY = "day"
    #: None: how things stand now.
    NOW = "now"


class Group(enum.Enum):
    """Forms that stand together in the index, in its order."""

    FIGURES = "figures"
    POINTS = "points"
    COUNTER = "counter"
    GOODS = "goods"
    MONEY = "money"
    PEOPLE = "people"

    @property
    def label(self) -> str:
        """The words people use, untranslated."""
        return _GROUP_LABELS[self]


_GROUP_LABELS = {
    Group.FIGURES: N_("汇总报表"),
    Group.POINTS: N_("积分"),
    Group.COUNTER: N_("兑换"),
    Group.GOODS: N_("物资"),
    Group.MONEY: N_("捐赠和资金"),
    Group.PEOPLE: N_("农户和监督"),
}


class Asked(NamedTuple):
    """A form as somebody asked for it; checked: see ``forms.sheets``."""

    #: Days, scope of the form's permission, place, shop, goods.
    window: Window
    say: Say
    #: Where the asker may do one thing, for columns that not everybody may read.
    reach: Callable[[Permission], Scope]
    #: Code of the one household it is about; "" for all.
    household: str = ""
    #: Id of who reads it, for what is not told to everybody who may.
    reader: int = 0


#: Rows after a place ("" from the top), in the form's order, read as they are asked for.
Rows = Callable[[Asked, str], Iterator[SheetRow]]


class Sheet(NamedTuple):
    """One form of the county: page, file, paper and API show its ``rows`` and nothing else."""

    #: F1 to F22.
    code: str
    #: Untranslated; marked with ``N_``.
    title: str
    group: Group
    #: What somebody must be allowed; its scope bounds the rows.
    needs: Permission
    columns: tuple[SheetColumn, ...]
    rows: Rows
    narrows: frozenset[Narrow] = frozenset()
    time: Time = Time.WINDOW
    #: What must be chosen before there are rows; None for nothing.
    must: Narrow | None = None
    #: Names or codes of households or people: whoever opens it leaves a note in the audit log.
    personal: bool = False
    #: How the figures count, in words, untranslated.
    notes: tuple[str, ...] = ()
    #: Whether somebody who only keeps shops finds rows in it; the others are about places.
    keepers: bool = False
    #: It may have more rows than a workbook holds: they are counted before one is written.
    long: bool = False
    #: The place of the column whose words lead to what is behind a row.
    opens: int = 0
    #: Its own full page, for those that have one; "" for none.
    page: str = ""


#: By code; ``register`` fills it when the modules of forms are imported.
SHEETS: dict[str, Sheet] = {}


def register(*sheets: Sheet) -> None:
    """Add forms; a slice above reports adds its own when it is imported.

    Raises:
        ValueError: there is a form of that code already.
    """
    for one in sheets:
        if one.code in SHEETS:
            raise ValueError(f"{one.code} is registered already")
        SHEETS[one.code] = one


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Return forms by number."""
    return sorted(sheets, key=lambda one: int(one.code.lstrip("F")))
