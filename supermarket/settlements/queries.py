"""What partner merchants are owed, and what was settled."""

import calendar
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, extract, func, select
from sqlalchemy.orm import aliased

from supermarket.clock import today
from supermarket.counter.models import Redemption
from supermarket.database import db
from supermarket.donors import queries as donors
from supermarket.donors.models import Fund
from supermarket.donors.queries import FundRow
from supermarket.errors import NotFoundError
from supermarket.regions.queries import under
from supermarket.settlements.models import Settlement, SettlementState
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

DRAFTER, PAYER = aliased(StaffMember), aliased(StaffMember)


class Owed(NamedTuple):
    """What a shop's merchant is owed for a month, all together and the carried part."""

    points: int
    fen: int
    carried_points: int
    carried_fen: int


class DayRow(NamedTuple):
    """One day of a month."""

    day: date
    #: Redemptions, less those taken back whole.
    times: int
    points: int
    fen: int


class SettlementRow(NamedTuple):
    """A settlement with its shop and people."""

    settlement: Settlement
    shop: Shop
    drafter: str
    #: Empty while it is not paid.
    payer: str
    #: Empty if none paid.
    fund: str


class MonthRow(NamedTuple):
    """A partner merchant's shop in a month, settled or not."""

    shop: Shop
    settlement: Settlement | None
    #: As paid if it is, else as counted now.
    points: int
    fen: int


