"""What rules refuse."""

from collections.abc import Sequence

from supermarket.errors import N_, DomainError, InvalidError
from supermarket.spreadsheets.columns import RowError


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


class DeductionBasisError(RuleWrongError):
    """A rule that needs a legal or charter basis names none."""

    code = "basis_missing"
    column = "basis"
    message = N_(
        "细则 {rule} 要写明依据（法律条文，或经村民会议通过的章程、村规民约）才能启用，最少 4 个字"
    )


class BasisTextError(RuleWrongError):
    """What the rule rests on cannot be read or is too long."""

    column = "basis"
    message = N_("依据最多 120 个字，写在一行里")


class AdjustBoundsError(RuleWrongError):
    """The range left to the places below is half, upside down, or leaves the rule out."""

    column = "adjust_min"
    message = N_("下级可调的范围要两头都填，并且包含这条细则自己的分值；不许调整就都不要填写")


class OutsideTemplateError(RuleWrongError):
    """Base of what a place may not change in the rule of the region above it."""

    code = "rule_bounds"


class TemplatePointsFixedError(OutsideTemplateError):
    """The region above fixed the points."""

    column = "points_min"
    message = N_("上级规定这条细则的分值不能调整，请保持 {points} 分")


class TemplatePointsDecidedError(OutsideTemplateError):
    """The region above leaves the points to each decision."""

    column = "points_min"
    message = N_("上级规定这条细则的分值按决定填写，这里不能另定分值")


class TemplatePointsError(OutsideTemplateError):
    """The points leave the range the region above allows."""

    column = "points_min"
    message = N_("上级允许的分值是 {least} 到 {most} 分，请在这个范围内填写")


class TemplateCapError(OutsideTemplateError):
    """The cap is looser than the one of the region above."""

    column = "cap_times"
    message = N_("上限只能比上级的更严：周期要相同，次数和分数不能更多，也不能取消")


class TemplateLevelError(OutsideTemplateError):
    """Fewer people would have to agree than the region above wants."""

    column = "review_level"
    message = N_("入账的审核只能更严：上级定为 {level} 级，这里不能放宽")


class TemplateCategoryError(OutsideTemplateError):
    """The rule would become one of another category."""

    column = "category"
    message = N_("上级细则的类别不能改；要另设一类，请新增一条细则")


class TemplateOffError(OutsideTemplateError):
    """The region above switched the rule off."""

    column = "enabled"
    message = N_("上级已停用这条细则，这里不能启用")


class TemplateRangeError(OutsideTemplateError):
    """More would be left to the places below than the region above leaves to this one."""

    column = "adjust_min"
    message = N_("留给下级的范围不能比上级给的更宽")


class RuleChangedError(DomainError):
    """Somebody changed the rule while this change was still being written."""

    code = "conflict"
    message = N_("{who}刚刚改过细则 {rule}，请核对现在的内容后再改，您填写的内容还在")


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
