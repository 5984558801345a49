"""What the household's page refuses."""

from supermarket.errors import N_, DomainError


class TooManyDeclarationsError(DomainError):
    """The household declared as often today as one may."""

    code = "too_many"
    status = 429
    message = N_("今天已经申报了 {most} 次，请明天再报；着急可以直接找记分员")


class TooManyObjectionsError(DomainError):
    """The household objected as often today as one may."""

    code = "too_many"
    status = 429
    message = N_("今天已经提了 {most} 条异议，请明天再提；着急可以打公示上的异议电话")


class NoticeOverError(DomainError):
    """The notice was taken down while the objection was being typed."""

    code = "notice_closed"
    message = N_("这一期公示已经结束，不能在这里提异议了；请打公示上的异议电话，或直接找村监督员")


class RowGoneError(DomainError):
    """The line was taken back, or there never was one of that number."""

    code = "not_found"
    status = 404
    message = N_("公示上没有这一行，可能已经撤回；请对照公示核对序号")
