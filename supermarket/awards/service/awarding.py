"""Giving points."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import insert, select

from supermarket.awards import queries
from supermarket.awards.errors import (
    CountiesApartError,
    DeductionError,
    FixedPointsError,
    FutureDayError,
    HouseholdLeftError,
    MemberNeededError,
    MemberNotInHouseholdError,
    NoLinesError,
    NoteTooLongError,
    PointsNeededError,
    PointsOutOfRangeError,
    ReviewRequiredError,
    RuleDisabledError,
    RulesDifferError,
)
from supermarket.awards.models import Award, AwardLine, AwardStatus
from supermarket.awards.service import caps
from supermarket.awards.service.caps import NewLine
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.ledger.service import AccountKind, EntryKind, PointsMove, Posted
from supermarket.regions.models import COUNTY, above
from supermarket.regions.queries import under
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import CapPeriod, Category, ReviewLevel, RuleVersion
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Most lines of one award.
MOST_LINES = 500
#: Characters of a note.
NOTE_LENGTH = 200


class AwardAsk(NamedTuple):
    """What one household is to be given."""

    household_code: str
    #: Whole points; None takes what the rule gives if that is fixed.
    points: int | None = None
    #: Who in the household earned it; None if not said.
    member_id: int | None = None


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
        ReviewRequiredError: the rule needs others to agree, or takes points.
        LimitReachedError: a cap is reached; it says when it opens again.
        InvalidError: a line or the day cannot be meant; the subclass says why.
    """
    if (entry_id := ledger.seen(request)) is not None:
        return _replayed(entry_id)
    note = cleaned(note)
    if not 1 <= len(lines) <= MOST_LINES:
        raise NoLinesError(most=MOST_LINES)
    if len(note) > NOTE_LENGTH:
        raise NoteTooLongError(most=NOTE_LENGTH)
    if occurred_on > today():
        raise FutureDayError
    households = _households(lines, scope)
    villages = sorted({household.village_code for household in households.values()})
    programmes = schemes.schemes_in(villages, occurred_on)
    version = _rule(rule_code, villages, occurred_on)
    new = _lines(lines, households, version)
    region_code = _shared(villages)
    posted = _post(request, region_code, occurred_on, new, note)
    caps.check_rule(version, schemes.rule_ids(rule_code, villages), occurred_on, new)
    months = {village: programmes[village].household_month_cap for village in villages}
    caps.check_month(months, occurred_on, new)
    _record(posted, version, region_code, occurred_on, new, note, request.actor_id)
    return Awarded(posted.reference, AwardStatus.POSTED, queries.given(posted.entry_id), False)


def _replayed(entry_id: int) -> Awarded:
    """Return the first receipt of a key."""
    lines = queries.given(entry_id)
    return Awarded(queries.reference_of(entry_id), AwardStatus.POSTED, lines, True)


def _households(lines: Sequence[AwardAsk], scope: Scope) -> dict[str, Household]:
    """Return the households of the lines by code."""
    codes = {line.household_code for line in lines}
    plain = {code for code in codes if code.isascii() and code.isdigit()}
    rows = db.session.scalars(
        select(Household).where(
            Household.code.in_(plain), under(Household.village_code, scope.regions)
        )
    )
    found = {household.code: household for household in rows}
    for code in sorted(codes):
        if code not in found:
            raise NotFoundError(what=code[:40])
        if found[code].state is HouseholdState.LEFT:
            raise HouseholdLeftError(head=found[code].head, household=code)
    return found


def _rule(code: str, villages: Sequence[str], on: date) -> RuleVersion:
    """Return what the rule says in all the villages, if it may be awarded at once."""
    versions = schemes.rules_in(code, villages, on)
    version = versions[villages[0]]
    if any(other.id != version.id for other in versions.values()):
        raise RulesDifferError(rule=code)
    if not version.enabled:
        raise RuleDisabledError(title=version.title)
    if version.category is Category.DEDUCTION:
        raise DeductionError(title=version.title)
    if version.review_level is not ReviewLevel.A:
        raise ReviewRequiredError(title=version.title, level=version.review_level.value)
    return version


