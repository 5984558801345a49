"""Redemptions drawn at random for a second look, by a seed that nobody chose."""

from datetime import date
from math import ceil
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards.queries.checking import last_of, lot_drawn, month_span
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.ledger.models import ENTRIES_PER_JOURNAL
from supermarket.oversight.queries.asked import Asked, Behind
from supermarket.oversight.queries.behind import at_shops, redemption_rows
from supermarket.shops.models import Shop

#: Of a shop's redemptions of a month, how many in a hundred are looked at, and at most.
PER_CENT, AT_MOST = 2, 20


class ShopSample(NamedTuple):
    """Redemptions of one shop and month that are to be looked at."""

    shop_code: str
    shop: str
    #: Number and hash of the journal's last entry of the month: nobody chose it.
    last_entry: str
    seed: str
    #: How many redemptions there were, and those drawn.
    total: int
    drawn: list[Behind]


def redemption_samples(
    asked: Asked, month: date, *, after: str = "", limit: int
) -> list[ShopSample]:
    """Return the sample of the redemptions noted in a month, shop by shop, by their codes.

    As for awards: the seed is the hash of the journal's last entry of the month, and drawn are
    the redemptions with the lowest SHA-256 of ``seed:number``, two in a hundred, at least one
    and at most 20. Before the month is over it still changes.
    """
    since, until = month_span(month)
    noted = (
        Redemption.times == 1,
        Redemption.posted_at >= since,
        Redemption.posted_at < until,
    )
    some = select(Redemption.entry_id).where(Redemption.shop_id == Shop.id, *noted)
    shops = db.session.execute(
        select(Shop.id, Shop.code, Shop.name)
        .where(at_shops(asked), Shop.code > after, some.exists())
        .order_by(Shop.code)
        .limit(limit)
    ).all()
    found = []
    for shop_id, code, name in shops:
        ids = db.session.scalars(
            select(Redemption.entry_id).where(Redemption.shop_id == shop_id, *noted)
        ).all()
        number, seed = last_of(code, until)
        by_lot = {
            lot_drawn(seed, f"{code}-{entry_id % ENTRIES_PER_JOURNAL}"): entry_id
            for entry_id in ids
        }
        chosen = [by_lot[lot] for lot in sorted(by_lot)][
            : min(AT_MOST, ceil(len(ids) * PER_CENT / 100))
        ]
        drawn = redemption_rows(
            asked._replace(since=date.min, until=date.max), Redemption.entry_id.in_(chosen)
        )
        found.append(ShopSample(code, name, f"{code}-{number}", seed, len(ids), drawn))
    return found
