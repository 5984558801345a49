"""What rounds refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class TitleNeededError(InvalidError):
    """Nobody could tell the round from another."""

    message = N_("请写上名称，最多 {most} 个字")


class GradesNeededError(InvalidError):
    """No grade, too many, or one without a word or with another's."""

    message = N_("请设 1 到 {most} 个等级，每个等级一个不同的名称，最多 {longest} 个字")


class EventRuleNeededError(InvalidError):
    """An event is about one rule."""

    message = N_("请选择签到按哪条细则记分")


class MemberRuleError(InvalidError):
    """The rule counts by person; a round marks households."""

    message = N_("“{title}”按人计算，要指定是户里的哪一位，不能整户批量记，请单独发放")


class UnknownGroupError(InvalidError):
    """No household of the village is in that group."""

    message = N_("这个村没有“{group}”，请重新选择村民小组")


class GradeInUseError(DomainError):
    """A grade that households have is not taken away."""

    code = "grade_in_use"
    message = N_("已有 {count} 户记为“{label}”，不能去掉这个等级；请先改记那几户")


class UnknownGradeError(InvalidError):
    """The round has no such grade."""

    message = N_("这一轮没有第 {position} 个等级，请刷新后重试")


class NotInRoundError(InvalidError):
    """The household does not belong to what is inspected."""

    message = N_("{head}（{household}）不在这一轮检查的范围内")


class NothingMarkedError(DomainError):
    """Nothing was marked, so there is nothing to submit."""

    code = "nothing_marked"
    message = N_("还没有记一户，没有可以提交的；不办了请作废这一轮")


class RoundTooLargeError(DomainError):
    """More households than one round takes."""

    code = "round_too_large"
    message = N_("一轮最多 {most} 户，请分组检查或另开一场")


class ReasonNeededError(InvalidError):
    """A round is never cancelled without saying why."""

    message = N_("请写明作废原因，2 到 {most} 个字")


class NoteTooLongError(InvalidError):
    """The note does not fit."""

    message = N_("备注最多 {most} 个字，请写短一些")


class RoundClosedError(DomainError):
    """Base of what a round refuses that is no longer open: who closed it and when."""

    code = "round_closed"


class RoundSubmittedError(RoundClosedError):
    """Somebody submitted it first."""

    code = "round_submitted"
    message = N_("这一轮已由 {who} 于 {at} 提交，不用再提交，也不能再改")


class RoundCancelledError(RoundClosedError):
    """Somebody cancelled it."""

    code = "round_cancelled"
    message = N_("这一轮已由 {who} 于 {at} 作废：{reason}")


class HouseholdsInTheWayError(DomainError):
    """Some households cannot get what their grade is worth; ``obstacles`` name them."""

    code = "households_in_the_way"
    message = N_("有 {count} 户现在不能记分，请看下面的原因；可以先留下这几户，其余照常提交")


class MarkerTiedError(DomainError):
    """Who marked the household belongs to it, or is a relative."""

    code = "conflict_of_interest"
    message = N_(
        "{head}（{household}）由 {marker} 记的，是其自家或亲属，请换一位记分员重新记这一户"
    )
