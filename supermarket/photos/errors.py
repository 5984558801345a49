"""What is refused as a photo."""

from supermarket.errors import N_, InvalidError


class PhotoInvalidError(InvalidError):
    """Not a picture, a broken one, or of a kind that is not taken."""

    code = "photo_invalid"
    message = N_("这不是能打开的照片，请换一张手机拍的 JPG、PNG 或 WebP 照片")


class PhotoKindError(PhotoInvalidError):
    """A picture of a kind that some phones make and few others can open."""

    message = N_(
        "这张照片是 HEIC 格式，打不开。请把手机相机的格式改为“兼容性最佳”再拍，或先截屏再上传"
    )


class PhotoTooLargeError(PhotoInvalidError):
    """The picture has more bytes or pixels than will be opened."""

    code = "photo_too_large"
    message = N_(
        "照片太大：不能超过 {megabytes} MB、{megapixels} 百万像素，请用手机直接拍，或裁剪后再传"
    )
