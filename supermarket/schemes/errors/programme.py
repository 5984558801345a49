"""What programme settings refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class NoSchemeError(DomainError):
    """No programme runs in the region on that day."""

    code = "no_scheme"
    message = N_("{on.year}年{on.month}月{on.day}日本地还没有积分方案，请先由县或乡镇设置方案")


class VillageFollowsError(DomainError):
    """A village has no programme of its own: it follows its township's or county's."""

    code = "village_follows"
    message = N_("村里的积分方案跟着乡镇或县里走，不能单独设置；需要不同的做法请联系乡镇")


class RetroactiveError(InvalidError):
    """A change would reach back to a day on which something else already applied."""

    message = N_(
        "已经执行的内容不能倒改，最早从 {earliest.year}年{earliest.month}月{earliest.day}日起"
    )


class SchemeChangedError(DomainError):
    """Somebody set the programme while this one was still being written."""

    code = "conflict"
    message = N_("{who}刚刚改过这里的积分方案，请核对现在的内容后再改，您填写的内容还在")


class SchemeWrongError(InvalidError):
    """Base of what makes a programme impossible; ``field`` names where it stands."""

    field = ""


class RateError(SchemeWrongError):
    """What a point is worth is not a sensible number of fen."""

    field = "fen_per_point"
    message = N_("每分的价值应在 0.01 元到 1000 元之间")


class MonthCapError(SchemeWrongError):
    """The monthly cap of a household is not a positive number of points."""

    field = "household_month_cap"
    message = N_("每户每月上限应为 1 到 1000000 分；不限就不要填写")


class ProgrammeNameError(SchemeWrongError):
    """The programme has no name, or one that fits on no receipt."""

    field = "programme_name"
    message = N_("请填写方案名称，最多 40 个字")


class ReviewDayError(SchemeWrongError):
    """The panel meets on no day there is."""

    field = "review_day"
    message = N_("评议日：每周的填 1（周一）到 7，每月和每季的填 1 到 31")


class PanelError(SchemeWrongError):
    """Fewer than three people decide, or more than a room holds."""

    field = "panel_least"
    message = N_("评议至少要 3 人参加，最多填 15 人")


class NoticeDaysError(SchemeWrongError):
    """The notice hangs too short or too long."""

    field = "notice_days"
    message = N_("公示天数应为 1 到 30 天")


class AppealDaysError(SchemeWrongError):
    """A household has too little time to appeal."""

    field = "appeal_days"
    message = N_("申诉期应为 7 到 90 天")


class ExpiryMonthsError(SchemeWrongError):
    """Rolling expiry without its months, or months without rolling expiry."""

    field = "expiry_months"
    message = N_("选“满月数过期”要填写 1 到 120 个月；选其他的就不要填写")


class ExpiryNoticeError(SchemeWrongError):
    """The end of points is announced too late."""

    field = "expiry_notice_days"
    message = N_("过期至少要提前 14 天告知，最多提前 365 天")


class BaseScoreError(SchemeWrongError):
    """The yearly score starts from no sensible number."""

    field = "base_score"
    message = N_("年度评分的起点应为 0 到 1000 分")


class BaseGrantError(SchemeWrongError):
    """A yearly grant by tag is no sensible number of points."""

    field = "base_grants"
    message = N_("每年的基础分应为 1 到 1000 分；不发就不要填写")


class RedeemMinimumError(SchemeWrongError):
    """The points one must hold to redeem are no sensible number."""

    field = "redeem_minimum"
    message = N_("兑换门槛应为 0 到 10000 分；没有门槛填 0")


class RedeemCapError(SchemeWrongError):
    """The monthly cap of spending is not a positive number of points."""

    field = "redeem_month_cap"
    message = N_("每户每月兑换上限应为 1 到 1000000 分；不限就不要填写")


class PinAboveError(SchemeWrongError):
    """The points from which the PIN is asked for are no sensible number."""

    field = "pin_above"
    message = N_("核对密码的分数应为 1 到 1000000 分；不用密码就不要填写")


class OfflineAllowanceError(SchemeWrongError):
    """What a card may spend while the till is offline is no sensible number."""

    field = "offline_allowance"
    message = N_("断网时每卡每天可兑的分数应为 0 到 1000 分；不允许填 0")


class BudgetWarnError(SchemeWrongError):
    """The share of the budget that warns is no share."""

    field = "budget_warn"
    message = N_("预算提醒应为 1 到 100（%）")


class CoverageWarnError(SchemeWrongError):
    """The coverage that warns is no sensible share."""

    field = "coverage_warn"
    message = N_("保障率提醒应为 0 到 500（%）")


class CoverageStopError(SchemeWrongError):
    """Issuing would stop before anybody is warned."""

    field = "coverage_stop"
    message = N_("停止发放的保障率应为 1 以上，且不高于提醒的保障率；不停发就不要填写")
