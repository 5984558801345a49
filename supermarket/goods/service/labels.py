"""Shelf labels (价签): A4 sheets of 24 with name, points and a barcode every till reads.

Goods whose package carries no code get an EAN-13 of our own. Numbers that begin with 20 are
"restricted distribution" in the GS1 system: no producer has them, each shop may use them.
"""

from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO, NamedTuple, cast

import zxingcpp
from fpdf import FPDF
from PIL import Image, ImageDraw
from stdnum import ean

from supermarket import clock
from supermarket.cards.service import fonts
from supermarket.cards.service.fonts import Style
from supermarket.goods.errors import NoInStoreNumberError
from supermarket.goods.models import Barcode, Goods
from supermarket.goods.service.catalogue import bind_barcode

#: First digits of the EAN-13 numbers that are ours to give.
IN_STORE = "20"
COLUMNS, ROWS = 3, 8
LABELS_A_PAGE = COLUMNS * ROWS
#: Millimetres: the common label paper of 24 a sheet.
_WIDTH, _HEIGHT = 70.0, 37.125
#: Pixels of one label at 300 dpi.
_WIDE, _HIGH = 827, 438
_MARGIN = 40
_INK, _SOFT = 24, 90
#: Pixels of a barcode's module: 0.34 mm, as wide as on packages.
_MODULE = 4


class ShelfLabel(NamedTuple):
    """What a label says."""

    name: str
    specification: str
    unit: str
    #: Whole points for one unit; None while it has no price.
    points: int | None
    sku: str
    #: 13 digits with their check digit; empty prints none.
    code: str


def in_store_code(number: int) -> str:
    """Return our own EAN-13 of an item number from 1: 1 is 2000000000015.

    Raises:
        NoInStoreNumberError: there are no more than ten digits for it.
    """
    if not 1 <= number < 10**10:
        raise NoInStoreNumberError
    body = f"{IN_STORE}{number:010}"
    return body + str(ean.calc_check_digit(body))


def give_code(item: Goods, *, by: int | None) -> Barcode:
    """Bind our own EAN-13 to goods that have no code; return the one there is, if any.

    Raises:
        BarcodeTakenError: somebody bound the number to other goods by hand.
    """
    own = next((code for code in item.barcodes if printable(code)), None)
    return own or bind_barcode(item, in_store_code(item.id), by=by)


def printable(barcode: Barcode) -> bool:
    """Whether a label can carry a code: an EAN-13 that means one unit."""
    return len(barcode.code) == 13 and barcode.code.isdigit() and barcode.units == 1


def sheets(labels: Iterable[ShelfLabel], out: BinaryIO) -> int:
    """Write labels as an A4 PDF into ``out``; return how many; with none, nothing is written.

    Print at 100 %. A character that no font has is left out of a name.
    """
    paper = FPDF(format="A4")
    paper.set_auto_page_break(False)
    paper.set_creation_date(clock.now())
    count = 0
    for page in _pages(labels):
        paper.add_page()
        for place, label in enumerate(page):
            row, column = divmod(place, COLUMNS)
            paper.image(_drawn(label), column * _WIDTH, row * _HEIGHT, _WIDTH, _HEIGHT)
        count += len(page)
    if count:
        paper.output(out)
    return count


def _pages(labels: Iterable[ShelfLabel]) -> Iterator[list[ShelfLabel]]:
    rest = iter(labels)
    while page := list(islice(rest, LABELS_A_PAGE)):
        yield page


def _drawn(label: ShelfLabel) -> BytesIO:
    """Draw one label as a PNG of its real size, a hairline round it to cut along."""
    image = Image.new("L", (_WIDE, _HIGH), 255)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((0, 0, _WIDE - 1, _HIGH - 1), outline=200)
    name = fonts.cleaned(label.name)
    style = Style(66, _INK, bold=True)
    while fonts.width(name, style) > _WIDE - 2 * _MARGIN and style.size > 34:
        style = style._replace(size=style.size - 4)
    while fonts.width(name, style) > _WIDE - 2 * _MARGIN:
        name = name[:-1]
    fonts.draw(canvas, (_MARGIN, 96), name, style)
    fonts.draw(canvas, (_MARGIN, 152), fonts.cleaned(label.specification)[:24], Style(38, _SOFT))
    if label.points is not None:
        _draw_points(canvas, label)
    if label.code:
        code = _barcode(label.code)
        image.paste(code, (_WIDE - code.width - 8, 176))
    below = f"每{fonts.cleaned(label.unit)[:6]} · {label.sku}"
    fonts.draw(canvas, (_MARGIN, 404), below, Style(34, _SOFT))
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file


def _draw_points(canvas: ImageDraw.ImageDraw, label: ShelfLabel) -> None:
    """Write the price large, with its unit beside it."""
    number, style = f"{label.points}", Style(150, _INK, bold=True)
    room = _WIDE - 8 - _MARGIN - 113 * _MODULE - 90
    while fonts.width(number, style) > room:
        style = style._replace(size=style.size - 10)
    fonts.draw(canvas, (_MARGIN, 340), number, style)
    beside = _MARGIN + fonts.width(number, style) + 12
    fonts.draw(canvas, (beside, 340), "分", Style(56, _INK, bold=True))


def _barcode(code: str) -> Image.Image:
    """Draw an EAN-13 with its quiet zones and digits (L)."""
    drawn = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13)
    picture = drawn.to_image(scale=_MODULE, add_hrt=True)
    high, wide = picture.shape
    return Image.frombytes("L", (wide, high), bytes(memoryview(cast(Any, picture))))
