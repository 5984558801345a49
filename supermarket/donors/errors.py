"""What donors and funds refuse."""

from collections.abc import Sequence

from supermarket.errors import N_, DomainError, InvalidError
from supermarket.spreadsheets.columns import RowError


class DonorNameError(InvalidError):
    """A donor needs a name."""

    message = N_("请填写捐赠方名称，最多 60 个字")


class DonorKnownError(DomainError):
    """A donor of that name is in the register already."""

    code = "donor_known"
    message = N_("“{name}”已在名册里（{donor}），请直接选用，不用再登记一次")


class FundNameError(InvalidError):
    """A fund needs a name."""

    message = N_("请填写资金名称，最多 60 个字")


class WishRegionError(InvalidError):
    """A fund can only be bound to a place inside its own region."""

    message = N_("限定的地方须在这笔资金所属的地方之内，请重新选择")


class AmountError(InvalidError):
    """Not an amount of money."""

    message = N_("金额须大于 0，最多 1000 万元，精确到分")


class SummaryError(InvalidError):
    """What money was for must be said."""

    message = N_("请写明摘要，例如“购买大米”或“某某公司捐款”，最多 200 个字")


class FundClosedError(DomainError):
    """The fund is not used any more."""

    code = "fund_closed"
    message = N_("资金“{fund}”已停用，请换一笔资金")


class FundElsewhereError(DomainError):
    """The fund may not be spent for this shop."""

    code = "fund_elsewhere"
    message = N_("资金“{fund}”只能用于{place}的店，请换一笔资金")


class FundForOtherGoodsError(DomainError):
    """The gift is bound to other goods."""

    code = "fund_for_other_goods"
    message = N_("资金“{fund}”是定向捐赠，只能买“{category}”，不能买“{goods}”。请换一笔资金")


class CostsMissingError(InvalidError):
    """What is paid from a fund must have its cost on every line."""

    message = N_("从资金里付款，每一行都要填写单价")


class SettlesPaperError(DomainError):
    """The money settled a paper and cannot go back by itself."""

    code = "settles_paper"
    message = N_("这笔支出付的是 {paper}，不能单独冲正；有差错请在下一期里补上或扣回")


class NoFundMoveError(DomainError):
    """Only what was noted in the fund itself is taken back there."""

    code = "not_a_fund_move"
    message = N_("{reference} 不是这笔资金的收支单。采购付款请在入库单上撤回，钱会随货退回")


class DonorRowsError(InvalidError):
    """Rows of a file of donors cannot be taken; none was."""

    message = N_("文件里有 {count} 处不对，一条也没有导入。第 {row} 行“{column}”：{first}")

    def __init__(self, errors: Sequence[RowError]) -> None:
        #: Every mistake found, in the order of the file.
        self.errors = tuple(errors)
        worst = self.errors[0]
        super().__init__(
            count=len(self.errors), row=worst.row, column=worst.column, first=worst.sentence
        )


class MoneyInFutureError(InvalidError):
    """Money cannot have moved on a day to come."""

    message = N_("收支日期不能晚于今天")


class FundNotEmptyError(DomainError):
    """Only an empty fund can be closed."""

    code = "fund_not_empty"
    message = N_("资金“{fund}”还有 {balance} 元，用完或转出后才能停用")
