"""What higher slices hang on a rule's pages; they append here when they are imported."""

from typing import NamedTuple

from flask import url_for

from supermarket.staff.models import Permission
from supermarket.staff.views.guard import current_user


class RuleAction(NamedTuple):
    """A way from a rule's page to another slice's; its endpoint takes ``code`` and ``region``."""

    #: Untranslated; marked with ``N_``.
    label: str
    icon: str
    endpoint: str
    #: What somebody must be allowed in the region.
    needs: Permission
    #: Whether the endpoint also takes the typed form of a rule, by POST, without saving it.
    takes_form: bool = False
    order: int = 50


class Way(NamedTuple):
    """An action for one rule."""

    label: str
    icon: str
    url: str


#: Upper slices append at import: ``rule_actions.append(RuleAction(…))``.
rule_actions: list[RuleAction] = []


def ways(code: str, region_code: str, *, with_form: bool = False) -> list[Way]:
    """Return what this person may do with a rule in a region, in order."""
    return [
        Way(action.label, action.icon, url_for(action.endpoint, code=code, region=region_code))
        for action in sorted(rule_actions, key=lambda action: action.order)
        if current_user.scope(action.needs).covers_region(region_code)
        and (action.takes_form or not with_form)
    ]
