"""Which place's rules a page is about."""

from typing import NamedTuple

from flask import abort, request

from supermarket.regions import queries as regions
from supermarket.regions.models import Region, within
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user


class Place(NamedTuple):
    """The region a page is about, and where else one may look."""

    region: Region
    #: Code and name of the regions to choose from, the page's own among them.
    choices: list[tuple[str, str]]
    #: Whether the signed-in person may change its rules.
    mine: bool


def place() -> Place:
    """Return the region named in the address, or the nearest of the signed-in person's.

    One may look at one's own regions, below them, and above them, whose rules apply too;
    anything else is not found.
    """
    held = sorted({grant.region_code for grant in current_user.member.grants})
    code = request.args.get("region") or (held[0] if held else "")
    plain = code.isascii() and code.isdigit()
    region = regions.region(code) if plain else None
    if region is None or not any(within(code, own) or within(own, code) for own in held):
        abort(404)
    above = [crumb for crumb in regions.path(code) if _near(crumb.code, held)]
    below = [child for child in regions.children(code) if _near(child.code, held)]
    return Place(
        region,
        [(crumb.code, crumb.name) for crumb in above] + [(c.code, "　" + c.name) for c in below],
        current_user.scope(Permission.MANAGE_RULES).covers_region(code),
    )


def my_place() -> Place:
    """Return the region named in the address, if the signed-in person may change its rules."""
    found = place()
    if not found.mine:
        abort(404)
    return found


def _near(code: str, held: list[str]) -> bool:
    return any(within(code, own) or (within(own, code) and len(code) > 4) for own in held)
