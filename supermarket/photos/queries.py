"""Questions about photos."""

from sqlalchemy import select

from supermarket.database import db
from supermarket.photos.models import Photo

#: Bits of 64 in which two photos of one scene differ at most.
NEAR = 6
#: Characters of a token; a longer one is none.
_LONGEST = 64


def content(token: str) -> bytes | None:
    """Return the JPEG at an address, None if there is none."""
    if not (token.isascii() and token.isprintable() and len(token) <= _LONGEST):
        return None
    return db.session.scalar(select(Photo.content).where(Photo.token == token))
