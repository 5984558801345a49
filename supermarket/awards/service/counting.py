"""Accepting what was declared: from here on it counts against caps and budgets."""

from collections.abc import Sequence
from datetime import date

from supermarket.awards import queries
from supermarket.awards.models import Declaration, DeclarationState
from supermarket.awards.service import caps
from supermarket.awards.service.caps import NewLine, Span, span
from supermarket.awards.service.posting import advance
from supermarket.schemes import queries as schemes


def accept(rows: Sequence[Declaration], after: DeclarationState) -> int:
    """Move declarations that wait for the panel on to ``after``; return how many were.

    The households' accounts must be held; ``count`` says afterwards whether it is too much.
    """
    return advance([row.id for row in rows], before=DeclarationState.SUBMITTED, after=after)


def count(rows: Sequence[Declaration]) -> None:
    """Refuse what passes a cap now that ``rows`` are accepted, each under its frozen rule.

    Raises:
        LimitReachedError: a cap is passed.
    """
    households, versions = queries.households_of(rows), queries.versions_of(rows)
    by_rule: dict[tuple[int, Span | None], list[Declaration]] = {}
    by_day: dict[date, list[Declaration]] = {}
    for row in rows:
        version = versions[row.rule_version_id]
        if version.cap_period is not None:
            key = (version.id, span(version.cap_period, row.occurred_on))
            by_rule.setdefault(key, []).append(row)
        by_day.setdefault(row.occurred_on, []).append(row)

    def new(some: Sequence[Declaration]) -> list[NewLine]:
        return [NewLine(households[row.household_id], row.member_id, row.points) for row in some]

    for (version_id, _days), some in by_rule.items():
        version = versions[version_id]
        ids = schemes.rule_ids(version.rule.code, {row.village_code for row in some})
        caps.check_rule(version, ids, some[0].occurred_on, new(some), counted=True)
    for on, some in by_day.items():
        villages = {households[row.household_id].village_code for row in some}
        programmes = schemes.schemes_in(villages, on)
        month_caps = {village: programmes[village].household_month_cap for village in villages}
        caps.check_month(month_caps, on, new(some), counted=True)
