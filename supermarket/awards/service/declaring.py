"""Declaring what a household earned, and taking a declaration back."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta

from supermarket.awards import queries
from supermarket.awards.errors import WithdrawNotYoursError, WitnessTooLongError
from supermarket.awards.models import (
    Declaration,
    DeclarationSource,
    DeclarationState,
    Verdict,
)
from supermarket.awards.service import counting
from supermarket.awards.service.asking import Asked, AwardAsk, examined
from supermarket.awards.service.deciding import reasoned, record_decision, refuse_decided
from supermarket.awards.service.posting import advance, hold_accounts, post_declared
from supermarket.budgets import service as budgets
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.households import service as households
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyReusedError
from supermarket.photos import service as photos
from supermarket.photos.service import Developed
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import ReviewLevel, ReviewPeriod, Scheme
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Characters of a witness's name.
WITNESS_LENGTH = 60
#: Who may give level A points at once by declaring them; others only say that they were earned.
AWARDS_AT_ONCE = (DeclarationSource.SCORER, DeclarationSource.ROUND)


def declare(
    key: str,
    rule_code: str,
    occurred_on: date,
    lines: Sequence[AwardAsk],
    *,
    by: int | None,
    source: DeclarationSource,
    scope: Scope,
    note: str = "",
    witness: str = "",
    photo_id: int | None = None,
    photo: Developed | None = None,
) -> list[Declaration]:
    """Say that households earned points under one rule, on one day; return a line for each.

    Level A by a scorer is posted at once (the lines come back ``POSTED``); everything else
    waits for the village's panel. ``by`` is None if the household itself declares it;
    ``scope`` is where one may declare. ``photo`` is kept, unless ``photo_id`` names one that
    is. The same key again returns the same lines.

    Raises:
        KeyReusedError: the key named something else.
        TiedHouseholdError: a household is the declarer's own or a relative's.
        LimitReachedError, BudgetSpentError, CoverageStoppedError: level A, and no more is
            given.
        NotFoundError, NoSchemeError, MonthClosedError, InvalidError: as ``award``.
    """
    body = [rule_code, occurred_on.isoformat(), [list(line) for line in lines], note, witness, by]
    request = ledger.Request(key, ledger.fingerprint("declare", body), by or 0)
    posted = ledger.seen(request)
    if made := queries.of_key(key):
        _refuse_other(made, rule_code, occurred_on, lines, by)
        return made
    if posted is not None:
        raise KeyReusedError
    ask = examined(rule_code, occurred_on, lines, note, scope)
    witness = cleaned(witness)
    if len(witness) > WITNESS_LENGTH:
        raise WitnessTooLongError(most=WITNESS_LENGTH)
    households.refuse_tied(by, {line.household.id for line in ask.lines})
    if photo is not None:
        photo_id = photos.keep(photo, by).id
    at_once = ask.version.review_level is ReviewLevel.A and source in AWARDS_AT_ONCE and by
    made = [
        Declaration(
            code=code,
            village_code=line.household.village_code,
            household_id=line.household.id,
            member_id=line.member_id,
            rule_version_id=ask.version.id,
            rule_id=ask.version.rule_id,
            occurred_on=occurred_on,
            points_asked=line.points,
            points=line.points,
            state=DeclarationState.SUBMITTED,
            source=source,
            declared_by=by,
            witness=witness,
            note=ask.note,
            photo_id=photo_id,
            key=key,
            position=position,
            submitted_at=now(),
            due_on=due,
        )
        for position, (line, code, due) in enumerate(
            zip(ask.lines, _codes(ask), _due(ask, at_once=bool(at_once)), strict=True), start=1
        )
    ]
    db.session.add_all(made)
    db.session.flush()
    if at_once:
        budgets.hold(ask.villages)
        hold_accounts(line.household.account_id for line in ask.lines)
        counting.accept(made, DeclarationState.ACCEPTED)
        counting.count(made)
        post_declared(
            request, made, journal_region=ask.region_code, occurred_on=occurred_on, note=ask.note
        )
        budgets.check(ask.villages, occurred_on, queries.pending_points(ask.villages))
    return made


def _refuse_other(
    made: Sequence[Declaration],
    rule_code: str,
    occurred_on: date,
    lines: Sequence[AwardAsk],
    by: int | None,
) -> None:
    """Refuse a key that was used to declare something else."""
    known = [(line.household_code, line.member_id) for line in lines]
    same_lines = queries.lines_of_key(made[0].key) == (rule_code, known)
    points = zip(made, lines, strict=False)
    same_points = all(line.points in (None, row.points_asked) for row, line in points)
    if not (
        same_lines
        and same_points
        and made[0].occurred_on == occurred_on
        and made[0].declared_by == by
    ):
        raise KeyReusedError


def _codes(ask: Asked) -> list[str]:
    """Return a number for each line, in the order of the lines; villages in the order of codes."""
    numbers = {
        village: iter(
            [
                f"{village}D{ledger.number(village, 'declaration')}"
                for line in ask.lines
                if line.household.village_code == village
            ]
        )
        for village in ask.villages
    }
    return [next(numbers[line.household.village_code]) for line in ask.lines]


def _due(ask: Asked, *, at_once: bool) -> list[date]:
    """Return the day by which each line should be decided."""
    on = today()
    if at_once:
        return [on] * len(ask.lines)
    programmes = schemes.schemes_in(ask.villages, on)
    days = {village: due(programme, on) for village, programme in programmes.items()}
    return [days[line.household.village_code] for line in ask.lines]


def due(scheme: Scheme, on: date) -> date:
    """Return the first day from ``on`` that the panel of a programme meets.

    In a quarter it meets in the last month; a month that is too short ends the wait.
    """
    if scheme.review_period is ReviewPeriod.WEEK:
        return on + timedelta(days=(scheme.review_day - 1 - on.weekday()) % 7)
    year, month = on.year, on.month
    while True:
        day = date(year, month, min(scheme.review_day, monthrange(year, month)[1]))
        meets = scheme.review_period is ReviewPeriod.MONTH or month % 3 == 0
        if meets and day >= on:
            return day
        year, month = year + month // 12, month % 12 + 1


def withdraw(code: str, *, reason: str, by: int | None, household_id: int | None = None) -> None:
    """Take back a declaration that nobody decided yet.

    ``by`` is who declared it; None if the household did, whose id is ``household_id`` then.

    Raises:
        NotFoundError: there is none, or it is another household's.
        WithdrawNotYoursError: somebody else declared it.
        AlreadyDecidedError: somebody decided it meanwhile.
        DecisionReasonError: no reason is given.
    """
    row = queries.declaration_or_404(code)
    mine = row.household_id == household_id if by is None else True
    if row.declared_by != by or not mine:
        raise WithdrawNotYoursError
    reason = reasoned(row, reason)
    moved = advance([row.id], before=DeclarationState.SUBMITTED, after=DeclarationState.WITHDRAWN)
    if not moved:
        refuse_decided(row)
    record_decision(
        row.id,
        Verdict.WITHDRAW,
        DeclarationState.WITHDRAWN,
        points_before=row.points,
        points_after=row.points,
        reason=reason,
        actor_id=by,
    )
