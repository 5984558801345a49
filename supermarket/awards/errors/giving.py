"""What giving points and taking them back refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class NoLinesError(InvalidError):
    """Nobody is to be awarded, or more households than one entry takes."""

    message = N_("一次可以给 1 到 {most} 户发放积分，请选择农户")


class FutureDayError(InvalidError):
    """It has not happened yet."""

    message = N_("发生日期不能晚于今天，请改为事情实际发生的那一天")


class HouseholdNotThereYetError(InvalidError):
    """It happened before the household was in the books."""

    message = N_(
        "{head}（{household}）是{since.year}年{since.month}月{since.day}日登记的，不能记在这之前；"
        "请把发生日期改为登记那天，并在说明里写明实际日期"
    )


class NoteTooLongError(InvalidError):
    """The note does not fit."""

    message = N_("说明最多 {most} 个字，请写短一些")


class ReasonNeededError(InvalidError):
    """Points are never taken back without saying why."""

    message = N_("请写明冲正原因，至少 2 个字")


class HouseholdLeftError(DomainError):
    """The household no longer takes part."""

    code = "household_left"
    message = N_("{head}（{household}）已退出，不能再发放积分")


class CountiesApartError(InvalidError):
    """Households of two counties are never in one award."""

    message = N_("这些农户不在同一个县，请分开发放")


class RulesDifferError(InvalidError):
    """The rule says different things in the villages of one award."""

    message = N_("细则 {rule} 在这几个村的内容不一样，请一个村一个村地发放")


class RuleDisabledError(DomainError):
    """The rule is switched off."""

    code = "rule_disabled"
    message = N_("细则“{title}”已停用，请换一条")


class ReviewRequiredError(DomainError):
    """The rule's awards are decided by others, not posted at once."""

    code = "review_required"
    message = N_("“{title}”需要评议（{level} 级），不能直接入账，请改为提交申报，由评议组决定")


class DeductionError(ReviewRequiredError):
    """The rule takes points, which needs a reminder and a way to appeal first."""

    message = N_("“{title}”是减分细则，要先提醒、再评议，不能直接扣分")


class PointsNeededError(InvalidError):
    """The rule leaves the points open and nobody named them."""

    message = N_("“{title}”是 {least} 到 {most} 分，请填写这次记几分")


class PointsOutOfRangeError(InvalidError):
    """The rule does not give that many points."""

    message = N_("“{title}”只能记 {least} 到 {most} 分，不能记 {asked} 分")


class FixedPointsError(PointsOutOfRangeError):
    """The rule gives one number of points and no other."""

    message = N_("“{title}”每次固定记 {least} 分，不能记 {asked} 分")


class MemberNotInHouseholdError(InvalidError):
    """The person named does not belong to the household, or no longer does."""

    message = N_("所选成员不在{head}（{household}）户内，请重新选择")


class MemberNeededError(InvalidError):
    """The rule counts by person, so the person must be named."""

    message = N_("“{title}”按人计算，请选择是{head}户里的哪一位")


class LimitReachedError(DomainError):
    """Base of what a cap refuses: what was reached, and when it opens again."""

    code = "limit_reached"


class TimesReachedError(LimitReachedError):
    """The rule was earned as often as the period allows."""

    message = N_(
        "“{title}”在{since.year}年{since.month}月{since.day}日至{until.month}月{until.day}日"
        "每户最多 {cap} 次，{head}（{household}）已记 {used} 次，不能再记 {asked} 次；"
        "{opens.year}年{opens.month}月{opens.day}日以后的可以再记"
    )


class PointsReachedError(LimitReachedError):
    """The rule gave as many points as the period allows."""

    message = N_(
        "“{title}”在{since.year}年{since.month}月{since.day}日至{until.month}月{until.day}日"
        "每户最多 {cap} 分，{head}（{household}）已得 {used} 分，不能再记 {asked} 分；"
        "{opens.year}年{opens.month}月{opens.day}日以后的可以再记"
    )


class OnceReachedError(LimitReachedError):
    """The rule was earned as often as it ever can be."""

    message = N_(
        "“{title}”每户一共只能记 {cap} 次，{head}（{household}）已记 {used} 次，不能再记 {asked} 次"
    )


class OncePointsReachedError(LimitReachedError):
    """The rule gave as many points as it ever does."""

    message = N_(
        "“{title}”每户一共只能得 {cap} 分，{head}（{household}）已得 {used} 分，不能再记 {asked} 分"
    )


class MemberReachedError(LimitReachedError):
    """The person earned the rule as often as anybody can."""

    message = N_(
        "“{title}”每人一共只能记 {cap} 次，{head}（{household}）户里的这位成员已记 {used} 次，"
        "不能再记 {asked} 次"
    )


class MemberPointsReachedError(LimitReachedError):
    """The rule gave the person as many points as it gives anybody."""

    message = N_(
        "“{title}”每人一共只能得 {cap} 分，{head}（{household}）户里的这位成员已得 {used} 分，"
        "不能再记 {asked} 分"
    )


class MonthReachedError(LimitReachedError):
    """The household earned as much as the programme allows in a month."""

    message = N_(
        "每户每月最多得 {cap} 分，{head}（{household}）{since.year}年{since.month}月"
        "已得 {used} 分，不能再记 {asked} 分；"
        "{opens.year}年{opens.month}月{opens.day}日以后的可以再记"
    )


class ReversalNotYoursError(ForbiddenError):
    """Neither the scorer of the day nor somebody who may take back any award."""

    message = N_(
        "只有记分员本人当天可以冲正自己发放的积分；隔天或他人发放的，请找负责本村的监督员办理"
    )