def _lines(
    lines: Sequence[AwardAsk], households: dict[str, Household], version: RuleVersion
) -> list[NewLine]:
    """Return what each line gives, its points and member checked."""
    members = _members(lines)
    new = []
    for line in lines:
        household = households[line.household_code]
        named = {"head": household.head, "household": household.code}
        if line.member_id is not None and members.get(line.member_id) != household.id:
            raise MemberNotInHouseholdError(**named)
        if line.member_id is None and version.cap_period is CapPeriod.ONCE_PER_MEMBER:
            raise MemberNeededError(title=version.title, **named)
        new.append(NewLine(household, line.member_id, _points(line.points, version)))
    return new


def _members(lines: Sequence[AwardAsk]) -> dict[int, int]:
    """Map the named members who are present to their households."""
    named = {line.member_id for line in lines if line.member_id is not None}
    if not named:
        return {}
    rows = db.session.execute(
        select(HouseholdMember.id, HouseholdMember.household_id).where(
            HouseholdMember.id.in_(named), HouseholdMember.present
        )
    )
    return {row[0]: row[1] for row in rows}


def _points(asked: int | None, version: RuleVersion) -> int:
    """Return the points of a line: what was asked for, or what the rule gives if that is fixed."""
    least, most = version.points_min or 0, version.points_max or 0
    facts = {"title": version.title, "least": least, "most": most}
    if asked is None:
        if least != most:
            raise PointsNeededError(**facts)
        return least
    if not least <= asked <= most:
        kind = FixedPointsError if least == most else PointsOutOfRangeError
        raise kind(asked=asked, **facts)
    return asked


def _shared(villages: Sequence[str]) -> str:
    """Return the nearest region that all the villages lie in."""
    for place in above(villages[0]):
        if len(place) >= COUNTY and all(village.startswith(place) for village in villages):
            return place
    raise CountiesApartError


def _post(
    request: ledger.Request,
    region_code: str,
    occurred_on: date,
    lines: Sequence[NewLine],
    note: str,
) -> Posted:
    """Write the entry: each household gains, its village issued."""
    issued: dict[str, int] = {}
    for line in lines:
        village = line.household.village_code
        issued[village] = issued.get(village, 0) + line.points
    moves = [
        PointsMove(line.household.account_id, line.points, line.member_id) for line in lines
    ] + [
        PointsMove(ledger.open_system_account(AccountKind.ISSUED, village), -points)
        for village, points in sorted(issued.items())
    ]
    return ledger.post(
        ledger.open_journal(region_code).id,
        kind=EntryKind.AWARD,
        occurred_on=occurred_on,
        request=request,
        points=moves,
        note=note,
    )


def _record(
    posted: Posted,
    version: RuleVersion,
    region_code: str,
    occurred_on: date,
    lines: Sequence[NewLine],
    note: str,
    actor_id: int,
) -> None:
    """Note under which rule the entry was made, and who got what."""
    made = Award(
        entry_id=posted.entry_id,
        status=AwardStatus.POSTED,
        rule_version_id=version.id,
        region_code=region_code,
        occurred_on=occurred_on,
        note=note,
        actor_id=actor_id,
        created_at=posted.posted_at,
    )
    db.session.add(made)
    db.session.flush()
    db.session.execute(
        insert(AwardLine),
        [
            {
                "award_id": made.id,
                "household_id": line.household.id,
                "member_id": line.member_id,
                "points": line.points,
                "reversed_points": 0,
                "position": position,
                "rule_id": version.rule_id,
                "rule_version_id": version.id,
                "occurred_on": occurred_on,
            }
            for line, position in zip(lines, _positions(posted, lines), strict=True)
        ],
    )


def _positions(posted: Posted, lines: Sequence[NewLine]) -> list[int]:
    """Return the place of each line's points in the entry, which orders them by account."""
    free: dict[int, list[int]] = {}
    for written in posted.points:
        free.setdefault(written.account_id, []).append(written.position)
    return [free[line.household.account_id].pop(0) for line in lines]
