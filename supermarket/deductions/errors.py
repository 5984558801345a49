"""What reminders, deductions and appeals refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class NotADeductionRuleError(InvalidError):
    """The rule gives points."""

    message = N_("“{title}”是加分细则，不能用来提醒或扣分")


class RuleDisabledError(DomainError):
    """The rule is switched off."""

    code = "rule_disabled"
    message = N_("减分细则“{title}”没有启用，不能使用")


class NoBasisError(DomainError):
    """Nobody said which law, charter or village agreement the rule rests on."""

    code = "no_basis"
    message = N_("减分细则“{title}”没有写明依据（法律、章程或村规民约），写明之前不能使用")


class FutureDayError(InvalidError):
    """It has not happened yet."""

    message = N_("发生日期不能晚于今天，请改为事情实际发生的那一天")


class BeforeHouseholdError(InvalidError):
    """The household was not in the books on that day."""

    message = N_(
        "{head}（{household}）是{since.year}年{since.month}月{since.day}日登记的，那以前的事不能记"
    )


class HouseholdLeftError(DomainError):
    """The household no longer takes part."""

    code = "household_left"
    message = N_("{head}（{household}）已退出，不再提醒或扣分")


class GivenToNobodyError(DomainError):
    """What was taken cannot go back to a household that no longer takes part."""

    code = "household_left"
    message = N_("{head}（{household}）已退出，不能再发放积分")


class WordsNeededError(InvalidError):
    """Nothing is noted without saying what happened."""

    message = N_("请写明发生了什么事、怎么知道的，2 到 {most} 个字")


class ReasonNeededError(WordsNeededError):
    """Nothing is decided without saying why."""

    message = N_("请写明理由，2 到 {most} 个字")


class AppealWordsError(WordsNeededError):
    """An appeal says something, and who says it."""

    message = N_("请写明申诉的内容（2 到 {most} 个字）和申诉人姓名")


class DocumentNeededError(InvalidError):
    """The rule rests on a paper that somebody has seen."""

    message = N_("“{title}”要以文书为据，请填写文书编号")


class PointsNeededError(InvalidError):
    """The rule leaves the points open and nobody named them."""

    message = N_("“{title}”可以扣 {least} 到 {most} 分，请填写这次扣几分")


class PointsOutOfRangeError(InvalidError):
    """The rule does not take that many points."""

    message = N_("“{title}”只能扣 {least} 到 {most} 分，不能扣 {asked} 分")


class MemberNotInHouseholdError(InvalidError):
    """The person named does not belong to the household, or no longer does."""

    message = N_("所选成员不在{head}户内，请重新选择")


class ReminderNeededError(DomainError):
    """The household was not reminded before it happened again."""

    code = "reminder_needed"
    message = N_(
        "要先提醒：这一天之前的 12 个月里没有就“{title}”提醒过{head}。"
        "请先登记提醒，提醒以后再犯的才能扣分"
    )


class RemindedTodayError(DomainError):
    """The same reminder was written down today."""

    code = "already_reminded"
    message = N_("今天已经就“{title}”提醒过{head}（{deduction}），不用再记一次")


class SameActError(DomainError):
    """The same act is being dealt with already."""

    code = "conflict"
    message = N_("{head}家这一天的“{title}”已经提出过扣分（{deduction}），不能扣两次")


class OwnProposalError(DomainError):
    """Whoever proposed or approved something would decide on it as well."""

    code = "same_person"
    message = N_("您经办过这笔扣分的前一步，按规定要由另一个人办理")


class StateError(DomainError):
    """It is not, or no longer, where this step begins; somebody may have been first."""

    code = "already_decided"
    message = N_("{deduction} 已由{who}在 {when} 办理过，不能再办这一步，请刷新后看现在的情况")


class MovedOnError(StateError):
    """The household appealed, or the points were posted, before this step."""

    message = N_("{deduction} 在 {when} 有了新的变化（申诉或入账），请刷新后看现在的情况")


class ReminderUsedError(DomainError):
    """A deduction rests on the reminder."""

    code = "conflict"
    message = N_("扣分 {deduction} 是根据这次提醒提出的，请先撤销那笔扣分")


class NotYoursToCancelError(ForbiddenError):
    """Neither the proposer nor somebody who approves deductions there."""

    message = N_("只有提出人本人或负责审批扣分的人可以撤销，请联系村评议组或乡镇")


class CannotAppealError(DomainError):
    """There is nothing to appeal against."""

    code = "cannot_appeal"
    message = N_("这一条现在不能申诉：提醒不扣分，没有告知的扣分也还没有生效")


class AppealedAlreadyError(DomainError):
    """An appeal against it waits, or was answered."""

    code = "already_appealed"
    message = N_("这笔扣分已经申诉过，不用再提一次。如有新的情况，请直接找村监督员或乡镇说明")


class AppealDecidedError(DomainError):
    """Somebody else answered the appeal first."""

    code = "already_decided"
    message = N_("这个申诉已由{who}在 {when} 答复，理由：{reason}。请刷新后看结果")


class FewerPointsError(InvalidError):
    """A change would not lower the points."""

    message = N_("改后的扣分要比现在少，应为 1 到 {most} 分；全部不扣请选“撤销扣分”")


class NoReversalRightError(ForbiddenError):
    """The points were taken; giving them back needs a supervisor."""

    message = N_("分已经扣了，退回要由负责本村的监督员办理")


class NothingTakenError(DomainError):
    """Nothing was taken, or all of it was given back."""

    code = "already_reversed"
    message = N_("{deduction} 没有可退的分：当时没有扣到分，或已经退回")
