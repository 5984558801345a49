"""How a village stands: budget, use, coverage, and whether more may be given."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from supermarket.budgets.models import IssueOverride
from supermarket.budgets.queries import budgets as rows
from supermarket.budgets.queries.coverage import coverages
from supermarket.budgets.queries.overrides import in_force
from supermarket.schemes import queries as schemes
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import Scheme
from supermarket.staff.models import Scope


class Standing(NamedTuple):
    """How a village stands on a day; all points whole."""

    #: None if the village has no budget for the day.
    budget: int | None
    #: Issued and pending in the days of the budget; 0 without one.
    used: int
    #: Negative if more was issued than the budget has; None without one.
    left: int | None
    #: Goods and money per hundred points out; None if no points are out.
    coverage_percent: int | None
    #: Whether whoever gives points should be warned, and whether nothing more may be given.
    warn: bool
    stopped: bool
    #: What lets the village issue past a stop; None if nothing does.
    override: IssueOverride | None
    village_code: str
    #: First and last day of the budget; None without one.
    starts_on: date | None
    ends_on: date | None
    #: Why: the budget nearly or fully used, the coverage low or below the stop.
    budget_low: bool
    budget_spent: bool
    coverage_low: bool
    coverage_stopped: bool

    @property
    def budget_percent(self) -> int | None:
        """Return how much of the budget is used, in per cent, rounded down."""
        return self.used * 100 // self.budget if self.budget else None


def standing(village_code: str, on: date, pending: int = 0) -> Standing:
    """Return how one village stands on a day; ``pending`` points count as if they were issued.

    Raises:
        NoSchemeError: no programme runs there that day.
    """
    schemes.scheme(village_code, on)
    return standings([village_code], on, {village_code: pending})[village_code]


def standings(
    village_codes: Collection[str], on: date, pending: Mapping[str, int] | None = None
) -> dict[str, Standing]:
    """Return how each village stands on a day, in a constant number of statements.

    Villages in which no programme runs that day are left out.
    """
    programmes = _programmes(village_codes, on)
    village_codes = list(programmes)
    budgets = rows.budgets_in(village_codes, on)
    issued = rows.issued(budgets.values())
    covered = coverages(village_codes, on)
    lifted = in_force(village_codes, on)
    waiting = pending or {}
    return {
        code: _standing(
            code,
            programmes[code],
            budgets.get(code),
            issued.get(code, 0) + waiting.get(code, 0),
            covered[code].percent(programmes[code].fen_per_point, waiting.get(code, 0)),
            lifted.get(code),
        )
        for code in village_codes
    }


def _programmes(village_codes: Collection[str], on: date) -> dict[str, Scheme]:
    """Return the programme of each village on a day; those without are left out."""
    try:
        return schemes.schemes_in(village_codes, on)
    except NoSchemeError:  # rare: a county that has only begun
        found: dict[str, Scheme] = {}
        for code in village_codes:
            with suppress(NoSchemeError):
                found |= schemes.schemes_in([code], on)
        return found


def _standing(
    code: str,
    scheme: Scheme,
    budget: rows.Budget | None,
    used: int,
    percent: int | None,
    override: IssueOverride | None,
) -> Standing:
    spent = budget is not None and used >= budget.points
    nearly = budget is not None and used * 100 >= budget.points * scheme.budget_warn
    low = percent is not None and percent < scheme.coverage_warn
    stop = scheme.coverage_stop
    short = percent is not None and stop is not None and percent < stop
    return Standing(
        budget=budget.points if budget else None,
        used=used if budget else 0,
        left=budget.points - used if budget else None,
        coverage_percent=percent,
        warn=nearly or low or short,
        stopped=(spent or short) and override is None,
        override=override,
        village_code=code,
        starts_on=budget.starts_on if budget else None,
        ends_on=budget.ends_on if budget else None,
        budget_low=nearly and not spent,
        budget_spent=spent,
        coverage_low=low and not short,
        coverage_stopped=short,
    )


def nearly_spent(scope: Scope, on: date) -> list[rows.Budget]:
    """Return the budgets of a scope of which the part is used from which a warning is shown."""
    budgets = rows.in_scope(scope, on)
    if not budgets:
        return []
    issued = rows.issued(budgets)
    programmes = _programmes([row.region_code for row in budgets], on)
    return [
        row
        for row in budgets
        if row.region_code in programmes
        and issued.get(row.region_code, 0) * 100
        >= row.points * programmes[row.region_code].budget_warn
    ]
