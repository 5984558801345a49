"""The limits of the programme and of goods, looked at once the household's account is held."""

from collections.abc import Mapping
from datetime import date

from supermarket.counter.errors import (
    GoodsLimitError,
    MinimumError,
    MonthCapError,
    ProxyLimitError,
)
from supermarket.counter.queries.limits import next_month, spent
from supermarket.counter.queries.selling import Parties, Priced
from supermarket.counter.service.collecting import Collected


def check_minimum(parties: Parties, balance: int) -> None:
    """Refuse a household that held too few points before.

    Raises:
        MinimumError: fewer than the programme asks for.
    """
    minimum = parties.redeem_minimum or 0
    if balance < minimum:
        raise MinimumError(balance=balance, minimum=minimum, missing=minimum - balance)


def check_month(
    parties: Parties,
    goods: Mapping[str, Priced],
    basket: Mapping[str, int],
    points: int,
    collected: Collected,
    day: date,
) -> None:
    """Refuse a basket, already written, that went beyond what a calendar month allows.

    Call it after the posting and in its transaction: the account is held, so that of two
    tills the second counts what the first handed out. Costs a statement only if there is
    a limit.

    Raises:
        MonthCapError, GoodsLimitError, ProxyLimitError: what is left, and when more is.
    """
    limited = {goods[sku].goods_id: sku for sku in basket if goods[sku].month_limit is not None}
    cap, most = parties.redeem_month_cap, collected.month_points
    if not limited and cap is None and most is None:
        return
    so_far = spent(parties.household_id or 0, day, list(limited))
    opens_on = next_month(day)
    if cap is not None and so_far.points > cap:
        left = max(0, cap - so_far.points + points)
        raise MonthCapError(cap=cap, left=left, points=points, opens_on=opens_on)
    for goods_id, sku in limited.items():
        item, units = goods[sku], so_far.units.get(goods_id, 0)
        limit = item.month_limit or 0
        if units > limit:
            raise GoodsLimitError(
                goods=item.name,
                limit=limit,
                unit=item.unit,
                left=max(0, limit - units + basket[sku]),
                opens_on=opens_on,
            )
    if most is not None and so_far.by_collector.get(collected.words, 0) > most:
        left = max(0, most - so_far.by_collector[collected.words] + points)
        raise ProxyLimitError(name=collected.name, limit=most, left=left, points=points)
