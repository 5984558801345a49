"""A card as a picture: 85.6 × 54 mm at 300 dpi, front and back.

A front is a red band, which all cards of a village share, over a grey body with the
name, the number and the QR code; apart, they make a printed sheet a tenth the size.
What is on a card is Chinese whatever language the operator's screen speaks.
"""

from functools import lru_cache
from io import BytesIO
from typing import NamedTuple

import qrcode
from PIL import Image, ImageDraw
from qrcode.constants import ERROR_CORRECT_Q

from supermarket.cards.errors import MissingGlyphError
from supermarket.cards.queries import numbers
from supermarket.cards.service import fonts
from supermarket.cards.service.fonts import Style

DPI = 300
#: Pixels of a bank card.
WIDTH, HEIGHT = 1011, 638
BAND_HEIGHT = 150

RED = (200, 50, 31)
WHITE = (255, 255, 255)
_INK, _SOFT, _PAPER = 24, 90, 255

_MARGIN = 48
#: The square on the right that holds the QR code with its quiet zone.
_QR_SIDE = 410
_QR_AT = (WIDTH - _QR_SIDE - 26, 38)
_TEXT_WIDTH = _QR_AT[0] - _MARGIN
#: Modules of white the standard wants around a QR code.
_QUIET = 4
#: Version 4 holds a host of 34 characters; a longer address grows it, to 10 at most,
#: where the code is still 29 mm wide and its modules half a millimetre.
_SMALLEST_VERSION, _LARGEST_VERSION = 4, 10
#: Trying all eight masks takes most of the time, and any of them reads.
_MASK = 2
#: No two lines hold more; measuring a novel would take long.
_LONGEST_TEXT = 80


class CardFace(NamedTuple):
    """What is printed on a card.

    ``url`` is what the QR code says. ``phone`` is the shop's. Without ``show_name`` the
    household wants no name on its card; with it and an empty ``head``, as on a blank
    card, there is a line to write one on.
    """

    card_number: str
    url: str
    head: str
    village: str
    programme: str
    show_name: bool = True
    phone: str = ""
    #: Last day it may be used, YYYY-MM-DD; empty while it has no end.
    last_day: str = ""


def front_png(face: CardFace) -> bytes:
    """Draw the front of one card as a PNG file of its real size.

    Raises:
        MissingGlyphError: a character of its texts is in no font.
    """
    refuse_missing(face)
    return _png(front(face))


def back_png(face: CardFace) -> bytes:
    """Draw the back of one card as a PNG file of its real size.

    Raises:
        MissingGlyphError: a character of its texts is in no font.
    """
    refuse_missing(face)
    return _png(back(face.village, face.phone))


def refuse_missing(face: CardFace) -> None:
    """Raise MissingGlyphError for the first text of ``face`` that no font can draw whole."""
    for field in printed_fields(face):
        text = getattr(face, field)
        if characters := fonts.missing_glyphs(text):
            raise MissingGlyphError(text=text, characters="".join(characters))


def printed_fields(face: CardFace) -> tuple[str, ...]:
    """Name the fields of a card that people worded; a name that is not shown is not among them."""
    worded = ("village", "programme", "phone")
    return ("head", *worded) if face.show_name else worded


def front(face: CardFace) -> Image.Image:
    """Draw a front (RGB)."""
    card = Image.new("RGB", (WIDTH, HEIGHT))
    card.paste(band(face.programme), (0, 0))
    card.paste(body(face), (0, BAND_HEIGHT))
    return card


@lru_cache(maxsize=8)
def band(programme: str) -> Image.Image:
    """Draw the red band at the top of a front (RGB); the same picture for the same words."""
    image = Image.new("RGB", (WIDTH, BAND_HEIGHT), RED)
    canvas = ImageDraw.Draw(image)
    hint, style = "柜台扫码 · 查分兑换", Style(34, WHITE)
    hint_width = fonts.width(hint, style)
    _write(canvas, 98, programme, Style(66, WHITE, bold=True), WIDTH - 3 * _MARGIN - hint_width)
    fonts.draw(canvas, (WIDTH - _MARGIN - hint_width, 96), hint, style)
    return image


