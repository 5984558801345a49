"""Questions about places."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from supermarket.database import db
from supermarket.regions.models import COUNTY, LEVELS, Region, above, after


class Crumb(NamedTuple):
    """A place on the way down to another."""

    code: str
    name: str


def region(code: str) -> Region | None:
    """Return a place by its code."""
    return db.session.get(Region, code)


def county() -> Region | None:
    """Return the first county there is."""
    return db.session.scalar(select(Region).where(_of_level(COUNTY)).order_by(Region.code))


def children(code: str) -> Sequence[Region]:
    """Return the places directly below ``code``, by code."""
    return db.session.scalars(
        select(Region).where(Region.parent_code == code).order_by(Region.code)
    ).all()


def below(code: str, level: int) -> Sequence[Region]:
    """Return ``code`` or the places under it whose codes have ``level`` digits, by code."""
    return db.session.scalars(
        select(Region)
        .where(Region.code >= code, Region.code < after(code), _of_level(level))
        .order_by(Region.code)
    ).all()


def path(code: str, *, top: int = LEVELS[0]) -> list[Crumb]:
    """Return the places from the one with ``top`` digits down to ``code``."""
    codes = [region for region in above(code) if len(region) >= top]
    rows = db.session.execute(
        select(Region.code, Region.name).where(Region.code.in_(codes)).order_by(Region.code)
    )
    return [Crumb(*row) for row in rows]


def names(codes: Sequence[str]) -> dict[str, str]:
    """Return the name of each of ``codes`` that exists."""
    rows = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(codes)))
    return {row.code: row.name for row in rows}


def under(column: InstrumentedAttribute[str], scopes: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a code column lies in one of ``scopes``; none of them is false."""
    return or_(False, *((column >= scope) & (column < after(scope)) for scope in scopes))


def _of_level(level: int) -> ColumnElement[bool]:
    return func.length(Region.code) == level
