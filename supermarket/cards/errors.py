"""What the card desk refuses, in words."""

from supermarket.errors import N_, DomainError


class CardNotRecognisedError(DomainError):
    """The code was not signed by this installation: another county's, mistyped or no card."""

    code = "card_not_recognised"
    status = 422
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


class ImageTooLargeError(CardPhotoError):
    """The picture has more bytes or pixels than will be opened."""

    code = "image_too_large"
    status = 413
    message = N_(
        "照片太大：不能超过 {megabytes} MB、{megapixels} 百万像素，请用手机直接拍，或裁剪后再传"
    )
