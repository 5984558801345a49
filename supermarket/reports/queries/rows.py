"""The redemptions and reversals behind a figure."""

import contextlib
import re
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, cast, select, tuple_

from supermarket.counter.models import Redemption, RedemptionLine
from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import Entry, Journal
from supermarket.regions.models import Region
from supermarket.reports.queries.redemptions import goods_conditions
from supermarket.reports.queries.window import Window, inside
from supermarket.shops.models import Shop


class RedemptionRow(NamedTuple):
    """One redemption or reversal behind a figure."""

    reference: str
    posted_at: datetime
    entry_id: int
    occurred_on: date
    shop: str
    village: str
    household: str
    head: str
    times: int
    points: int
    fen: int
    balance_after: int

    @property
    def place(self) -> str:
        """Where the row stands in the list, for the page after it."""
        return f"{self.occurred_on.isoformat()}~{self.entry_id}"


def rows_behind(asked: Window, *, before: str = "") -> Select[*tuple[Any, ...]]:
    """Return the redemptions and reversals a window's figures are made of, newest first.

    ``before`` is the ``place`` of the last row seen: the rows go on after it.
    """
    chosen: Select[*tuple[Any, ...]] = (
        select(
            (Journal.code + "-" + cast(Entry.number, String)).label("reference"),
            Redemption.posted_at,
            Redemption.entry_id,
            Redemption.occurred_on,
            Shop.name,
            Region.name,
            Household.code,
            Household.head,
            Redemption.times,
            Redemption.points,
            Redemption.fen,
            Redemption.balance_after,
        )
        .join(Shop, Shop.id == Redemption.shop_id)
        .join(Entry, Entry.id == Redemption.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(Household, Household.id == Redemption.household_id)
        .join(Region, Region.code == Redemption.village_code)
        .where(*inside(asked))
        .order_by(Redemption.occurred_on.desc(), Redemption.entry_id.desc())
    )
    if asked.goods or asked.category:
        of_goods = (
            select(RedemptionLine.entry_id)
            .join(Goods, Goods.id == RedemptionLine.goods_id)
            .where(RedemptionLine.entry_id == Redemption.entry_id, *goods_conditions(asked))
        )
        chosen = chosen.where(of_goods.exists())
    if (here := _read_place(before)) is not None:
        chosen = chosen.where(tuple_(Redemption.occurred_on, Redemption.entry_id) < tuple_(*here))
    return chosen


def _read_place(text: str) -> tuple[date, int] | None:
    """Read what ``RedemptionRow.place`` wrote; None for anything else: the list from its top."""
    match = re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9]{1,18})", text)
    if match is None:
        return None
    with contextlib.suppress(ValueError):
        return date.fromisoformat(match[1]), int(match[2])
    return None


def listed(asked: Window, *, before: str = "", limit: int) -> list[RedemptionRow]:
    """Return up to ``limit`` of the rows behind a window's figures, newest first."""
    rows = db.session.execute(rows_behind(asked, before=before).limit(limit))
    return [RedemptionRow(*row) for row in rows]