def body(face: CardFace) -> Image.Image:
    """Draw all of a front but its band (L): village, name, number and QR code."""
    image = Image.new("L", (WIDTH, HEIGHT - BAND_HEIGHT), _PAPER)
    canvas = ImageDraw.Draw(image)
    _write(canvas, 92, face.village, Style(42, _SOFT))
    if face.show_name and face.head:
        _write(canvas, 248, face.head, Style(124, _INK, bold=True))
    elif face.show_name:
        fonts.draw(canvas, (_MARGIN, 248), "姓名", Style(42, _SOFT))
        canvas.line((_MARGIN + 100, 252, _MARGIN + _TEXT_WIDTH - 20, 252), _SOFT, width=3)
    end = f"    有效期至 {face.last_day}" if face.last_day else ""
    _write(canvas, 352, f"卡号{end}", Style(34, _SOFT))
    _write(canvas, 430, numbers.format(face.card_number), Style(78, _INK, bold=True))
    code = qr_code(face.url)
    spare = (_QR_SIDE - code.width) // 2
    image.paste(code, (_QR_AT[0] + spare, _QR_AT[1] + spare))
    return image


@lru_cache(maxsize=8)
def back(village: str, phone: str) -> Image.Image:
    """Draw a back (L): how to use the card, and what to do when it is lost or found."""
    image = Image.new("L", (WIDTH, HEIGHT), _PAPER)
    canvas = ImageDraw.Draw(image)
    everything = WIDTH - 2 * _MARGIN
    _write(canvas, 100, "怎么用这张卡", Style(52, _INK, bold=True), everything)
    uses = (
        "到爱心超市柜台出示本卡，可查积分、兑换商品",
        "用手机扫正面的二维码，可看卡状态和超市电话",
        "本卡只认积分，不能取现金，也不要借给别人",
    )
    for place, use in enumerate(uses):
        baseline = 192 + 72 * place
        fonts.draw(canvas, (_MARGIN, baseline), str(place + 1), Style(40, _INK, bold=True))
        fonts.draw(canvas, (_MARGIN + 52, baseline), use, Style(40, _INK))
    canvas.line((_MARGIN, 392, WIDTH - _MARGIN, 392), 190, width=3)
    keeper = phone or f"{village}爱心超市"
    lost = "卡丢了马上打电话挂失：旧卡作废，补发新卡，积分不变"
    _write(canvas, 476, f"拾到或丢失请告诉 {keeper}", Style(52, _INK, bold=True), everything)
    _write(canvas, 560, lost, Style(40, _SOFT), everything)
    return image


def qr_code(text: str) -> Image.Image:
    """Draw a QR code with its quiet zone (L), as large as its place on the card allows.

    Error correction Q: a quarter of it may be scratched, wet or folded.

    Raises:
        ValueError: the address is too long for a card.
    """
    code = qrcode.QRCode(
        version=_SMALLEST_VERSION,
        error_correction=ERROR_CORRECT_Q,
        border=_QUIET,
        mask_pattern=_MASK,
    )
    code.add_data(text, optimize=0)
    code.make(fit=True)
    if code.version > _LARGEST_VERSION:
        raise ValueError(f"too long for the QR code of a card, shorten PUBLIC_URL: {text}")
    rows = code.get_matrix()
    modules = bytes(0 if dark else 255 for row in rows for dark in row)
    side = len(rows) * (_QR_SIDE // len(rows))
    picture = Image.frombytes("L", (len(rows), len(rows)), modules)
    return picture.resize((side, side), Image.Resampling.NEAREST)


def _write(
    canvas: ImageDraw.ImageDraw,
    baseline: int,
    text: str,
    style: Style,
    room: float = _TEXT_WIDTH,
) -> None:
    """Write from the left margin, in at most ``room`` pixels: one line, smaller if it must be.

    What would need less than six tenths of its size goes on two lines around the
    baseline, and what two lines cannot hold ends in an ellipsis.
    """
    text = fonts.cleaned(text)[:_LONGEST_TEXT]
    smallest = style.size * 6 // 10
    while fonts.width(text, style) > room and style.size > smallest:
        style = style._replace(size=max(smallest, style.size - 6))
    first, rest = _split(text, style, room)
    if not rest:
        fonts.draw(canvas, (_MARGIN, baseline), first, style)
        return
    second, more = _split(rest, style, room)
    if more:
        second = _split(second, style, room - fonts.width("…", style))[0] + "…"
    fonts.draw(canvas, (_MARGIN, baseline - style.size * 0.6), first, style)
    fonts.draw(canvas, (_MARGIN, baseline + style.size * 0.6), second, style)


def _split(text: str, style: Style, room: float) -> tuple[str, str]:
    """Cut ``text`` after the last character that still fits into ``room`` pixels."""
    end = len(text)
    while end > 1 and fonts.width(text[:end], style) > room:
        end -= 1
    return text[:end], text[end:]


def _png(image: Image.Image) -> bytes:
    """Write a picture as a PNG file that says its real size."""
    file = BytesIO()
    image.save(file, "PNG", dpi=(DPI, DPI))
    return file.getvalue()
