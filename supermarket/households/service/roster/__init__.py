"""Rosters (农户花名册): dry run, then all or nothing."""

from supermarket.households.service.roster.columns import COLUMNS, EXAMPLES
from supermarket.households.service.roster.importing import (
    Progress,
    check_heading,
    confirm,
    dry_run,
    take_in,
)
from supermarket.households.service.roster.planning import Plan
from supermarket.households.service.roster.reading import Problem
from supermarket.households.service.roster.uploads import HOURS, discard, stage

__all__ = [
    "COLUMNS",
    "EXAMPLES",
    "HOURS",
    "Plan",
    "Problem",
    "Progress",
    "check_heading",
    "confirm",
    "discard",
    "dry_run",
    "stage",
    "take_in",
]
