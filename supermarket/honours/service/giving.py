"""Noting honours, and taking them back."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select, update

from supermarket.audit import service as audit
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import NotFoundError
from supermarket.honours.errors import (
    AlreadyHonouredError,
    DocumentNeededError,
    HonourDayError,
    HonourTextError,
    HonourTitleError,
    NotAMemberError,
    RevokedAlreadyError,
    RevokeReasonError,
)
from supermarket.honours.models import Honour, HonourLevel
from supermarket.honours.queries import honour_or_404
from supermarket.households import queries as household_queries
from supermarket.households import service as households
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.regions.models import COUNTY, TOWNSHIP, VILLAGE
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

TITLE_LENGTH, DOCUMENT_LENGTH, NOTE_LENGTH = 40, 64, 200
#: Digits of the region whose office gives honours of a level.
_DIGITS = {
    HonourLevel.VILLAGE: VILLAGE,
    HonourLevel.TOWNSHIP: TOWNSHIP,
    HonourLevel.COUNTY: COUNTY,
}
EARLIEST = date(2000, 1, 1)


class HonourAsk(NamedTuple):
    """What is to be noted."""

    household_code: str
    title: str
    level: HonourLevel
    awarded_on: date
    #: Who in the household; None for the whole of it.
    member_id: int | None = None
    #: Number of the paper it rests on.
    document: str = ""
    note: str = ""


def give(ask: HonourAsk, *, by: int, scope: Scope) -> Honour:
    """Note an honour of a household or one of its members.

    ``scope`` is where the actor may. An honour of an office above the actor's names its
    paper. The same again is refused, so that a double click notes it once.

    Raises:
        NotFoundError: no such household in ``scope``.
        TiedHouseholdError: it is the actor's own or a relative's.
        AlreadyHonouredError: it is noted already.
        InvalidError: something cannot be meant; the subclass says what.
    """
    title, document, note = cleaned(ask.title), cleaned(ask.document), cleaned(ask.note)
    if not 2 <= len(title) <= TITLE_LENGTH:
        raise HonourTitleError(most=TITLE_LENGTH)
    if len(document) > DOCUMENT_LENGTH or len(note) > NOTE_LENGTH:
        raise HonourTextError(document=DOCUMENT_LENGTH, note=NOTE_LENGTH)
    if not EARLIEST <= ask.awarded_on <= today():
        raise HonourDayError
    household = household_queries.household(ask.household_code, scope)
    if household is None:
        raise NotFoundError(what=ask.household_code[:40])
    giver = household.village_code[: _DIGITS[ask.level]]
    if not document and not scope.covers_region(giver):
        raise DocumentNeededError
    if ask.member_id is not None and ask.member_id not in {m.id for m in household.members}:
        raise NotAMemberError
    households.refuse_tied(by, [household.id])
    number = ledger.number(household.village_code, "honour")  # others of the village wait here
    _refuse_again(household, ask, title)
    honour = Honour(
        code=f"{household.village_code}H{number}",
        village_code=household.village_code,
        household_id=household.id,
        member_id=ask.member_id,
        title=title,
        level=ask.level,
        awarded_on=ask.awarded_on,
        document=document,
        note=note,
        granted_by=by,
        created_at=now(),
    )
    db.session.add(honour)
    db.session.flush()
    audit.record(
        "honour.give",
        household.code,
        by=by,
        after={"honour": honour.code, "title": title, "since": ask.awarded_on.isoformat()},
    )
    return honour


def _refuse_again(household: Household, ask: HonourAsk, title: str) -> None:
    there = db.session.scalar(
        select(Honour.code).where(
            Honour.household_id == household.id,
            Honour.member_id.is_(None)
            if ask.member_id is None
            else Honour.member_id == ask.member_id,
            Honour.title == title,
            Honour.level == ask.level,
            Honour.awarded_on == ask.awarded_on,
            Honour.revoked_on.is_(None),
        )
    )
    if there is not None:
        raise AlreadyHonouredError(head=household.head, title=title, code=there)


def revoke(code: str, *, reason: str, by: int, scope: Scope) -> Honour:
    """Take an honour back; it stays in the register with the reason.

    Raises:
        NotFoundError: there is none in ``scope``.
        TiedHouseholdError: the household is the actor's own or a relative's.
        RevokedAlreadyError: somebody was first.
        RevokeReasonError: it says not why.
    """
    reason = cleaned(reason)
    if not 2 <= len(reason) <= NOTE_LENGTH:
        raise RevokeReasonError
    row = honour_or_404(code, scope)
    households.refuse_tied(by, [row.honour.household_id])
    moved = db.session.scalars(
        update(Honour)
        .where(Honour.id == row.honour.id, Honour.revoked_on.is_(None))
        .values(revoked_on=today(), revoked_by=by, revoked_reason=reason)
        .returning(Honour.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not moved:
        raise RevokedAlreadyError(code=code)
    audit.record(
        "honour.revoke",
        row.household_code,
        by=by,
        after={"honour": code, "title": row.honour.title, "reason": reason},
    )
    db.session.refresh(row.honour)
    return row.honour
