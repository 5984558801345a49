"""Blank slips on A4: four a page, each with its shop, its number in large print and a barcode.

What is the same on all slips of a shop is one picture that the file holds once; each slip adds
its number, some 6 kB. What is on paper is Chinese whatever language the screen speaks.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple, cast

import zxingcpp
from fpdf import FPDF
from PIL import Image, ImageDraw

from supermarket import clock
from supermarket.cards.service import fonts
from supermarket.cards.service.fonts import Style
from supermarket.slips.queries.numbers import SlipNumber
from supermarket.slips.service.typing_in import MOST_LINES

COLUMNS, ROWS = 2, 2
SLIPS_A_PAGE = COLUMNS * ROWS
#: Millimetres.
_WIDTH, _HEIGHT = 105.0, 148.5
_MARGIN = 7.0
_NUMBER_TOP, _NUMBER_HEIGHT = 18.0, 14.0
#: Pixels of a millimetre, at 300 dpi.
_DOTS = 300 / 25.4
_INK, _SOFT, _LINE = 0, 60, 150
_NUMBER_SIZE = 100
#: Pixels of a barcode's module: a third of a millimetre.
_MODULE = 4


class BlankSlip(NamedTuple):
    """A slip to print."""

    shop_name: str
    number: SlipNumber


def sheets(slips: Iterable[BlankSlip], out: BinaryIO) -> int:
    """Write slips as an A4 PDF into ``out``, to be printed at 100 % and cut; return how many.

    With none, nothing is written. A character that no font has is left out of a shop's name.
    """
    paper = FPDF(format="A4")
    paper.set_auto_page_break(False)
    paper.set_creation_date(clock.now())
    paper.set_draw_color(_LINE)
    count, faces = 0, dict[str, Image.Image]()
    for page in _pages(slips):
        paper.add_page()
        paper.set_dash_pattern(dash=1.5, gap=1.5)
        for row in range(1, ROWS):
            paper.line(0, row * _HEIGHT, COLUMNS * _WIDTH, row * _HEIGHT)
        paper.line(_WIDTH, 0, _WIDTH, ROWS * _HEIGHT)
        for place, slip in enumerate(page):
            row, column = divmod(place, COLUMNS)
            x, y = column * _WIDTH + _MARGIN, row * _HEIGHT + _MARGIN
            if slip.shop_name not in faces:
                faces = {slip.shop_name: _face(slip.shop_name)}
            wide = _WIDTH - 2 * _MARGIN
            paper.image(faces[slip.shop_name], x, y, wide, _HEIGHT - 2 * _MARGIN)
            paper.image(_number(slip.number), x, y + _NUMBER_TOP, wide, _NUMBER_HEIGHT)
        count += len(page)
    if count:
        paper.output(out)
    return count


def _pages(slips: Iterable[BlankSlip]) -> Iterator[list[BlankSlip]]:
    rest = iter(slips)
    while page := list(islice(rest, SLIPS_A_PAGE)):
        yield page


def _dots(millimetres: float) -> int:
    return round(millimetres * _DOTS)


def _face(shop_name: str) -> Image.Image:
    """Draw what all slips of a shop have in common."""
    wide, high = _dots(_WIDTH - 2 * _MARGIN), _dots(_HEIGHT - 2 * _MARGIN)
    image = Image.new("L", (wide, high), 255)
    canvas = ImageDraw.Draw(image)
    _fitted(canvas, (0, 62), "爱心超市手写单", Style(60, _INK, bold=True), wide)
    _fitted(canvas, (0, 136), fonts.cleaned(shop_name), Style(48, _INK), wide)
    canvas.line((0, 166, wide, 166), _INK, width=3)
    top = _dots(_NUMBER_TOP + _NUMBER_HEIGHT)
    _blank(canvas, top + 90, 0, wide, "日期", "　　　　年　　　月　　　日")
    _blank(canvas, top + 200, 0, wide // 2, "户主")
    _blank(canvas, top + 200, wide // 2 + 20, wide, "卡号")
    _grid(canvas, top + 250, wide)
    foot = high - 100
    _blank(canvas, foot, 0, wide * 3 // 5, "领取人签字")
    _blank(canvas, foot, wide * 3 // 5 + 20, wide, "经办")
    words = "来电后照单录入一次，原单留存。写坏了写“作废”，不要撕掉。"
    _fitted(canvas, (0, high - 12), words, Style(34, _SOFT), wide)
    return image


def _grid(canvas: ImageDraw.ImageDraw, top: int, wide: int) -> None:
    """Draw the lines for the goods, with the total as the last."""
    row, columns = 100, (0, round(wide * 0.6), round(wide * 0.8), wide - 2)
    bottom = top + row * (MOST_LINES + 2)
    for place in range(MOST_LINES + 3):
        canvas.line((0, top + place * row, wide, top + place * row), _INK, width=2)
    for x in columns:
        canvas.line((x, top, x, bottom), _INK, width=2)
    style = Style(40, _SOFT)
    for x, word in zip(columns, ("物品", "数量", "积分"), strict=False):
        fonts.draw(canvas, (x + 14, top + 62), word, style)
    fonts.draw(canvas, (14, bottom - 36), "合计", style)


def _blank(
    canvas: ImageDraw.ImageDraw, baseline: int, left: int, right: int, word: str, inside: str = ""
) -> None:
    """Write a word and a line behind it to write on."""
    style = Style(42, _INK)
    fonts.draw(canvas, (left, baseline), word, style)
    start = left + round(fonts.width(word, style)) + 14
    if inside:
        fonts.draw(canvas, (start, baseline), inside, style)
    else:
        canvas.line((start, baseline + 8, right - 4, baseline + 8), _INK, width=2)


def _fitted(
    canvas: ImageDraw.ImageDraw, at: tuple[int, int], text: str, style: Style, room: int
) -> None:
    """Write one line, smaller if it must be; what is still too long is cut."""
    smallest = style.size // 2
    while fonts.width(text, style) > room and style.size > smallest:
        style = style._replace(size=style.size - 4)
    while text and fonts.width(text, style) > room:
        text = text[:-1]
    fonts.draw(canvas, at, text, style)


def _number(number: SlipNumber) -> Image.Image:
    """Draw a slip's number in large print, with its barcode at the right."""
    image = Image.new("L", (_dots(_WIDTH - 2 * _MARGIN), _dots(_NUMBER_HEIGHT)), 255)
    canvas = ImageDraw.Draw(image)
    style = Style(_NUMBER_SIZE, _INK, bold=True)
    drawn = zxingcpp.create_barcode(number.digits, zxingcpp.BarcodeFormat.Code128)
    picture = drawn.to_image(scale=_MODULE, add_quiet_zones=False)
    high, wide = picture.shape
    code = Image.frombytes("L", (wide, high), bytes(memoryview(cast(Any, picture))))
    left = image.width - wide - 10 * _MODULE
    words = number.shown.replace(" ", "  ")
    while fonts.width(words, style) > left - 10 * _MODULE:
        style = style._replace(size=style.size - 4)
    fonts.draw(canvas, (0, 116), words, style)
    image.paste(code.resize((wide, image.height - 20)), (left, 10))
    return image
