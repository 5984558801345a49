"""What budgets refuse."""

from collections.abc import Sequence

from supermarket.errors import N_, DomainError, InvalidError
from supermarket.spreadsheets.columns import RowError


class BudgetSpentError(DomainError):
    """A village would issue more points than its budget has."""

    code = "budget_spent"
    message = N_(
        "{village}从 {since} 到 {until} 的发放预算是 {budget} 分，算上这次要发到 {used} 分，"
        "超出 {over} 分。请减少分值，或请乡镇、县里追加预算"
    )


class CoverageStoppedError(DomainError):
    """There is too little in the shops for the points that are out already."""

    code = "coverage_stopped"
    message = N_(
        "{village}的保障率会降到 {coverage}%，低于停发线 {stop}%：店里的货和资金不够兑付已发的"
        "积分。请先补货，或请联系县里批准继续发放"
    )


class BudgetOverlapError(InvalidError):
    """Another budget of the village has some of the days."""

    code = "budget_overlap"
    message = N_(
        "{village}已有 {since} 到 {until} 的预算，日期重叠。请改那一期的预算，或换不重叠的日期"
    )


class BudgetPeriodError(InvalidError):
    """The days of a budget cannot be meant."""

    message = N_("预算的起止日期不对：截止不能早于起始，一期最长两年")


class BudgetPointsError(InvalidError):
    """A budget of so many points cannot be meant."""

    message = N_("预算应为 0 到 {most} 分的整数")


class NotAVillageError(InvalidError):
    """Budgets are the villages'."""

    message = N_("{code} 不是您负责的村，请核对 12 位村代码")


class NoVillagesError(InvalidError):
    """Nobody is given a budget."""

    message = N_("请至少选一个村，一次最多 {most} 个")


class NamedTwiceError(InvalidError):
    """A village stands twice in one list with days that overlap."""

    message = N_("{village}在这次里写了两遍，日期重叠，请只留一行")


class OverrideReasonError(InvalidError):
    """An override says why."""

    message = N_("请用 2 到 200 个字写明为什么批准继续发放")


class OverrideDaysError(InvalidError):
    """The days of an override cannot be meant."""

    message = N_("放行的起止日期不对：截止不能早于今天和起始日期，一次最长 {most} 天")


class OverrideWithdrawnError(DomainError):
    """It was withdrawn already."""

    code = "override_withdrawn"
    message = N_("这次放行已经收回了，不用再收一次")


class BudgetRowsError(InvalidError):
    """Rows of a file of budgets cannot be taken; none was."""

    message = N_("文件里有 {count} 处不对，一条也没有导入。第 {row} 行“{column}”：{first}")

    def __init__(self, errors: Sequence[RowError]) -> None:
        #: Every mistake found, in the order of the file.
        self.errors = tuple(errors)
        worst = self.errors[0]
        super().__init__(
            count=len(self.errors), row=worst.row, column=worst.column, first=worst.sentence
        )
