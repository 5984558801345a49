"""What importing places refuses."""

from supermarket.errors import N_, InvalidError


class RegionRowError(InvalidError):
    """A line of the file is not a place."""

    message = N_(
        "第 {row} 行：“{code}”不是有效的区划代码，应为 2、4、6、9 或 12 位数字，且上级在前"
    )
