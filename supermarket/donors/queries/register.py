"""Questions about donors."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select

from supermarket.database import db
from supermarket.donors.models import Donor
from supermarket.errors import NotFoundError
from supermarket.regions.models import above
from supermarket.regions.queries import under
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope


def visible(scope: Scope) -> Select[Donor]:
    """Return the donors of a scope's regions and of the places above them, by code.

    A village's office may choose a donor its county keeps; contacts are for those who keep
    the register, and shown by the pages only to them.
    """
    over = {place for region in scope.regions for place in above(region)}
    return (
        select(Donor)
        .where(or_(under(Donor.region_code, scope.regions), Donor.region_code.in_(over)))
        .order_by(Donor.code)
    )


def donors(scope: Scope, *, text: str = "", limit: int = 50, after: str = "") -> Sequence[Donor]:
    """Return donors of a scope whose name or code holds ``text``, by code."""
    wanted = visible(scope).limit(limit)
    if words := cleaned(text):
        wanted = wanted.where(
            or_(Donor.name.contains(words, autoescape=True), Donor.code == words.upper())
        )
    if after:
        wanted = wanted.where(Donor.code > cleaned(after))
    return db.session.scalars(wanted).all()


def donor(code: str, scope: Scope) -> Donor | None:
    """Return a donor of a scope by code."""
    return db.session.scalar(visible(scope).where(Donor.code == cleaned(code).upper()))


def named(name: str, region_code: str) -> Donor | None:
    """Return the donor of exactly that name kept at a region or above it, nearest first."""
    found = db.session.scalars(
        select(Donor).where(Donor.name == name, Donor.region_code.in_(above(region_code)))
    ).all()
    return max(found, key=lambda row: len(row.region_code), default=None)


def meant(text: str, scope: Scope) -> Donor | None:
    """Return the donor that was typed: a code, a code with its name behind it, or a whole name."""
    words = cleaned(text)
    found = donor(words.partition(" ")[0], scope) if words else None
    if found is None and words:
        found = db.session.scalar(visible(scope).where(Donor.name == words).limit(1))
    return found


def donor_or_404(code: str, scope: Scope) -> Donor:
    """Return a donor of a scope by code.

    Raises:
        NotFoundError: there is none, or it is another place's.
    """
    found = donor(code, scope)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found
