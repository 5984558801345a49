"""What counting and closing a day refuse."""

from supermarket.errors import N_, ConflictError, DomainError, InvalidError


class AlreadyUnderWayError(DomainError):
    """A shop has one stocktake at a time."""

    code = "stocktake_under_way"
    message = N_("本店已经有一次盘点 {stocktake} 没有结束，请先把它盘完或作废")


class StocktakeOverError(DomainError):
    """Base of what comes too late: the sentence says who did what."""

    code = "already_decided"


class HandedInError(StocktakeOverError):
    """It waits for the second person; counts stand still."""

    message = N_("盘点 {stocktake} 已经由{name}交给第二人审核，不能再改；要改请审核的人退回")


class AlreadyPostedError(StocktakeOverError):
    """It is in the books."""

    message = N_("盘点 {stocktake} 已经由{name}审核入账，不能再改")


class AlreadyCancelledError(StocktakeOverError):
    """It was given up."""

    message = N_("盘点 {stocktake} 已经由{name}作废")


class NotHandedInError(StocktakeOverError):
    """It is still being counted."""

    message = N_("盘点 {stocktake} 还在盘，盘的人交来以后才能审核")


class StocktakeChangedError(ConflictError):
    """It was sent back and handed in again since it was read."""

    message = N_("这次盘点刚被退回重盘过，数字可能变了，请重新看一遍再办")


class CountUnlikelyError(InvalidError):
    """A count far from anything the shelf ever held; the book figure is not told."""

    code = "count_unlikely"
    message = N_(
        "“{goods}”填的是 {counted}，这个数和平常差得很多，请再数一遍；确认无误请再点一次保存"
    )


class CountInvalidError(InvalidError):
    """Not a whole number of units that a shelf could hold."""

    message = N_("“{goods}”：应填 0 到 {most} 的整数")


class NoLotError(DomainError):
    """Goods on the shelf of which the shop has no lot."""

    code = "no_lot"
    message = N_(
        "账上没有“{goods}”的批次，盘点里加不了。货架上真有的，请另办入库，单据号写“盘点发现”"
    )


class LotElsewhereError(InvalidError):
    """The lot belongs to another shop."""

    message = N_("这一批不是本店的，请核对批次号")


class MovedWhileAddingError(DomainError):
    """Scans are added only while nothing else moves the lot."""

    code = "line_moved"
    message = N_("“{goods}”数到一半又有进出，接着加会错。请把这一批从头数，直接填总数")


class NotCountedError(DomainError):
    """What was never counted needs no decision, and is no reason to hand anything in."""

    code = "not_counted"
    message = N_("还没有数过，请先数")


class UncountedError(DomainError):
    """Lots nobody counted must be named and left out knowingly."""

    code = "lots_uncounted"
    message = N_(
        "还有 {count} 批没有盘：{names}。请接着盘，货架上确实没有的填 0；不盘的要确认，账面不变"
    )


class UndecidedError(DomainError):
    """Lines that moved since they were counted wait for a decision."""

    code = "lines_undecided"
    message = N_("有 {count} 批盘点后又动过或要重盘：{names}。请逐批选“重盘”或“按我数的算”")


class SamePersonError(DomainError):
    """Whoever counted does not approve."""

    code = "same_person"
    message = N_("您自己参加了这次盘点，要由另一个人审核")


class LineShortError(DomainError):
    """So much was sold since the count that what is missing cannot be taken off."""

    code = "out_of_stock"
    message = N_(
        "“{goods}”批次 {lot}：数的时候少 {missing}，之后又发出去一些，账上只剩 {on_hand}，不够减。"
        "请退回重盘这一批"
    )


class ReasonMissingError(InvalidError):
    """Sending back and cancelling need a reason."""

    message = N_("请写明原因")


class AlreadyClosedError(DomainError):
    """A shop closes a day once."""

    code = "day_closed"
    message = N_("{day:%-m月%-d日}已经由{name}日结过了，不用再结")


class DayNotComeError(InvalidError):
    """A day is closed when it is there."""

    message = N_("日期不能晚于今天，请核对")


class DayTooLongAgoError(InvalidError):
    """A count made now says nothing about a day long past."""

    message = N_("只能补结最近 {days} 天的，更早的请看兑换报表")


class KeyGoodsMissingError(InvalidError):
    """The key goods of the shop are counted every day."""

    message = N_("请数一下“{goods}”现在有多少，填在后面；没有就填 0")


class CountsDifferError(InvalidError):
    """Key goods that do not agree are counted a second time; the book figure is not told."""

    code = "counts_differ"
    message = N_("{names} 和账面对不上，请再数一遍；确认无误请再点一次")


class OwnCloseError(DomainError):
    """Whoever closed the day does not sign it."""

    code = "same_person"
    message = N_("您自己做的日结，要由另一个人签字")


class AlreadySignedError(DomainError):
    """Somebody has signed."""

    code = "already_decided"
    message = N_("{name}已经签过了")
