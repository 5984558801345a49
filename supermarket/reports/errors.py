"""What reports refuse."""

from supermarket.errors import N_, InvalidError


class WindowError(InvalidError):
    """The days of a report are no window."""

    message = N_("日期不对：开始日期要在结束日期之前，而且最多相隔 {years} 年")


class GroupingError(InvalidError):
    """Nothing is grouped like that."""

    message = N_("不能按“{by}”汇总，可选：{known}")
