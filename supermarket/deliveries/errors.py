"""What bringing goods to the door refuses."""

from supermarket.errors import N_, DomainError, InvalidError


class CarrierError(InvalidError):
    """Nobody brings it, or too long a name."""

    message = N_("请填写由谁送，最多 {most} 个字")


class DueError(InvalidError):
    """A day that is over, or too far away."""

    message = N_("送达日期请选今天到 {last} 的日期")


class WordsError(InvalidError):
    """Too few words, or too many."""

    message = N_("请写明原因，2 到 {most} 个字")


class NoteError(InvalidError):
    """Too many words."""

    message = N_("说明最多 {most} 个字，请改短一些")


class ReceiverError(InvalidError):
    """Nobody received it, or nobody knows what they are to the household."""

    message = N_("请选谁收的；不是本人也不是代领人的，请填姓名和与户主的关系")


class NotARedemptionError(DomainError):
    """What was taken back is not brought anywhere."""

    code = "not_deliverable"
    message = N_("{reference} 是冲正单，或者已经全部退回，不用送货")


class AlreadyMarkedError(DomainError):
    """It is brought by somebody already."""

    code = "delivery_exists"
    message = N_("兑换单 {reference} 已登记由{carrier}送货，不用再登记")


class MovedOnError(DomainError):
    """Somebody else was first."""

    code = "delivery_moved_on"
    message = N_("这次送货已由{who}办理过了，请看最新情况")


class TakenBackError(DomainError):
    """The goods went back into stock."""

    code = "taken_back"
    message = N_("兑换单 {reference} 已经退货，不能再登记送到")


class OwnPinError(DomainError):
    """A household without a PIN signs on paper."""

    code = "pin_needed"
    message = N_("密码没有核对，请输入农户密码，或选纸单签字")
