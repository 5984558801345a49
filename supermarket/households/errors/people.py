"""What kinship, proxies, helpers and visits refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class TiedHouseholdError(DomainError):
    """Somebody would decide on, or serve, the own household or a relative's."""

    code = "conflict_of_interest"
    message = N_("{head}家是您本人或亲属的家庭，按回避规定请由其他人办理")


class TiePresentError(DomainError):
    """The tie is noted already."""

    code = "conflict"
    message = N_("{head}家已经在回避名单里，不用再登记")


class TieRelationError(InvalidError):
    """A relative without a word of kinship."""

    message = N_("请写明是什么亲属，例如：岳父、姐姐、侄子")


class OwnTieError(DomainError):
    """Somebody would lift the bar on himself."""

    code = "forbidden"
    status = 403
    message = N_("自己的回避登记不能自己解除，请联系乡镇工作人员或监督员")


class ProxyRelationError(InvalidError):
    """A proxy without a word for what he is to the household."""

    message = N_("请写明代领人与户主的关系，例如：邻居、侄子")


class ProxyDaysError(InvalidError):
    """The last day has passed, or lies too far ahead."""

    message = N_("代领的截止日期不能早于今天，最长 {months} 个月，到期可以再办")


class ProxyPointsError(InvalidError):
    """No limit of points that could be meant."""

    message = N_("每月代领上限填 1 到 {most} 分，不限就空着")


class ProxyPresentError(DomainError):
    """Somebody of the name is a proxy of the household now."""

    code = "conflict"
    message = N_("{name}已经是这户的代领人，到 {until} 为止；要改期限或上限，请先结束原来的委托")


class ProxyEndedError(DomainError):
    """Somebody else ended it first, or its last day has passed."""

    code = "conflict"
    message = N_("{name}的委托已经结束，不用再办")


class EndReasonError(InvalidError):
    """Ending needs a reason."""

    message = N_("请写明为什么结束，最多 {most} 个字")


class NotHelperError(DomainError):
    """Somebody without the role of a helper where the household lives."""

    code = "invalid"
    status = 422
    message = N_("{name}在{head}家所在的村没有“帮扶责任人”岗位，请先由管理员给岗位")


class OwnPairingError(DomainError):
    """Somebody would become a helper by the own hand."""

    code = "forbidden"
    status = 403
    message = N_("不能给自己结对，请由其他人办理")


class NothingToPairError(InvalidError):
    """No household was chosen."""

    message = N_("请至少勾选一户")


class VisitDayError(InvalidError):
    """A visit paid on a day to come, or meant for one that has passed."""

    message = N_("已走访的日期不能晚于今天，计划走访的日期不能早于今天，都不超过一年")


class VisitPaidError(DomainError):
    """The plan was carried out, or dropped, before."""

    code = "conflict"
    message = N_("这次走访已经登记过，或者计划已取消，请刷新后查看")
