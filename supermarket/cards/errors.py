"""What the card desk refuses, in words."""

from supermarket.errors import N_, DomainError, InvalidError, NotFoundError


class CardNotRecognisedError(DomainError):
    """The code was not signed by this installation: another county's, mistyped or no card."""

    code = "not_found"
    status = 404
    message = N_("这不是本县的积分卡，或二维码残缺，请重新扫码，或输入卡面上的 9 位卡号")


class CardNumberError(DomainError):
    """What was typed has not the shape of a card number."""

    code = "card_number_invalid"
    status = 422
    message = N_("卡号是印在卡正面的 9 位数字，“{typed}”不是卡号，请对照卡面再输一遍")


class CardNumberMistypedError(CardNumberError):
    """Nine digits, but the check digit says that one is wrong or two are swapped."""

    code = "card_number_mistyped"
    message = N_("卡号 {typed} 输错了：有数字按错，或前后颠倒，请对照卡面再输一遍")


class MissingGlyphError(DomainError):
    """No font at hand can draw a character of what should be printed on a card."""

    code = "missing_glyph"
    status = 422
    message = N_("“{text}”里的“{characters}”没有字体能印出来，请联系管理员添加字体，或在卡上手写")

    def __init__(self, *, text: str, characters: str) -> None:
        super().__init__(text=text, characters=characters)


class CardPhotoError(DomainError):
    """Base of what can be wrong with a photo of a card."""

    code = "card_photo_invalid"
    status = 422


class NotAnImageError(CardPhotoError):
    """The upload is not a picture, is broken, or is of a kind nobody's phone makes."""

    code = "not_an_image"
    message = N_("这不是能打开的照片，请上传手机拍的 JPG 或 PNG 照片")


class NoCodeFoundError(CardPhotoError):
    """The picture is fine, but no QR code can be made out in it."""

    code = "no_code_found"
    message = N_("照片里没有找到二维码，请擦干净卡面，靠近、对准、拍清楚再试，或输入卡号")


class SeveralCardsError(CardPhotoError):
    """Two cards of ours lie in the picture, and nobody knows which one is meant."""

    code = "several_cards"
    message = N_("照片里有两张积分卡，不知道要用哪一张，请只拍一张，或输入卡号")


class ImageTooLargeError(CardPhotoError):
    """The picture has more bytes or pixels than will be opened."""

    code = "image_too_large"
    status = 413
    message = N_(
        "照片太大：不能超过 {megabytes} MB、{megapixels} 百万像素，请用手机直接拍，或裁剪后再传"
    )


class UnknownCardNumberError(CardNotRecognisedError):
    """A well-formed card number that no card has."""

    message = N_("没有卡号为 {number} 的积分卡，请对照卡面再输一遍，或扫描卡上的二维码")


class CardNotActiveError(DomainError):
    """Base of the reasons why a card of ours is not good for business."""

    code = "card_not_active"
    message = N_("这张卡现在不能用，请到村里核实")


class CardBlankError(CardNotActiveError):
    """A printed blank that was never linked to a household."""

    message = N_("这张卡还没有发给农户，请先在农户页面把它发放出去")


class CardLostError(CardNotActiveError):
    """Somebody reported the card lost."""

    message = N_("这张卡已挂失，不能使用；如果是户主本人找回，请先到村里解除挂失或补发新卡")


class CardRevokedError(CardNotActiveError):
    """The card was revoked, usually because a new one was issued for it."""

    message = N_("这张卡已注销，请使用补发的新卡；没有新卡请到村里补办，积分不会少")


class CardExpiredError(CardNotActiveError):
    """The last day of the card has passed."""

    message = N_("这张卡已过期，请到村里换一张新卡，积分不会少")


class HouseholdLeftError(CardNotActiveError):
    """The card is fine, but its household no longer takes part."""

    message = N_("这户已退出爱心超市，卡不能再用；如有疑问请到村里核实")


class AlreadyHasCardError(DomainError):
    """The household has a card it can use; a second one needs the first one's end."""

    code = "already_has_card"
    message = N_("该户已有在用的卡 {number}，不能再发一张；卡丢了或坏了请用“补发新卡”")


class NoCardToReplaceError(DomainError):
    """Nothing was issued yet, or all of it is revoked, so there is nothing to replace."""

    code = "no_card_to_replace"
    message = N_("该户没有可以补发的卡，请直接发卡")


class CardReplacedError(DomainError):
    """The card that should be replaced has been replaced already, perhaps by a second tap."""

    code = "conflict"
    message = N_("卡 {number} 已经补发过或状态已变，请刷新看看这户现在的卡")


class CardStateError(DomainError):
    """The card's state does not allow this change."""

    code = "conflict"
    message = N_("卡 {number} 的状态已变，不能再这样办理，请刷新后看看")


class HouseholdHasLeftError(DomainError):
    """A household that left gets no card."""

    code = "household_left"
    message = N_("该户已退出爱心超市，不能发卡；如要恢复，请先修改农户状态")


class CardElsewhereError(NotFoundError):
    """The card is ours, but of a place the reader does not work for."""

    message = N_("这张卡不在您负责的范围内，请让持卡人到本村办理")


class NothingToPrintError(DomainError):
    """A print run without cards."""

    code = "nothing_to_print"
    status = 404
    message = N_("这里没有可打印的卡，请先发卡，或换个条件再看")


class TooManyCardsError(DomainError):
    """More cards than one print run takes."""

    code = "too_many_cards"
    status = 422
    message = N_("一次最多印 {most} 张，这里有 {count} 张，请按村民小组分开印")


class SelectionError(DomainError):
    """Households were picked that are not of this village, or have no card in use."""

    code = "selection_invalid"
    status = 422
    message = N_("挑选的农户里有 {count} 户不在这里或没有在用的卡，请刷新后重新挑选")


class RunKeyReusedError(DomainError):
    """The key named another print run."""

    code = "key_reused"
    message = N_("这次提交已经用来印过别的卡，请刷新后再印")


class NotReadyError(DomainError):
    """The file of a print run is not there: still being drawn, or gone since."""

    code = "not_ready"
    message = N_("这一批的文件还没画好或已经清理，请打开这一批看看")


class LastDayError(InvalidError):
    """No card ends on such a day."""

    code = "last_day_invalid"
    message = N_("有效期要从今天到 {years} 年以内")


class PinShapeError(InvalidError):
    """What was typed cannot be a PIN; it is no try."""

    code = "pin_invalid"
    message = N_("密码是 4 到 6 位数字，请再输一遍")


class WeakPinError(InvalidError):
    """Anybody would try this one first."""

    code = "pin_weak"
    message = N_("这个密码太容易被人猜到，不要用相同、连续或重复的数字，也不要用卡号、电话的末几位")


class NoPinError(DomainError):
    """The household has no PIN."""

    code = "pin_not_set"
    message = N_("这户还没有设密码，请带上积分卡到爱心超市或村里设一个")


class WrongPinError(DomainError):
    """It is not the household's PIN."""

    code = "pin_wrong"
    message = N_("密码不对，还可以再试 {left} 次；想不起来请到爱心超市或村里重设")


class PinLockedError(DomainError):
    """Five tries were wrong: nobody may try again until it is set anew."""

    code = "pin_locked"
    message = N_("密码输错了 5 次，已经锁住。请带上积分卡到爱心超市或村里重设，积分不会少")
