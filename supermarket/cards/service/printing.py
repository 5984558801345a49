"""Cards on A4: a PDF of ten a page with crop marks, for a whole village.

The red band and the backs are pictures the file holds once; each card adds only its grey
body, some 16 kB, so a thousand cards are 17 MB and a few seconds.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, BinaryIO, NamedTuple

from fpdf import FPDF

from supermarket import clock
from supermarket.cards.service import drawing, fonts
from supermarket.cards.service.drawing import CardFace

COLUMNS, ROWS = 2, 5
CARDS_A_PAGE = COLUMNS * ROWS

#: Millimetres, all of these.
_PAGE_WIDTH, _PAGE_HEIGHT = 210.0, 297.0
_CARD_WIDTH = 85.6
_CARD_HEIGHT = 54.0
_BAND_HEIGHT = _CARD_HEIGHT * drawing.BAND_HEIGHT / drawing.HEIGHT
_LEFT = (_PAGE_WIDTH - COLUMNS * _CARD_WIDTH) / 2
_TOP = (_PAGE_HEIGHT - ROWS * _CARD_HEIGHT) / 2
_MARK_LENGTH = 5.0
_MARK_GAP = 2.0
_MARK_THICKNESS = 0.15


class MissingGlyphs(NamedTuple):
    """A text left off a card, and its characters that no font can draw."""

    card_number: str
    text: str
    characters: str


class PrintReport(NamedTuple):
    """What was printed, and what must be written on by hand."""

    cards: int
    pages: int
    missing: tuple[MissingGlyphs, ...]


def sheets(
    faces: Iterable[CardFace],
    out: BinaryIO,
    *,
    backs: bool = False,
    progress: Callable[[int], object] = lambda printed: None,
) -> PrintReport:
    """Write the cards as an A4 PDF into ``out``; with none, nothing is written.

    A text with a character that no font has is left off and reported; for a name there
    is a line to write it on. With ``backs`` each page of fronts is followed by its backs,
    mirrored for a printer that turns the sheet on its long edge. ``progress`` hears the
    number of cards done after each page. Print at 100 %, not fitted to the page.
    """
    paper = _paper()
    missing: list[MissingGlyphs] = []
    cards = 0
    for page in _pages(faces):
        whole = []
        for face in page:
            left_off, printable = _without_missing(face)
            missing += left_off
            whole.append(printable)
        _print_fronts(paper, whole)
        if backs:
            _print_backs(paper, whole)
        cards += len(whole)
        progress(cards)
    if cards:
        paper.output(out)
    return PrintReport(cards, paper.pages_count, tuple(missing))


def _paper() -> FPDF:
    """Prepare an empty A4 document."""
    paper = FPDF(format="A4")
    paper.set_auto_page_break(False)
    paper.set_creation_date(clock.now())
    paper.set_line_width(_MARK_THICKNESS)
    return paper


def _pages(faces: Iterable[CardFace]) -> Iterator[list[CardFace]]:
    """Deal the cards out, ten at a time."""
    rest = iter(faces)
    while page := list(islice(rest, CARDS_A_PAGE)):
        yield page


def _without_missing(face: CardFace) -> tuple[list[MissingGlyphs], CardFace]:
    """Blank the texts of a card that cannot be drawn whole; say which."""
    left_off = []
    blanks: dict[str, Any] = {}
    for field in drawing.printed_fields(face):
        text = getattr(face, field)
        if characters := fonts.missing_glyphs(text):
            left_off.append(MissingGlyphs(face.card_number, text, "".join(characters)))
            blanks[field] = ""
    return left_off, face._replace(**blanks)


def _print_fronts(paper: FPDF, page: list[CardFace]) -> None:
    """Add a page of fronts."""
    paper.add_page()
    for place, face in enumerate(page):
        x, y = _corner(place)
        paper.image(drawing.band(face.programme), x, y, _CARD_WIDTH, _BAND_HEIGHT)
        paper.image(
            drawing.body(face), x, y + _BAND_HEIGHT, _CARD_WIDTH, _CARD_HEIGHT - _BAND_HEIGHT
        )
    _mark(paper)


def _print_backs(paper: FPDF, page: list[CardFace]) -> None:
    """Add the page that comes to lie behind a page of fronts."""
    paper.add_page()
    for place, face in enumerate(page):
        x, y = _corner(place)
        mirrored = _PAGE_WIDTH - _CARD_WIDTH - x
        paper.image(drawing.back(face.village, face.phone), mirrored, y, _CARD_WIDTH, _CARD_HEIGHT)
    _mark(paper)


def _corner(place: int) -> tuple[float, float]:
    """Find the top left corner of the card in a place of the page, counted row by row."""
    row, column = divmod(place, COLUMNS)
    return _LEFT + column * _CARD_WIDTH, _TOP + row * _CARD_HEIGHT


def _mark(paper: FPDF) -> None:
    """Draw the crop marks in the margins, where no cut leaves them on a card."""
    bottom, right = _PAGE_HEIGHT - _TOP, _PAGE_WIDTH - _LEFT
    for column in range(COLUMNS + 1):
        x = _LEFT + column * _CARD_WIDTH
        paper.line(x, _TOP - _MARK_GAP, x, _TOP - _MARK_GAP - _MARK_LENGTH)
        paper.line(x, bottom + _MARK_GAP, x, bottom + _MARK_GAP + _MARK_LENGTH)
    for row in range(ROWS + 1):
        y = _TOP + row * _CARD_HEIGHT
        paper.line(_LEFT - _MARK_GAP, y, _LEFT - _MARK_GAP - _MARK_LENGTH, y)
        paper.line(right + _MARK_GAP, y, right + _MARK_GAP + _MARK_LENGTH, y)
