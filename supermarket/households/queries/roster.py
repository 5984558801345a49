"""What the books say about the households of some villages, to compare a roster with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from supermarket.database import db
from supermarket.households.models import (
    Household,
    HouseholdMember,
    HouseholdState,
    HouseholdTag,
    RosterUpload,
    TagKind,
)

#: Values of one IN: fewer than any database allows.
CHUNK = 500


class Member(NamedTuple):
    """Somebody of a household."""

    id: int
    relation: str
    present: bool


@dataclass(slots=True)
class Kept:
    """A household as the books have it."""

    id: int
    code: str
    village_code: str
    group: str
    head: str
    phone: str
    helper: str
    identity_tail: str
    state: HouseholdState
    #: By name.
    members: dict[str, Member] = field(default_factory=dict)
    #: What it is registered as, and since when.
    tags: dict[TagKind, date] = field(default_factory=dict)


def kept(village_codes: Iterable[str]) -> dict[int, Kept]:
    """Return the households of some villages by id, with members and current tags."""
    found: dict[int, Kept] = {}
    for chunk in _chunks(sorted(village_codes)):
        here = Household.village_code.in_(chunk)
        rows = db.session.execute(
            select(
                Household.id,
                Household.code,
                Household.village_code,
                Household.group,
                Household.head,
                Household.phone,
                Household.helper,
                Household.identity_tail,
                Household.state,
            ).where(here)
        )
        found.update((row.id, Kept(*row)) for row in rows)
        members = db.session.execute(
            select(
                HouseholdMember.household_id,
                HouseholdMember.name,
                HouseholdMember.id,
                HouseholdMember.relation,
                HouseholdMember.present,
            )
            .join(Household, Household.id == HouseholdMember.household_id)
            .where(here)
            .order_by(HouseholdMember.present, HouseholdMember.id.desc())
        )
        for household_id, name, member_id, relation, present in members:
            # Of two of one name the first who is there is meant, so it comes last.
            found[household_id].members[name] = Member(member_id, relation, present)
        tags = db.session.execute(
            select(HouseholdTag.household_id, HouseholdTag.kind, HouseholdTag.since)
            .join(Household, Household.id == HouseholdTag.household_id)
            .where(here, HouseholdTag.until.is_(None))
        )
        for household_id, kind, since in tags:
            found[household_id].tags[kind] = since
    return found


def upload(token: str, staff_id: int, since: datetime) -> RosterUpload | None:
    """Return an upload by its token, if it is this person's and not older than ``since``."""
    return db.session.scalar(
        select(RosterUpload).where(
            RosterUpload.token == token,
            RosterUpload.staff_id == staff_id,
            RosterUpload.uploaded_at >= since,
        )
    )


def taken(codes: Iterable[str]) -> set[str]:
    """Return those of ``codes`` that any household has."""
    found: set[str] = set()
    for chunk in _chunks(sorted(codes)):
        found.update(db.session.scalars(select(Household.code).where(Household.code.in_(chunk))))
    return found


def numbers(village_code: str) -> set[int]:
    """Return the last four digits of the codes that begin with a village's, as numbers."""
    codes = db.session.scalars(
        select(Household.code).where(
            Household.code >= village_code, Household.code < village_code + ":"
        )
    )
    return {int(code[-4:]) for code in codes}


def _chunks(values: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
