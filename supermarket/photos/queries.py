"""Questions about photos."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.photos.models import Photo

#: Bits of 64 in which two photos of one scene differ at most.
NEAR = 6
#: Characters of a token; a longer one is none.
_LONGEST = 64


class Alike(NamedTuple):
    """A photo that looks like another."""

    id: int
    token: str
    taken_by: int | None
    created_at: datetime
    #: Bits of 64 that differ; 0 is the same picture or one that was saved anew.
    distance: int


def content(token: str) -> bytes | None:
    """Return the JPEG at an address, None if there is none."""
    if not (token.isascii() and token.isprintable() and len(token) <= _LONGEST):
        return None
    return db.session.scalar(select(Photo.content).where(Photo.token == token))


def alike(photo: Photo, distance: int = NEAR) -> list[Alike]:
    """Return the other photos that differ from one in at most ``distance`` bits, nearest first.

    It looks at every photo's 16 digits and at none of the pictures.
    """
    mine = int(photo.likeness, 16)
    rows = db.session.execute(
        select(Photo.id, Photo.likeness, Photo.token, Photo.taken_by, Photo.created_at).where(
            Photo.id != photo.id
        )
    )
    near = [
        Alike(key, token, taken_by, at, bits)
        for key, likeness, token, taken_by, at in rows
        if (bits := (int(likeness, 16) ^ mine).bit_count()) <= distance
    ]
    return sorted(near, key=lambda found: (found.distance, found.id))
