"""What transfers, write-offs and recalls refuse."""

from supermarket.errors import N_, DomainError, ForbiddenError, InvalidError


class NoLinesError(InvalidError):
    """Nothing of nothing."""

    message = N_("还没有商品，请先扫码或选择商品，至少一行")


class TooManyLinesError(InvalidError):
    """More lines than anybody reads through."""

    message = N_("一张单最多 {most} 行，请分成几张")


class UnitsInvalidError(InvalidError):
    """Not a whole number of units that a shop could move."""

    message = N_("“{goods}”：数量应为 1 到 {most} 的整数")


class SameLotTwiceError(InvalidError):
    """One lot stands on two lines."""

    message = N_("“{goods}”的同一批次写了两行，请并成一行")


class DayInvalidError(InvalidError):
    """A day to come, or before the goods were sent."""

    message = N_("日期不能晚于今天，也不能早于发货那天")


class WordsTooLongError(InvalidError):
    """More words than are kept."""

    message = N_("说明最多 {most} 个字")


class ReasonMissingError(InvalidError):
    """Nothing is decided without saying why."""

    message = N_("请写明原因，2 到 {most} 个字")


class SameShopError(InvalidError):
    """A shop cannot send to itself."""

    message = N_("发货店和收货店是同一家，请另选收货店")


class ShopClosedError(DomainError):
    """The receiving shop takes nothing in."""

    code = "shop_closed"
    message = N_("“{shop}”已停业，不能收货。请另选一家店，或请管理员恢复营业")


class NotEnoughError(DomainError):
    """The shelf holds fewer units that may leave than are asked for."""

    code = "out_of_stock"
    message = N_("“{goods}”能调出的只有 {on_hand} 件，要调 {needed} 件。请减少数量")


class LotTooSmallError(DomainError):
    """One lot holds fewer units than are asked for."""

    code = "out_of_stock"
    message = N_("“{goods}”批次 {lot} 只有 {on_hand} 件，填了 {needed} 件。请减少数量")


class ExpiredError(DomainError):
    """Goods past their day stay where they are."""

    code = "expired"
    message = N_("“{goods}”批次 {lot} 已经过期，不能调拨，请在本店报损")


class RecalledError(DomainError):
    """The lot is held back."""

    code = "recalled"
    message = N_("“{goods}”批次 {lot} 正在召回，不能调拨。请单独存放，等召回单位处理")


class BoundError(DomainError):
    """The donor gave it for another place."""

    code = "bound_to_wish"
    message = N_(
        "“{goods}”批次 {lot} 是{donor}定向捐赠的，只能给{place}用，不能调到“{shop}”。"
        "捐赠意愿：{wish}"
    )


class WrongShopError(ForbiddenError):
    """The goods were sent to another shop."""

    message = N_("{transfer} 是发给“{shop}”的，只能由那家店的人确认收货")


class NotYoursToCancelError(ForbiddenError):
    """Only the sender takes a transfer back."""

    message = N_("{transfer} 是“{shop}”发的，只能由发货店撤回。没收到货的，请联系发货店")


class TransferOverError(DomainError):
    """The transfer was received or taken back already."""

    code = "already_decided"
    message = N_(
        "{transfer} 已由{who}在 {when} 办理（{state}），不能再办一次，请刷新后看现在的情况"
    )


class MoreThanSentError(InvalidError):
    """More arrived than was sent."""

    message = N_(
        "“{goods}”发来 {sent} 件，收货不能填 {asked} 件。"
        "真的多收了，请按发货数收货，再联系发货店补单"
    )


class LineUnknownError(InvalidError):
    """The paper has no such line."""

    message = N_("单上没有第 {position} 行")


class NotMissingError(DomainError):
    """Fewer units are missing than somebody decides on."""

    code = "already_decided"
    message = N_("“{goods}”还差 {missing} 件没有下落，不能处理 {asked} 件。请刷新后看现在的情况")


class SamePersonError(DomainError):
    """Whoever had a hand in it would decide on it as well."""

    code = "same_person"
    message = N_("您经办过 {paper} 的前一步，按规定要由另一个人办理")


class WordsNeededError(InvalidError):
    """The kind alone says too little."""

    message = N_("原因是“丢失”或“其他”的，请写明是怎么回事")


class WriteOffDecidedError(DomainError):
    """Somebody else was first."""

    code = "already_decided"
    message = N_("{write_off} 已由{who}在 {when} 办理（{state}），不能再办一次，请刷新后看结果")


class NotProposedByYouError(ForbiddenError):
    """Only the proposer takes a proposal back."""

    message = N_("{write_off} 不是您报的，不能收回；不同意请选“不批准”")


class StockChangedError(DomainError):
    """Since it was proposed some of the units left the shelf."""

    code = "stock_changed"
    message = N_(
        "报单以后又有出入：“{goods}”批次 {lot} 现在只有 {on_hand} 件，单上报 {asked} 件。"
        "请核对实物，按现在的数量批准，或不批准、请店里重报"
    )


class NothingLeftError(DomainError):
    """Nothing of what was proposed is there any more."""

    code = "stock_changed"
    message = N_("报损的商品都已经不在账上了，请选“不批准”")


class NotApprovedError(DomainError):
    """Only an approved write-off can be taken back."""

    code = "already_decided"
    message = N_("{write_off} 没有入账，不用冲正")


class AlreadyRecalledError(DomainError):
    """The lot is held back already."""

    code = "already_recalled"
    message = N_("这一批已经在召回（{recall}），不用再召回一次")


class NotRecalledError(DomainError):
    """The recall was lifted."""

    code = "not_recalled"
    message = N_("召回 {recall} 已经解除")


class LiftElsewhereError(ForbiddenError):
    """Where the goods came in decides that they are good again."""

    message = N_("这批货是“{shop}”进的，要由负责那家店的工作人员解除召回")


class NoUnitsReceivedError(DomainError):
    """The household took none of it, or brought all of it back."""

    code = "not_found"
    status = 404
    message = N_("这户没有领过召回的这批商品，请核对")
