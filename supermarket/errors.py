"""The errors whose sentences a user reads; everything else is a bug."""


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a sentence for the catalogue without translating it here."""
    return message


class DomainError(Exception):
    """Base of every error whose message may be shown to a user.

    A subclass states its sentence once, as ``message``, with the facts it needs;
    nobody else words it again. ``code`` is stable, for programs; ``status`` is the
    HTTP status it becomes. Anything that is not a DomainError is a bug and becomes
    a 500 page. The sentence is translated where it is shown, not here.
    """

    code = "refused"
    status = 409
    message = N_("操作未能完成")
    #: Seconds after which the same may be tried again; None says nothing.
    retry_after: int | None = None

    def __init__(self, **details: object) -> None:
        self.details = details
        super().__init__(self.message.format(**details))


class InvalidError(DomainError):
    """Something typed or sent cannot be meant as it stands."""

    code = "invalid"
    status = 422
    message = N_("填写的内容有误，请检查后再提交")


class NotFoundError(DomainError):
    """It is not there, or it is not the caller's to see."""

    code = "not_found"
    status = 404
    message = N_("没有找到“{what}”，请核对后再试")


class ForbiddenError(DomainError):
    """The caller's roles do not reach this."""

    code = "forbidden"
    status = 403
    message = N_("您的岗位不能办理这项业务，如有需要请联系管理员")


class ConflictError(DomainError):
    """Somebody else changed the same thing first; nothing of ours was kept."""

    code = "conflict"
    message = N_("数据刚刚被他人修改，请刷新后重试")
