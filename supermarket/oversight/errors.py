"""What oversight refuses."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class SpanError(InvalidError):
    """Not a span of days that a list can be about."""

    message = N_("请填写正确的日期：起始不晚于截止，最长 {days} 天")


class TooLongError(InvalidError):
    """More entries than one file should hold."""

    message = N_(
        "这样选有 {count} 笔以上，一个文件最多 {most} 笔。请缩短日期，"
        "或由管理员用 flask ledger export 导出整本台账"
    )


class WordsError(InvalidError):
    """Nothing said, or too much."""

    message = N_("说明应为 2 到 {most} 个字，请补充或缩短")


class DueDayError(InvalidError):
    """A deadline that is over, or years away."""

    message = N_("整改期限应在今天到 {days} 天以内")


class FoundDayError(InvalidError):
    """Checked on a day to come, or long ago."""

    message = N_("抽查日期不能晚于今天，也不能早于 {days} 天以前")


class ProblemIncompleteError(InvalidError):
    """A problem that nobody is to put right."""

    message = N_("发现问题的，请写明问题、指定整改人和整改期限；没有问题的，这三项都不填")


class AssigneeError(InvalidError):
    """Nobody there could put it right."""

    message = N_("“{who}”不在这个地方任职，或账号已停用，请另选整改人")


class PersonUnknownError(InvalidError):
    """Nobody works under that name."""

    message = N_("这里没有用户名为“{who}”的工作人员，请核对")


class OwnWorkError(ForbiddenError):
    """Whoever did something does not check it."""

    message = N_("查的是您本人经手的事，请由别人登记")


class ClosingError(ForbiddenError):
    """Who is concerned, or put it right, does not close it."""

    message = N_("这条是您本人经手或整改的，须由别人复查销号")


class AssigneeOnlyError(ForbiddenError):
    """Only who is to put it right says that it is."""

    message = N_("这条由{who}整改，请由整改人报告")


class FindingMovedError(DomainError):
    """Somebody was first."""

    code = "finding_moved"
    message = N_("{finding} 已由{who}于 {when} 处理过了，请刷新后再看")
