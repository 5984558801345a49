"""People who work here, what they may do and where."""

from supermarket.staff.models.people import (
    ApiToken,
    Grant,
    RoleGrant,
    Scope,
    SignInFailure,
    StaffMember,
)
from supermarket.staff.models.rights import Permission, Role

__all__ = [
    "ApiToken",
    "Grant",
    "Permission",
    "Role",
    "RoleGrant",
    "Scope",
    "SignInFailure",
    "StaffMember",
]
