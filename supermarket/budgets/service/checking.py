"""The stop: what a village may still issue, checked where points are given."""

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select

from supermarket.budgets import queries
from supermarket.budgets.errors import BudgetSpentError, CoverageStoppedError
from supermarket.database import db
from supermarket.regions import queries as regions
from supermarket.regions.models import Region
from supermarket.schemes import queries as schemes


def hold(villages: Collection[str]) -> None:
    """Let nobody else issue points in these villages until the transaction ends.

    Call it after numbers and before accounts are taken. What is held is the village's own
    row, so that the first budget of a village is waited for like any later one; SQLite has
    one writer and needs nothing.
    """
    db.session.execute(
        select(Region.code)
        .where(Region.code.in_(villages))
        .order_by(Region.code)
        .with_for_update(key_share=True)
    ).all()


def check(villages: Collection[str], on: date, pending: Mapping[str, int] | None = None) -> None:
    """Refuse what passes the budget of a village or lets its coverage fall below the stop.

    Run after the points were posted (or accepted) in the same transaction, behind ``hold``:
    they are counted as issued. ``on`` is the day the awards are dated; ``pending`` maps
    villages to points accepted and not yet posted, which count as if they were. An override
    in force lets everything pass.

    Raises:
        BudgetSpentError: the budget of the day is passed.
        CoverageStoppedError: the programme stops issuing at so low a coverage.
    """
    budgets = queries.budgets_in(villages, on)
    programmes = schemes.schemes_in(villages, on)
    stops = {
        code: scheme.coverage_stop
        for code, scheme in programmes.items()
        if scheme.coverage_stop is not None
    }
    if not budgets and not stops:
        return
    lifted = queries.in_force(villages, on)
    waiting = pending or {}
    issued = queries.issued(budgets.values())
    for code, budget in sorted(budgets.items()):
        used = issued.get(code, 0) + waiting.get(code, 0)
        if used > budget.points and code not in lifted:
            raise BudgetSpentError(
                village=_name(code),
                since=budget.starts_on,
                until=budget.ends_on,
                budget=budget.points,
                used=used,
                over=used - budget.points,
            )
    stops = {code: stop for code, stop in stops.items() if code not in lifted}
    if not stops:
        return
    # Neighbours share an area's shelves: wait for whoever else is giving points there.
    hold({queries.area_of(code) for code in stops})
    covered = queries.coverages(stops, on)
    for code, stop in sorted(stops.items()):
        fen = programmes[code].fen_per_point
        percent = covered[code].percent(fen, waiting.get(code, 0))
        if percent is not None and percent < stop:
            raise CoverageStoppedError(village=_name(code), coverage=percent, stop=stop)


def _name(code: str) -> str:
    return regions.names([code]).get(code, code)
