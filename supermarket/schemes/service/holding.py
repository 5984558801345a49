"""Letting one office at a time change what a region has."""

from sqlalchemy import select

from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.regions.models import Region


def hold(region_code: str) -> None:
    """Take a region until the transaction ends, so that what is read next stays true.

    Rows that only refer to the region are written meanwhile.

    Raises:
        NotFoundError: there is no such region.
    """
    held = select(Region.code).where(Region.code == region_code)
    if db.session.scalar(held.with_for_update(key_share=True)) is None:
        raise NotFoundError(what=region_code[:40])
