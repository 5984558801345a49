"""What the catalogue refuses."""

from collections.abc import Sequence

from supermarket.errors import N_, DomainError, InvalidError, NotFoundError
from supermarket.spreadsheets.columns import RowError


class GoodsNotRecognisedError(NotFoundError):
    """No barcode and no number of goods is the text that was scanned or typed."""

    message = N_("没有找到“{what}”对应的商品，请再扫一次，或按名称查找；新条码在入库时就能绑定")


class GoodsInactiveError(DomainError):
    """The goods were taken off the catalogue."""

    code = "goods_inactive"
    message = N_("“{goods}”已停用，不能再入库或兑换。需要恢复请在商品页启用")


class SkuTakenError(InvalidError):
    """Another goods has the number, or a barcode reads like it."""

    code = "sku_taken"
    message = N_("商品编号“{sku}”已用于“{goods}”，请换一个编号")


class SkuInvalidError(InvalidError):
    """The number is not one that people can type and scanners cannot mistake."""

    message = N_(
        "商品编号“{sku}”不能用：请用 1 到 20 个字母、数字或短横线；"
        "全是数字时最多 7 位，以免和条码混淆"
    )


class BarcodeTakenError(InvalidError):
    """The code already belongs to other goods."""

    code = "barcode_taken"
    message = N_("条码 {code} 已绑定到“{goods}”（{sku}）。如果绑错了，请先在那边解除绑定")


class BarcodeInvalidError(InvalidError):
    """The code is mistyped, cut short or of a kind no package carries."""

    message = N_(
        "条码“{code}”不对：可能少扫了几位或输错了一位，请重新扫一次。"
        "商品条码是 8、12、13 或 14 位数字；店内自编码请用 1 到 7 位数字，或带字母"
    )


class UnitsInvalidError(InvalidError):
    """A pack holds a whole number of units."""

    message = N_("一个包装里的数量应为 1 到 1000 的整数")


class PriceInvalidError(InvalidError):
    """A price is whole points, more than none."""

    message = N_("兑换分值应为 1 到 100000 的整数")


class PriceInPastError(InvalidError):
    """A price may not change for days whose goods have already been handed out."""

    code = "price_in_past"
    message = N_("新分值只能从今天或以后的日子开始，已经兑换的不受影响")


class GoodsFileError(InvalidError):
    """Some lines of a file are not goods; nothing of it was taken in."""

    message = N_("文件里有 {count} 处要改，一行都没有导入。第 {row} 行“{column}”：{reason}")

    def __init__(self, errors: Sequence[RowError]) -> None:
        self.errors = list(errors)
        first = self.errors[0]
        super().__init__(
            count=len(self.errors), row=first.row, column=first.column, reason=first.sentence
        )


class NoInStoreNumberError(InvalidError):
    """There is no EAN-13 of our own for it."""

    message = N_("店内条码的号段已经用完，请绑定包装上的条码")


class NothingToLabelError(InvalidError):
    """No goods were chosen for labels."""

    message = N_("没有选中商品，请换个条件再下载价签")
