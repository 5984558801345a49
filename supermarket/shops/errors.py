"""What shops and their stock refuse."""

from datetime import date

from supermarket.errors import N_, DomainError, InvalidError


class ShopClosedError(DomainError):
    """The shop is closed for good or for now."""

    code = "shop_closed"
    message = N_("“{shop}”已停业，不能再入库。需要恢复请联系乡镇或县里的管理员")


class TooManyShopsError(DomainError):
    """A region's shops are numbered with two digits."""

    code = "too_many_shops"
    message = N_("这个地方已经有 99 家门店，不能再开")


class NoLinesError(InvalidError):
    """A delivery of nothing."""

    message = N_("还没有商品，请先扫码或输入商品，至少一行")


class TooManyLinesError(InvalidError):
    """More lines than anybody reads through."""

    message = N_("一张入库单最多 {most} 行，请分成几张")


class ReceivedInFutureError(InvalidError):
    """The goods are said to have come on a day that has not come."""

    message = N_("到货日期不能晚于今天")


class LineError(InvalidError):
    """Base of what is wrong with one line of a delivery; ``position`` counts from 1."""

    #: What of the line is wrong: sku, quantity, best_before or unit_cost.
    field = "sku"

    def __init__(self, *, position: int, **details: object) -> None:
        self.position = position
        super().__init__(position=position, **details)


class UnknownGoodsError(LineError):
    """There are no goods of that number."""

    message = N_("第 {position} 行：没有编号为“{sku}”的商品")


class GoodsStoppedError(LineError):
    """The goods were taken off the catalogue."""

    message = N_("第 {position} 行：“{goods}”已停用，不能入库")


class QuantityInvalidError(LineError):
    """Not a whole number of units that a shop could take."""

    field = "quantity"
    message = N_("第 {position} 行“{goods}”：数量应为 1 到 {most} 的整数")


class BestBeforeMissingError(LineError):
    """These goods perish, so every lot must say when."""

    field = "best_before"
    message = N_("第 {position} 行“{goods}”：请填写保质期至哪一天，包装上有")


class ExpiredOnArrivalError(LineError):
    """The goods are past their day: none of them could be handed out."""

    field = "best_before"
    message = N_(
        "第 {position} 行“{goods}”：保质期至 {best_before}，已经过期，不能入库。请退回，或核对日期"
    )

    def __init__(self, *, position: int, goods: str, best_before: date) -> None:
        super().__init__(position=position, goods=goods, best_before=best_before.isoformat())


class BestBeforeTooFarError(LineError):
    """No goods keep that long: the year is mistyped."""

    field = "best_before"
    message = N_("第 {position} 行“{goods}”：保质期至 {best_before} 太远了，请核对年份")


class CostInvalidError(LineError):
    """An amount that nobody pays for one unit."""

    field = "unit_cost"
    message = N_("第 {position} 行“{goods}”：单价应在 0 到 {most} 元之间")


class DuplicateDeliveryError(DomainError):
    """The delivery note was taken in before."""

    code = "duplicate_delivery"
    message = N_(
        "“{partner}”的单据 {document} 已经入过库（{reference}）。"
        "如果是同一批货，不用再入；如果不是，请核对单据号"
    )


class GoodsHandedOutError(DomainError):
    """Of the units to take back out some are no longer on the shelf."""

    code = "out_of_stock"
    message = N_(
        "“{goods}”这一批只剩 {on_hand} 件，{needed} 件撤不回来：其余的已经发出去了（{papers}）。"
        "请把撤回数量改成不超过 {on_hand}"
    )


class ReasonMissingError(InvalidError):
    """Taking back needs a reason."""

    message = N_("请写明撤回的原因")


class NothingToReverseError(InvalidError):
    """No line of a goods-in is to be taken back."""

    message = N_("请至少填一行撤回数量")


class ReversalLineInvalidError(InvalidError):
    """A line to take back is not on the paper, or not a whole number."""

    message = N_("入库单上没有第 {position} 行，或撤回数量不是正整数")


class GiftPaidError(InvalidError):
    """A gift is given, a purchase is paid: never both."""

    message = N_("捐赠的商品选捐赠方，采购的商品选付款资金，两样不能混填")


class GiftNotForHereError(DomainError):
    """The gift is bound to a place this shop neither stands in nor serves."""

    code = "gift_not_for_here"
    message = N_("这批捐赠限定给别的地方，本店不能入库。请核对捐赠意愿")
