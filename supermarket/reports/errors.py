"""What reports refuse."""

from supermarket.errors import N_, DomainError, InvalidError, NotFoundError


class WindowError(InvalidError):
    """The days of a report are no window."""

    message = N_("日期不对：开始日期要在结束日期之前，而且最多相隔 {years} 年")


class GroupingError(InvalidError):
    """Nothing is grouped like that."""

    message = N_("不能按“{by}”汇总，可选：{known}")


class PlaceError(InvalidError):
    """A page that begins nowhere."""

    message = N_("这个页码已经失效，请从第一页重新打开")


class NoSheetError(NotFoundError):
    """There is no form of that number."""

    message = N_("没有“{code}”这张报表，请从报表目录里选")


class HouseholdNeededError(InvalidError):
    """The form is about one household, and none was chosen."""

    message = N_("请先填一户的户编号")


class TooManyRowsError(InvalidError):
    """More rows than a workbook people can open should hold."""

    message = N_("超过 {limit} 行，一个 Excel 装不下。请缩短期间、选一个乡镇或村，或改下载 CSV")


class EarlierMonthOpenError(DomainError):
    """Months are closed one after another."""

    code = "earlier_month_open"
    message = N_("{earlier:%Y年%-m月}还没有结账，要按顺序结：请先结{earlier:%Y年%-m月}")


class NotACountyError(InvalidError):
    """Only a county closes its months."""

    message = N_("没有代码为“{code}”的县，请填写 6 位区划代码")


class StillPostingError(DomainError):
    """Something that began before the month was closed has not ended yet."""

    code = "still_posting"
    message = N_("结账前开始办理的业务还没有办完。本月已经结账，请过一分钟再点“做月报”")


class MonthNotClosedError(DomainError):
    """The papers of a month are made once it is closed."""

    code = "month_not_closed"
    message = N_("{month:%Y年%-m月}还没有结账，先结账再做月报")


class PaperMissingError(NotFoundError):
    """There is no such monthly report, or it is not made yet."""

    message = N_("没有这份月报。如果这个月刚刚结账，请等月报全部做好")
