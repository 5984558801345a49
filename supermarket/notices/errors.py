"""What announcing and objecting refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class NothingToAnnounceError(DomainError):
    """No accepted line waits in the village."""

    code = "nothing_to_announce"
    message = N_("{village}现在没有待公示的事项，可能刚刚已由别人张榜；请到公示列表查看")


class PhoneNeededError(InvalidError):
    """Villagers must be able to call somebody."""

    message = N_("请填写异议电话，群众看到公示后可以打这个电话")


class PhoneInvalidError(InvalidError):
    """That is no telephone number."""

    message = N_("电话只能有数字、加号、括号和短横线，5 到 20 位，例如 0375-6881234")


class KeyReusedError(DomainError):
    """The key already names another attempt."""

    code = "key_reused"
    message = N_("这个提交编号已用于另一笔业务，请重新打开页面再办理一次")


class NoticeStillOpenError(DomainError):
    """Objections are taken until the end of its last day."""

    code = "notice_open"
    message = N_(
        "{notice}要公示到{closes_on.month}月{closes_on.day}日，过了这一天才能入账，请到期后再办理"
    )


class LineGoneError(DomainError):
    """The line was taken back before anybody objected."""

    code = "line_withdrawn"
    message = N_("这一行已经撤回，不会入账，不用再提异议")


class LineNotAnnouncedError(DomainError):
    """Only what hangs on a notice can be objected to."""

    code = "not_announced"
    message = N_("{declaration}还没有公示，公示后才能提异议")


class TextNeededError(InvalidError):
    """An objection says what it doubts."""

    message = N_("请写明对这一行有什么异议，2 到 {most} 个字")


class WordsTooLongError(InvalidError):
    """A name or a contact does not fit."""

    message = N_("姓名和联系方式最多 {most} 个字，请写短一些")


class AnswerNeededError(InvalidError):
    """Whoever objected is told why."""

    message = N_("请写明处理理由，2 到 {most} 个字，会告诉提出人")


class AlreadyDecidedError(DomainError):
    """Somebody decided it first."""

    code = "already_decided"
    message = N_("这条异议{who}已经处理过了，不能再改；请刷新查看处理结果")


class OwnWorkError(DomainError):
    """Who declared or decided a line does not decide the objection to it."""

    code = "conflict_of_interest"
    message = N_("这一行是您登记、评议或确认的，按规定要由别人处理异议，请转给其他监督员或乡镇")


class PointsToSayError(InvalidError):
    """A correction says to how many points."""

    message = N_("请填写更正为几分")


class PointsUnchangedError(InvalidError):
    """It has that many points already."""

    message = N_("现在就是 {points} 分；分数不变请选“异议不成立”")


class PointsOutsideRuleError(InvalidError):
    """The rule does not give that many points."""

    message = N_("“{title}”只能记 {least} 到 {most} 分，不能更正为 {asked} 分")


class PointsNotChangeableError(InvalidError):
    """The rule gives one number of points and no other."""

    message = N_("“{title}”每次固定记 {least} 分，不能更正；有错请选“撤销这一笔”")


class LateRaiseError(DomainError):
    """What is posted is corrected downwards only."""

    code = "late_raise"
    message = N_("这一笔已经入账 {points} 分，只能调低或撤销；要补分请另行申报，评议后再公示")


class PointsSpentError(DomainError):
    """The household no longer holds what is taken back."""

    code = "insufficient_points"
    message = N_(
        "这一户现有 {balance} 分，收不回 {needed} 分；可以先更正为收得回的分数，并写明原因"
    )
