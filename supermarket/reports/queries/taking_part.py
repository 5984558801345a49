"""Who takes part in places, counted without names: persons, donors, the places below."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, case, cast, func, or_, select, union
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.donors.models import Fund, FundMove
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.ledger.models import Entry, LotSource, StockLine
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.shops.models import GoodsIn, GoodsInLine, Provenance, Shop


def people(reach: Sequence[str]) -> int:
    """Return how many persons live in the households of the register (人数) today."""
    found = db.session.scalar(
        select(func.count())
        .select_from(HouseholdMember)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(
            under(Household.village_code, reach),
            Household.state == HouseholdState.ACTIVE,
            HouseholdMember.present,
        )
    )
    return found or 0


def donors(since: date, until: date, reach: Sequence[str]) -> int:
    """Return how many different donors gave goods or money to the places in a window.

    Who took everything back is not counted. A gift noted without the register counts by the
    name that was written on it.
    """
    back = aliased(Entry)
    registered = cast(Provenance.donor_id, String)
    who = case((registered.is_not(None), "#" + registered), else_=GoodsIn.partner)
    goods = (
        select(who.label("who"))
        .select_from(GoodsIn)
        .outerjoin(Provenance, Provenance.entry_id == GoodsIn.entry_id)
        .join(Shop, Shop.id == GoodsIn.shop_id)
        .join(Entry, or_(Entry.id == GoodsIn.entry_id, Entry.reverses_id == GoodsIn.entry_id))
        .join(StockLine, StockLine.entry_id == Entry.id + 0)  # entries first, never all lines
        .join(GoodsInLine, GoodsInLine.lot_id + 0 == StockLine.lot_id + 0)
        .where(
            GoodsIn.source == LotSource.DONATION,
            who != "",
            under(Shop.region_code, reach),
            GoodsIn.received_on.between(since, until),
            GoodsInLine.entry_id == GoodsIn.entry_id,
        )
        .group_by(who)
        .having(func.sum(StockLine.quantity) > 0)
    )
    money = (
        select(("#" + cast(FundMove.donor_id, String)).label("who"))
        .join(Fund, Fund.id == FundMove.fund_id)
        .where(
            FundMove.donor_id.is_not(None),
            under(Fund.region_code, reach),
            FundMove.occurred_on.between(since, until),
            ~select(back.id).where(back.reverses_id == FundMove.entry_id).exists(),
        )
    )
    both = union(goods, money).subquery()
    return db.session.scalar(select(func.count()).select_from(both)) or 0


def names_below(reach: Sequence[str], level: int) -> dict[str, str]:
    """Return the names of the places of a level in ``reach``, by code."""
    rows = db.session.execute(
        select(Region.code, Region.name)
        .where(under(Region.code, reach), func.length(Region.code) == level)
        .order_by(Region.code)
    )
    return {row.code: row.name for row in rows}
