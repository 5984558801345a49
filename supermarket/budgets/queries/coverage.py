"""What stands behind the points that are out: goods on shelves and money."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from supermarket.database import db
from supermarket.donors.models import Fund
from supermarket.goods.models import Goods, PointsPrice
from supermarket.households.models import Household
from supermarket.ledger.models import Account, Lot, MoneyAccount
from supermarket.regions.models import above, within
from supermarket.regions.queries import under
from supermarket.shops.models import Shop
from supermarket.shops.queries import recalled


class Coverage(NamedTuple):
    """How far goods and money reach for the points of a village's area."""

    #: The area: the nearest region at or above the village that has an open shop.
    area: str
    #: Unexpired units on its shelves at today's points prices.
    stock_points: int
    #: Money of its funds, in fen.
    funds_fen: int
    #: Balances of its households.
    outstanding: int

    def percent(self, fen_per_point: int, pending: int = 0) -> int | None:
        """Return goods and money per hundred points out, rounded down; None if none are out.

        ``pending`` points count as if they were out already.
        """
        out = self.outstanding + pending
        if out <= 0:
            return None
        return (self.stock_points * fen_per_point + self.funds_fen) * 100 // (out * fen_per_point)


def area_of(village_code: str) -> str:
    """Return the area whose shops a village's coverage counts; see ``coverages``."""
    return areas_of([village_code])[village_code]


def areas_of(village_codes: Collection[str]) -> dict[str, str]:
    """Map each village to the nearest region at or above it with an open shop.

    Where no region above a village has one, the village itself is the area.
    """
    places = {place for code in village_codes for place in above(code)}
    open_places = set(
        db.session.scalars(
            select(Shop.region_code).where(Shop.region_code.in_(places), Shop.active)
        )
    )
    return {
        code: next((place for place in above(code) if place in open_places), code)
        for code in village_codes
    }


def coverages(village_codes: Collection[str], on: date) -> dict[str, Coverage]:
    """Return the coverage (保障率) of each village, in five statements however many.

    A village stands in its area: the nearest region at or above it that has an open shop.
    All shops, funds and households below that region count together, since its households
    redeem from the same shelves: a village with a shop of its own is its own area, one
    without shares the township's with its neighbours. Goods past their date, recalled,
    without a price, or taken off the catalogue cover nothing, nor does money kept above the
    area: nobody has said which villages it is for.
    """
    areas = areas_of(village_codes)
    wanted = sorted(set(areas.values()))
    stock, funds, balances = _stock_points(wanted, on), _funds_fen(wanted), _balances(wanted)
    found = {
        area: Coverage(area, _total(stock, area), _total(funds, area), _total(balances, area))
        for area in wanted
    }
    return {code: found[area] for code, area in areas.items()}


def _total(rows: Iterable[tuple[str, int]], area: str) -> int:
    return sum(points for code, points in rows if within(code, area))


def _stock_points(areas: Collection[str], on: date) -> list[tuple[str, int]]:
    """Return the regions with open shops in the areas and what their shelves hold, in points."""
    shelves = (
        select(Lot.shop_id, Lot.goods_id, func.sum(Lot.on_hand).label("units"))
        .join(Shop, Shop.id == Lot.shop_id)
        .join(Goods, Goods.id == Lot.goods_id)
        .where(
            under(Shop.region_code, list(areas)),
            Shop.active,
            Goods.active,
            Lot.on_hand > 0,
            or_(Lot.best_before.is_(None), Lot.best_before >= on),
            ~recalled(),
        )
        .group_by(Lot.shop_id, Lot.goods_id)
        .subquery()
    )
    price = (
        select(PointsPrice.points)
        .where(
            PointsPrice.goods_id == shelves.c.goods_id,
            or_(PointsPrice.shop_id.is_(None), PointsPrice.shop_id == shelves.c.shop_id),
            PointsPrice.since <= on,
        )
        .order_by(PointsPrice.shop_id.is_(None), PointsPrice.since.desc(), PointsPrice.id.desc())
        .limit(1)
        .correlate(shelves)
        .scalar_subquery()
    )
    priced = select(
        shelves.c.shop_id, (shelves.c.units * func.coalesce(price, 0)).label("points")
    ).subquery()
    rows = db.session.execute(
        select(Shop.region_code, func.sum(priced.c.points))
        .join(priced, priced.c.shop_id == Shop.id)
        .group_by(Shop.region_code)
    )
    return [(code, int(points)) for code, points in rows]


def _balances(areas: Collection[str]) -> list[tuple[str, int]]:
    """Return each village below the areas and what its households hold."""
    rows = db.session.execute(
        select(Household.village_code, func.sum(Account.balance))
        .join(Account, Account.id == Household.account_id)
        .where(under(Household.village_code, list(areas)))
        .group_by(Household.village_code)
    )
    return [(code, int(points)) for code, points in rows]


def _funds_fen(areas: Collection[str]) -> list[tuple[str, int]]:
    """Return each region below the areas that has funds, and what they hold, in fen."""
    rows = db.session.execute(
        select(Fund.region_code, func.sum(MoneyAccount.balance_fen))
        .join(MoneyAccount, MoneyAccount.id == Fund.account_id)
        .where(under(Fund.region_code, list(areas)))
        .group_by(Fund.region_code)
    )
    return [(code, int(fen)) for code, fen in rows]
