"""What higher slices hang on a household's page; they append here when they are imported."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import url_for

from supermarket.households.models import Household
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


class Way(NamedTuple):
    """An action for one household."""

    label: str
    icon: str
    url: str


#: Upper slices append at import: ``household_actions.append(HouseholdAction(…))``.
household_actions: list[HouseholdAction] = []
#: Each returns words for those of the given entry ids it knows, e.g. a rule's title.
entry_words: list[Callable[[Sequence[int]], dict[int, str]]] = []


def ways(household: Household) -> list[Way]:
    """Return the actions this person may take for a household, in order."""
    return [
        Way(action.label, action.icon, _url(action, household))
        for action in sorted(household_actions, key=lambda action: action.order)
        if current_user.scope(action.needs).covers_region(household.village_code)
    ]


def _url(action: HouseholdAction, household: Household) -> str:
    values: dict[str, Any] = {action.argument: household.code}
    return url_for(action.endpoint, **values)


def words_for(entry_ids: Sequence[int]) -> dict[int, str]:
    """Return what each entry was about, as far as any slice can tell."""
    words: dict[int, str] = {}
    for tell in entry_words if entry_ids else ():
        words |= tell(entry_ids)
    return words
