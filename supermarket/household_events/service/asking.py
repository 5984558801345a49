"""What somebody says happened to a household, put into one shape and checked for itself."""

from datetime import date
from typing import Any, NamedTuple

from supermarket.household_events.errors import (
    DivisionMissingError,
    EventReasonMissingError,
    NegativePointsError,
    ReasonMissingError,
    TextTooLongError,
)
from supermarket.household_events.models import EventKind, HouseholdEvent
from supermarket.households.models import Household
from supermarket.households.service import details
from supermarket.spreadsheets.cells import cleaned

REASON_LENGTH, DOCUMENT_LENGTH = 200, 64


class Proposal(NamedTuple):
    """What happened; each kind of event says only what concerns it."""

    kind: EventKind
    household_code: str
    #: The day it happened.
    effective_on: date
    reason: str
    #: Number of the paper it rests on; empty if there is none.
    document: str = ""
    #: Move: where to.
    to_village: str = ""
    #: Move, split: the villagers' group there.
    group: str = ""
    #: Split: the new household's telephone.
    phone: str = ""
    #: Merge: the household it becomes part of. Death of the last person: who takes the points.
    other_code: str = ""
    #: Split: ids of the members who go.
    members: tuple[int, ...] = ()
    #: Split: who of them is the new household's head.
    head: int | None = None
    #: Split or death, if the head goes or died: who of the others is the head from now on.
    next_head: int | None = None
    #: Split: whole points for the new household, and those that stay; None takes the rest.
    given: int | None = None
    kept: int | None = None
    #: Death: who died.
    member: int | None = None

    @property
    def plan(self) -> dict[str, Any]:
        """What an event keeps of it besides its own columns; nothing that was not said."""
        said = {
            "group": self.group,
            "phone": self.phone,
            "members": list(self.members),
            "head": self.head,
            "next_head": self.next_head,
            "given": self.given,
            "kept": self.kept,
            "member": self.member,
        }
        return {name: value for name, value in said.items() if value not in ("", None, [])}


def kept(event: HouseholdEvent, household: Household, other: Household | None) -> Proposal:
    """Return what an event was proposed with."""
    plan = dict(event.plan)
    return Proposal(
        kind=event.kind,
        household_code=household.code,
        effective_on=event.effective_on,
        reason=event.reason,
        document=event.document,
        to_village=event.to_village or "" if event.kind is EventKind.MOVE else "",
        other_code=other.code if other is not None else "",
        members=tuple(plan.pop("members", ())),
        **plan,
    )


def checked(proposal: Proposal) -> Proposal:
    """Return a proposal with its words on one line each, what can be checked alone checked.

    Raises:
        InvalidError: a word is missing, too long, or not what it should be.
    """
    reason, document = cleaned(proposal.reason), cleaned(proposal.document)
    if not reason:
        raise ReasonMissingError
    for text, limit in ((reason, REASON_LENGTH), (document, DOCUMENT_LENGTH)):
        if len(text) > limit:
            raise TextTooLongError(text=text[:20] + "…", limit=limit)
    if proposal.kind is EventKind.SPLIT and proposal.given is None and proposal.kept is None:
        raise DivisionMissingError
    if (proposal.given or 0) < 0 or (proposal.kept or 0) < 0:
        raise NegativePointsError
    return proposal._replace(
        reason=reason,
        document=document,
        group=details.line(proposal.group, details.GROUP_LENGTH),
        phone=details.phone(proposal.phone),
        members=tuple(dict.fromkeys(proposal.members)),
    )


def why(reason: str) -> str:
    """Return the reason of a refusal on one line.

    Raises:
        EventReasonMissingError: there is none.
        TextTooLongError: it is too long.
    """
    words = cleaned(reason)
    if not words:
        raise EventReasonMissingError
    if len(words) > REASON_LENGTH:
        raise TextTooLongError(text=words[:20] + "…", limit=REASON_LENGTH)
    return words
