"""Taking in the official codes."""

from collections.abc import Iterable

from supermarket.database import db
from supermarket.regions.errors import RegionRowError
from supermarket.regions.models import LEVELS, Region, parent_of


def load(rows: Iterable[tuple[str, str]]) -> int:
    """Add or rename places from (code, name) rows; return how many rows there were.

    All or nothing: run it in one transaction. Places that the rows do not name stay.

    Raises:
        RegionRowError: a code has the wrong form, or its parent is unknown.
    """
    known = {region.code: region for region in db.session.query(Region)}
    number = 0
    for number, (code, name) in enumerate(rows, start=1):
        parent = parent_of(code)
        proper = code.isascii() and code.isdigit() and len(code) in LEVELS and name.strip()
        if not proper or (parent is not None and parent not in known):
            raise RegionRowError(row=number + 1, code=code)
        if code in known:
            known[code].name = name.strip()
        else:
            known[code] = Region(code=code, name=name.strip(), parent_code=parent)
            db.session.add(known[code])
    db.session.flush()
    return number
