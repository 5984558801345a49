"""What a rule is to say, and what no rule may say."""

import re
import unicodedata
from typing import NamedTuple

from supermarket.schemes.errors import (
    AdjustBoundsError,
    BasisTextError,
    CapNumberError,
    CapPeriodError,
    DeductionBasisError,
    ForbiddenTopicError,
    PointsOrderError,
    PointsSignError,
    RuleCodeError,
    RuleTitleError,
)
from supermarket.schemes.models import (
    BASIS_NEEDED,
    RULE_CODE,
    Ability,
    CapPeriod,
    Category,
    Evidence,
    ReviewLevel,
    RuleVersion,
)

#: Most points one award of one rule may give or take.
MOST_POINTS = 1000
#: Fewest letters that name a law or a charter.
LEAST_BASIS = 4
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
    basis: str = ""
    adjust_min: int | None = None
    adjust_max: int | None = None


def text_of(version: RuleVersion, code: str) -> RuleText:
    """Return what a version says."""
    return RuleText(code, *(getattr(version, name) for name in RuleText._fields[1:]))


def needs_basis(text: RuleText) -> bool:
    """Whether a rule must name what it rests on before it is switched on."""
    return text.category is Category.DEDUCTION or text.code in BASIS_NEEDED


def check(text: RuleText) -> None:
    """Refuse a rule that cannot be meant or may not be made.

    Raises:
        RuleWrongError: the subclass says why, and its ``column`` where.
    """
    if RULE_CODE.fullmatch(text.code) is None:
        raise RuleCodeError
    if not text.title.strip() or not text.title.isprintable() or len(text.title) > 120:
        raise RuleTitleError
    if not text.basis.isprintable() or len(text.basis) > 120:
        raise BasisTextError
    letters = _letters(text.title)
    for word in FORBIDDEN:
        if word in letters:
            raise ForbiddenTopicError(word=word)
    _check_points(text)
    _check_adjusting(text)
    _check_caps(text)


def check_basis(text: RuleText) -> None:
    """Refuse to switch a rule on that must name what it rests on, and does not.

    Raises:
        DeductionBasisError: it says which.
    """
    if text.enabled and needs_basis(text) and len(_letters(text.basis)) < LEAST_BASIS:
        raise DeductionBasisError(rule=text.code)


def _letters(words: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", words))


def _check_points(text: RuleText) -> None:
    """Refuse points of the wrong sign, out of order or beyond all measure."""
    least, most = text.points_min, text.points_max
    takes = text.category is Category.DEDUCTION
    if least is None and most is None and takes:
        return
    if least is None or most is None or least > most:
        raise PointsOrderError
    if not _signed(takes, least, most):
        raise PointsSignError


def _check_adjusting(text: RuleText) -> None:
    """Refuse a range for the places below that is half, upside down or leaves the rule out."""
    left, most_left = text.adjust_min, text.adjust_max
    if left is None and most_left is None:
        return
    least, most = text.points_min, text.points_max
    if left is None or most_left is None or least is None or most is None:
        raise AdjustBoundsError
    takes = text.category is Category.DEDUCTION
    if not left <= least <= most <= most_left or not _signed(takes, left, most_left):
        raise AdjustBoundsError


def _signed(takes: bool, least: int, most: int) -> bool:
    """Whether points take or give as their category says, and not beyond all measure."""
    return least >= -MOST_POINTS and most < 0 if takes else least > 0 and most <= MOST_POINTS


def _check_caps(text: RuleText) -> None:
    """Refuse caps that are no positive numbers or name no time to count over."""
    caps = [cap for cap in (text.cap_times, text.cap_points) if cap is not None]
    if any(not 0 < cap <= 1_000_000 for cap in caps):
        raise CapNumberError
    if bool(caps) != (text.cap_period is not None):
        raise CapPeriodError
