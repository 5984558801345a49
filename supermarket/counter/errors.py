"""What the counter refuses."""

from supermarket.cards.errors import CardNotActiveError
from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError, NotFoundError


class EmptyBasketError(InvalidError):
    """Nothing was asked for."""

    message = N_("还没有选商品，请先扫商品或点选商品")


class QuantityError(InvalidError):
    """A quantity is no whole number of units that a household could carry."""

    message = N_("“{goods}”的数量须是 1 到 {most} 的整数，请改正后再确认")


class BasketTooLongError(InvalidError):
    """More kinds of goods than fit on one receipt."""

    message = N_("一次最多兑换 {most} 种商品，请分两次办理")


class NobodyError(InvalidError):
    """Neither a card nor a household was named, or both and they differ."""

    message = N_("请先扫积分卡，或选定一户，再办理兑换")


class CardFirstError(InvalidError):
    """Goods were scanned while nobody stands at the counter."""

    message = N_("请先扫积分卡，再扫商品")


class NobodyFoundError(NotFoundError):
    """Neither a card nor a household of the shop's region."""

    message = N_(
        "没有找到“{what}”。请扫积分卡或输入 9 位卡号；没带卡的，请输入户主姓名、"
        "拼音首字母或手机号后四位（只找本店所在地的农户）"
    )


class FutureDateError(InvalidError):
    """It cannot have happened yet."""

    message = N_("兑换日期不能晚于今天")


class ReasonMissingError(InvalidError):
    """Taking something back needs a reason."""

    message = N_("请说明冲正的原因，最多 {most} 个字")


class ShopClosedError(DomainError):
    """The shop no longer serves."""

    code = "shop_closed"
    message = N_("“{shop}”已停业，不能办理兑换")


class HouseholdLeftError(DomainError):
    """The household no longer takes part."""

    code = "household_left"
    message = N_("这户已退出爱心超市，不能兑换；如有疑问请到村里核实")


class OtherCountyError(CardNotActiveError):
    """The household lives in a county this shop does not serve."""

    message = N_("这张卡不是本县农户的，本店不能兑换")


class NotForSaleError(DomainError):
    """The goods are withdrawn, or have no price on that day."""

    code = "not_for_sale"
    message = N_("“{goods}”现在不能兑换：已下架或还没有定兑换分值")


class PriceChangedError(DomainError):
    """The total is no longer what the keeper read out."""

    code = "price_changed"
    message = N_("兑换分值刚刚调整：原来合计 {quoted} 分，现在合计 {points} 分，请核对后再确认")


class VoidTooLateError(ForbiddenError):
    """The keeper may take back what was handed over today, and nothing older."""

    message = N_("店长只能作废当天的兑换；以前的兑换请监督员办理冲正")


class AnotherCardError(DomainError):
    """A second card was scanned while goods of the first household lie on the counter."""

    code = "another_card"
    message = N_("这是另一户的卡。请先给前一户确认兑换，或点“换一户”清空后再扫")
