"""Writing rules: every change is a new version, and what applied stays as it was."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions import queries as regions
from supermarket.schemes import queries
from supermarket.schemes.errors import (
    CapNumberError,
    CapPeriodError,
    ForbiddenTopicError,
    PointsOrderError,
    PointsSignError,
    RetroactiveError,
    RuleCodeError,
    RuleTitleError,
)
from supermarket.schemes.models import (
    RULE_CODE,
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
    Rule,
    RuleVersion,
)

#: Most points one award of one rule may give or take.
MOST_POINTS = 1000
#: What no rule may speak of: rights, private matters, faith, health, children.
FORBIDDEN = (
    "信访", "上访", "访民", "投诉", "举报", "控告", "申诉", "12345",
    "疾病", "患病", "病史", "精神病", "艾滋", "传染病", "体检",
    "宗教", "信教", "教堂", "寺庙", "礼拜", "基督", "佛教", "道教", "伊斯兰", "天主",
    "生育", "计生", "超生", "怀孕", "流产", "引产", "结扎", "节育", "二孩", "三孩", "生孩",
)  # fmt: skip


class RuleText(NamedTuple):
    """What a rule is to say; see ``RuleVersion`` for the meaning of each field."""

    code: str
    category: Category
    title: str
    points_min: int | None
    points_max: int | None
    cap_times: int | None
    cap_period: CapPeriod | None
    cap_points: int | None
    evidence: Evidence
    review_level: ReviewLevel
    ability: Ability
    enabled: bool


class Loaded(NamedTuple):
    """What loading a file of rules did."""

    new: int
    changed: int
    unchanged: int


def check(text: RuleText) -> None:
    """Refuse a rule that cannot be meant or may not be made.

    Raises:
        RuleWrongError: the subclass says why, and its ``column`` where.
    """
    if RULE_CODE.fullmatch(text.code) is None:
        raise RuleCodeError
    if not text.title.strip() or not text.title.isprintable() or len(text.title) > 120:
        raise RuleTitleError
    letters = re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text.title))
    for word in FORBIDDEN:
        if word in letters:
            raise ForbiddenTopicError(word=word)
    _check_points(text)
    _check_caps(text)


def _check_points(text: RuleText) -> None:
    """Refuse points of the wrong sign, out of order or beyond all measure."""
    least, most = text.points_min, text.points_max
    takes = text.category is Category.DEDUCTION
    if least is None and most is None and takes:
        return
    if least is None or most is None or least > most:
        raise PointsOrderError
    if takes and not (least >= -MOST_POINTS and most < 0):
        raise PointsSignError
    if not takes and not (least > 0 and most <= MOST_POINTS):
        raise PointsSignError


def _check_caps(text: RuleText) -> None:
    """Refuse caps that are no positive numbers or name no time to count over."""
    caps = [cap for cap in (text.cap_times, text.cap_points) if cap is not None]
    if any(not 0 < cap <= 1_000_000 for cap in caps):
        raise CapNumberError
    if bool(caps) != (text.cap_period is not None):
        raise CapPeriodError


def load_rules(
    rows: Sequence[RuleText], region_code: str, by: int | None, *, since: date | None = None
) -> Loaded:
    """Take in the rules of a file: a new one, a new version of a changed one, or nothing.

    All or nothing: run it in one transaction. Rules that the rows do not name stay.
    ``since`` is the first day they apply; None is today.

    Raises:
        RuleWrongError: a row cannot be a rule.
        RetroactiveError: a changed rule was already in force on ``since``.
        NotFoundError: there is no such region.
    """
    if regions.region(region_code) is None:
        raise NotFoundError(what=region_code)
    kept = db.session.scalars(
        select(Rule).options(selectinload(Rule.versions)).where(Rule.region_code == region_code)
    )
    known = {rule.code: rule for rule in kept}
    above = {version.rule.code for version in queries.rules(region_code, today(), disabled=True)}
    new = changed = 0
    for text in rows:
        check(text)
        rule = known.get(text.code)
        if rule is not None and text_of(rule.versions[-1], text.code) == text:
            continue
        if rule is None:
            new += 1
            rule = known[text.code] = Rule(region_code=region_code, code=text.code)
            db.session.add(rule)
        else:
            changed += 1
        if rule.versions or text.code in above:
            _refuse_too_early(text.code, region_code, since or today())
        _write(rule, text, since or today(), by)
    db.session.flush()
    return Loaded(new, changed, len(rows) - new - changed)


def set_rule(text: RuleText, region_code: str, by: int | None, *, since: date) -> bool:
    """Let a rule say something else in a region from a day on; return whether it does.

    In a village or township below the region that keeps the rule, this adopts the rule
    there: from then on the nearer one applies.

    Raises:
        RuleWrongError, RetroactiveError, NotFoundError: as for ``load_rules``.
    """
    adopted = queries.rules(region_code, since, disabled=True)
    applying = next((v for v in adopted if v.rule.code == text.code), None)
    if applying is not None and text_of(applying, text.code) == text:
        return False
    return load_rules([text], region_code, by, since=since).unchanged == 0


def text_of(version: RuleVersion, code: str) -> RuleText:
    """Return what a version says."""
    return RuleText(code, *(getattr(version, name) for name in RuleText._fields[1:]))


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
