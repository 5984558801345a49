"""Questions about people who work here: who signs in, who they are, where they may work."""

from supermarket.staff.queries.people import Filter, listed, manageable, person, visible
from supermarket.staff.queries.places import Directory, directory
from supermarket.staff.queries.sign_in import authenticate, bearer, member, password_fits

__all__ = [
    "Directory",
    "Filter",
    "authenticate",
    "bearer",
    "directory",
    "listed",
    "manageable",
    "member",
    "password_fits",
    "person",
    "visible",
]
