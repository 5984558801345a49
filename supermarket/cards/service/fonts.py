"""The fonts cards are drawn with, and which characters they can draw.

Noto Sans CJK draws 44,810 characters, among them every Han character of GB 18030-2000.
Whoever needs a rarer one puts a font that has it into ``instance/fonts`` and restarts;
fonts are asked in that order, and what none can draw is reported, never drawn as a box.
"""

import logging
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from fontTools.ttLib import TTFont, TTLibError
from PIL import ImageDraw, ImageFont

from supermarket.settings import ROOT

log = logging.getLogger(__name__)

#: Where an installation keeps fonts of its own: .ttf, .otf, .ttc or .woff2.
OWN_FONTS = ROOT / "instance" / "fonts"

#: What other programs put where they could not show a character of a name.
_STAND_INS = frozenset("□▢◻〓\N{REPLACEMENT CHARACTER}")
_NOTO = Path(str(files("noto_cjk_sans_otc").joinpath("NotoSansCJK-Regular.ttc")))
#: The place of the simplified Chinese face in that collection of all regions' faces.
_SIMPLIFIED_CHINESE = 2
#: A bold face is the regular one, drawn with a pen this share of its size thick.
_BOLD_PEN = 1 / 56
#: Sizes of all faces kept open; a card needs about ten.
_OPEN_FONTS = 48


class Typeface(NamedTuple):
    """A font file, the place of the face in it and the characters it has."""

    path: Path
    place: int
    characters: frozenset[int]


class Style(NamedTuple):
    """How a line is drawn: ``size`` in pixels, ``fill`` a grey or an (r, g, b)."""

    size: int
    fill: int | tuple[int, int, int]
    bold: bool = False

    @property
    def pen(self) -> int:
        """Pixels drawn around each stroke to make it bold."""
        return max(1, round(self.size * _BOLD_PEN)) if self.bold else 0


def cleaned(text: str) -> str:
    """Drop what has no shape of its own (controls, joiners, variation selectors) from ``text``."""
    return " ".join("".join(c for c in text if not _shapeless(c)).split())


def missing_glyphs(text: str) -> list[str]:
    """List the characters of ``text`` no font can draw, each once, in order."""
    return [c for c in dict.fromkeys(cleaned(text)) if _typeface_for(c, OWN_FONTS) is None]


def width(text: str, style: Style) -> float:
    """Measure ``text`` in pixels; characters without a font take no room."""
    return sum(_font(typeface, style.size).getlength(run) for typeface, run in _runs(text))


def draw(
    canvas: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    style: Style,
) -> None:
    """Draw one line whose left end and baseline are ``at``."""
    x, baseline = at
    for typeface, run in _runs(text):
        font = _font(typeface, style.size)
        canvas.text((x, baseline), run, style.fill, font, anchor="ls", stroke_width=style.pen)
        x += font.getlength(run)


def _runs(text: str) -> Iterator[tuple[Typeface, str]]:
    """Cut ``text`` into stretches that one face can draw."""
    for typeface, run in groupby(text, key=lambda c: _typeface_for(c, OWN_FONTS)):
        if typeface is not None:
            yield typeface, "".join(run)


def _shapeless(character: str) -> bool:
    """Tell whether a character shows nothing itself: format marks and variation selectors."""
    return (
        unicodedata.category(character) in {"Cf", "Cc", "Cs"} and not character.isspace()
    ) or unicodedata.name(character, "").startswith("VARIATION SELECTOR")


@lru_cache(maxsize=8192)
def _typeface_for(character: str, own_fonts: Path) -> Typeface | None:
    """Find the first face that has ``character``; a stand-in for an unknown one has none."""
    if character in _STAND_INS:
        return None
    return next((t for t in _typefaces(own_fonts) if ord(character) in t.characters), None)


@cache
def _typefaces(own_fonts: Path) -> tuple[Typeface, ...]:
    """Open every font once in the life of a process, the installation's own ones last."""
    noto = _typeface(_NOTO, _SIMPLIFIED_CHINESE)
    added = []
    for path in sorted(own_fonts.glob("*.*")):
        try:
            added.append(_typeface(path, 0))
        except (TTLibError, OSError) as error:
            log.warning("not a font, passed over: %s (%s)", path, error)
    return (noto, *added)


def _typeface(path: Path, place: int) -> Typeface:
    """Read which characters a face has."""
    with path.open("rb") as file, TTFont(file, fontNumber=place, lazy=True) as font:
        return Typeface(path, place, frozenset(font.getBestCmap() or ()))


@lru_cache(maxsize=_OPEN_FONTS)
def _font(typeface: Typeface, size: int) -> ImageFont.FreeTypeFont:
    """Open a face at one size; Chinese needs no shaping, and goes faster without."""
    return ImageFont.truetype(
        str(typeface.path), size, typeface.place, layout_engine=ImageFont.Layout.BASIC
    )
