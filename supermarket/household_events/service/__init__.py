"""Household events: say what happened, see what it will do, agree to it."""

from supermarket.household_events.service.asking import Proposal
from supermarket.household_events.service.deciding import (
    DAYS_TO_DECIDE,
    approve,
    cancel,
    may_decide,
    propose,
    refuse,
)
from supermarket.household_events.service.effects import (
    Effects,
    Holding,
    Said,
    planned,
    preview,
)

__all__ = [
    "DAYS_TO_DECIDE",
    "Effects",
    "Holding",
    "Proposal",
    "Said",
    "approve",
    "cancel",
    "may_decide",
    "planned",
    "preview",
    "propose",
    "refuse",
]
