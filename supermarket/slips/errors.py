"""What is refused about paper slips."""

from supermarket.errors import N_, DomainError, InvalidError, NotFoundError


class SlipNumberError(InvalidError):
    """What was typed cannot be the number of a slip."""

    message = N_("“{typed}”不是手写单号，单号是印在单子上的 10 位数字")


class SlipMistypedError(InvalidError):
    """A digit is wrong, or two are swapped."""

    code = "slip_mistyped"
    message = N_("单号 {number} 的校验位不对，有一位输错了或者两位颠倒了，请照单子再输一次")


class SlipElsewhereError(InvalidError):
    """The slip was printed for another shop."""

    code = "slip_elsewhere"
    message = N_("手写单 {number} 是别的店的，不能在“{shop}”补录")


class SlipUnknownError(NotFoundError):
    """No such number was ever printed for the shop."""

    code = "slip_unknown"
    message = N_("“{shop}”没有印过手写单 {number}，请核对单号")


class SlipNotYetPrintedError(InvalidError):
    """The day written on it lies before the day it was printed."""

    message = N_("手写单 {number} 是 {printed_on} 才印的，不可能在 {day} 用，请核对日期")


class SlipTwiceError(InvalidError):
    """The same slip stands in two rows of what is typed in."""

    message = N_("手写单 {number} 在这一页填了两次，请留下一行")


class SlipUsedError(DomainError):
    """The slip stands in the books."""

    code = "slip_used"
    message = N_("手写单 {number} 已由{name}录入，单号 {reference}，不能再用一次")


class SlipVoidError(DomainError):
    """The slip was declared void."""

    code = "slip_void"
    message = N_("手写单 {number} 已由{name}作废（{reason}），不能再用")


class SlipReasonError(InvalidError):
    """A slip is not void without a reason."""

    message = N_("请写明作废的原因，最多 {most} 个字")


class SlipRangeError(InvalidError):
    """From and to are the wrong way round, or too far apart."""

    message = N_("作废的单号要从小到大，一次最多 {most} 张")


class SlipCountError(InvalidError):
    """Fewer than one, or more than fit in one file."""

    message = N_("每个店一次可印 1 到 {most} 张，合起来最多 {together} 张")


class SlipsUsedUpError(DomainError):
    """The shop's numbers have come to their end."""

    code = "slips_used_up"
    message = N_("“{shop}”的手写单号快用完了，还能印 {left} 张")


class NoShopError(InvalidError):
    """Nothing to print for."""

    message = N_("请至少选一个店")


class SlipOfNobodyError(InvalidError):
    """The slip does not say whose points it takes."""

    message = N_("请填卡号、户编号或户主姓名")


class SeveralHouseholdsError(DomainError):
    """The name on the slip is that of several households."""

    code = "several_households"
    message = N_("有几户都对得上“{what}”：{names}。请改填卡号或户编号")


class UnknownPayerError(NotFoundError):
    """No household of the shop's region is called so."""

    message = N_("本店所在地没有找到“{what}”这一户，请改填 9 位卡号或 16 位户编号")


class SeveralGoodsError(DomainError):
    """What is written on the slip may mean several goods."""

    code = "several_goods"
    message = N_("“{what}”可能是：{names}。请写全名或商品编号")


class UnknownGoodsError(NotFoundError):
    """No goods are called so."""

    message = N_("没有叫“{what}”的商品，请从提示里选，或填商品编号")