def month_end(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def last_month() -> date:
    """Return the first day of the newest month that is over."""
    first = today().replace(day=1)
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


def owed(shop: Shop, month: date) -> Owed:
    """Count what a shop's merchant is owed for a month.

    Carried over is what was noted in months of other, paid settlements after they were paid:
    paper slips that came late.
    """
    return _owed([shop.id], month)[shop.id]


def _owed(shop_ids: Collection[int], month: date) -> dict[int, Owed]:
    """Count what the merchants of some shops are owed for a month, in two statements."""
    year, number = extract("year", Redemption.occurred_on), extract("month", Redemption.occurred_on)
    redeemed = {
        (shop_id, date(int(of_year), int(of_month), 1)): (int(points), int(fen))
        for shop_id, of_year, of_month, points, fen in db.session.execute(
            select(
                Redemption.shop_id,
                year,
                number,
                func.sum(Redemption.points),
                func.sum(Redemption.fen),
            )
            .where(Redemption.shop_id.in_(shop_ids))
            .group_by(Redemption.shop_id, year, number)
        )
    }
    paid = db.session.execute(
        select(Settlement.shop_id, Settlement.month, Settlement.points, Settlement.fen).where(
            Settlement.shop_id.in_(shop_ids),
            Settlement.state == SettlementState.PAID,
            Settlement.month != month,
        )
    ).all()
    carried = dict.fromkeys(shop_ids, (0, 0))
    for shop_id, other, paid_points, paid_fen in paid:
        then_points, then_fen = redeemed.get((shop_id, other), (0, 0))
        points, fen = carried[shop_id]
        carried[shop_id] = (points + then_points - paid_points, fen + then_fen - paid_fen)
    found = {}
    for shop_id, (late_points, late_fen) in carried.items():
        points, fen = redeemed.get((shop_id, month), (0, 0))
        found[shop_id] = Owed(points + late_points, fen + late_fen, late_points, late_fen)
    return found


def days(of: Settlement) -> list[DayRow]:
    """Return the days of a settlement's month on which something was redeemed or taken back."""
    rows = db.session.execute(
        select(
            Redemption.occurred_on,
            func.sum(Redemption.times),
            func.sum(Redemption.points),
            func.sum(Redemption.fen),
        )
        .where(
            Redemption.shop_id == of.shop_id,
            Redemption.occurred_on >= of.month,
            Redemption.occurred_on <= month_end(of.month),
        )
        .group_by(Redemption.occurred_on)
        .order_by(Redemption.occurred_on)
    )
    return [DayRow(*row) for row in rows]


def merchants(scope: Scope, month: date) -> list[MonthRow]:
    """Return the partner merchants' shops of a scope with what is owed for a month."""
    shops = db.session.scalars(_partners(scope)).all()
    known = {
        found.shop_id: found
        for found in db.session.scalars(
            select(Settlement).where(
                Settlement.shop_id.in_([shop.id for shop in shops]), Settlement.month == month
            )
        )
    }
    counted_now = _owed([shop.id for shop in shops], month)
    rows = []
    for shop in shops:
        settled = known.get(shop.id)
        paid = settled is not None and settled.state is SettlementState.PAID
        counted = settled if settled is not None and paid else counted_now[shop.id]
        rows.append(MonthRow(shop, settled, counted.points, counted.fen))
    return rows


def _partners(scope: Scope) -> Select[Shop]:
    """Select shops of merchants, and those that were when something of them was settled."""
    settled = select(Settlement.shop_id)
    return (
        select(Shop)
        .where(under(Shop.region_code, scope.regions), (Shop.merchant != "") | Shop.id.in_(settled))
        .order_by(Shop.code)
    )


def unpaid(scope: Scope, *, but_by: int) -> list[Settlement]:
    """Return drafted settlements that somebody may pay: those others drew up, oldest first."""
    return list(
        db.session.scalars(
            select(Settlement)
            .join(Shop, Shop.id == Settlement.shop_id)
            .where(
                under(Shop.region_code, scope.regions),
                Settlement.state == SettlementState.DRAFTED,
                Settlement.drafted_by != but_by,
            )
            .order_by(Settlement.drafted_at)
        )
    )


def undrafted(scope: Scope, month: date) -> int:
    """Count the merchants' shops that redeemed something in a month nobody has settled."""
    drafted = select(Settlement.shop_id).where(Settlement.month == month)
    redeemed = select(Redemption.shop_id).where(
        Redemption.occurred_on >= month, Redemption.occurred_on <= month_end(month)
    )
    wanted = select(func.count()).where(
        under(Shop.region_code, scope.regions),
        Shop.merchant != "",
        Shop.id.in_(redeemed),
        Shop.id.not_in(drafted),
    )
    return db.session.scalar(wanted) or 0


def settlement(code: str, scope: Scope) -> SettlementRow:
    """Return a settlement of a scope by code.

    Raises:
        NotFoundError: there is none, or it is another place's.
    """
    row = db.session.execute(_rows(scope).where(Settlement.code == cleaned(code).upper())).first()
    if row is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return SettlementRow(*row)


def settlements(
    scope: Scope, *, state: SettlementState | None = None, before: int | None = None,
    limit: int = 50,
) -> Sequence[SettlementRow]:  # fmt: skip
    """Return settlements of a scope, the last drawn up first, to page by id."""
    wanted = _rows(scope).order_by(Settlement.id.desc()).limit(limit)
    if state is not None:
        wanted = wanted.where(Settlement.state == state)
    if before is not None:
        wanted = wanted.where(Settlement.id < before)
    return [SettlementRow(*row) for row in db.session.execute(wanted)]


def _rows(scope: Scope) -> Select[Settlement, Shop, str, str, str]:
    return (
        select(
            Settlement,
            Shop,
            DRAFTER.name,
            func.coalesce(PAYER.name, ""),
            func.coalesce(Fund.name, ""),
        )
        .join(Shop, Shop.id == Settlement.shop_id)
        .join(DRAFTER, DRAFTER.id == Settlement.drafted_by)
        .outerjoin(PAYER, PAYER.id == Settlement.paid_by)
        .outerjoin(Fund, Fund.id == Settlement.fund_id)
        .where(under(Shop.region_code, scope.regions))
    )


def payable_from(shop: Shop) -> list[FundRow]:
    """Return the funds a shop's merchant may be paid from: those bound to no goods."""
    return [row for row in donors.spendable_at(shop.region_code) if not row.fund.only_category]


def moment_of(found: Sequence[Settlement]) -> datetime | None:
    """Return since when the oldest of some settlements waits."""
    return min((row.drafted_at for row in found), default=None)
