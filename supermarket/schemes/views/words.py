"""How a rule is told in a few words."""

from flask_babel import gettext as _

from supermarket.schemes.models import CapPeriod, RuleVersion


def points_words(version: RuleVersion) -> str:
    """Return what a rule gives, e.g. ``5 分`` or ``1 到 2 分``."""
    least, most = version.points_min, version.points_max
    if least is None or most is None:
        return str(_("按决定"))
    if least == most:
        return str(_("%(points)s 分", points=least))
    return str(_("%(least)s 到 %(most)s 分", least=least, most=most))


def cap_words(version: RuleVersion) -> str:
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
