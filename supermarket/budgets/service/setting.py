"""Setting what villages may issue."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select

from supermarket.audit import service as audit
from supermarket.budgets.errors import (
    BudgetOverlapError,
    BudgetPeriodError,
    BudgetPointsError,
    NamedTwiceError,
    NotAVillageError,
    NoVillagesError,
)
from supermarket.budgets.models import IssueBudget
from supermarket.budgets.queries.budgets import Budget, of_villages
from supermarket.budgets.service.checking import hold
from supermarket.clock import now
from supermarket.database import db
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.staff.models import Scope

#: Most villages at once, most points and most days of one budget.
MOST_VILLAGES = 1000
MOST_POINTS = 100_000_000
MOST_DAYS = 731


class BudgetAsk(NamedTuple):
    """What one village is to have."""

    region_code: str
    starts_on: date
    ends_on: date
    #: Whole points; None takes the budget of these days away.
    points: int | None


class BudgetsSet(NamedTuple):
    """What setting budgets did: how many are new, changed, as they were."""

    new: int
    changed: int
    unchanged: int


def set_budgets(asks: Sequence[BudgetAsk], *, by: int | None, scope: Scope | None) -> BudgetsSet:
    """Set what villages may issue, all of it or nothing; ``scope`` None is a command.

    A budget of the same days is changed by a further version; asking for what is there
    changes nothing.

    Raises:
        NoVillagesError, NotAVillageError: nobody, or somebody else's village.
        BudgetPeriodError, BudgetPointsError: days or points cannot be meant.
        BudgetOverlapError, NamedTwiceError: another budget has some of the days.
    """
    if not 1 <= len(asks) <= MOST_VILLAGES:
        raise NoVillagesError(most=MOST_VILLAGES)
    names = _names(asks, scope)
    for ask in asks:
        _refuse_nonsense(ask)
    hold(names)
    known: dict[str, list[Budget]] = {}
    for budget in of_villages(names):
        known.setdefault(budget.region_code, []).append(budget)
    _refuse_overlaps(asks, known, names)
    versions = _versions(names)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for ask in asks:
        before = _same_days(ask, known.get(ask.region_code, []))
        if (before.points if before else None) == ask.points:
            counts["unchanged"] += 1
            continue
        counts["changed" if before else "new"] += 1
        _add(ask, before, versions, by)
    db.session.flush()
    return BudgetsSet(**counts)


def _names(asks: Sequence[BudgetAsk], scope: Scope | None) -> dict[str, str]:
    """Return the names of the villages asked for, if all are the actor's."""
    codes = sorted({ask.region_code for ask in asks})
    names = regions.names(codes)
    for code in codes:
        mine = scope is None or scope.covers_region(code)
        if len(code) != VILLAGE or code not in names or not mine:
            raise NotAVillageError(code=code[:20])
    return names


def _refuse_nonsense(ask: BudgetAsk) -> None:
    if not 0 <= (ask.ends_on - ask.starts_on).days < MOST_DAYS:
        raise BudgetPeriodError
    if ask.points is not None and not 0 <= ask.points <= MOST_POINTS:
        raise BudgetPointsError(most=MOST_POINTS)


def _refuse_overlaps(
    asks: Sequence[BudgetAsk], known: dict[str, list[Budget]], names: dict[str, str]
) -> None:
    """Raise if days of one village would belong to two budgets."""
    taken: dict[str, list[BudgetAsk]] = {}
    for ask in asks:
        gone = {(a.starts_on, a.ends_on) for a in asks
                if a.region_code == ask.region_code and a.points is None}  # fmt: skip
        earlier = taken.setdefault(ask.region_code, [])
        if any(_meet(ask, other) for other in earlier if other.points is not None):
            raise NamedTwiceError(village=names[ask.region_code])
        earlier.append(ask)
        for budget in known.get(ask.region_code, []):
            days = (budget.starts_on, budget.ends_on)
            same = days == (ask.starts_on, ask.ends_on)
            if ask.points is not None and not same and days not in gone and _meet(ask, budget):
                raise BudgetOverlapError(
                    village=names[ask.region_code], since=budget.starts_on, until=budget.ends_on
                )


def _meet(one: BudgetAsk, other: BudgetAsk | Budget) -> bool:
    return one.starts_on <= other.ends_on and other.starts_on <= one.ends_on


def _same_days(ask: BudgetAsk, known: Sequence[Budget]) -> Budget | None:
    days = (ask.starts_on, ask.ends_on)
    return next((row for row in known if (row.starts_on, row.ends_on) == days), None)


def _versions(names: dict[str, str]) -> dict[tuple[str, date, date], int]:
    """Return the number of versions there are of each budget of the villages."""
    rows = db.session.execute(
        select(
            IssueBudget.region_code,
            IssueBudget.starts_on,
            IssueBudget.ends_on,
            func.max(IssueBudget.version),
        )
        .where(IssueBudget.region_code.in_(list(names)))
        .group_by(IssueBudget.region_code, IssueBudget.starts_on, IssueBudget.ends_on)
    )
    return {(code, since, until): version for code, since, until, version in rows}


def _add(
    ask: BudgetAsk,
    before: Budget | None,
    versions: dict[tuple[str, date, date], int],
    by: int | None,
) -> None:
    key = (ask.region_code, ask.starts_on, ask.ends_on)
    versions[key] = versions.get(key, 0) + 1
    db.session.add(
        IssueBudget(
            region_code=ask.region_code,
            starts_on=ask.starts_on,
            ends_on=ask.ends_on,
            version=versions[key],
            points=ask.points,
            created_by=by,
            created_at=now(),
        )
    )
    days = {"since": ask.starts_on.isoformat(), "until": ask.ends_on.isoformat()}
    audit.record(
        "budget.set",
        ask.region_code,
        by=by,
        before=days | {"points": before.points} if before else None,
        after=days | {"points": ask.points},
    )
