"""Writing households down, changing them, taking in rosters."""

from supermarket.households.service.details import (
    HouseholdDetails,
    MemberDetails,
    NewHousehold,
)
from supermarket.households.service.tags import end_tag, tag
from supermarket.households.service.terms import index
from supermarket.households.service.writing import add, update

__all__ = [
    "HouseholdDetails",
    "MemberDetails",
    "NewHousehold",
    "add",
    "end_tag",
    "index",
    "tag",
    "update",
]
