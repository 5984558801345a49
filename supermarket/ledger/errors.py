"""What the books refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class InsufficientPointsError(DomainError):
    """The household has fewer points than the operation needs."""

    code = "insufficient_points"
    message = N_("积分不足：现有 {balance} 分，需要 {needed} 分，还差 {missing} 分")

    def __init__(self, *, balance: int, needed: int) -> None:
        super().__init__(balance=balance, needed=needed, missing=needed - balance)


class OutOfStockError(DomainError):
    """A lot or a shop holds fewer units than are taken."""

    code = "out_of_stock"
    message = N_(
        "“{goods}”库存不够：只有 {on_hand} 件能兑，需要 {needed} 件。请减少数量或换一种商品"
    )


class InsufficientFundsError(DomainError):
    """A fund holds less money than is taken."""

    code = "insufficient_funds"
    message = N_("资金“{fund}”不够：还有 {balance} 元，需要 {needed} 元。请换一笔资金或先登记收入")

    def __init__(self, *, fund: str, balance_fen: int, needed_fen: int) -> None:
        super().__init__(
            fund=fund, balance=f"{balance_fen / 100:,.2f}", needed=f"{needed_fen / 100:,.2f}"
        )


class KeyReusedError(DomainError):
    """The key already names another request."""

    code = "key_reused"
    message = N_("这个提交编号已用于另一笔业务，请重新打开页面再办理一次")


class KeyInvalidError(InvalidError):
    """The key is missing, too long or not plain text."""

    message = N_("提交编号须为 8 到 100 个字母、数字或短横线")


class AlreadyReversedError(DomainError):
    """Nothing is left of the entry, or of the line, to take back."""

    code = "already_reversed"
    message = N_("单号 {reference} 已经冲正过，不能再冲正一次")


class ReversalTooLargeError(DomainError):
    """More is to be taken back than is left of a line."""

    code = "reversal_too_large"
    message = N_("最多还能退 {left}，不能退 {asked}")


class NotReversibleError(DomainError):
    """A reversal is itself never reversed."""

    code = "not_reversible"
    message = N_("冲正凭证不能再冲正；如有错误，请重新办理一笔")


class MonthClosedError(DomainError):
    """The day lies in a month whose figures are final."""

    code = "month_closed"
    message = N_(
        "{month:%Y年%-m月}已经结账，不能再补记到那个月；请记在今天，并在说明里写明实际日期"
    )


class MonthAlreadyClosedError(DomainError):
    """The month is final already."""

    code = "month_closed"
    message = N_("{month:%Y年%-m月}已经结过账，不用再结一次")


class MonthNotOverError(InvalidError):
    """A month is closed when it is over."""

    message = N_("{month:%Y年%-m月}还没有过完，下个月一号起才能结账")
