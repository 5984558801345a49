"""What keeping goods for a household refuses."""

from supermarket.errors import N_, DomainError, InvalidError


class UnitsError(InvalidError):
    """No whole number of units that would be kept for one household."""

    message = N_("留货数量须是 1 到 {most} 的整数，请改正")


class UntilError(InvalidError):
    """A last day that is over, or too far away."""

    message = N_("最多留 {most} 天，请选今天到 {last} 的日期")


class ReasonError(InvalidError):
    """Too much was written."""

    message = N_("最多写 {most} 个字，请改短一些")


class WishError(InvalidError):
    """A wish that says nothing, or too much."""

    message = N_("请写想要的东西的名称，2 到 {most} 个字")


class NotServedError(DomainError):
    """The shop does not serve the household's village."""

    code = "other_shop"
    message = N_("“{shop}”不为这户所在的村服务，请换一家店留货")


class ShopClosedError(DomainError):
    """The shop no longer serves."""

    code = "shop_closed"
    message = N_("“{shop}”已停业，不能留货")


class HouseholdLeftError(DomainError):
    """The household no longer takes part."""

    code = "household_left"
    message = N_("这户已退出爱心超市，不能留货；如有疑问请到村里核实")


class NotForSaleError(DomainError):
    """The goods are withdrawn, or have no price in the shop."""

    code = "not_for_sale"
    message = N_("“{goods}”现在不能兑换，不能留货：已下架或还没有定兑换分值")


class NothingFreeError(DomainError):
    """Fewer units are free than are to be kept."""

    code = "out_of_stock"
    message = N_("“{goods}”还能留 {free} {unit}，留不了 {units} {unit}；没有的可以记到心愿单")


class HeldForOthersError(DomainError):
    """The units on the shelf are kept for other households."""

    code = "held_for_others"
    message = N_(
        "“{goods}”货架上有 {on_hand} {unit}，这 {held} {unit}已为别的农户留着，"
        "现在最多可兑 {free} {unit}"
    )


class KeptError(DomainError):
    """Units that should leave the shop are kept for households."""

    code = "held_for_others"
    message = N_("“{goods}”有 {held} {unit}已为农户留着，能调出的只有 {free} {unit}。请减少数量")


class NotAffordableError(DomainError):
    """More would be kept than the household's points buy."""

    code = "insufficient_points"
    message = N_("现有 {balance} 分，已留的要 {kept} 分，这次要 {points} 分，分不够，请少留一些")


class TooManyError(DomainError):
    """As many reservations as a household may have."""

    code = "too_many"
    message = N_("一户最多同时留 {most} 样东西，请先领走或取消一样，再留别的")


class TooOftenError(DomainError):
    """As many reservations as a household may make in a day."""

    code = "too_many"
    status = 429
    message = N_("今天已经留了 {most} 次货，请明天再留，或到店里办")


class MonthLimitError(DomainError):
    """More than a household may take in a month."""

    code = "limit_reached"
    message = N_("“{goods}”每户每月最多兑 {limit} {unit}，请少留一些")


class ClosedError(DomainError):
    """It is kept no more: collected, cancelled or past its day."""

    code = "reservation_closed"
    message = N_("留货 {code} 已经领走、取消或过期，不用再取消")


class TooManyWishesError(DomainError):
    """As many wishes as a household may have."""

    code = "too_many"
    message = N_("一户最多记 {most} 个心愿，请先去掉一个")
