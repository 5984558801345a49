"""What higher slices hang on a household's page; they append here when they are imported."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from flask import url_for

from supermarket.households.models import Household
from supermarket.households.queries import StatementLine
from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user


class HouseholdAction(NamedTuple):
    """A way from a household's page to another slice's."""

    #: Untranslated; marked with ``N_``.
    label: str
    icon: str
    endpoint: str
    #: What somebody must be allowed in the household's village.
    needs: Permission
    #: Name of the endpoint's argument that takes the household's code.
    argument: str = "code"
    order: int = 50


class Section(NamedTuple):
    """A part of a household's page: a template, and what it reads as ``part``."""

    template: str
    part: Mapping[str, Any]


class Way(NamedTuple):
    """An action for one household."""

    label: str
    icon: str
    url: str


class HouseholdFigure(NamedTuple):
    """A number beside a household's balance; ready-made words."""

    label: str
    value: str
    unit: str
    #: The rows behind it; empty for none.
    url: str


#: Upper slices append at import: ``household_actions.append(HouseholdAction(…))``.
household_actions: list[HouseholdAction] = []
#: Actions on the page of a helper's household; ``needs`` is Permission.PAIRED.
helper_actions: list[HouseholdAction] = []
#: Each returns the household behind what was typed or scanned, e.g. a card number.
finders: list[Callable[[str], Household | None]] = []
#: Each returns the points of households that expire next, by household id: (last day, points).
expiring: list[Callable[[Sequence[int], date], Mapping[int, tuple[date, int]]]] = []
#: Each returns a figure of a household to show beside its balance, if it has one.
household_figures: list[Callable[[Household], HouseholdFigure | None]] = []
#: Each returns words for those of the given entry ids it knows, e.g. a rule's title.
entry_words: list[Callable[[Sequence[int]], dict[int, str]]] = []
#: The same for entries whose lines are about different things: words by entry and position.
line_words: list[Callable[[Sequence[int]], dict[tuple[int, int], str]]] = []
#: Each returns a part of a household's page, above its bank book; None if it has nothing.
household_sections: list[Callable[[Household], "Section | None"]] = []


def ways(household: Household) -> list[Way]:
    """Return the actions this person may take for a household, in order."""
    return [
        Way(action.label, action.icon, _url(action, household))
        for action in sorted(household_actions, key=lambda action: action.order)
        if current_user.scope(action.needs).covers_region(household.village_code)
    ]


def figures(household: Household) -> list[HouseholdFigure]:
    """Return what stands beside a household's balance."""
    return [figure for tell in household_figures if (figure := tell(household)) is not None]


def helper_ways(household: Household) -> list[Way]:
    """Return what a helper may do for a household that it stands by, in order."""
    return [
        Way(action.label, action.icon, _url(action, household))
        for action in sorted(helper_actions, key=lambda action: action.order)
    ]


def found_by(text: str) -> Household | None:
    """Return the household behind what was typed or scanned; None if nobody knows it."""
    return next((found for find in finders if (found := find(text)) is not None), None)


def expiring_points(household_ids: Sequence[int], on: date) -> dict[int, tuple[date, int]]:
    """Return the points of households that expire next, by household id: (last day, points)."""
    found: dict[int, tuple[date, int]] = {}
    for tell in expiring if household_ids else ():
        for household_id, (day, points) in tell(household_ids, on).items():
            if household_id not in found or day < found[household_id][0]:
                found[household_id] = (day, points)
    return found


def _url(action: HouseholdAction, household: Household) -> str:
    values: dict[str, Any] = {action.argument: household.code}
    return url_for(action.endpoint, **values)


def words_for(lines: Sequence[StatementLine]) -> dict[int, str]:
    """Return what each line of a bank book was about, by place, as far as any slice can tell."""
    entry_ids = sorted({line.entry_id for line in lines})
    entries: dict[int, str] = {}
    positions: dict[tuple[int, int], str] = {}
    if entry_ids:
        for tell in entry_words:
            entries |= tell(entry_ids)
        for tell_line in line_words:
            positions |= tell_line(entry_ids)
    told = {
        line.place: positions.get((line.entry_id, line.position)) or entries.get(line.entry_id)
        for line in lines
    }
    return {place: words for place, words in told.items() if words}


def sections(household: Household) -> list[Section]:
    """Return what upper slices show on a household's page."""
    found = (tell(household) for tell in household_sections)
    return [section for section in found if section is not None]
