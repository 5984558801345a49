"""How far a place may change the rule of the region above it: stricter, and within its range."""

from supermarket.schemes.errors import (
    TemplateCapError,
    TemplateCategoryError,
    TemplateLevelError,
    TemplateOffError,
    TemplatePointsDecidedError,
    TemplatePointsError,
    TemplatePointsFixedError,
    TemplateRangeError,
)
from supermarket.schemes.models import ReviewLevel
from supermarket.schemes.service.text import RuleText

#: Lax first.
_LEVELS = list(ReviewLevel)


def check_within(text: RuleText, template: RuleText) -> None:
    """Refuse what a place below may not make of a rule.

    Title, basis, evidence and ability are its own to word; points move inside the range
    the template leaves, caps and review become stricter only, and what is off stays off.

    Raises:
        OutsideTemplateError: the subclass says what, and its ``column`` where.
    """
    if text.category is not template.category:
        raise TemplateCategoryError
    if text.enabled and not template.enabled:
        raise TemplateOffError
    if _LEVELS.index(text.review_level) < _LEVELS.index(template.review_level):
        raise TemplateLevelError(level=template.review_level.value)
    _check_points(text, template)
    _check_caps(text, template)


def _check_points(text: RuleText, template: RuleText) -> None:
    asked, given = (text.points_min, text.points_max), (template.points_min, template.points_max)
    left = (template.adjust_min, template.adjust_max)
    if left[0] is None or left[1] is None:
        if asked != given and given[0] is None:
            raise TemplatePointsDecidedError
        if asked != given:
            same = given[0] == given[1]
            raise TemplatePointsFixedError(points=given[0] if same else f"{given[0]}～{given[1]}")
        if text.adjust_min is not None:
            raise TemplateRangeError
        return
    if asked[0] is None or asked[1] is None or not left[0] <= asked[0] <= asked[1] <= left[1]:
        raise TemplatePointsError(least=left[0], most=left[1])
    passed_on = (text.adjust_min, text.adjust_max)
    if passed_on[0] is None or passed_on[1] is None:
        return
    if not left[0] <= passed_on[0] <= passed_on[1] <= left[1]:
        raise TemplateRangeError


def _check_caps(text: RuleText, template: RuleText) -> None:
    if template.cap_period is None:
        return
    looser = text.cap_period is not template.cap_period
    for asked, given in (
        (text.cap_times, template.cap_times),
        (text.cap_points, template.cap_points),
    ):
        looser = looser or (given is not None and (asked is None or asked > given))
    if looser:
        raise TemplateCapError
