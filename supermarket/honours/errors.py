"""What honours refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class HonourTitleError(InvalidError):
    """An honour has a title."""

    message = N_("请选择或填写荣誉名称，最多 {most} 个字")


class HonourDayError(InvalidError):
    """It was given on a day that has come."""

    message = N_("授予日期不能晚于今天，也不能早于 2000 年")


class HonourTextError(InvalidError):
    """A note or document number is too long."""

    message = N_("文件号最多 {document} 个字，说明最多 {note} 个字")


class DocumentNeededError(InvalidError):
    """Who notes an honour that a higher office gave names its paper."""

    message = N_("登记上级授予的荣誉，请填写文件号")


class NotAMemberError(InvalidError):
    """The person does not belong to the household."""

    message = N_("这个人不在这一户的成员里，请重新选择")


class AlreadyHonouredError(DomainError):
    """It is noted already."""

    code = "already_honoured"
    message = N_("{head}家这一天的“{title}”已经登记过，编号 {code}")


class RevokedAlreadyError(DomainError):
    """It was taken back before."""

    code = "already_revoked"
    message = N_("荣誉 {code} 已经撤销过，不用再撤一次")


class RevokeReasonError(InvalidError):
    """Taking an honour back says why."""

    message = N_("请用 2 到 200 个字写明撤销的原因")
