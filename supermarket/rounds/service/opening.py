"""Opening a round, changing what it is about, cancelling it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, update

from supermarket.awards.errors import (
    DeductionError,
    FixedPointsError,
    FutureDayError,
    PointsNeededError,
    PointsOutOfRangeError,
    RuleDisabledError,
)
from supermarket.cards import queries as cards
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError, KeyReusedError
from supermarket.rounds import queries
from supermarket.rounds.errors import (
    EventRuleNeededError,
    GradeInUseError,
    GradesNeededError,
    MemberRuleError,
    ReasonNeededError,
    TitleNeededError,
    UnknownGroupError,
)
from supermarket.rounds.models import Round, RoundGrade, RoundKind, RoundLine, RoundState
from supermarket.rounds.service.holding import hold
from supermarket.schemes import queries as schemes
from supermarket.schemes.models import CapPeriod, Category, RuleVersion
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Grades of one round, characters of their words and of a round's title and reason.
MOST_GRADES, LABEL_LENGTH = 4, 20
TITLE_LENGTH, REASON_LENGTH = 60, 200


class GradeAsk(NamedTuple):
    """A grade as it is wanted."""

    label: str
    #: The rule it is worth; None gives no points.
    rule_code: str | None = None
    #: Whole points where the rule leaves them open.
    points: int | None = None


class RoundAsk(NamedTuple):
    """What a round is to be about."""

    title: str
    occurred_on: date
    #: One for an event.
    grades: Sequence[GradeAsk]
    #: The villagers' group; empty for the whole village. Fixed once the round is open.
    group: str = ""


class Opened(NamedTuple):
    """A round, and whether the key had opened it before."""

    round: Round
    replayed: bool


def usual_grades(village_code: str, on: date) -> list[GradeAsk]:
    """Return the grades of a monthly yard inspection, with the rules that apply in a village."""
    there = {version.rule.code for version in schemes.rules(village_code, on)}
    return [
        GradeAsk("清洁", "C01" if "C01" in there else None),
        GradeAsk("较清洁", "C02" if "C02" in there else None),
        GradeAsk("不清洁"),
    ]


def earned_by(version: RuleVersion) -> bool:
    """Whether a rule can be given to whole households at once."""
    by_member = version.cap_period is CapPeriod.ONCE_PER_MEMBER
    return version.enabled and version.category is not Category.DEDUCTION and not by_member


def open_round(
    key: str, village_code: str, kind: RoundKind, ask: RoundAsk, *, scope: Scope, by: int
) -> Opened:
    """Open a round in a village; the same key again returns the one it opened.

    ``scope`` is where ``by`` may award.

    Raises:
        NotFoundError: the village is not in ``scope``, or a rule does not apply there.
        KeyReusedError: the key opened another round.
        FutureDayError, MonthClosedError: nothing can be earned on that day.
        InvalidError: what is asked for cannot be meant; the subclass says why.
    """
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    if not scope.covers_region(village_code) or not queries.is_village(village_code):
        raise NotFoundError(what=village_code[:40])
    before = db.session.scalar(select(Round).where(Round.key == key))
    if before is not None:
        if (before.village_code, before.kind, before.opened_by) != (village_code, kind, by):
            raise KeyReusedError
        return Opened(before, True)
    group = ask.group if kind is RoundKind.INSPECTION else ""
    if group and group not in cards.groups(village_code):
        raise UnknownGroupError(group=group[:30])
    grades = _checked(ask, village_code, kind)
    moment = now()
    made = Round(
        code=f"{village_code}K{ledger.number(village_code, 'K')}",
        village_code=village_code,
        group=group,
        kind=kind,
        title=_title(ask.title),
        occurred_on=ask.occurred_on,
        state=RoundState.OPEN,
        key=key,
        opened_by=by,
        opened_at=moment,
        touched_at=moment,
        grades=[
            RoundGrade(position=at, label=grade.label, rule_code=grade.rule_code, points=points)
            for at, (grade, points) in enumerate(grades, start=1)
        ],
    )
    db.session.add(made)
    db.session.flush()
    return Opened(made, False)


def change_round(round_: Round, ask: RoundAsk) -> None:
    """Change the title, day and grades of an open round; what was marked stays.

    Raises:
        RoundClosedError: somebody submitted or cancelled it.
        GradeInUseError: a grade that households have would go.
        (and as ``open_round``)
    """
    hold(round_)
    grades = _checked(ask, round_.village_code, round_.kind)
    used: dict[int | None, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(RoundLine.grade, func.count())
            .where(RoundLine.round_id == round_.id)
            .group_by(RoundLine.grade)
        )
    }
    for row in list(round_.grades):
        if row.position <= len(grades):
            continue
        if row.position in used:
            raise GradeInUseError(count=used[row.position], label=row.label)
        round_.grades.remove(row)
    there = {row.position: row for row in round_.grades}
    for at, (grade, points) in enumerate(grades, start=1):
        row = there.get(at) or RoundGrade(position=at)
        row.label, row.rule_code, row.points = grade.label, grade.rule_code, points
        if at not in there:
            round_.grades.append(row)
    round_.title, round_.occurred_on = _title(ask.title), ask.occurred_on
    db.session.flush()


def cancel_round(round_: Round, reason: str, *, by: int) -> None:
    """Cancel an open round: nothing of it becomes points; what was marked stays to be read.

    Raises:
        RoundClosedError: somebody submitted or cancelled it.
        ReasonNeededError: no reason, or too long a one.
    """
    words = cleaned(reason)
    if not 2 <= len(words) <= REASON_LENGTH:
        raise ReasonNeededError(most=REASON_LENGTH)
    hold(round_)
    db.session.execute(
        update(Round)
        .where(Round.id == round_.id)
        .values(state=RoundState.CANCELLED, closed_by=by, closed_at=now(), reason=words)
    )
    db.session.refresh(round_)


def _title(text: str) -> str:
    title = cleaned(text)
    if not 1 <= len(title) <= TITLE_LENGTH:
        raise TitleNeededError(most=TITLE_LENGTH)
    return title


def _checked(
    ask: RoundAsk, village_code: str, kind: RoundKind
) -> list[tuple[GradeAsk, int | None]]:
    """Return the grades with the points they name, once the day and the rules are possible."""
    if ask.occurred_on > today():
        raise FutureDayError
    ledger.refuse_closed(village_code, ask.occurred_on)
    grades = [grade._replace(label=cleaned(grade.label)) for grade in ask.grades]
    labels = {grade.label for grade in grades}
    whole = all(1 <= len(label) <= LABEL_LENGTH for label in labels)
    if not 1 <= len(grades) <= MOST_GRADES or len(labels) < len(grades) or not whole:
        raise GradesNeededError(most=MOST_GRADES, longest=LABEL_LENGTH)
    if kind is RoundKind.EVENT and (len(grades) != 1 or grades[0].rule_code is None):
        raise EventRuleNeededError
    return [(grade, _points(grade, village_code, ask.occurred_on)) for grade in grades]


def _points(grade: GradeAsk, village_code: str, on: date) -> int | None:
    """Return the points a grade names: None where it is worth none, or what the rule fixes."""
    if grade.rule_code is None:
        return None
    version = schemes.rule(grade.rule_code, village_code, on)
    if not version.enabled:
        raise RuleDisabledError(title=version.title)
    if version.category is Category.DEDUCTION:
        raise DeductionError(title=version.title)
    if version.cap_period is CapPeriod.ONCE_PER_MEMBER:
        raise MemberRuleError(title=version.title)
    least, most = version.points_min or 0, version.points_max or 0
    if least == most:
        if grade.points not in {None, least}:
            raise FixedPointsError(title=version.title, least=least, most=most, asked=grade.points)
        return None
    facts = {"title": version.title, "least": least, "most": most}
    if grade.points is None:
        raise PointsNeededError(**facts)
    if not least <= grade.points <= most:
        raise PointsOutOfRangeError(asked=grade.points, **facts)
    return grade.points
