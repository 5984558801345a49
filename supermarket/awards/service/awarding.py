"""Giving points under a rule of level A, at once."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from supermarket.awards import queries
from supermarket.awards.errors import ReviewRequiredError
from supermarket.awards.models import AwardStatus
from supermarket.awards.service import caps
from supermarket.awards.service.asking import AwardAsk, examined
from supermarket.awards.service.posting import PostLine, hold_accounts, post_lines
from supermarket.budgets import service as budgets
from supermarket.households import service as households
from supermarket.ledger import service as ledger
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import ReviewLevel
from supermarket.staff.models import Scope


class Awarded(NamedTuple):
    """What an award did."""

    #: The number people see (单号).
    reference: str
    status: AwardStatus
    #: What each household got and holds now, by household code.
    lines: list[queries.Given]
    #: The key was used before: this is the first receipt, and nothing was given again.
    replayed: bool


def asked(
    key: str, rule_code: str, occurred_on: date, lines: Sequence[AwardAsk], note: str, by: int
) -> ledger.Request:
    """Name an award for ``award``; pages and programs ask alike, so their keys mean the same."""
    body = [rule_code, occurred_on.isoformat(), [list(line) for line in lines], note, by]
    return ledger.Request(key, ledger.fingerprint("award", body), by)


def award(
    request: ledger.Request,
    rule_code: str,
    occurred_on: date,
    lines: Sequence[AwardAsk],
    *,
    note: str = "",
    scope: Scope,
) -> Awarded:
    """Give points under a rule of level A, at once, for what happened on one day.

    One entry, however many households, in the journal of the nearest region they share;
    each village issues what its households get. ``request`` comes from ``asked``;
    ``scope`` is where the actor may award. Two lines of one household count together.

    Raises:
        NotFoundError: no such rule that day, no such household, or not in ``scope``.
        NoSchemeError: no programme ran that day.
        ReviewRequiredError: the rule needs others to agree (``declare`` asks them), or takes
            points.
        TiedHouseholdError: a household is the actor's own or a relative's.
        LimitReachedError: a cap is reached; it says when it opens again.
        BudgetSpentError, CoverageStoppedError: the village may issue no more.
        MonthClosedError: the day's month is final.
        InvalidError: a line or the day cannot be meant; the subclass says why.
    """
    if (entry_id := ledger.seen(request)) is not None:
        return _replayed(entry_id)
    ask = examined(rule_code, occurred_on, lines, note, scope)
    version = ask.version
    if version.review_level is not ReviewLevel.A:
        raise ReviewRequiredError(title=version.title, level=version.review_level.value)
    households.refuse_tied(request.actor_id, {line.household.id for line in ask.lines})
    budgets.hold(ask.villages)
    hold_accounts(line.household.account_id for line in ask.lines)
    caps.check_rule(version, schemes.rule_ids(rule_code, ask.villages), occurred_on, ask.lines)
    months = {village: ask.programmes[village].household_month_cap for village in ask.villages}
    caps.check_month(months, occurred_on, ask.lines)
    posted = post_lines(
        request,
        ask.region_code,
        occurred_on,
        [
            PostLine(
                line.household.id,
                line.household.account_id,
                line.household.village_code,
                line.member_id,
                line.points,
                version.rule_id,
                version.id,
                occurred_on,
            )
            for line in ask.lines
        ],
        note=ask.note,
    ).posted
    budgets.check(ask.villages, occurred_on, queries.pending_points(ask.villages))
    return Awarded(posted.reference, AwardStatus.POSTED, queries.given(posted.entry_id), False)


def _replayed(entry_id: int) -> Awarded:
    """Return the first receipt of a key."""
    lines = queries.given(entry_id)
    return Awarded(queries.reference_of(entry_id), AwardStatus.POSTED, lines, True)
