"""What a shop took on a day, which slips it used, and the days that are closed."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.models import Goods
from supermarket.ledger.models import Lot
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.slips import queries as printed_slips
from supermarket.slips.models import SlipOutcome
from supermarket.staff.models import Scope, StaffMember
from supermarket.stocktakes.models import DayClose, DayCloseLine

#: The most valuable goods on hand, counted every day.
KEY_GOODS = 5
#: Days within which a slip used elsewhere fills a gap: written down a little later, or earlier.
SLIP_DAYS = 60
#: Missing slips that are named; a longer gap is a new pad.
MOST_MISSING = 50
_SLIP = re.compile(r"(.*?)([0-9]{1,12})")


class DayFigures(NamedTuple):
    """What a shop took on a day."""

    #: Whole points taken, after what was given back that day.
    points: int
    #: Redemptions, and how often something was taken back.
    times: int
    voids: int


class SlipSeries(NamedTuple):
    """Paper slips of one series used on a day, by their numbers."""

    first: str
    last: str
    used: int
    #: Numbers between that nobody has written into the books.
    missing: list[str]


class KeyGoods(NamedTuple):
    """Goods that are counted when a day is closed."""

    goods_id: int
    sku: str
    name: str
    specification: str
    unit: str
    #: Whole units in the books now.
    book: int
    #: Points of all of them; 0 without a price.
    value: int

    @property
    def full_name(self) -> str:
        """The goods with their specification."""
        return " ".join(filter(None, (self.name, self.specification)))


class ClosedLine(NamedTuple):
    """Key goods as they were counted."""

    sku: str
    name: str
    specification: str
    unit: str
    book: int
    counted: int

    @property
    def difference(self) -> int:
        """Units more (or fewer, below zero) than in the books."""
        return self.counted - self.book

    @property
    def full_name(self) -> str:
        """The goods with their specification."""
        return " ".join(filter(None, (self.name, self.specification)))


class ClosedDay(NamedTuple):
    """The close of a day with the names of its people."""

    found: DayClose
    shop: Shop
    closer: str
    #: The second person; empty while nobody signed.
    signer: str

    @property
    def figures(self) -> DayFigures:
        """What the shop had taken when the day was closed."""
        return DayFigures(self.found.points, self.found.times, self.found.voids)

    @property
    def slips(self) -> list[SlipSeries]:
        """The slips used, as written down then."""
        return [SlipSeries(**series) for series in self.found.slips]

    def lines(self) -> list[ClosedLine]:
        """Return the key goods counted."""
        rows = db.session.execute(
            select(
                Goods.sku,
                Goods.name,
                Goods.specification,
                Goods.unit,
                DayCloseLine.book,
                DayCloseLine.counted,
            )
            .join(DayCloseLine, DayCloseLine.goods_id == Goods.id)
            .where(DayCloseLine.day_close_id == self.found.id)
            .order_by(DayCloseLine.position)
        )
        return [ClosedLine(*row) for row in rows]


def figures(shop_id: int, day: date) -> DayFigures:
    """Return what a shop took on a day as the books have it now."""
    row = db.session.execute(
        select(
            func.coalesce(func.sum(Redemption.points), 0),
            func.coalesce(func.sum(case((Redemption.times == 1, 1), else_=0)), 0),
            func.coalesce(func.sum(case((Redemption.times == 1, 0), else_=1)), 0),
        ).where(Redemption.shop_id == shop_id, Redemption.occurred_on == day)
    ).one()
    return DayFigures(*map(int, row))


def slips(shop_id: int, day: date) -> list[SlipSeries]:
    """Return the paper slips a shop used on a day, one row for each series, gaps named.

    A gap is looked for from the last number before that day on; a number that stands in
    the books on any day near is no gap. Of the slips that were printed and numbered here the
    register knows better: a void one is no gap either.
    """
    found = db.session.execute(
        select(Redemption.slip_number, Redemption.occurred_on).where(
            Redemption.shop_id == shop_id,
            Redemption.slip_number != "",
            Redemption.occurred_on >= day - timedelta(days=SLIP_DAYS),
            ~select(SlipOutcome.number).where(SlipOutcome.entry_id == Redemption.entry_id).exists(),
        )
    ).all()
    numbers: dict[str, dict[int, str]] = {}
    today: dict[str, set[int]] = {}
    before: dict[str, int] = {}
    for text, on in found:
        if (match := _SLIP.fullmatch(text)) is None:
            continue
        series, number = match[1], int(match[2])
        numbers.setdefault(series, {})[number] = match[2]
        if on == day:
            today.setdefault(series, set()).add(number)
        elif on < day:
            before[series] = max(before.get(series, 0), number)
    registered = printed_slips.used_on(shop_id, day, most=MOST_MISSING)
    return [
        *([_registered(registered)] if registered else []),
        *(
            _series(series, used, numbers[series], before.get(series))
            for series, used in sorted(today.items())
        ),
    ]


def _registered(found: printed_slips.DaySlips) -> SlipSeries:
    missing = [slip.shown for slip in found.missing]
    return SlipSeries(found.first.shown, found.last.shown, found.used, missing)


def _series(series: str, used: set[int], known: dict[int, str], before: int | None) -> SlipSeries:
    first, last = min(used), max(used)
    start = first
    if before is not None and 0 < first - before <= MOST_MISSING:
        start = before + 1
    width = len(known[first])
    missing = []
    for number in range(start, last):
        if number not in known:
            missing.append(f"{series}{number:0{width}}")
        if len(missing) >= MOST_MISSING:
            break
    return SlipSeries(f"{series}{known[first]}", f"{series}{known[last]}", len(used), missing)


def key_goods(shop_id: int, on: date, *, skus: tuple[str, ...] = ()) -> list[KeyGoods]:
    """Return the goods on a shop's shelf that are worth most, dearest first.

    ``skus`` adds goods that are no longer among them.
    """
    rows = db.session.execute(
        select(Goods, func.sum(Lot.on_hand).label("units"))
        .join(Lot, Lot.goods_id == Goods.id)
        .where(Lot.shop_id == shop_id)
        .group_by(Goods.id)
        .order_by(Goods.sku)
    ).all()
    prices = goods_queries.prices(shop_id, [row.Goods.id for row in rows], on)
    found = [
        KeyGoods(
            row.Goods.id,
            row.Goods.sku,
            row.Goods.name,
            row.Goods.specification,
            row.Goods.unit,
            int(row.units),
            int(row.units) * prices.get(row.Goods.id, 0),
        )
        for row in rows
    ]
    dearest = sorted((row for row in found if row.book), key=lambda row: -row.value)[:KEY_GOODS]
    return dearest + [row for row in found if row.sku in skus and row not in dearest]


def closed_day(shop_id: int, day: date) -> ClosedDay | None:
    """Return the close of a shop's day, if it is closed."""
    return next(iter(_closed(shop_id, day=day)), None)


