"""How rules and programmes are told in a few words, and what changed in them."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask_babel import gettext as _

from supermarket.errors import N_
from supermarket.filters import count, points, yuan
from supermarket.households.models import TagKind
from supermarket.schemes.forms import LABELS
from supermarket.schemes.models import CapPeriod, ReviewLevel, ReviewPeriod, RuleVersion
from supermarket.schemes.service import RuleText, SchemeText

Rule = RuleVersion | RuleText


class Difference(NamedTuple):
    """What one line of a rule or programme said, and says."""

    label: str
    old: str
    new: str


# -- rules -----------------------------------------------------------------------------------


def points_words(version: Rule) -> str:
    """Return what a rule gives, e.g. ``5 分`` or ``1 到 2 分``."""
    least, most = version.points_min, version.points_max
    if least is None or most is None:
        return str(_("按决定"))
    return _range_words(least, most)


def cap_words(version: Rule) -> str:
    """Return how much of a rule a household may earn, e.g. ``每月最多 6 次``."""
    if version.cap_period is None:
        return str(_("不限次数"))
    period = {
        CapPeriod.ONCE: _("每户一共"),
        CapPeriod.ONCE_PER_MEMBER: _("每人一共"),
    }.get(version.cap_period) or _(version.cap_period.label)
    limits = []
    if version.cap_times is not None:
        limits.append(_("%(times)s 次", times=version.cap_times))
    if version.cap_points is not None:
        limits.append(_("%(points)s 分", points=version.cap_points))
    return str(_("%(period)s最多 %(limits)s", period=period, limits="、".join(limits)))


def level_words(version: Rule) -> str:
    """Return who must agree before a rule's points are posted."""
    return {
        ReviewLevel.A: str(_("直接入账")),
        ReviewLevel.B: str(_("需评议")),
        ReviewLevel.C: str(_("需评议和乡镇确认")),
    }[version.review_level]


def adjust_words(version: Rule) -> str:
    """Return in which range the places below may set the points."""
    least, most = version.adjust_min, version.adjust_max
    if least is None or most is None:
        return str(_("分值不能调"))
    return _range_words(least, most)


def _range_words(least: int, most: int) -> str:
    if least == most:
        return str(_("%(points)s 分", points=least))
    return str(_("%(least)s 到 %(most)s 分", least=least, most=most))


_RULE_LINES: tuple[tuple[str, Callable[[Rule], str]], ...] = (
    (N_("内容"), lambda rule: rule.title),
    (N_("类别"), lambda rule: str(_(rule.category.label))),
    (N_("分值"), points_words),
    (N_("上限"), cap_words),
    (N_("凭据"), lambda rule: str(_(rule.evidence.label))),
    (N_("怎样入账"), level_words),
    (N_("劳动强度"), lambda rule: rule.ability.value),
    (N_("启用"), lambda rule: str(_("启用") if rule.enabled else _("停用"))),
    (N_("依据"), lambda rule: rule.basis or "—"),
    (N_("下级可调"), adjust_words),
)


def rule_differences(before: Rule, after: Rule) -> list[Difference]:
    """Return the lines in which two texts of a rule differ."""
    told = ((_(label), tell(before), tell(after)) for label, tell in _RULE_LINES)
    return [Difference(*line) for line in told if line[1] != line[2]]


def history(versions: Sequence[RuleVersion]) -> dict[int, list[Difference]]:
    """Map the ids of versions to what each changed; the first of a region has nothing before.

    What a place adopted is told against the rule of the place above it that came before.
    """
    ordered = sorted(versions, key=lambda version: version.id)
    changed = {}
    for place, version in enumerate(ordered):
        own = [v for v in ordered[:place] if v.rule_id == version.rule_id]
        above = [v for v in ordered[:place] if _is_above(v, version)]
        before = own[-1] if own else above[-1] if above else None
        changed[version.id] = rule_differences(before, version) if before else []
    return changed


def _is_above(other: RuleVersion, version: RuleVersion) -> bool:
    return len(other.rule.region_code) < len(version.rule.region_code)


# -- programmes ------------------------------------------------------------------------------

#: The settings by what they are about; the first stand open.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("名称和分值"), ("programme_name", "fen_per_point", "household_month_cap")),
    (
        N_("评议、公示和申诉"),
        ("review_period", "review_day", "panel_least", "notice_days", "appeal_days"),
    ),
    (N_("积分有效期"), ("expiry", "expiry_months", "expiry_notice_days")),
    (N_("年度评分和基础分"), ("base_score", "base_grants")),
    (
        N_("兑换"),
        ("redeem_minimum", "redeem_month_cap", "pin_above", "offline_allowance"),
    ),
    (N_("预算和保障率"), ("budget_warn", "coverage_warn", "coverage_stop")),
)
_WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))
_DAYS = {"notice_days", "appeal_days", "expiry_notice_days"}
_PERCENT = {"budget_warn", "coverage_warn", "coverage_stop"}
_WITHOUT = {
    "household_month_cap": N_("不限"),
    "redeem_month_cap": N_("不限"),
    "pin_above": N_("不用密码"),
    "coverage_stop": N_("不停发"),
    "expiry_months": "—",
}


def setting_words(name: str, text: SchemeText) -> str:
    """Return what one setting of a programme says, e.g. ``每月 25 日``."""
    value = getattr(text, name)
    if value is None:
        return str(_(_WITHOUT[name]))
    match name:
        case "programme_name":
            return str(value)
        case "fen_per_point":
            return yuan(value)
        case "review_period" | "expiry":
            return str(_(value.label))
        case "review_day":
            return _review_day(text)
        case "base_grants":
            granted = [
                f"{_(kind.label)} {points(value[kind.value])}"
                for kind in TagKind
                if kind.value in value
            ]
            return "、".join(granted) or str(_("不发"))
        case "panel_least":
            return str(_("%(count)s 人", count=value))
        case "expiry_months":
            return str(_("%(count)s 个月", count=value))
    if name in _DAYS:
        return str(_("%(count)s 天", count=value))
    return f"{count(value)}%" if name in _PERCENT else points(value)


def _review_day(text: SchemeText) -> str:
    if text.review_period is ReviewPeriod.WEEK:
        return str(_(_WEEKDAYS[text.review_day - 1]))
    if text.review_period is ReviewPeriod.MONTH:
        return str(_("每月 %(day)s 日", day=text.review_day))
    return str(_("每季最后一个月 %(day)s 日", day=text.review_day))


def settings(text: SchemeText) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what a programme says, in groups of (label, words)."""
    told = [name for name in SchemeText._fields if name != "expiry_months" or text.expiry_months]
    return [
        (
            str(_(title)),
            [(str(_(LABELS[name])), setting_words(name, text)) for name in names if name in told],
        )
        for title, names in GROUPS
    ]


def setting_differences(before: SchemeText | None, after: SchemeText) -> list[Difference]:
    """Return the settings in which two programmes differ; all of them if there was none."""
    found = []
    for _title, names in GROUPS:
        for name in names:
            old = setting_words(name, before) if before else "—"
            new = setting_words(name, after)
            if old != new:
                found.append(Difference(str(_(LABELS[name])), old, new))
    return found
