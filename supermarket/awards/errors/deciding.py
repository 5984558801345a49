"""What declarations and the decisions on them refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class WitnessTooLongError(InvalidError):
    """The witness's name does not fit."""

    message = N_("证明人最多 {most} 个字，请只写姓名")


class AlreadyDecidedError(DomainError):
    """Somebody decided it, or took it back, meanwhile; nothing of this submission was kept."""

    code = "already_decided"
    message = N_(
        "{head}的“{title}”（{declaration}）这一条已由 {who} 于 {at.month}月{at.day}日 "
        "{at:%H:%M} 决定。本次提交都没有生效，其余各条请核对后再提交"
    )

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        #: Number of the declaration.
        self.declaration = declaration


class MovedOnError(DomainError):
    """It has come to another state than the verb needs."""

    code = "already_decided"
    message = N_("申报 {declaration} 刚刚有了新的进展，这一步不能再办，请刷新后查看")


class NothingDecidedError(InvalidError):
    """No line was decided, or more than one submission takes."""

    message = N_("一次可以决定 1 到 {most} 条申报，请至少选一条")


class RepeatedDeclarationError(InvalidError):
    """One declaration stands twice in a submission."""

    message = N_("申报 {declaration} 在这次提交里出现了两次，请只留一条")


class DecisionReasonError(InvalidError):
    """Refused, changed or withdrawn without saying why."""

    message = N_("{head}的“{title}”：改分、不通过或撤回都要写明原因，2 到 {most} 个字")

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        self.declaration = declaration


class ChangedPointsError(InvalidError):
    """The panel may give less than was asked for, never more than the rule does."""

    message = N_("{head}的“{title}”：改分应为 1 到 {most} 分，并且与原来的 {points} 分不同")

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        self.declaration = declaration


class VerdictError(InvalidError):
    """Not a decision that can be made here."""

    message = N_("申报 {declaration} 的决定应为通过、改分或不通过")


class WithdrawNotYoursError(ForbiddenError):
    """Only who declared it takes it back."""

    message = N_("只有申报人本人可以撤回；如果报错了，请评议组不予通过并写明原因")


class OwnDeclarationError(DomainError):
    """Whoever declared something does not decide it."""

    code = "conflict_of_interest"
    message = N_("{head}的“{title}”是您自己申报的，按回避规定请由组里其他人决定")

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        self.declaration = declaration


class PanelTiedError(DomainError):
    """Too few of the panel are left who have nothing to do with a line."""

    code = "conflict_of_interest"
    message = N_(
        "{head}的“{title}”：除去申报人和亲属，这次评议只有 {left} 人，至少要 {least} 人；"
        "这一条留给下一次评议"
    )

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        self.declaration = declaration


class PanelConfirmsError(DomainError):
    """Whoever sat on the panel does not confirm what it accepted."""

    code = "conflict_of_interest"
    message = N_("{head}的“{title}”是您参加评议的，请由乡镇其他人确认")

    def __init__(self, *, declaration: str, **facts: object) -> None:
        super().__init__(declaration=declaration, **facts)
        self.declaration = declaration


class PanelTooSmallError(InvalidError):
    """Fewer people than the programme wants."""

    message = N_("评议组至少要 {least} 人，现在只有 {count} 人，请再选")


class TooFewReviewersError(DomainError):
    """The village has fewer reviewers than are to sit."""

    code = "too_few_reviewers"
    message = N_("这个村能参加评议的只有 {count} 人，抽不出 {wanted} 人；请联系乡镇增加评议组成员")


class NotAReviewerError(InvalidError):
    """Somebody named does not review there."""

    message = N_("所选的人里有人不是这个村的评议组成员，请重新选择")


class ReviewOpenError(DomainError):
    """A panel sits already in this village."""

    code = "review_open"
    message = N_("这个村还有一次评议（{review}）没有结束，请先在那一次里评议，或先结束它")


class ReviewClosedError(DomainError):
    """The panel has risen."""

    code = "review_closed"
    message = N_("评议 {review} 已经结束，没有评议完的留给下一次；请另开一次评议")


class NotOnPanelError(ForbiddenError):
    """The actor does not sit on this panel."""

    message = N_("您不在评议 {review} 的评议组里，不能提交决定")


class MinutesTooLongError(InvalidError):
    """The minutes do not fit."""

    message = N_("会议记录最多 {most} 个字，请写短一些")
