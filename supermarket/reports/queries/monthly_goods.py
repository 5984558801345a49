"""What goods and money came and went in a window, in fen, by the region they belong to."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, Select, cast, func, select
from sqlalchemy.orm import aliased

from supermarket.clock import VILLAGE
from supermarket.database import BigKey, db
from supermarket.donors.models import Fund, FundMove
from supermarket.ledger.models import Entry, LotSource, MoneyLine, StockLine
from supermarket.movements.models import WriteOff, WriteOffLine
from supermarket.notices.models import Objection
from supermarket.regions.queries import under
from supermarket.reports.queries.monthly_facts import days
from supermarket.schemes.models import Scheme
from supermarket.shops.models import GoodsIn, GoodsInLine, Shop

Rows = list[tuple[str, int]]


class Values(NamedTuple):
    """Fen by region code, net of what was taken back, each on its own day."""

    #: Goods given, at their valuation, and money given into funds.
    donated: Rows
    #: Goods bought, at cost.
    purchased: Rows
    #: Goods written off, at cost, or at their points where nobody said the cost.
    written_off: Rows


def values(since: date, until: date, reach: Sequence[str]) -> Values:
    """Return what came and went in the window in the places of ``reach``."""
    given: Rows = []
    bought: Rows = []
    for source, code, fen in _goods_in(since, until, reach):
        (given if source is LotSource.DONATION else bought).append((code, fen))
    given += _money(since, until, reach)
    return Values(given, bought, _written_off(since, until, reach))


def objections(since: date, until: date, reach: Sequence[str]) -> Rows:
    """Return how many objections were raised in the window, by village."""
    first, end = moments(since, until)
    rows = db.session.execute(
        select(Objection.village_code, func.count())
        .where(
            under(Objection.village_code, reach),
            Objection.raised_at >= first,
            Objection.raised_at < end,
        )
        .group_by(Objection.village_code)
    )
    return [(code, int(number)) for code, number in rows]


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """Return the first moment of a window and the first after it, by the village's clocks."""
    return (
        datetime.combine(since, time(), VILLAGE),
        datetime.combine(until + timedelta(days=1), time(), VILLAGE),
    )


def _goods_in(since: date, until: date, reach: Sequence[str]) -> list[tuple[LotSource, str, int]]:
    """Return what deliveries were worth, less those taken back out again."""
    rows: list[Row[LotSource, str, int]] = []
    for own in (Entry.id == GoodsIn.entry_id, Entry.reverses_id == GoodsIn.entry_id):
        rows += db.session.execute(
            select(
                GoodsIn.source,
                Shop.region_code,
                func.sum(StockLine.quantity * func.coalesce(GoodsInLine.unit_cost_fen, 0)),
            )
            .join(Shop, Shop.id == GoodsIn.shop_id)
            .join(Entry, own)
            .join(StockLine, StockLine.entry_id == Entry.id + 0)  # entries first, never all lines
            .join(GoodsInLine, GoodsInLine.lot_id == StockLine.lot_id)
            .where(under(Shop.region_code, reach), *days(Entry.occurred_on, since, until))
            .group_by(GoodsIn.source, Shop.region_code)
        ).all()
    return [(source, code, int(fen)) for source, code, fen in rows]


def _money(since: date, until: date, reach: Sequence[str]) -> Rows:
    """Return what donors gave into funds, less what was taken back of it."""

    def of(own: ColumnElement[bool]) -> Select[str, int]:
        return (
            select(Fund.region_code, func.sum(MoneyLine.fen))
            .join(FundMove, FundMove.fund_id == Fund.id)
            .join(Entry, own)
            .join(
                MoneyLine,
                (MoneyLine.entry_id == Entry.id) & (MoneyLine.account_id == Fund.account_id),
            )
            .where(
                FundMove.donor_id.is_not(None),
                under(Fund.region_code, reach),
                *days(Entry.occurred_on, since, until),
            )
            .group_by(Fund.region_code)
        )

    rows: list[Row[str, int]] = []
    for own in (Entry.id == FundMove.entry_id, Entry.reverses_id == FundMove.entry_id):
        rows += db.session.execute(of(own)).all()
    return [(code, int(fen)) for code, fen in rows]


def _written_off(since: date, until: date, reach: Sequence[str]) -> Rows:
    """Return what was written off, less what was put back."""
    line, gone = aliased(WriteOffLine), aliased(Entry)
    rate = (
        select(Scheme.fen_per_point)
        .where(
            Scheme.region_code == func.substr(Shop.region_code, 1, func.length(Scheme.region_code)),
            Scheme.since <= gone.occurred_on,  # what is put back is worth what it was then
        )
        .order_by(func.length(Scheme.region_code).desc(), Scheme.since.desc())
        .limit(1)
        .correlate(Shop, gone)
        .scalar_subquery()
    )
    worth = func.coalesce(
        line.unit_cost_fen, line.points_price * func.coalesce(rate, 0), cast(0, BigKey)
    )
    rows: list[Row[str, int]] = []
    for own in (Entry.id == WriteOff.entry_id, Entry.reverses_id == WriteOff.entry_id):
        rows += db.session.execute(
            select(Shop.region_code, func.sum(-StockLine.quantity * worth))
            .join(WriteOff, WriteOff.shop_id == Shop.id)
            .join(gone, gone.id == WriteOff.entry_id)
            .join(Entry, own)
            .join(StockLine, StockLine.entry_id == Entry.id + 0)  # entries first, never all lines
            .join(line, (line.write_off_id == WriteOff.id) & (line.lot_id == StockLine.lot_id))
            .where(under(Shop.region_code, reach), *days(Entry.occurred_on, since, until))
            .group_by(Shop.region_code)
        ).all()
    return [(code, int(fen)) for code, fen in rows]