def closed_days(shop_id: int, *, before: date | None = None, limit: int = 50) -> list[ClosedDay]:
    """Return the days a shop closed, newest first, to page by day."""
    return _closed(shop_id, before=before, limit=limit)


def _closed(
    shop_id: int, *, day: date | None = None, before: date | None = None, limit: int = 1
) -> list[ClosedDay]:
    closer, signer = aliased(StaffMember), aliased(StaffMember)
    wanted = (
        select(DayClose, Shop, closer.name, signer.name)
        .join(Shop, Shop.id == DayClose.shop_id)
        .join(closer, closer.id == DayClose.closed_by)
        .outerjoin(signer, signer.id == DayClose.signed_by)
        .where(DayClose.shop_id == shop_id)
        .order_by(DayClose.day.desc())
        .limit(limit)
    )
    if day is not None:
        wanted = wanted.where(DayClose.day == day)
    if before is not None:
        wanted = wanted.where(DayClose.day < before)
    return [
        ClosedDay(found, shop, by, second or "")
        for found, shop, by, second in db.session.execute(wanted)
    ]


def unclosed(scope: Scope, day: date) -> list[str]:
    """Return the codes of a scope's shops that traded on a day and did not close it."""
    traded = (
        select(Redemption.entry_id)
        .where(Redemption.shop_id == Shop.id, Redemption.occurred_on == day)
        .exists()
    )
    closed = select(DayClose.id).where(DayClose.shop_id == Shop.id, DayClose.day == day).exists()
    wanted = shops_in(scope).where(Shop.active, traded, ~closed).with_only_columns(Shop.code)
    return list(db.session.scalars(wanted))
