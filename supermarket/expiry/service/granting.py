"""The points households are granted once a year by their tag (基础分).

They are awards like any other, under the county's rule X00, so that reports, notices and
statements know them without being told; the rule is kept switched off, so that nobody gives
it by hand. They count against the village's budget; a household's monthly cap, which limits
what is earned, does not count them.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select

from supermarket.awards.service.posting import PostLine, hold_accounts, post_lines
from supermarket.budgets import service as budgets
from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.expiry.errors import GrantYearError, NobodyResponsibleError
from supermarket.expiry.queries import responsible
from supermarket.households.models import Household, HouseholdState, HouseholdTag
from supermarket.ledger import service as ledger
from supermarket.regions import queries as regions
from supermarket.regions.models import COUNTY
from supermarket.schemes import queries as schemes
from supermarket.schemes import service as rules
from supermarket.schemes.models import Ability, CapPeriod, Category, Evidence, ReviewLevel
from supermarket.schemes.service import RuleText

#: The rule under which base points are given.
RULE = RuleText(
    code="X00",
    category=Category.SPECIAL,
    title="年度基础分",
    points_min=1,
    points_max=1000,
    cap_times=1,
    cap_period=CapPeriod.YEAR,
    cap_points=None,
    evidence=Evidence.NONE,
    review_level=ReviewLevel.A,
    ability=Ability.L0,
    enabled=False,
)


class Granted(NamedTuple):
    """What a year's grant gave a village."""

    households: int
    #: Whole points.
    points: int
    #: It was given before: nothing was given again.
    replayed: bool


def grant(village_code: str, year: int, *, by: int | None = None) -> Granted:
    """Give the households of a village what the programme grants their tags, once a year.

    A household with several such tags gets the most that one of them grants; one that comes
    later in the year gets its first the next year.

    Raises:
        GrantYearError: the year is not this one.
        NoSchemeError: no programme runs there.
        BudgetSpentError, CoverageStoppedError: the village may not issue so much.
        NobodyResponsibleError: a job has nobody to post for.
    """
    if year != today().year:
        raise GrantYearError(year=today().year)
    actor = by if by is not None else responsible(village_code)
    if actor is None:
        raise NobodyResponsibleError(village=regions.names([village_code]).get(village_code, ""))
    key = f"grant:{village_code}:{year}"
    request = ledger.Request(key, ledger.fingerprint("grant", key), actor)
    if ledger.seen(request, own=True) is not None:
        return Granted(0, 0, True)
    wanted = _wanted(village_code, schemes.scheme(village_code, today()).grants, today())
    if not wanted:
        return Granted(0, 0, False)
    rule_id, version_id = _rule(village_code)
    budgets.hold([village_code])
    hold_accounts(household.account_id for household, _points in wanted)
    post_lines(
        request,
        village_code,
        today(),
        [
            PostLine(
                household.id,
                household.account_id,
                village_code,
                None,
                points,
                rule_id,
                version_id,
                today(),
            )
            for household, points in wanted
        ],
    )
    budgets.check([village_code], today())
    return Granted(len(wanted), sum(points for _household, points in wanted), False)


def _wanted(village_code: str, grants: Mapping[str, int], on: date) -> list[tuple[Household, int]]:
    """Return the households that carry a granted tag on a day, and the most it grants."""
    if not grants:
        return []
    rows = db.session.execute(
        select(Household, HouseholdTag.kind)
        .join(HouseholdTag, HouseholdTag.household_id == Household.id)
        .where(
            Household.village_code == village_code,
            Household.state == HouseholdState.ACTIVE,
            HouseholdTag.since <= on,
            or_(HouseholdTag.until.is_(None), HouseholdTag.until >= on),
        )
        .order_by(Household.id)
    )
    most: dict[Household, int] = {}
    for household, kind in rows:
        most[household] = max(most.get(household, 0), grants.get(kind.value, 0))
    return [(household, points) for household, points in most.items() if points]


def _rule(village_code: str) -> tuple[int, int]:
    """Return the ids of rule X00 and its version in force, written down if the county has none."""
    try:
        version = schemes.rule(RULE.code, village_code, today())
    except NotFoundError:
        rules.set_rule(RULE, village_code[:COUNTY], None, since=today())
        version = schemes.rule(RULE.code, village_code, today())
    return version.rule_id, version.id
