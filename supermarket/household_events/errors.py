"""What is refused about household events."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class EventDayError(InvalidError):
    """The day lies in the future."""

    message = N_("日期不能晚于今天，请填实际发生的日期")


class BeforeHouseholdError(InvalidError):
    """The day lies before the household was in the books."""

    message = N_("{head}这一户 {since} 才登记，日期不能早于那天")


class ReasonMissingError(InvalidError):
    """Nobody said why."""

    message = N_("请写明原因，例如：儿子成家，分开过")


class TextTooLongError(InvalidError):
    """A reason or document longer than the books hold."""

    message = N_("“{text}”太长，最多 {limit} 个字")


class EventOpenError(DomainError):
    """Another event of one of the households waits for its decision."""

    code = "event_open"
    message = N_("{head}这一户已有一笔户变动在等批准（{event}），请先批准、退回或撤回那一笔")


class AlreadyLeftError(DomainError):
    """The household does not take part any more."""

    code = "household_left"
    message = N_("{head}这一户已退出，不能办理这一项；如又回来，请办“退出后又回来”")


class NotLeftError(DomainError):
    """Only a household that left comes back."""

    code = "household_active"
    message = N_("{head}这一户还在册，没有退出，不用办“退出后又回来”")


class MergedAwayError(DomainError):
    """A household that became part of another one does not come back by itself."""

    code = "household_merged"
    message = N_("{head}这一户已并入{other}，积分也在那里；要再分开，请在{other}那一户办分户")


class HouseholdFrozenError(DomainError):
    """The household's points are frozen."""

    code = "household_frozen"
    message = N_("{head}这一户的积分正在冻结，解冻以后才能办理这一项")


class SameVillageError(InvalidError):
    """The household lives there already."""

    message = N_("{head}这一户就在这个村，不用搬；只换村民小组请在户页面“修改”")


class OtherCountyError(InvalidError):
    """Points do not cross a county's border."""

    message = N_("积分不能带到外县。搬去外县请办“退出”")


class WithItselfError(InvalidError):
    """A household cannot become part of itself."""

    message = N_("不能并入自己这一户，请另选一户")


class MembersMissingError(InvalidError):
    """Nobody goes to the new household, or nobody stays."""

    message = N_("新户和原户都至少要有一个人，请重新勾选")


class NotAMemberError(InvalidError):
    """Somebody named does not belong to the household any more."""

    message = N_("选的人里有人已不在这一户，请重新选择")


class HeadMissingError(InvalidError):
    """Nobody was named to be the head, or somebody who is not there then."""

    message = N_("请从{head}这一户留下的人里选一位新户主")


class NewHeadMissingError(InvalidError):
    """Nobody of those who go was named as the head of the new household."""

    message = N_("请从分出去的人里选一位做新户的户主")


class DivisionMissingError(InvalidError):
    """Nobody said how the points are divided."""

    message = N_("请写明分给新户多少分，或留在原户多少分；空着的一格归其余")


class DivisionError(DomainError):
    """The division is not what the household holds."""

    code = "division_wrong"
    status = 422
    message = N_(
        "分得不对：现有 {balance} 分，写的是留下 {kept} 分、分出 {given} 分，合计 {total} 分。"
        "请按现有 {balance} 分重新写"
    )


class DivisionTooLargeError(DomainError):
    """More points are given to one side than there are."""

    code = "division_wrong"
    status = 422
    message = N_("分得不对：现有 {balance} 分，不够分 {asked} 分。请按现有 {balance} 分重新写")


class NegativePointsError(InvalidError):
    """Fewer than no points."""

    message = N_("积分不能是负数")


class HouseholdGoesOnError(InvalidError):
    """Somebody is left, so that nobody else takes the points."""

    message = N_("这一户还有别的人，积分留在本户，不用并到别的户；户主去世请从家里人中选新户主")


class ObjectionsOpenError(DomainError):
    """Somebody waits for an answer about a line of the household."""

    code = "objections_open"
    message = N_("{head}这一户还有 {count} 件公示异议没有答复，请先答复，再办这一项")


class ProposerTiedError(DomainError):
    """Whoever proposed it turned out to be a relative."""

    code = "conflict_of_interest"
    message = N_("申请人{who}与这一户是一家或亲属，按回避规定请退回，由其他人重新申请")


class ApprovedAlreadyError(DomainError):
    """Somebody agreed before."""

    code = "already_decided"
    message = N_("{who}已经批准了这笔户变动（{event}），不用再办")


class RefusedAlreadyError(DomainError):
    """Somebody refused before."""

    code = "already_decided"
    message = N_("{who}已经退回了这笔户变动（{event}），不能再办；要办请重新申请")


class CancelledAlreadyError(DomainError):
    """Whoever proposed it took it back."""

    code = "already_decided"
    message = N_("{who}已经撤回了这笔户变动（{event}），不能再办；要办请重新申请")


class OwnProposalError(ForbiddenError):
    """Nobody agrees to what they proposed."""

    code = "conflict_of_interest"
    status = 409
    message = N_("这笔户变动是您申请的，要由另一位有权的人批准")


class BothVillagesError(ForbiddenError):
    """The approver's scope must hold both villages."""

    message = N_("这笔户变动涉及两个村，要由两个村都管的人（例如乡镇工作人员）办理")


class NotYourProposalError(ForbiddenError):
    """Only whoever proposed it takes it back."""

    message = N_("只有申请人自己能撤回；不同意请用“退回”")


class EventReasonMissingError(InvalidError):
    """Nobody said why it is refused or withdrawn."""

    message = N_("请写明为什么")
