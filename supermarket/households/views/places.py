"""The places somebody may choose among."""

from supermarket.households.forms.household import Choices
from supermarket.households.queries import narrowed
from supermarket.regions import queries as regions
from supermarket.regions.models import TOWNSHIP, VILLAGE, within
from supermarket.staff.models import Scope


def reached(region: str, scope: Scope) -> bool:
    """Whether a region is, or holds, or lies in something of the scope."""
    return region.isascii() and region.isdigit() and bool(narrowed(scope.regions, region))


def villages(scope: Scope) -> Choices:
    """Return the villages of a scope, by the name of their township."""
    found = [place for area in narrowed(scope.regions) for place in regions.below(area, VILLAGE)]
    townships = regions.names(sorted({place.code[:TOWNSHIP] for place in found}))
    choices: Choices = {}
    for place in found:
        township = townships.get(place.code[:TOWNSHIP], "")
        choices.setdefault(township, []).append((place.code, place.name))
    return choices


def narrower(scope: Scope, region: str | None) -> list[tuple[str, str]]:
    """Return the places a list can be narrowed to: townships, and villages of the chosen one.

    Somebody of one township chooses among its villages at once; of one village, not at all.
    """
    areas = narrowed(scope.regions)
    if len(areas) == 1 and len(areas[0]) >= VILLAGE:
        return []
    options: list[tuple[str, str]] = []
    for area in areas:
        if len(area) >= VILLAGE:
            options += regions.names([area]).items()
        elif len(area) >= TOWNSHIP:
            options += _with_villages(area)
        else:
            for township in regions.below(area, TOWNSHIP):
                inside = region is not None and within(region, township.code)
                options += (
                    _with_villages(township.code) if inside else [(township.code, township.name)]
                )
    return options


def _with_villages(township: str) -> list[tuple[str, str]]:
    """Return a township and its villages, set in under it."""
    villages = [(place.code, f"\u3000{place.name}") for place in regions.children(township)]
    return [*regions.names([township]).items(), *villages]
