"""What programme settings and rules refuse."""

from collections.abc import Sequence

from supermarket.errors import N_, DomainError, InvalidError
from supermarket.spreadsheets.columns import RowError


class NoSchemeError(DomainError):
    """No programme runs in the region on that day."""

    code = "no_scheme"
    message = N_("{on.year}年{on.month}月{on.day}日本地还没有积分方案，请先由县或乡镇设置方案")


class RetroactiveError(InvalidError):
    """A change would reach back to a day on which something else already applied."""

    message = N_(
        "已经执行的内容不能倒改，最早从 {earliest.year}年{earliest.month}月{earliest.day}日起"
    )


class RateError(InvalidError):
    """What a point is worth is not a sensible number of fen."""

    message = N_("每分的价值应在 0.01 元到 1000 元之间")


class MonthCapError(InvalidError):
    """The monthly cap of a household is not a positive number of points."""

    message = N_("每户每月上限应为 1 到 1000000 分；不限就不要填写")


class ProgrammeNameError(InvalidError):
    """The programme has no name, or one that fits on no receipt."""

    message = N_("请填写方案名称，最多 40 个字")


class RuleWrongError(InvalidError):
    """Base of what makes a rule impossible; ``column`` names the field it stands in."""

    column = ""


class RuleCodeError(RuleWrongError):
    """The code is not a letter or two and some digits."""

    column = "code"
    message = N_("编号应为 1 到 3 个大写字母加 1 到 4 位数字，例如 L01")


class RuleTitleError(RuleWrongError):
    """The rule does not say what it is for."""

    column = "title"
    message = N_("请写明细则内容，最多 120 个字")


class ForbiddenTopicError(RuleWrongError):
    """Points must never reward or punish what is a right or a private matter."""

    column = "title"
    message = N_(
        "积分不得与信访、投诉举报、疾病健康、宗教信仰、婚育挂钩，请删去“{word}”，或不设这条细则"
    )


class PointsSignError(RuleWrongError):
    """Points to give are not above zero, or points to take are not below."""

    column = "points_min"
    message = N_("加分细则的分值应大于 0，减分细则的分值应小于 0，最多 1000 分")


class PointsOrderError(RuleWrongError):
    """One end of the range is missing, or they are the wrong way round."""

    column = "points_max"
    message = N_("最低分和最高分应一起填写，且最低分不大于最高分")


class CapPeriodError(RuleWrongError):
    """A cap without a time to count over, or the other way round."""

    column = "cap_period"
    message = N_("次数或分数上限要写明按什么时间算；没有上限就都不要填写")


class CapNumberError(RuleWrongError):
    """A cap is not a positive number."""

    column = "cap_times"
    message = N_("上限应为大于 0 的整数；没有上限就不要填写")


class RuleRowsError(InvalidError):
    """Rows of a file of rules cannot be taken; none was."""

    message = N_("文件里有 {count} 处不对，一条也没有导入。第 {row} 行“{column}”：{first}")

    def __init__(self, errors: Sequence[RowError]) -> None:
        #: Every mistake found, in the order of the file.
        self.errors = tuple(errors)
        worst = self.errors[0]
        super().__init__(
            count=len(self.errors), row=worst.row, column=worst.column, first=worst.sentence
        )
