"""Taking a photo in: opened with care, turned upright, made small, stripped of what it tells."""

import hashlib
import secrets
import struct
import zlib
from io import BytesIO
from typing import NamedTuple

from PIL import Image, ImageOps, UnidentifiedImageError

from supermarket.clock import now
from supermarket.database import db
from supermarket.photos.errors import PhotoInvalidError, PhotoKindError, PhotoTooLargeError
from supermarket.photos.models import Photo

#: What is opened, by content; the rest of Pillow stays shut.
KINDS = ("JPEG", "PNG", "WEBP")
MOST_MEGABYTES = 15
#: Pixels that are unpacked, in millions: a little over what a phone of 50 million makes.
MOST_MEGAPIXELS = 52
#: The longer side as it is kept, pixels.
SIDE = 1600
QUALITY = 82
#: The longer side of a picture on a tile, pixels.
SMALL_SIDE = 200
#: Random bytes in the address of a photo.
TOKEN_BYTES = 16

#: Modes of a byte a pixel or less, which only shrink well once they are in colour; the others
#: are shrunk first, for 50 million pixels in colour are much memory.
_COARSE = frozenset({"1", "P"})
#: Modes of 16 bits of grey and more, which lose their light when they are put in colour as is.
_DEEP = frozenset({"I;16", "I;16B", "I;16L", "I", "F"})
#: What a HEIC or AVIF file says of itself in bytes 8 to 11.
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif"})
#: What Pillow raises, kind by kind, for a file that is cut off, damaged or a trap.
_BROKEN = (
    *(UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, IndexError),
    *(KeyError, TypeError, OverflowError, struct.error, zlib.error),
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


class Developed(NamedTuple):
    """A photo ready to be kept."""

    #: JPEG.
    content: bytes
    #: Difference hash, 16 hex digits.
    likeness: str


def keep(photo: bytes | Developed, by: int | None) -> Photo:
    """Keep a photo, a picture file's content or one developed already; return its row.

    Two equal photos make two rows: a list of oversight finds them.

    Raises:
        PhotoInvalidError: as ``develop``.
    """
    developed = photo if isinstance(photo, Developed) else develop(photo)
    made = Photo(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        content=developed.content,
        sha256=hashlib.sha256(developed.content).hexdigest(),
        likeness=developed.likeness,
        taken_by=by,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def develop(data: bytes) -> Developed:
    """Open a picture file, turn it upright, make it small; nothing but the pixels goes on.

    It takes a tenth of a second and needs no database: call it before a transaction.

    Raises:
        PhotoKindError: HEIC, which is not opened here.
        PhotoTooLargeError: more bytes or pixels than are opened.
        PhotoInvalidError: not a picture, or a broken one.
    """
    if len(data) > MOST_MEGABYTES * 1_000_000:
        raise _too_large()
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise PhotoKindError
    picture = _open(data)
    written = BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True)
    return Developed(written.getvalue(), _likeness(picture))


def small(content: bytes, side: int = SMALL_SIDE) -> bytes:
    """Return a photo that was kept as a small JPEG, for a tile."""
    with Image.open(BytesIO(content), formats=("JPEG",)) as picture:
        picture.draft("RGB", (side, side))
        picture.thumbnail((side, side), Image.Resampling.BILINEAR)
        written = BytesIO()
        picture.save(written, "JPEG", quality=75, optimize=True)
    return written.getvalue()


def _open(data: bytes) -> Image.Image:
    """Return the pixels (RGB) of a picture file, upright, in a picture that knows nothing else."""
    try:
        with Image.open(BytesIO(data), formats=KINDS) as picture:
            if picture.width * picture.height > MOST_MEGAPIXELS * 1_000_000:
                raise _too_large()
            picture.draft("RGB", (SIDE, SIDE))
            if picture.mode not in _COARSE | _DEEP:
                picture.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(picture)
            colours = _on_paper(upright)
    except _BOMB as bomb:
        raise _too_large() from bomb
    except _BROKEN as broken:
        raise PhotoInvalidError from broken
    colours.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    return colours


def _on_paper(picture: Image.Image) -> Image.Image:
    """Lay a picture on white paper: a fresh one, so that comments and the like stay behind."""
    paper = Image.new("RGB", picture.size, "white")
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        paper.paste(seen, mask=seen.getchannel("A"))
    elif picture.mode in _DEEP:
        paper.paste(picture.convert("F").point(lambda light: light / 256).convert("L"))
    else:
        paper.paste(picture.convert("RGB"))
    return paper


def _likeness(picture: Image.Image) -> str:
    """Return whether each of 8 × 8 fields is lighter than its right neighbour, as 16 hex digits."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX)
    light = grey.tobytes()
    bits = 0
    for row in range(8):
        for at in range(row * 9, row * 9 + 8):
            bits = bits << 1 | (light[at] > light[at + 1])
    return f"{bits:016x}"


def _too_large() -> PhotoTooLargeError:
    """Word the refusal with the limits in force."""
    return PhotoTooLargeError(megabytes=MOST_MEGABYTES, megapixels=MOST_MEGAPIXELS)
