"""What stands between a round and its points, named before anybody submits."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from supermarket.awards.service import asking, caps
from supermarket.awards.service.asking import AwardAsk
from supermarket.errors import DomainError
from supermarket.households import queries as households
from supermarket.households.errors import TiedHouseholdError
from supermarket.rounds import queries
from supermarket.rounds.errors import MarkerTiedError
from supermarket.rounds.models import Round, RoundGrade
from supermarket.rounds.queries import SheetRow
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import RuleVersion
from supermarket.staff.models import Scope


class Part(NamedTuple):
    """The households of one village and grade: they are declared together."""

    grade: RoundGrade
    rule_code: str
    village_code: str
    rows: list[SheetRow]

    def asks(self, rows: Sequence[SheetRow]) -> list[AwardAsk]:
        """Return what some of its households are to be given."""
        return [AwardAsk(row.household_code, self.grade.points) for row in rows]


class Obstacle(NamedTuple):
    """A household that cannot get what its grade is worth, and why."""

    row: SheetRow
    why: DomainError


class Tally(NamedTuple):
    """What one grade comes to."""

    grade: RoundGrade
    #: Households that have it.
    households: int
    #: What its rule says in the round's village; None if it gives no points, or not any more.
    version: RuleVersion | None
    #: Whole points for each household; 0 if it gives none.
    points: int
    #: Why its rule cannot be used; None if it can.
    trouble: DomainError | None


def parts(round_: Round, rows: Sequence[SheetRow]) -> list[Part]:
    """Return the households that are to be given something, village by village."""
    worth = {grade.position: grade for grade in round_.grades if grade.rule_code is not None}
    together: dict[tuple[str, int], list[SheetRow]] = {}
    for row in rows:
        if row.grade in worth:
            together.setdefault((row.village_code, row.grade), []).append(row)
    return [
        Part(worth[position], worth[position].rule_code or "", village, some)
        for (village, position), some in sorted(together.items())
    ]


def obstacles(round_: Round, rows: Sequence[SheetRow], *, scope: Scope, by: int) -> list[Obstacle]:
    """Return the households that could not be declared now by ``by``, with the reasons.

    A few statements for each grade, and some more for each obstacle.

    Raises:
        DomainError: a grade's rule cannot be used in the round's own village, or the day.
    """
    ties = {
        person: households.tied(person)
        for person in {by} | {row.marker_id for row in rows if row.marker_id is not None}
    }
    found = []
    for part in parts(round_, rows):
        free = []
        for row in part.rows:
            why = _tied(row, ties, by)
            if why is None:
                free.append(row)
            else:
                found.append(Obstacle(row, why))
        found += _refused(round_, part, free, scope)
    return sorted(found, key=lambda obstacle: obstacle.row.household_code)


def tallies(round_: Round, rows: Sequence[SheetRow]) -> list[Tally]:
    """Return what each grade of a round comes to, as the rules stand now."""
    counted = []
    for grade in round_.grades:
        there = sum(row.grade == grade.position for row in rows)
        version, trouble = None, None
        if grade.rule_code is not None:
            try:
                version = schemes.rule(grade.rule_code, round_.village_code, round_.occurred_on)
            except DomainError as error:
                trouble = error
        points = 0 if version is None else grade.points or version.points_min or 0
        counted.append(Tally(grade, there, version, points, trouble))
    return counted


def _tied(row: SheetRow, ties: dict[int, set[int]], by: int) -> DomainError | None:
    if row.household_id in ties[by]:
        return TiedHouseholdError(head=row.head)
    if row.marker_id is not None and row.household_id in ties[row.marker_id]:
        return MarkerTiedError(head=row.head, household=row.household_code, marker=row.marker)
    return None


def _refused(round_: Round, part: Part, rows: Sequence[SheetRow], scope: Scope) -> list[Obstacle]:
    """Return which of a part's households would be refused, and why.

    What is wrong with the rule in another village concerns all who came from there.
    """

    def check(some: Sequence[SheetRow]) -> None:
        on = round_.occurred_on
        ask = asking.examined(part.rule_code, on, part.asks(some), "", scope)
        caps.check_rule(ask.version, schemes.rule_ids(part.rule_code, ask.villages), on, ask.lines)
        months = {code: programme.household_month_cap for code, programme in ask.programmes.items()}
        caps.check_month(months, on, ask.lines)

    try:
        return _sift(rows, check)
    except DomainError as error:
        if part.village_code == round_.village_code:
            raise
        return [Obstacle(row, error) for row in rows]


def _sift(rows: Sequence[SheetRow], check: Callable[[Sequence[SheetRow]], None]) -> list[Obstacle]:
    """Find who is refused by halving: one check if nobody is, some for each who is."""
    if not rows:
        return []
    if len(rows) > asking.MOST_LINES:
        return _sift(rows[: asking.MOST_LINES], check) + _sift(rows[asking.MOST_LINES :], check)
    try:
        check(rows)
    except DomainError as error:
        if "household" not in error.details and not _gone(error, rows):
            raise
        if len(rows) == 1:
            return [Obstacle(rows[0], error)]
        half = len(rows) // 2
        return _sift(rows[:half], check) + _sift(rows[half:], check)
    return []


def _gone(error: DomainError, rows: Sequence[SheetRow]) -> bool:
    """Whether a household was not found: it moved out of the scorer's reach."""
    return error.details.get("what") in {row.household_code for row in rows}


def whole(round_: Round) -> list[SheetRow]:
    """Return the households of a round that have a grade."""
    return [row for row in queries.sheet(round_) if row.grade is not None]
