"""What signing in and staff management refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class WrongPasswordError(DomainError):
    """The name and password do not belong together."""

    code = "unauthorized"
    status = 401
    message = N_("用户名或密码不对，请重新输入。忘记密码请找管理员重设")


class TooManyTriesError(DomainError):
    """Too many wrong passwords for this name or from this address."""

    code = "too_many_requests"
    status = 429
    message = N_("密码输错次数太多，请 {minutes} 分钟后再试，或请管理员重设密码")


class UsernameTakenError(InvalidError):
    """Another member of staff has this name."""

    message = N_("用户名“{username}”已被使用，请换一个")


class WeakPasswordError(InvalidError):
    """The password is too short or is the name itself."""

    message = N_("密码至少 10 个字符，且不能与用户名相同")


class OutOfScopeError(ForbiddenError):
    """The place lies outside what the caller's roles reach."""

    message = N_("“{what}”不在您负责的范围内")
