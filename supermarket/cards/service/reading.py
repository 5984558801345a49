"""Reading the QR code of a card from an uploaded photo, however poor.

A quick look finds nearly every code in some ten milliseconds; only if it finds none of
ours do slower looks follow: at a larger size, with more contrast, sharper,
smoother, larger or smaller. Whatever is read is one of our cards only if its signature
fits, so a rough look can miss a card but not take it for another.
"""

from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError
from zxingcpp import Barcode, BarcodeFormat, BarcodeFormats, Binarizer, read_barcodes

from supermarket.cards.errors import (
    ImageTooLargeError,
    NoCodeFoundError,
    NotAnImageError,
    SeveralCardsError,
)

#: The kinds a phone, a scanner or a chat program makes; the rest of Pillow stays shut.
KINDS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
MOST_MEGABYTES = 12
MOST_MEGAPIXELS = 40

#: Longer side of the picture in the quick look, and in the slower looks, pixels.
_QUICK_SIDE, _SLOW_SIDE = 1920, 2400
#: A picture smaller than this is worth looking at enlarged.
_SMALL_SIDE = 900
#: A blurred code that fills the picture reads best shrunk to this.
_TINY_SIDE = 600

#: Modes of a byte a pixel or less, which only shrink well once they are grey; the others
#: are shrunk first, for 40 million pixels of them would take half a gigabyte to make grey.
_COARSE = frozenset({"1", "P"})
#: Rows made grey at a time: a transparent picture of 40 million pixels is laid on its paper
#: piece by piece, not three times over.
_STRIP = 256

_QR = BarcodeFormats(BarcodeFormat.QRCode)
_BINARIZERS = (Binarizer.LocalAverage, Binarizer.GlobalHistogram)

#: What Pillow raises, kind by kind, for a file that is cut off, damaged or a trap.
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def read(photo: bytes, accept: Callable[[str], bool] = lambda text: True) -> str:
    """Find the text of the QR code in ``photo``, a picture file's content.

    Of several codes, or of one code misread by a rough look, that one is returned which
    ``accept`` takes for ours; if it takes none, the first code found, for the caller
    to say what is wrong with it. Turned, mirrored and inverted codes are read too.

    Raises:
        ImageTooLargeError: more than 12 MB or 40 million pixels.
        NotAnImageError: not a picture, or a broken one.
        NoCodeFoundError: a picture, but without a QR code that can be made out.
        SeveralCardsError: two codes of ours, and nobody knows which one is meant.
    """
    if len(photo) > MOST_MEGABYTES * 1_000_000:
        raise _too_large()
    ours: list[Barcode] = []
    others: list[str] = []
    for codes in _seen(photo):
        for code in codes:
            if not code.valid or not accept(code.text):
                others += [code.text] if code.valid else []
            elif all(code.text != known.text for known in ours):
                ours.append(code)
        if len(ours) > 1:
            raise SeveralCardsError
        if ours and not any(_lies_elsewhere(code, ours[0]) for code in codes):
            return ours[0].text
    if ours:
        return ours[0].text
    if not others:
        raise NoCodeFoundError
    return others[0]


def _seen(photo: bytes) -> Iterator[list[Barcode]]:
    """Yield what each look at ``photo`` finds, with codes it cannot make out among them."""
    quick = _open(photo, _QUICK_SIDE)
    yield read_barcodes(quick, _QR, try_invert=False, try_downscale=False, return_errors=True)
    for look in _looks(_open(photo, _SLOW_SIDE)):
        for binarizer in _BINARIZERS:
            yield read_barcodes(look, _QR, binarizer=binarizer, return_errors=True)


def _lies_elsewhere(code: Barcode, ours: Barcode) -> bool:
    """Tell whether a code that could not be made out is another one than ours.

    It may be a second card, so a closer look is worth its time.
    """
    if code.valid or code.error is None or "Checksum" not in str(code.error):
        return False
    corners = [ours.position.top_left, ours.position.bottom_right, ours.position.top_right]
    corners.append(ours.position.bottom_left)
    middle = code.position.top_left, code.position.bottom_right
    x, y = (middle[0].x + middle[1].x) / 2, (middle[0].y + middle[1].y) / 2
    inside = min(c.x for c in corners) <= x <= max(c.x for c in corners)
    return not (inside and min(c.y for c in corners) <= y <= max(c.y for c in corners))


def _looks(picture: Image.Image) -> Iterator[Image.Image]:
    """Yield a picture (L) as it is and then helped along in the ways that have helped."""
    yield picture
    stretched = ImageOps.autocontrast(picture, cutoff=2)
    yield stretched
    yield stretched.filter(ImageFilter.UnsharpMask(radius=4, percent=250))
    yield stretched.filter(ImageFilter.MedianFilter(5))
    yield stretched.filter(ImageFilter.GaussianBlur(2))
    larger = 2.5 if max(picture.size) <= _SMALL_SIDE else 1.5
    enlarged = ImageOps.scale(stretched, larger, Image.Resampling.BICUBIC)
    yield enlarged
    yield enlarged.filter(ImageFilter.MaxFilter(3))  # thins specks and scratches out
    around = enlarged.filter(ImageFilter.BoxBlur(25))
    yield ImageChops.subtract(enlarged, around, scale=0.3, offset=128)  # shadows and glare
    stretched.thumbnail((_TINY_SIDE, _TINY_SIDE))
    yield stretched


def _open(photo: bytes, side: int) -> Image.Image:
    """Open a picture file as grey (L), reduced to ``side`` pixels if it is larger."""
    try:
        with Image.open(BytesIO(photo), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_MEGAPIXELS * 1_000_000:
                raise _too_large()
            picture.draft("L", (side, side))
            if picture.mode not in _COARSE and not picture.has_transparency_data:
                picture.thumbnail((side, side), Image.Resampling.BILINEAR)
            grey = _grey(picture)
    except _BOMB as bomb:
        raise _too_large() from bomb
    except _BROKEN as broken:
        raise NotAnImageError from broken
    grey.thumbnail((side, side), Image.Resampling.BILINEAR)
    return grey


def _grey(picture: Image.Image) -> Image.Image:
    """Make a picture grey, with what is transparent in it lying on white paper."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    grey = Image.new("L", picture.size)
    for top in range(0, picture.height, _STRIP):
        box = (0, top, picture.width, min(top + _STRIP, picture.height))
        seen = picture.crop(box).convert("RGBA")
        paper = Image.new("RGBA", seen.size, "white")
        grey.paste(Image.alpha_composite(paper, seen).convert("L"), box)
    return grey


def _too_large() -> ImageTooLargeError:
    """Word the refusal with the limits in force."""
    return ImageTooLargeError(megabytes=MOST_MEGABYTES, megapixels=MOST_MEGAPIXELS)
