"""How many slips of each shop are printed, used, void, missing; and which are missing."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, func, select

from supermarket.database import db
from supermarket.shops.models import Shop
from supermarket.shops.queries import shops_in
from supermarket.slips.models import SlipOutcome, SlipRun
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.staff.models import Scope

#: Most gaps told at once; whoever has more begins with these.
MOST_GAPS = 500


class Gap(NamedTuple):
    """Slips in a row without an outcome, although later ones of the shop have one."""

    shop: Shop
    first: SlipNumber
    last: SlipNumber
    #: The days written on the slips before and behind; None if none is before.
    since: date | None
    until: date

    @property
    def size(self) -> int:
        """How many are missing."""
        return self.last.own - self.first.own + 1


class Standing(NamedTuple):
    """How many of a shop's slips are where."""

    shop: Shop
    printed: int
    used: int
    void: int
    #: Without an outcome, although a later one has one.
    missing: int
    #: First and last day written on a used slip; None if none was.
    since: date | None
    until: date | None

    @property
    def blank(self) -> int:
        """Not used yet, and none behind them either."""
        return self.printed - self.used - self.void - self.missing


def gaps(
    scope: Scope,
    *,
    shop_id: int | None = None,
    since: date | None = None,
    until: date | None = None,
) -> list[Gap]:
    """Return the slips that are missing in the scope's shops, by shop and number; at most 500.

    ``since`` and ``until`` keep the gaps that may have come about in those days: between the
    days written on the slips before and behind.
    """
    before = func.lag(SlipOutcome.number).over(
        partition_by=SlipOutcome.shop_id, order_by=SlipOutcome.number
    )
    day_before = func.lag(SlipOutcome.occurred_on, type_=Date()).over(
        partition_by=SlipOutcome.shop_id, order_by=SlipOutcome.number
    )
    wanted = _inside(
        select(
            SlipOutcome.shop_id.label("shop_id"),
            SlipOutcome.number.label("number"),
            SlipOutcome.occurred_on.label("day"),
            func.coalesce(before, 0).label("before"),
            day_before.label("day_before"),
        ).join(Shop, Shop.id == SlipOutcome.shop_id),
        scope,
        shop_id,
    ).subquery()
    found = db.session.execute(
        select(Shop, wanted.c.before, wanted.c.number, wanted.c.day_before, wanted.c.day)
        .join(wanted, wanted.c.shop_id == Shop.id)
        .where(wanted.c.number - wanted.c.before > 1)
        .order_by(Shop.code, wanted.c.number)
        .limit(MOST_GAPS)
    )
    listed = [_gap(*row) for row in found]
    return [
        gap
        for gap in listed
        if (since is None or gap.until >= since)
        and (until is None or gap.since is None or gap.since <= until)
    ]


def standings(
    scope: Scope, *, shop_id: int | None = None, after: str | None = None, limit: int = 500
) -> list[Standing]:
    """Return how the slips of the scope's shops stand, those shops that have any, by code."""
    printed = (
        select(SlipRun.shop_id, func.max(SlipRun.last_number).label("printed"))
        .group_by(SlipRun.shop_id)
        .subquery()
    )
    used = SlipOutcome.entry_id.is_not(None)
    ended = (
        select(
            SlipOutcome.shop_id,
            func.count().label("ended"),
            func.count(SlipOutcome.entry_id).label("used"),
            func.max(SlipOutcome.number).label("highest"),
            func.min(SlipOutcome.occurred_on).filter(used).label("since"),
            func.max(SlipOutcome.occurred_on).filter(used).label("until"),
        )
        .group_by(SlipOutcome.shop_id)
        .subquery()
    )
    wanted = _inside(
        select(
            Shop,
            printed.c.printed,
            func.coalesce(ended.c.used, 0),
            func.coalesce(ended.c.ended, 0),
            func.coalesce(ended.c.highest, 0),
            ended.c.since,
            ended.c.until,
        )
        .join(printed, printed.c.shop_id == Shop.id)
        .outerjoin(ended, ended.c.shop_id == Shop.id),
        scope,
        shop_id,
    )
    if after is not None:
        wanted = wanted.where(Shop.code > after)
    return [
        Standing(shop, all_, used_, ended_ - used_, highest - ended_, first, last)
        for shop, all_, used_, ended_, highest, first, last in db.session.execute(
            wanted.order_by(Shop.code).limit(limit)
        )
    ]


def missing(scope: Scope) -> dict[str, int]:
    """Return how many slips are missing, by code of those of the scope's shops that miss any."""
    lost = func.max(SlipOutcome.number) - func.count()
    wanted = _inside(
        select(Shop.code, lost).join(SlipOutcome, SlipOutcome.shop_id == Shop.id), scope, None
    )
    rows = db.session.execute(wanted.group_by(Shop.code).having(lost > 0).order_by(Shop.code))
    return {code: int(count) for code, count in rows}


def _inside(wanted: Any, scope: Scope, shop_id: int | None) -> Any:
    inside = shops_in(scope).with_only_columns(Shop.id).order_by(None)
    wanted = wanted.where(Shop.id.in_(inside))
    return wanted if shop_id is None else wanted.where(Shop.id == shop_id)


def _gap(shop: Shop, before: int, number: int, day_before: date | None, day: date) -> Gap:
    first, last = SlipNumber(shop.id, before + 1), SlipNumber(shop.id, number - 1)
    since, until = (day, day) if day_before is None else sorted((day_before, day))
    return Gap(shop, first, last, None if day_before is None else since, until)
