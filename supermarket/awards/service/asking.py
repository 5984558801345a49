"""What is asked for, looked at before anything is written: who, under which rule, which day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from supermarket.awards.errors import (
    CountiesApartError,
    DeductionError,
    FixedPointsError,
    FutureDayError,
    HouseholdLeftError,
    HouseholdNotThereYetError,
    MemberNeededError,
    MemberNotInHouseholdError,
    NoLinesError,
    NoteTooLongError,
    PointsNeededError,
    PointsOutOfRangeError,
    RuleDisabledError,
    RulesDifferError,
)
from supermarket.awards.service.caps import NewLine
from supermarket.clock import local, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.households.models import Household, HouseholdMember, HouseholdState
from supermarket.ledger import service as ledger
from supermarket.regions.models import COUNTY, above
from supermarket.regions.queries import under
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import CapPeriod, Category, RuleVersion, Scheme
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Most lines of one award or declaration.
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


class Asked(NamedTuple):
    """What was asked for, found in the books and possible as far as one can see before."""

    version: RuleVersion
    #: The programme of each village on the day.
    programmes: dict[str, Scheme]
    lines: list[NewLine]
    #: The nearest region that all the households share.
    region_code: str
    note: str

    @property
    def villages(self) -> list[str]:
        """Codes of the villages concerned, in order."""
        return sorted(self.programmes)


def examined(
    rule_code: str, occurred_on: date, lines: Sequence[AwardAsk], note: str, scope: Scope
) -> Asked:
    """Return what is asked for, or refuse what cannot be meant; ``scope`` is where one may ask.

    Raises:
        NotFoundError: no such rule that day, no such household, or not in ``scope``.
        NoSchemeError: no programme ran that day.
        RuleDisabledError, DeductionError: nothing is earned by the rule.
        MonthClosedError: the day's month is final.
        InvalidError: a line or the day cannot be meant; the subclass says why.
    """
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
    region_code = shared(villages)
    ledger.refuse_closed(region_code, occurred_on)
    _refuse_before(households.values(), occurred_on)
    return Asked(version, programmes, _lines(lines, households, version), region_code, note)


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


def _refuse_before(households: Iterable[Household], on: date) -> None:
    """Refuse a day before a household was in the books."""
    for household in households:
        since = local(household.created_at).date()
        if on < since:
            raise HouseholdNotThereYetError(
                head=household.head, household=household.code, since=since
            )


def _rule(code: str, villages: Sequence[str], on: date) -> RuleVersion:
    """Return what the rule says in all the villages, if anything is earned by it."""
    versions = schemes.rules_in(code, villages, on)
    version = versions[villages[0]]
    if any(other.id != version.id for other in versions.values()):
        raise RulesDifferError(rule=code)
    if not version.enabled:
        raise RuleDisabledError(title=version.title)
    if version.category is Category.DEDUCTION:
        raise DeductionError(title=version.title)
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


def shared(villages: Sequence[str]) -> str:
    """Return the nearest region that all the villages lie in.

    Raises:
        CountiesApartError: they lie in two counties.
    """
    for place in above(villages[0]):
        if len(place) >= COUNTY and all(village.startswith(place) for village in villages):
            return place
    raise CountiesApartError
