"""Writing rules: every change is a new version, and what applied stays as it was."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.regions.models import parent_of
from supermarket.schemes import queries
from supermarket.schemes.errors import RetroactiveError, RuleChangedError
from supermarket.schemes.models import Rule, RuleVersion
from supermarket.schemes.service.bounds import check_within
from supermarket.schemes.service.holding import hold
from supermarket.schemes.service.text import RuleText, check, check_basis, text_of

#: What a row of a file may leave out: it stays as the rule has it.
_LEFT_OUT = ("basis", "adjust_min", "adjust_max")


class Loaded(NamedTuple):
    """What loading a file of rules did."""

    new: int
    changed: int
    unchanged: int


def load_rules(
    rows: Sequence[RuleText], region_code: str, by: int | None, *, since: date | None = None
) -> Loaded:
    """Take in the rules of a file: a new one, a new version of a changed one, or nothing.

    All or nothing: run it in one transaction. Rules that the rows do not name stay; so do
    the basis and the range for the places below where a row leaves them empty.
    ``since`` is the first day they apply; None is today.

    Raises:
        RuleWrongError: a row cannot be a rule, or goes beyond the rule of the region above.
        RetroactiveError: a changed rule was already in force on ``since``.
        NotFoundError: there is no such region.
    """
    return _take(rows, region_code, by, since=since or today(), fill=True)


def set_rule(
    text: RuleText, region_code: str, by: int | None, *, since: date, seen: int | None = None
) -> bool:
    """Let a rule say something else in a region from a day on; return whether it does.

    In a village or township below the region that keeps the rule, this adopts the rule
    there: from then on the nearer one applies. ``seen`` is the id of the newest version at
    or above the region that the caller looked at, 0 if there was none; None does not ask.

    Raises:
        RuleChangedError: somebody changed the rule since.
        RuleWrongError, RetroactiveError, NotFoundError: as for ``load_rules``.
    """
    hold(region_code)
    applying = _applying(region_code, since).get(text.code)
    if applying is not None and text_of(applying, text.code) == text:
        return False
    if seen is not None:
        _refuse_changed(text.code, region_code, seen)
    return _take([text], region_code, by, since=since, fill=False).unchanged == 0


def template_of(code: str, region_code: str, on: date) -> RuleText | None:
    """Return what the region above says of a rule on a day; None if it has no such rule."""
    version = _applying(region_code, on, above_only=True).get(code)
    return text_of(version, code) if version else None


def _applying(region_code: str, on: date, *, above_only: bool = False) -> dict[str, RuleVersion]:
    """Map codes to what applies in a region, or in the region above it, on a day."""
    place = parent_of(region_code) if above_only else region_code
    if not place:
        return {}
    return {v.rule.code: v for v in queries.rules(place, on, disabled=True)}


def _take(
    rows: Sequence[RuleText], region_code: str, by: int | None, *, since: date, fill: bool
) -> Loaded:
    hold(region_code)
    kept = db.session.scalars(
        select(Rule).options(selectinload(Rule.versions)).where(Rule.region_code == region_code)
    )
    known = {rule.code: rule for rule in kept}
    today_here = _applying(region_code, today())
    templates = _applying(region_code, since, above_only=True)
    new = changed = 0
    for row in rows:
        rule, above = known.get(row.code), templates.get(row.code)
        text = _filled(row, rule, above) if fill else row
        if rule is not None and text_of(rule.versions[-1], text.code) == text:
            continue
        if above is not None:
            check_within(text, text_of(above, text.code))
        check(text)
        check_basis(text)
        if rule is None:
            new += 1
            rule = known[text.code] = Rule(region_code=region_code, code=text.code)
            db.session.add(rule)
        else:
            changed += 1
        if rule.versions or text.code in today_here:
            _refuse_too_early(text.code, region_code, since)
        _write(rule, text, since, by)
    db.session.flush()
    return Loaded(new, changed, len(rows) - new - changed)


def _filled(row: RuleText, rule: Rule | None, above: RuleVersion | None) -> RuleText:
    """Return a row of a file with what it left out as the rule has it here or above."""
    version = rule.versions[-1] if rule and rule.versions else above
    if version is None:
        return row
    if row.adjust_min is not None or row.adjust_max is not None:
        return row if row.basis else row._replace(basis=version.basis)
    kept = {name: getattr(version, name) for name in _LEFT_OUT if not getattr(row, name)}
    return row._replace(**kept)


def _refuse_changed(code: str, region_code: str, seen: int) -> None:
    versions = queries.versions(code, region_code)
    newest = max(versions, key=lambda version: version.id, default=None)
    if newest is not None and newest.id != seen:
        raise RuleChangedError(who=queries.author(newest.created_by), rule=code)


def _refuse_too_early(code: str, region_code: str, since: date) -> None:
    earliest = queries.earliest_change(code, region_code)
    if earliest is not None and since < earliest:
        raise RetroactiveError(earliest=earliest)


def _write(rule: Rule, text: RuleText, since: date, by: int | None) -> None:
    """Add the next version of a rule and note the change."""
    before = text_of(rule.versions[-1], rule.code) if rule.versions else None
    rule.versions.append(
        RuleVersion(
            version=len(rule.versions) + 1,
            since=since,
            created_at=now(),
            created_by=by,
            **{name: getattr(text, name) for name in RuleText._fields[1:]},
        )
    )
    audit.record(
        "rule.set",
        f"{rule.region_code}/{rule.code}",
        by=by,
        before=_plain(before) if before else None,
        after=_plain(text) | {"since": since.isoformat()},
    )


def _plain(text: RuleText) -> dict[str, object]:
    """Write a rule as text and numbers, for the audit log."""
    return {name: getattr(value, "value", value) for name, value in text._asdict().items()}
