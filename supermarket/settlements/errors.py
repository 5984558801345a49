"""What settlements refuse."""

from supermarket.errors import N_, DomainError, InvalidError


class NoMerchantError(DomainError):
    """The shop's goods are its own."""

    code = "no_merchant"
    message = N_("“{shop}”没有登记合作商户，不用结算。是合作商户的，请先在门店资料里填写商户名称")


class MonthOpenError(InvalidError):
    """A month is settled when it is over."""

    message = N_("{month} 还没有过完，下个月一号起才能结算")


class MonthFormatError(InvalidError):
    """Not a month."""

    message = N_("月份写成 2026-10 这样")


class NothingToSettleError(DomainError):
    """Nothing was redeemed in the month."""

    code = "nothing_to_settle"
    message = N_("“{shop}”{month} 没有兑换，不用结算")


class SettlementPaidError(DomainError):
    """It was paid before; what was paid stays as it is."""

    code = "settlement_paid"
    message = N_("结算单 {code} 已由{who}付款，不能再改，也不能再付一次")


class SettlementChangedError(DomainError):
    """Its figures are other ones than those the payer saw."""

    code = "settlement_changed"
    message = N_("结算金额刚刚变了：现在是 {now} 元，您看到的是 {before} 元。请核对后再付款")


class SamePersonError(DomainError):
    """Whoever drew it up does not pay it."""

    code = "same_person"
    message = N_("这张结算单是您制的，须由另一个人付款")


class PaymentUnclearError(InvalidError):
    """It is paid from a fund, or outside with the number of the slip."""

    message = N_("请选付款的资金；在别处付的，请填写付款凭据号")


class NothingToPayError(DomainError):
    """A fund pays out; what a merchant owes comes in another way."""

    code = "nothing_to_pay"
    message = N_("这张结算单是 {amount} 元，不能从资金里付。商户退回后，请填写凭据号登记")
