"""The heads of the journals a form was drawn from, so that a later change can be seen."""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select

from supermarket.database import db
from supermarket.ledger.models import Journal
from supermarket.regions.queries import under
from supermarket.reports.queries.sheets.reading import narrowest
from supermarket.reports.queries.window import Window

#: Heads that are written out on the form itself; more stand behind a digest.
FEW = 3


class Head(NamedTuple):
    """The newest entry of one journal."""

    #: Of the region or shop.
    code: str
    number: int
    hash: str


class Heads(NamedTuple):
    """The heads of all journals in a scope, by code."""

    heads: tuple[Head, ...]

    @property
    def few(self) -> bool:
        """Whether they fit on the form itself."""
        return len(self.heads) <= FEW

    @property
    def digest(self) -> str:
        """SHA-256 of their codes, numbers and hashes, a line each; "" if there are none."""
        if not self.heads:
            return ""
        lines = (f"{head.code} {head.number} {head.hash}\n" for head in self.heads)
        return hashlib.sha256("".join(lines).encode()).hexdigest()


def heads(asked: Window) -> Heads:
    """Return the heads of the journals that the rows of a window may come from."""
    regions, shops = narrowest(asked), asked.scope.shops
    if asked.shop:
        regions, shops = [], (asked.shop,)
    rows = db.session.execute(
        select(Journal.code, Journal.last_number, Journal.last_hash)
        .where(_inside(regions, shops), Journal.last_number > 0)
        .order_by(Journal.code)
    )
    return Heads(tuple(Head(*row) for row in rows))


def _inside(regions: Iterable[str], shops: Iterable[str]) -> ColumnElement[bool]:
    places = list(regions)
    return or_(
        under(Journal.code, places),
        # The shops of the very place: S comes after the end of its range of digits.
        *((Journal.code >= f"{code}S") & (Journal.code < f"{code}T") for code in places),
        Journal.code.in_(list(shops)),
    )
