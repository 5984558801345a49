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


class PointsToNobodyError(DomainError):
    """Points would go back to a household that no longer takes part."""

    code = "household_left"
    message = N_("这户已退出，积分退不回去。要退货请先在户页面办理“退出后又回来”")


class OtherCountyError(CardNotActiveError):
    """The household lives in a county this shop does not serve."""

    message = N_("这张卡不是本县农户的，本店不能兑换")


class NotForSaleError(DomainError):
    """The goods are withdrawn, or have no price on that day."""

    code = "not_for_sale"
    message = N_("“{goods}”现在不能兑换：已下架或还没有定兑换分值")


class PriceChangedError(DomainError):
    """Some goods no longer cost what the keeper was shown."""

    code = "price_changed"
    message = N_("兑换分值刚刚调整：原来合计 {quoted} 分，现在合计 {points} 分，请核对后再确认")


class ReceiptNotRecognisedError(NotFoundError):
    """No code that we put on a receipt."""

    message = N_("没有认出这张单，请对着二维码再扫一次")


class VoidTooLateError(ForbiddenError):
    """The keeper may take back what was handed over today, and nothing older."""

    message = N_("店长只能作废当天的兑换；以前的兑换请监督员办理冲正")


class AnotherCardError(DomainError):
    """A second card was scanned while goods of the first household lie on the counter."""

    code = "another_card"
    message = N_("这是另一户的卡。请先给前一户确认兑换，或点“换一户”清空后再扫")


class ShopNotOpenError(DomainError):
    """It is outside the hours in which the shop hands goods out."""

    code = "shop_not_open"
    message = N_("“{shop}”现在不在兑换时间，{opens_on} {opens_at} 起办理兑换，请到时再来")


class WindowsError(InvalidError):
    """Hours that cannot be meant: a part ends before it begins, or two overlap."""

    code = "windows_invalid"
    message = N_("“{text}”不是兑换时间，请写成 08:30-11:30，一天两段中间空一格，前后不能重叠")


class LimitReachedError(DomainError):
    """A limit of the programme or of goods; the sentence says what is left."""

    code = "limit_reached"


class MinimumError(LimitReachedError):
    """The household holds fewer points than it takes to redeem at all."""

    message = N_("这户现有 {balance} 分，满 {minimum} 分才能兑换，还差 {missing} 分，攒够了再来")


class MonthCapError(LimitReachedError):
    """More than a household may spend in a month."""

    message = N_(
        "每户每月最多兑 {cap} 分，这户这个月还可兑 {left} 分，这次要 {points} 分；"
        "{opens_on} 起又可以兑"
    )


class GoodsLimitError(LimitReachedError):
    """More of some goods than a household may take in a month."""

    message = N_(
        "“{goods}”每户每月最多兑 {limit} {unit}，这户这个月还可兑 {left} {unit}；"
        "{opens_on} 起又可以兑"
    )


class ProxyLimitError(LimitReachedError):
    """More than this proxy may collect in a month."""

    message = N_(
        "代领人{name}每月最多代领 {limit} 分，这个月还可代领 {left} 分，这次要 {points} 分；"
        "可以减少商品，或由户主本人来"
    )


class ProofNeededError(DomainError):
    """A large basket, and nothing shows that the household agrees."""

    code = "pin_needed"
    message = N_("满 {above} 分的兑换，请户主自己输入密码，或由登记的代领人来领")


class IdentityNeededError(DomainError):
    """A large basket of a household without a PIN, and the keeper did not say who stands there."""

    code = "identity_needed"
    message = N_(
        "满 {above} 分的兑换须核对本人：这户没有设密码，请选怎样核对的，或由登记的代领人来领"
    )


class ProxyOverError(DomainError):
    """Somebody who no longer, or not yet, collects for the household."""

    code = "proxy_not_valid"
    message = N_("{name}代领的期限到 {until} 为止，已不能代领。请户主本人来，或到村里续办代领")


class ProxyEndedError(DomainError):
    """Somebody whose authority was taken back, or has not begun."""

    code = "proxy_not_valid"
    message = N_("{name}现在不能替这户代领。请户主本人来，或到村里办理代领登记")


class OwnHandsError(DomainError):
    """The helper who would collect is the keeper who hands out."""

    code = "conflict_of_interest"
    message = N_("您是这户的帮扶责任人，不能自己发货自己代领，请由其他店长办理")
