"""Which budgets there are, and how much of them was issued."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from supermarket.budgets.models import IssueBudget
from supermarket.database import db
from supermarket.ledger.models import Account, AccountKind, Entry, EntryKind, PointsLine
from supermarket.regions.models import VILLAGE, Region
from supermarket.regions.queries import under
from supermarket.staff.models import Scope, StaffMember


class Budget(NamedTuple):
    """What a village may issue from one day to another, both included."""

    region_code: str
    starts_on: date
    ends_on: date
    #: Whole points.
    points: int


class Step(NamedTuple):
    """One version of a budget, and who set it."""

    starts_on: date
    ends_on: date
    version: int
    #: None took it away.
    points: int | None
    who: str
    at: datetime


def current() -> Select[str, date, date, int | None]:
    """Return the newest version of every budget that was not taken away."""
    later = aliased(IssueBudget)
    newer = (
        select(later.id)
        .where(
            later.region_code == IssueBudget.region_code,
            later.starts_on == IssueBudget.starts_on,
            later.ends_on == IssueBudget.ends_on,
            later.version > IssueBudget.version,
        )
        .exists()
    )
    return select(
        IssueBudget.region_code, IssueBudget.starts_on, IssueBudget.ends_on, IssueBudget.points
    ).where(IssueBudget.points.is_not(None), ~newer)


def _found(wanted: Select[str, date, date, int | None]) -> list[Budget]:
    rows = db.session.execute(wanted.order_by(IssueBudget.region_code, IssueBudget.starts_on))
    return [Budget(code, since, until, points or 0) for code, since, until, points in rows]


def budget(village_code: str, on: date) -> Budget | None:
    """Return the budget a village has for a day, if any."""
    return budgets_in([village_code], on).get(village_code)


def budgets_in(village_codes: Collection[str], on: date) -> dict[str, Budget]:
    """Return the budget for a day of each of the villages that has one."""
    found = _found(
        current().where(
            IssueBudget.region_code.in_(village_codes),
            IssueBudget.starts_on <= on,
            IssueBudget.ends_on >= on,
        )
    )
    return {row.region_code: row for row in found}


def of_villages(village_codes: Collection[str]) -> list[Budget]:
    """Return every budget in force of the villages, by village and first day."""
    return _found(current().where(IssueBudget.region_code.in_(village_codes)))


def in_scope(scope: Scope, on: date) -> list[Budget]:
    """Return the budgets for a day of all villages of a scope, by village."""
    return _found(
        current().where(
            under(IssueBudget.region_code, scope.regions),
            IssueBudget.starts_on <= on,
            IssueBudget.ends_on >= on,
        )
    )


def issued(budgets: Collection[Budget]) -> dict[str, int]:
    """Return the whole points each village issued in the days of its budget, by village.

    What awards gave less what reversals of awards took back, by the day the entry says it
    happened. One budget of a village at a time; one statement for all of the same days.
    """
    found: dict[str, int] = {}
    for since, until in sorted({(row.starts_on, row.ends_on) for row in budgets}):
        codes = [r.region_code for r in budgets if (r.starts_on, r.ends_on) == (since, until)]
        found |= _issued(codes, since, until)
    return found


def _issued(village_codes: Collection[str], since: date, until: date) -> dict[str, int]:
    original = aliased(Entry)
    rows = db.session.execute(
        select(Account.owner_code, func.sum(-PointsLine.points))
        .join(PointsLine, PointsLine.account_id == Account.id)
        .join(Entry, Entry.id == PointsLine.entry_id)
        .outerjoin(original, original.id == Entry.reverses_id)
        .where(
            Account.kind == AccountKind.ISSUED,
            Account.owner_code.in_(village_codes),
            Entry.occurred_on.between(since, until),
            func.coalesce(original.kind, Entry.kind) == EntryKind.AWARD,
        )
        .group_by(Account.owner_code)
    )
    return {code: int(points) for code, points in rows}


def history(village_code: str) -> list[Step]:
    """Return every version of a village's budgets, newest first."""
    rows = db.session.execute(
        select(
            IssueBudget.starts_on,
            IssueBudget.ends_on,
            IssueBudget.version,
            IssueBudget.points,
            func.coalesce(StaffMember.name, ""),
            IssueBudget.created_at,
        )
        .outerjoin(StaffMember, StaffMember.id == IssueBudget.created_by)
        .where(IssueBudget.region_code == village_code)
        .order_by(IssueBudget.id.desc())
    )
    return [Step(*row) for row in rows]


def villages(scope: Scope, *, after: str = "", limit: int | None = None) -> Sequence[Region]:
    """Return the villages of a scope, by code."""
    return db.session.scalars(
        select(Region)
        .where(
            under(Region.code, scope.regions),
            func.length(Region.code) == VILLAGE,
            Region.code > after,
        )
        .order_by(Region.code)
        .limit(limit)
    ).all()
