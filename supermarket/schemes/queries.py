"""Questions about programmes and their rules."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from supermarket.clock import today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE, above
from supermarket.regions.queries import under
from supermarket.schemes.errors import NoSchemeError
from supermarket.schemes.models import (
    RULE_CODE,
    Category,
    FavouriteRule,
    ReviewLevel,
    Rule,
    RuleVersion,
    Scheme,
)
from supermarket.staff.models import StaffMember


class Reach(NamedTuple):
    """How far what is set in a region reaches."""

    #: Villages that have nothing nearer.
    villages: int
    #: Code, name and villages of the topmost places below that have their own, by code.
    own: list[tuple[str, str, int]]


def author(staff_id: int | None) -> str:
    """Return who wrote something; — for a command."""
    return authors([staff_id]).get(staff_id, "—")


def authors(staff_ids: Collection[int | None]) -> dict[int | None, str]:
    """Return the names of those who wrote something."""
    wanted = {key for key in staff_ids if key is not None}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(wanted))
    )
    return {row.id: row.name for row in rows}


# -- programmes ------------------------------------------------------------------------------


def scheme(region_code: str, on: date) -> Scheme:
    """Return the programme that applies in a region on a day.

    The nearest region at or above it that has one counts, and there the newest whose day
    has come.

    Raises:
        NoSchemeError: none does.
    """
    return schemes_in([region_code], on)[region_code]


def schemes_in(region_codes: Collection[str], on: date) -> dict[str, Scheme]:
    """Return the programme that applies in each of the regions on a day, in one statement.

    Raises:
        NoSchemeError: none does in one of them.
    """
    places = {place for code in region_codes for place in above(code)}
    rows = db.session.scalars(
        select(Scheme)
        .where(Scheme.region_code.in_(places), Scheme.since <= on)
        .order_by(Scheme.since)
    )
    newest = {row.region_code: row for row in rows}
    found = {}
    for code in region_codes:
        nearest = next((newest[place] for place in above(code) if place in newest), None)
        if nearest is None:
            raise NoSchemeError(on=on)
        found[code] = nearest
    return found


def schemes(region_code: str) -> Sequence[Scheme]:
    """Return the programmes set at a region itself or above it: nearest first, then newest."""
    rows = db.session.scalars(select(Scheme).where(Scheme.region_code.in_(above(region_code))))
    return sorted(rows, key=lambda row: (-len(row.region_code), -row.since.toordinal()))


def scheme_reach(region_code: str, on: date) -> Reach:
    """Return which villages a programme of a region reaches on a day, and who has a nearer one."""
    return _reach(
        region_code,
        select(Scheme.region_code).where(
            under(Scheme.region_code, [region_code]), Scheme.since <= on
        ),
    )


def rule_reach(code: str, region_code: str, on: date) -> Reach:
    """Return which villages a rule of a region reaches on a day, and which have nearer ones."""
    return _reach(
        region_code,
        select(Rule.region_code)
        .join(RuleVersion, RuleVersion.rule_id == Rule.id)
        .where(Rule.code == code, under(Rule.region_code, [region_code]), RuleVersion.since <= on),
    )


def _reach(region_code: str, settings: Select[str]) -> Reach:
    """Count the villages under a region by whether one of the ``settings`` is nearer."""
    nearer = {code for code in db.session.scalars(settings) if code != region_code}
    topmost = sorted(code for code in nearer if nearer.isdisjoint(above(code)[1:]))
    own = dict.fromkeys(topmost, 0)
    reached = 0
    for village in regions.below(region_code, VILLAGE):
        holder = next((code for code in above(village.code) if code in own), None)
        if holder is None:
            reached += 1
        else:
            own[holder] += 1
    names = regions.names(topmost)
    return Reach(reached, [(code, names[code], count) for code, count in own.items()])


# -- rules -----------------------------------------------------------------------------------


def rules(
    region_code: str,
    on: date,
    *,
    text: str = "",
    level: ReviewLevel | None = None,
    disabled: bool = False,
) -> list[RuleVersion]:
    """Return the rules that apply in a region on a day, by category and code.

    ``text`` narrows to rules whose code or title holds it; ``level`` to one review level;
    ``disabled`` includes the rules that are switched off. Each comes with its ``rule``.
    """
    found = [
        version
        for version in _applying([region_code], on)[region_code].values()
        if (disabled or version.enabled)
        and (level is None or version.review_level is level)
        and _holds(version, text)
    ]
    order = list(Category)
    return sorted(found, key=lambda version: (order.index(version.category), version.rule.code))


def rule(code: str, region_code: str, on: date) -> RuleVersion:
    """Return what one rule says in a region on a day, switched off or not, with its ``rule``.

    Raises:
        NotFoundError: no such rule applies there and then.
    """
    return rules_in(code, [region_code], on)[region_code]


def rules_in(code: str, region_codes: Collection[str], on: date) -> dict[str, RuleVersion]:
    """Return what one rule says in each of the regions on a day, in one statement.

    Raises:
        NotFoundError: it does not apply in one of them.
    """
    applying = _applying(region_codes, on, code) if RULE_CODE.fullmatch(code) else {}
    if not region_codes or any(code not in applying.get(region, {}) for region in region_codes):
        raise NotFoundError(what=code[:40])
    return {region: applying[region][code] for region in region_codes}


def rule_ids(code: str, region_codes: Collection[str]) -> list[int]:
    """Return the ids of every rule of that code at or above the regions, in force or not.

    A cap counts over all of them: that a village adopts a county's rule starts nothing anew.
    """
    places = {place for region in region_codes for place in above(region)}
    return list(
        db.session.scalars(select(Rule.id).where(Rule.code == code, Rule.region_code.in_(places)))
    )


def versions(code: str, region_code: str) -> list[RuleVersion]:
    """Return every version of a rule at or above a region: nearest region first, newest first."""
    if RULE_CODE.fullmatch(code) is None:
        return []
    rows = db.session.scalars(
        select(RuleVersion)
        .join(RuleVersion.rule)
        .options(contains_eager(RuleVersion.rule))
        .where(Rule.code == code, Rule.region_code.in_(above(region_code)))
    )
    return sorted(rows, key=lambda row: (-len(row.rule.region_code), -row.version))


def earliest_change(code: str, region_code: str) -> date | None:
    """Return the first day a change of a rule may apply in a region; None if any day will do.

    What applied is not changed afterwards: a rule in force changes from today on, and no
    version comes before the one it follows.
    """
    days = [
        version.since if version.rule.region_code == region_code else today()
        for version in versions(code, region_code)
        if version.rule.region_code == region_code or version.since <= today()
    ]
    if not days:
        return None
    in_force = any(day <= today() for day in days)
    return max([*days, today()] if in_force else days)


def _applying(
    region_codes: Collection[str], on: date, code: str | None = None
) -> dict[str, dict[str, RuleVersion]]:
    """Map each region to the rules in force there on a day, by code."""
    places = {place for region in region_codes for place in above(region)}
    wanted = (
        select(RuleVersion)
        .join(RuleVersion.rule)
        .options(contains_eager(RuleVersion.rule))
        .where(Rule.region_code.in_(places), RuleVersion.since <= on)
        .order_by(RuleVersion.since, RuleVersion.version)
    )
    if code is not None:
        wanted = wanted.where(Rule.code == code)
    newest: dict[str, dict[str, RuleVersion]] = {}
    for version in db.session.scalars(wanted):
        newest.setdefault(version.rule.region_code, {})[version.rule.code] = version
    applying: dict[str, dict[str, RuleVersion]] = {}
    for region in region_codes:
        found = applying[region] = {}
        for place in reversed(above(region)):  # the nearest is written last and stays,
            for key, version in newest.get(place, {}).items():
                if key not in found or found[key].enabled:  # but what is off stays off below
                    found[key] = version
    return applying


def _holds(version: RuleVersion, text: str) -> bool:
    wanted = text.strip().casefold()
    return wanted in f"{version.rule.code} {version.title}".casefold()


# -- favourites ------------------------------------------------------------------------------


def favourites(staff_id: int) -> set[str]:
    """Return the codes of the rules somebody keeps at hand."""
    return set(
        db.session.scalars(
            select(FavouriteRule.rule_code).where(FavouriteRule.staff_id == staff_id)
        )
    )
