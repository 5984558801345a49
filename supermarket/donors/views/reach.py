"""Which places' donors and funds somebody may see."""

from supermarket.donors.models import Donor
from supermarket.regions import queries as regions
from supermarket.staff.models import Permission, Scope
from supermarket.staff.views.guard import current_user


def reach(permission: Permission) -> Scope:
    """Return the regions of a permission; a keeper's shop counts by the place it stands in."""
    scope = current_user.scope(permission)
    places = {code.partition("S")[0] for code in scope.shops}
    return Scope(tuple(sorted({*scope.regions, *places})), ())


def keeps(donor: Donor) -> bool:
    """Whether somebody keeps the register a donor stands in, and so sees the contact."""
    return current_user.scope(Permission.MANAGE_DONORS).covers_region(donor.region_code)


def own_places(permission: Permission) -> list[tuple[str, str]]:
    """Return the places of a permission, by code, to choose among."""
    codes = list(current_user.scope(permission).regions)
    return sorted(regions.names(codes).items())


def places_below(codes: list[str]) -> list[tuple[str, str]]:
    """Return some places and those directly below them, by code, with their names."""
    found = regions.names(codes)
    for code in codes:
        found |= {child.code: child.name for child in regions.children(code)}
    return sorted(found.items())
