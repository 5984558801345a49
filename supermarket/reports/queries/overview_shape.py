"""What a dashboard is made of."""

from datetime import date
from enum import Enum
from typing import NamedTuple

from supermarket.reports.queries.comparing import Days
from supermarket.reports.queries.monthly import Figures
from supermarket.reports.queries.monthly_flows import Flow
from supermarket.reports.queries.over_time import Piece
from supermarket.reports.queries.peaks import Peak
from supermarket.reports.queries.redemptions import By
from supermarket.reports.queries.window import Window
from supermarket.shops.queries.stock import ShopStock


class Level(Enum):
    """What a dashboard is of, by what the places in it are."""

    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"
    SHOP = "shop"


class Then(NamedTuple):
    """Another window, to compare with."""

    days: Days
    #: Nothing of a flow is known of a shop but what was redeemed.
    flow: Flow


class Streams(NamedTuple):
    """Where points came from and went in a window, whole; what is before equals what is after."""

    opening: int
    awarded: int
    redeemed: int
    deducted: int
    expired: int
    #: Opening balances, households that moved in or out; negative if more left.
    other: int
    closing: int


class Marks(NamedTuple):
    """From which coverage on a village is warned or stopped, in per cent."""

    warn: int
    #: None: it is never stopped.
    stop: int | None


class Row(NamedTuple):
    """One place of a ranked list. Never staff, never a household."""

    code: str
    label: str
    #: None where points are not given: in a shop.
    awarded: int | None
    points: int
    times: int
    households: int


class GoodsRow(NamedTuple):
    """One goods of the ranked list of what was redeemed."""

    sku: str
    label: str
    units: int
    points: int
    fen: int


class Overview(NamedTuple):
    """The dashboard of one place or shop in a window."""

    asked: Window
    level: Level
    #: The day that stocks are of: the window's last, or today.
    as_of: date
    #: What was awarded, redeemed, left and stocked; None for shops.
    figures: Figures | None
    #: What was redeemed.
    redeemed: Flow
    #: Persons in the register of the places (人数); None for shops.
    people: int | None
    #: Distinct donors of the window; None for shops.
    donors: int | None
    before: Then | None
    last_year: Then | None
    by: By
    pieces: list[Piece]
    #: What the rows of ``places`` are.
    places_by: By
    #: The next level down, most redeemed first.
    places: list[Row]
    #: Most redeemed first, the first ``GOODS`` of them.
    goods: list[GoodsRow]
    peaks: list[Peak]
    streams: Streams | None
    marks: Marks | None
    #: The shelves of the shops a shop's dashboard is of.
    shelves: list[ShopStock]
