"""What a household redeemed in a month, net of what came back, and what it may still redeem."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from supermarket.counter.queries.selling import among
from supermarket.schemes.models import Scheme
from supermarket.statements import run

#: What came back counts in the month in which it had been handed out.
_THAT_MONTH = """
FROM redemption r LEFT JOIN redemption o ON o.entry_id = r.reverses_id
{more}
WHERE r.household_id = :household
  AND COALESCE(o.occurred_on, r.occurred_on) BETWEEN :first_day AND :last_day
"""
SPENT = f"""
SELECT COALESCE(o.collector, r.collector), 0, SUM(r.points)
{_THAT_MONTH.format(more="")}
GROUP BY COALESCE(o.collector, r.collector)
"""
SPENT_AND_TAKEN = f"""{SPENT}
UNION ALL
SELECT '', l.goods_id, SUM(l.quantity)
{_THAT_MONTH.format(more="JOIN redemption_line l ON l.entry_id = r.entry_id")}
  AND l.goods_id {{among}}
GROUP BY l.goods_id
"""


class Spent(NamedTuple):
    """What a household redeemed in a calendar month, less what came back of it."""

    points: int
    #: Whole points by the words that say who collected; empty for the household itself.
    by_collector: Mapping[str, int]
    #: Units by goods id, of the goods asked about.
    units: Mapping[int, int]


class Allowance(NamedTuple):
    """What a household may redeem this month, before this basket."""

    #: Points it must hold to redeem at all.
    minimum: int
    #: Points left of the month's cap; None if there is none.
    points_left: int | None
    #: From so many points on the household shows that it agrees; None never asks.
    proof_above: int | None
    #: Units left by goods id, of the goods that have a limit.
    units_left: Mapping[int, int]
    #: Points by the words that say who collected.
    by_collector: Mapping[str, int]
    #: The day on which the month's limits open again.
    opens_on: date


def spent(household_id: int, on: date, goods_ids: Collection[int] = ()) -> Spent:
    """Return what a household redeemed in the calendar month of a day, in one statement."""
    asked = {
        "household": household_id,
        "first_day": on.replace(day=1),
        "last_day": on.replace(day=monthrange(on.year, on.month)[1]),
    }
    asking = among(SPENT_AND_TAKEN, list(goods_ids), asked) if goods_ids else (SPENT, asked)
    rows = run(*asking)
    by_collector = {words: int(points) for words, goods_id, points in rows if not goods_id}
    units = {goods_id: int(taken) for _words, goods_id, taken in rows if goods_id}
    return Spent(sum(by_collector.values()), by_collector, units)


def allowance(
    household_id: int, scheme: Scheme | None, limited: Mapping[int, int], on: date
) -> Allowance:
    """Return what a household may redeem in the month of a day.

    ``limited`` is the most units for a household and month, by goods id; ``scheme`` is the
    programme of its village, None if there is none.
    """
    cap = scheme.redeem_month_cap if scheme else None
    so_far = spent(household_id, on, list(limited))
    return Allowance(
        minimum=scheme.redeem_minimum if scheme else 0,
        points_left=None if cap is None else max(0, cap - so_far.points),
        proof_above=scheme.pin_above if scheme else None,
        units_left={
            goods_id: max(0, most - so_far.units.get(goods_id, 0))
            for goods_id, most in limited.items()
        },
        by_collector=so_far.by_collector,
        opens_on=next_month(on),
    )


def next_month(on: date) -> date:
    """Return the first day of the month after the one a day lies in."""
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)
