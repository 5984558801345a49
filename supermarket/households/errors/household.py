"""What writing households down and changing them refuses."""

from supermarket.errors import N_, DomainError, InvalidError


class NameMissingError(InvalidError):
    """A household without a head, or a member without a name."""

    message = N_("请填写姓名")


class NameTooLongError(InvalidError):
    """A name, group or helper longer than the books hold."""

    message = N_("“{text}”太长，最多 {limit} 个字")


class NotAVillageError(InvalidError):
    """The place is not a village there is."""

    message = N_("没有代码为“{code}”的村，请重新选择")


class PhoneError(InvalidError):
    """Not a telephone number."""

    message = N_("“{phone}”不是电话号码，请填 7 到 15 位数字")


class IdentityTailError(InvalidError):
    """Not the last four characters of an identity number."""

    message = N_("身份证只填后四位（前三位是数字，最后一位是数字或 X），不要填完整号码")


class HouseholdCodeError(InvalidError):
    """Not a code of the village."""

    message = N_("户编号“{code}”不对：应为村代码 {village} 加 4 位数字；没有编号请留空，系统会编")


class HouseholdCodeTakenError(DomainError):
    """Another household has the code."""

    code = "conflict"
    message = N_("户编号 {code} 已是另一户（{head}），请核对；没有编号请留空，系统会编")


class VillageFullError(DomainError):
    """All 9,999 numbers of the village are taken."""

    message = N_("这个村的户编号已经用完（9999 户），请联系管理员")


class NamesakeError(DomainError):
    """The village group has a household of this name: most likely the same one."""

    code = "conflict"
    message = N_(
        "本村{group}已有户主叫“{head}”的农户（{code}）。如果确实是另一户，请勾选“确为另一户”再提交"
    )


class TagPresentError(DomainError):
    """The household carries the tag already."""

    message = N_("这一户已经登记为“{tag}”")


class TagDatesError(InvalidError):
    """The tag would end before it began, or begin in the future."""

    message = N_("日期不对：开始日期不能晚于今天，结束日期不能早于开始日期")


class CursorError(InvalidError):
    """The place where the next page begins is not there any more."""

    message = N_("这一页的位置已经失效，请从第一页重新查找")


class HouseholdChangedError(DomainError):
    """Somebody else changed the household after the form was shown."""

    code = "conflict"
    message = N_("您填写的时候，别人改过这一户。您填的还在，请对照现在的内容改好，再保存一次")
