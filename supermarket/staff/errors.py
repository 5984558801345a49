"""What signing in and staff management refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class WrongPasswordError(DomainError):
    """The name and password do not belong together."""

    code = "unauthorized"
    status = 401
    message = N_("用户名或密码不对，请重新输入。忘记密码请找管理员重设")


class TooManyTriesError(DomainError):
    """Too many wrong passwords for this name."""

    code = "too_many_requests"
    status = 429
    message = N_(
        "密码输错次数太多，请 {minutes} 分钟后再试；着急用请找管理员重设密码，重设后马上就能登录"
    )

    def __init__(self, *, minutes: int) -> None:
        super().__init__(minutes=minutes)
        self.retry_after = minutes * 60


class TooManyTriesHereError(TooManyTriesError):
    """Too many wrong passwords from this address, whatever the name."""

    message = N_("这里输错密码次数太多，请 {minutes} 分钟后再试")


class UsernameTakenError(InvalidError):
    """Another member of staff has this name."""

    message = N_("用户名“{username}”已被使用，请换一个")


class UsernameError(InvalidError):
    """The name to sign in with has the wrong form."""

    message = N_("用户名用 3 至 32 个小写字母或数字，中间可以有点和横线，例如 wangxiuying 或手机号")


class WeakPasswordError(InvalidError):
    """The password is too short, too long, too plain, or is the name itself."""

    message = N_("密码至少 10 个字符，不能与用户名相同，也不能只是同一个字符；请换一个")


class OldPasswordError(InvalidError):
    """Whoever changes the password does not know the present one."""

    message = N_("现在的密码不对，请重新输入")


class OutOfScopeError(ForbiddenError):
    """The place lies outside what the caller's roles reach."""

    message = N_("“{what}”不在您负责的范围内")


class BeyondScopeError(ForbiddenError):
    """The person also works where the administrator does not reach."""

    message = N_("“{name}”在您负责的范围以外还有岗位，请由上一级管理员办理")


class OwnAccountError(DomainError):
    """An administrator would shut the own door."""

    code = "own_account"
    message = N_("不能停用自己的账号，请由另一位管理员办理")


class LastAdministratorError(DomainError):
    """Nobody would be left to manage the people of a place."""

    code = "last_administrator"
    message = N_("“{name}”是这里最后一位系统管理员，请先指定另一位，再办理这一项")


class LastRoleError(DomainError):
    """Without a role a person would belong to nobody."""

    code = "last_role"
    message = N_("“{name}”只有这一个岗位。请先给新岗位再收回它；如果不再上岗，请停用账号")


class RoleHeldError(DomainError):
    """The person has this role in this place already."""

    code = "role_held"
    message = N_("“{name}”已经有这个岗位，不用再给")


class RoleNotHeldError(DomainError):
    """The role was taken away meanwhile."""

    code = "not_found"
    status = 404
    message = N_("“{name}”现在没有这个岗位，请刷新后核对")


class RoleLevelError(InvalidError):
    """Township work is done for a township, county work for a county."""

    message = N_("乡镇工作人员要设在乡镇，县级工作人员要设在县或以上，请核对岗位和地点")


class ShopNeededError(InvalidError):
    """A shop keeper keeps one shop; nobody else does."""

    message = N_("店长要写明一家店；其他岗位写地点，不写店")


class PlaceUnknownError(InvalidError):
    """No place of that code or name is in the caller's reach."""

    message = N_("没有找到这个地方，或者它不在您负责的范围内；请填区划代码或全称")


class PlaceAmbiguousError(InvalidError):
    """Several places have that name."""

    message = N_("有几个地方叫这个名字，请改填区划代码，或在前面写上乡镇名")


class ShopUnknownError(InvalidError):
    """No shop of that code or name is in the caller's reach."""

    message = N_("没有找到这家店，或者它不在您负责的范围内；请核对店名，或填店编号")


class ShopUnclearError(InvalidError):
    """What was written is part of the name of shops that can be picked from."""

    message = N_("找到 {count} 家店，请在下面选一家")


class TooManyShopsError(InvalidError):
    """What was written is part of more names than one can look through."""

    message = N_("有 {count} 家店符合，请多写几个字，或在前面写上乡镇名")


class RowsChangedError(InvalidError):
    """The rows that came back to be imported cannot be read or are no longer right."""

    message = N_("要导入的内容有变化，请重新上传表格再核对")


class DaysError(InvalidError):
    """The days looked at cannot be read or are the wrong way round."""

    message = N_("日期写法不对，或开始晚于结束；请写成 2026-03-01 这样，开始不晚于结束")
