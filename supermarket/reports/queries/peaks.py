"""When people come: redemptions by weekday and hour, and the rows of one such hour (R4)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, extract, func, select

from supermarket.clock import VILLAGE
from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.reports.queries.redemptions import goods_conditions
from supermarket.reports.queries.rows import RedemptionRow, rows_behind
from supermarket.reports.queries.window import Window, inside
from supermarket.shops.models import Shop

#: Hours by which the village's clocks are ahead of UTC, all year.
AHEAD = int(datetime(2020, 1, 1, tzinfo=VILLAGE).strftime("%z")) // 100


class Peak(NamedTuple):
    """How many redemptions were made in one hour of one weekday of a window."""

    #: 1 Monday to 7 Sunday.
    weekday: int
    #: 0 to 23, by the village's clocks.
    hour: int
    #: Redemptions made (人次), those taken back later too: somebody stood at the counter.
    visits: int


def peaks(asked: Window) -> list[Peak]:
    """Return the hours of the week in which anything was redeemed, in the order of the week.

    What was written on paper slips and posted later is left out: nobody knows its hour.
    """
    weekday, hour = _weekday(), _hour()
    rows = db.session.execute(
        select(weekday.label("weekday"), hour.label("hour"), func.count())
        .select_from(Redemption)
        .join(Shop, Shop.id == Redemption.shop_id)
        .where(*_visits(asked))
        .group_by("weekday", "hour")
    )
    found = [Peak(int(day) or 7, (int(utc) + AHEAD) % 24, count) for day, utc, count in rows]
    return sorted(found)


def rows_at(
    asked: Window, weekday: int, hour: int, *, before: str = "", limit: int
) -> list[RedemptionRow]:
    """Return the redemptions behind one hour of the week, newest first."""
    rows = db.session.execute(
        rows_behind(asked, before=before)
        .where(
            *_visits(asked),
            _weekday() == weekday % 7,
            _hour() == (hour - AHEAD) % 24,
        )
        .limit(limit)
    )
    return [RedemptionRow(*row) for row in rows]


def _visits(asked: Window) -> list[ColumnElement[bool]]:
    conditions = [*inside(asked), Redemption.times == 1, Redemption.slip_number == ""]
    if asked.goods or asked.category:
        of_goods = (
            select(RedemptionLine.entry_id)
            .join(Goods, Goods.id == RedemptionLine.goods_id)
            .where(RedemptionLine.entry_id == Redemption.entry_id, *goods_conditions(asked))
        )
        conditions.append(of_goods.exists())
    return conditions


def _weekday() -> ColumnElement[int]:
    """Return the weekday of a redemption, 0 for Sunday."""
    return cast(extract("dow", Redemption.occurred_on), Integer)


def _hour() -> ColumnElement[int]:
    """Return the hour of a redemption in UTC, whatever the database's own clock shows."""
    moment: Any = Redemption.posted_at
    if db.engine.dialect.name == "postgresql":
        moment = func.timezone("UTC", moment)
    return cast(extract("hour", moment), Integer)
