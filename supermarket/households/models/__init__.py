"""Households and the people round them."""

from supermarket.households.models.household import (
    Household,
    HouseholdMember,
    HouseholdState,
    HouseholdTag,
    HouseholdTerm,
    RosterUpload,
    TagKind,
)
from supermarket.households.models.people import (
    HelperPairing,
    HouseholdFreeze,
    Proxy,
    StaffTie,
    TieKind,
    Visit,
)

__all__ = [
    "HelperPairing",
    "Household",
    "HouseholdFreeze",
    "HouseholdMember",
    "HouseholdState",
    "HouseholdTag",
    "HouseholdTerm",
    "Proxy",
    "RosterUpload",
    "StaffTie",
    "TagKind",
    "TieKind",
    "Visit",
]
