"""Which rounds there are, where one may be held, and what waits."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select

from supermarket.database import db
from supermarket.households.models import Household, HouseholdState
from supermarket.regions.models import VILLAGE, Region
from supermarket.regions.queries import Crumb, under
from supermarket.rounds.models import Round, RoundKind, RoundLine, RoundState
from supermarket.staff.models import Scope, StaffMember

#: Characters of a code; a longer one is none.
_LONGEST = 64


class RoundFound(NamedTuple):
    """A round in a list."""

    id: int
    code: str
    title: str
    kind: RoundKind
    state: RoundState
    village: str
    group: str
    occurred_on: date
    #: Who opened it.
    opener: str
    #: Households with a grade.
    marked: int


class OpenRounds(NamedTuple):
    """What waits to be submitted."""

    number: int
    #: When the oldest was opened; None if there is none.
    since: datetime | None


def round_of(code: str, scope: Scope) -> Round | None:
    """Return a round by its number, if it is held inside ``scope``."""
    if not (code.isascii() and code.isalnum() and len(code) <= _LONGEST):
        return None
    return db.session.scalar(
        select(Round).where(Round.code == code, under(Round.village_code, scope.regions))
    )


def rounds(
    scope: Scope, *, before: int | None = None, limit: int, state: RoundState | None = None
) -> list[RoundFound]:
    """Return rounds inside ``scope``, newest first, in one statement.

    ``before`` is the last id of the page before.
    """
    marked = (
        select(func.count())
        .where(RoundLine.round_id == Round.id, RoundLine.grade.is_not(None))
        .scalar_subquery()
    )
    wanted = (
        select(
            Round.id,
            Round.code,
            Round.title,
            Round.kind,
            Round.state,
            Region.name,
            Round.group,
            Round.occurred_on,
            StaffMember.name,
            marked,
        )
        .join(Region, Region.code == Round.village_code)
        .join(StaffMember, StaffMember.id == Round.opened_by)
        .where(under(Round.village_code, scope.regions))
        .order_by(Round.id.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(Round.id < before)
    if state is not None:
        wanted = wanted.where(Round.state == state)
    return [RoundFound(*row) for row in db.session.execute(wanted)]


def open_rounds(scope: Scope) -> OpenRounds:
    """Return how many rounds inside ``scope`` wait to be submitted, and since when."""
    row = db.session.execute(
        select(func.count(), func.min(Round.opened_at)).where(
            Round.state == RoundState.OPEN, under(Round.village_code, scope.regions)
        )
    ).one()
    return OpenRounds(row[0], row[1])


def is_village(code: str) -> bool:
    """Whether there is a village of that code."""
    return len(code) == VILLAGE and db.session.get(Region, code) is not None


def villages(scope: Scope) -> list[Crumb]:
    """Return the villages inside ``scope`` where households take part, by code."""
    rows = db.session.execute(
        select(Region.code, Region.name)
        .where(
            under(Region.code, scope.regions),
            func.length(Region.code) == VILLAGE,
            exists().where(
                Household.village_code == Region.code, Household.state == HouseholdState.ACTIVE
            ),
        )
        .order_by(Region.code)
    )
    return [Crumb(*row) for row in rows]
