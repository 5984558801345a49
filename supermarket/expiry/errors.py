"""What expiry refuses."""

from supermarket.errors import N_, DomainError, InvalidError


class NotDueError(DomainError):
    """The announced day has not come."""

    code = "expiry_not_due"
    message = N_("{code} 预告的是 {due} 过期，要到那一天才能入账")


class RunClosedError(DomainError):
    """Somebody posted it or called it off before."""

    code = "expiry_closed"
    message = N_("{code} 已经入账或取消了，请刷新后再看")


class NothingPostedError(DomainError):
    """There is nothing to give back."""

    code = "expiry_not_posted"
    message = N_("{code} 没有扣过积分，不用退回")


class ReasonNeededError(InvalidError):
    """Calling off and giving back say why."""

    message = N_("请用 2 到 200 个字写明原因")


class GivingBackNotYoursError(DomainError):
    """Neither the office nor a supervisor of the village."""

    code = "forbidden"
    status = 403
    message = N_("退回过期积分要由乡镇、县里或这个村的监督员办理")


class NobodyResponsibleError(DomainError):
    """A job needs somebody in whose name it posts."""

    code = "nobody_responsible"
    message = N_(
        "没有人负责 {village} 的积分，不知道记在谁名下；请先设一个管这个村的乡镇或县级岗位"
    )


class GrantYearError(InvalidError):
    """Base points are this year's."""

    message = N_("基础分只能发今年（{year} 年）的")
