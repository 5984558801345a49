"""Which expiries there are, how they stand, who answers for them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.expiry.models import ExpiryLine, ExpiryRun, RunState
from supermarket.expiry.queries.ending import announceables
from supermarket.households.models import Household
from supermarket.ledger.models import Account
from supermarket.regions.models import Region, above
from supermarket.regions.queries import under
from supermarket.staff.models import Permission, Role, RoleGrant, Scope, StaffMember


class RunRow(NamedTuple):
    """An expiry in a list."""

    run: ExpiryRun
    village: str
    households: int
    #: Whole points: announced, taken on the day, given back since.
    announced: int
    posted: int
    given_back: int


class LineRow(NamedTuple):
    """What ends, or ended, for one household."""

    household_id: int
    household_code: str
    head: str
    group: str
    phone: str
    points_announced: int
    points_posted: int
    reversed_points: int
    balance: int


def run(code: str, scope: Scope) -> ExpiryRun | None:
    """Return an expiry of a village in ``scope`` by its number."""
    return db.session.scalar(
        select(ExpiryRun).where(
            ExpiryRun.code == code, under(ExpiryRun.village_code, scope.regions)
        )
    )


def run_or_404(code: str, scope: Scope) -> ExpiryRun:
    """Return an expiry of a village in ``scope`` by its number.

    Raises:
        NotFoundError: there is none, or it is somebody else's.
    """
    found = run(code, scope)
    if found is None:
        raise NotFoundError(what=code[:40])
    return found


def runs(
    scope: Scope,
    states: Sequence[RunState] = tuple(RunState),
    *,
    before: int | None = None,
    limit: int,
) -> list[RunRow]:
    """Return expiries of the villages of a scope, newest first, with their sums."""
    wanted = (
        select(
            ExpiryRun,
            Region.name,
            func.count(ExpiryLine.run_id),
            func.coalesce(func.sum(ExpiryLine.points_announced), 0),
            func.coalesce(func.sum(ExpiryLine.points_posted), 0),
            func.coalesce(func.sum(ExpiryLine.reversed_points), 0),
        )
        .outerjoin(ExpiryLine, ExpiryLine.run_id == ExpiryRun.id)
        .join(Region, Region.code == ExpiryRun.village_code)
        .where(under(ExpiryRun.village_code, scope.regions), ExpiryRun.state.in_(states))
        .group_by(ExpiryRun.id, Region.name)
        .order_by(ExpiryRun.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(ExpiryRun.id < before)
    return [
        RunRow(row[0], row[1], *(int(number) for number in row[2:]))
        for row in db.session.execute(wanted)
    ]


def lines(run_id: int) -> list[LineRow]:
    """Return what one expiry ends for each household, by group and number."""
    rows = db.session.execute(
        select(
            Household.id,
            Household.code,
            Household.head,
            Household.group,
            Household.phone,
            ExpiryLine.points_announced,
            ExpiryLine.points_posted,
            ExpiryLine.reversed_points,
            Account.balance,
        )
        .join(Household, Household.id == ExpiryLine.household_id)
        .join(Account, Account.id == Household.account_id)
        .where(ExpiryLine.run_id == run_id)
        .order_by(Household.group, Household.code)
    )
    return [LineRow(*row) for row in rows]


def due(on: date, scope: Scope | None = None) -> list[ExpiryRun]:
    """Return the announced expiries whose day has come, in the order they are posted in."""
    wanted = (
        select(ExpiryRun)
        .where(ExpiryRun.state == RunState.ANNOUNCED, ExpiryRun.due_on <= on)
        .order_by(ExpiryRun.due_on, ExpiryRun.cutoff_on, ExpiryRun.village_code)
    )
    if scope is not None:
        wanted = wanted.where(under(ExpiryRun.village_code, scope.regions))
    return list(db.session.scalars(wanted))


def waiting(scope: Scope) -> list[ExpiryRun]:
    """Return the announced expiries of a scope, the one that ends first at the head."""
    return list(
        db.session.scalars(
            select(ExpiryRun)
            .where(
                ExpiryRun.state == RunState.ANNOUNCED,
                under(ExpiryRun.village_code, scope.regions),
            )
            .order_by(ExpiryRun.due_on)
        )
    )


def villages(scope: Scope | None = None) -> list[str]:
    """Return the villages that have households, by code."""
    wanted = select(Household.village_code).distinct().order_by(Household.village_code)
    if scope is not None:
        wanted = wanted.where(under(Household.village_code, scope.regions))
    return list(db.session.scalars(wanted))


def unannounced(scope: Scope, on: date) -> list[str]:
    """Return the villages of a scope in which an end should be announced by a day, by code."""
    return sorted(announceables(villages(scope), on))


def responsible(village_code: str) -> int | None:
    """Return who answers for a village's points: the nearest office's longest-serving member."""
    offices = [role for role in Role if Permission.MANAGE_POINTS in role.permissions]
    found = db.session.execute(
        select(RoleGrant.region_code, StaffMember.id)
        .join(StaffMember, StaffMember.id == RoleGrant.staff_id)
        .where(
            RoleGrant.role.in_(offices),
            RoleGrant.region_code.in_(above(village_code)),
            StaffMember.active,
        )
    ).all()
    nearest = sorted(found, key=lambda row: (-len(row[0]), row[1]))
    return nearest[0][1] if nearest else None
