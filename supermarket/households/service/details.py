"""What is said about a household when it is written down, checked and put into one shape."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from supermarket.households.errors import (
    IdentityTailError,
    NameMissingError,
    NameTooLongError,
    PhoneError,
)
from supermarket.households.models import HouseholdState, TagKind

#: What the head is to itself.
HEAD = "户主"
NAME_LENGTH, GROUP_LENGTH, RELATION_LENGTH = 60, 30, 20
_PHONE = re.compile(r"\+?[0-9]{7,15}")
_IDENTITY_TAIL = re.compile(r"[0-9]{3}[0-9X]")


class MemberDetails(NamedTuple):
    """Somebody of a household."""

    name: str
    #: To the head: 户主, 配偶, 子女 …; empty if not known.
    relation: str = ""
    #: Of a member there is already; None for a new one.
    id: int | None = None
    present: bool = True


class NewHousehold(NamedTuple):
    """A household to be written down."""

    village_code: str
    head: str
    group: str = ""
    phone: str = ""
    helper: str = ""
    identity_tail: str = ""
    #: 16 digits; None takes the village's next.
    code: str | None = None
    #: The head need not be among them.
    members: Sequence[MemberDetails] = ()
    #: What it is registered as from today on.
    tags: Sequence[TagKind] = ()
    #: Whether the head agreed to a name on the card.
    name_on_card: bool = True


class HouseholdDetails(NamedTuple):
    """What a household shall be from now on."""

    head: str
    group: str = ""
    phone: str = ""
    helper: str = ""
    identity_tail: str = ""
    #: None leaves it as it is; people change it by an event that two of them agree to.
    state: HouseholdState | None = None
    #: None leaves the members as they are; those with an id that are not named have left.
    members: Sequence[MemberDetails] | None = None
    #: None leaves it as it is.
    name_on_card: bool | None = None


def line(text: str, limit: int = NAME_LENGTH) -> str:
    """Return a text on one line, without what cannot be seen.

    Raises:
        NameTooLongError: more than ``limit`` characters are left.
    """
    kept = (c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"} or c.isspace())
    plain = " ".join("".join(kept).split())
    if len(plain) > limit:
        raise NameTooLongError(text=plain[:20] + "…", limit=limit)
    return plain


def name(text: str) -> str:
    """Return a person's name on one line.

    Raises:
        NameMissingError: there is none.
        NameTooLongError: it is too long.
    """
    plain = line(text)
    if not plain:
        raise NameMissingError
    return plain


def phone(text: str) -> str:
    """Return a telephone number as digits and +; empty if there is none.

    Raises:
        PhoneError: it is no telephone number.
    """
    plain = re.sub(r"[\s\-()—－.]", "", unicodedata.normalize("NFKC", text))
    if plain and not (plain.isascii() and _PHONE.fullmatch(plain)):
        raise PhoneError(phone=text.strip()[:20])
    return plain


def identity_tail(text: str) -> str:
    """Return the last four characters of an identity number; empty if not given.

    Raises:
        IdentityTailError: it is something else, such as the whole number.
    """
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    if plain and not (plain.isascii() and _IDENTITY_TAIL.fullmatch(plain)):
        raise IdentityTailError
    return plain


def members(head: str, listed: Sequence[MemberDetails]) -> list[MemberDetails]:
    """Return the members with checked names, the head among them.

    Raises:
        NameMissingError: one has no name.
        NameTooLongError: a name or relation is too long.
    """
    checked = [
        member._replace(name=name(member.name), relation=line(member.relation, RELATION_LENGTH))
        for member in listed
    ]
    if not any(member.name == head and member.present for member in checked):
        checked.insert(0, MemberDetails(head, HEAD))
    return checked
