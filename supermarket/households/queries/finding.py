"""Finding households by a few letters, among fifty thousand, in a few milliseconds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, aliased

from supermarket.database import db
from supermarket.households.errors import CursorError
from supermarket.households.models import Household, HouseholdState, HouseholdTerm
from supermarket.households.queries import words
from supermarket.ledger.models import Account
from supermarket.regions.models import VILLAGE, Region, after, within
from supermarket.staff.models import Scope

#: Matches counted to see which word of several is the rarest.
ENOUGH = 500
_LAST = "\U0010ffff"


class HouseholdFound(NamedTuple):
    """A household in a list."""

    code: str
    head: str
    group: str
    village_name: str
    village_code: str
    #: Last four digits of its telephone number; empty if it has none.
    phone_tail: str
    #: Whole points.
    balance: int
    id: int
    state: HouseholdState


def search(
    text: str,
    scope: Scope,
    *,
    limit: int = 20,
    region: str | None = None,
    after: str | None = None,
    left: bool = False,
) -> list[HouseholdFound]:
    """Return the households in ``scope`` that have every word of ``text``; all, if it has none.

    A word is the beginning of a name or given name, of its pinyin or pinyin initials, a
    code or its last four digits, a telephone number or its last four, or a group. What
    matches exactly comes first, then by name, village and code. ``region`` narrows the
    scope; ``after`` is the code of the last household of the page before; ``left`` also
    finds households that left.

    Raises:
        CursorError: ``after`` names no household of the list.
    """
    areas = narrowed(scope.regions, region)
    if not areas:
        return []
    wanted = _rarest_first(words.split(text), areas)
    if not wanted:
        return _listed(areas, limit, after, left)
    return _matching(wanted, areas, limit, after, left)


def narrowed(scopes: Sequence[str], region: str | None = None) -> list[str]:
    """Return the region prefixes that lie in ``scopes`` and in ``region``, none inside another."""
    inside = (
        scope if region is None or within(scope, region) else region
        for scope in scopes
        if region is None or within(scope, region) or within(region, scope)
    )
    areas: list[str] = []
    for area in sorted(inside):
        if not areas or not within(area, areas[-1]):
            areas.append(area)
    return areas


def _listed(
    areas: Sequence[str], limit: int, cursor: str | None, left: bool
) -> list[HouseholdFound]:
    query = select(Household.id.label("household_id")).where(_inside(Household.village_code, areas))
    if not left:
        query = query.where(Household.state == HouseholdState.ACTIVE)
    if cursor is not None:
        start = _household(cursor, areas)
        query = query.where(
            Household.village_code >= start.village_code,
            tuple_(Household.village_code, Household.code) > tuple_(start.village_code, start.code),
        )
    found = query.order_by(Household.village_code, Household.code).limit(limit).subquery()
    shown = (
        _cards()
        .join(found, found.c.household_id == Household.id)
        .order_by(Household.village_code, Household.code)
    )
    return [HouseholdFound(*row) for row in db.session.execute(shown)]


def _matching(
    wanted: Sequence[str], areas: Sequence[str], limit: int, cursor: str | None, left: bool
) -> list[HouseholdFound]:
    """Walk along the index of terms and stop after ``limit`` households.

    Each household is taken at the first of its terms that matches, so none comes twice
    and the walk can go on from any of them.
    """
    term = aliased(HouseholdTerm)
    first, *others = wanted
    earlier = aliased(HouseholdTerm)
    query = select(term.household_id, term.term).where(
        _begins(term, first),
        _inside(term.village_code, areas),
        ~exists().where(
            earlier.household_id == term.household_id,
            earlier.term >= first,
            earlier.term < term.term,
        ),
    )
    for word in others:
        other = aliased(HouseholdTerm)
        query = query.where(
            exists().where(other.household_id == term.household_id, _begins(other, word))
        )
    if not left:
        query = query.where(
            exists().where(
                Household.id == term.household_id, Household.state == HouseholdState.ACTIVE
            )
        )
    if cursor is not None:
        query = query.where(_beyond(term, first, _household(cursor, areas)))
    found = query.order_by(term.term, term.village_code, term.household_id).limit(limit).subquery()
    shown = (
        _cards()
        .join(found, found.c.household_id == Household.id)
        .order_by(found.c.term, Household.village_code, Household.id)
    )
    return [HouseholdFound(*row) for row in db.session.execute(shown)]


def _cards() -> Select[Any]:
    return (
        select(
            Household.code,
            Household.head,
            Household.group,
            Region.name,
            Household.village_code,
            func.substr(Household.phone, func.length(Household.phone) - 3),
            Account.balance,
            Household.id,
            Household.state,
        )
        .join(Region, Region.code == Household.village_code)
        .join(Account, Account.id == Household.account_id)
    )


def _beyond(term: type[HouseholdTerm], first: str, start: Household) -> ColumnElement[bool]:
    """Return the condition that a match comes after the household ``start``."""
    place = db.session.scalar(
        select(func.min(HouseholdTerm.term)).where(
            HouseholdTerm.household_id == start.id, _begins(HouseholdTerm, first)
        )
    )
    if place is None:
        raise CursorError
    return and_(
        term.term >= place,
        tuple_(term.term, term.village_code, term.household_id)
        > tuple_(place, start.village_code, start.id),
    )


def _household(code: str, areas: Sequence[str]) -> Household:
    found = db.session.scalar(
        select(Household).where(
            Household.code == words.folded(code), _inside(Household.village_code, areas)
        )
    )
    if found is None:
        raise CursorError
    return found


def _rarest_first(wanted: list[str], areas: Sequence[str]) -> list[str]:
    """Put the word with the fewest matches first: it is the one to walk along."""
    if len(wanted) < 2:
        return wanted
    counts = [
        select(func.count()).select_from(
            select(HouseholdTerm.household_id)
            .where(_begins(HouseholdTerm, word), _inside(HouseholdTerm.village_code, areas))
            .order_by(HouseholdTerm.term)  # so that SQLite walks along the terms
            .limit(ENOUGH)
            .subquery()
        )
        for word in wanted
    ]
    # The rows come in no promised order, so each says which word it counts.
    numbered = [count.add_columns(literal(at, Integer)) for at, count in enumerate(counts)]
    found = {at: count for count, at in db.session.execute(union_all(*numbered))}
    return [wanted[at] for at in sorted(found, key=lambda at: (found[at], at))]


def _begins(term: type[HouseholdTerm], word: str) -> ColumnElement[bool]:
    return and_(term.term >= word, term.term < word + _LAST)


def _inside(column: InstrumentedAttribute[str], areas: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a village lies in one of ``areas``; one village is an equality."""
    return or_(
        False,
        *(
            column == area if len(area) >= VILLAGE else and_(column >= area, column < after(area))
            for area in areas
        ),
    )
