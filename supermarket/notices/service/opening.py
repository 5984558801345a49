"""Announcing what was accepted."""

import re
import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert, select

from supermarket.audit import service as audit
from supermarket.awards import service as awards
from supermarket.awards.models import Declaration, DeclarationState
from supermarket.clock import now, today
from supermarket.database import db
from supermarket.errors import ConflictError, NotFoundError
from supermarket.households.models import Household
from supermarket.ledger import service as ledger
from supermarket.ledger.errors import KeyInvalidError
from supermarket.ledger.models import Account
from supermarket.notices import queries
from supermarket.notices.errors import (
    KeyReusedError,
    NothingToAnnounceError,
    PhoneInvalidError,
    PhoneNeededError,
)
from supermarket.notices.models import Notice, NoticeLine, NoticeState
from supermarket.notices.service.holding import without_left
from supermarket.regions import queries as regions
from supermarket.regions.models import VILLAGE
from supermarket.schemes import queries as schemes
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Permission, StaffMember

#: Letters and digits that nobody misreads: 32, so that a letter is 5 random bits.
ALPHABET = "23456789abcdefghijkmnpqrstuvwxyz"
CODE_LENGTH = 10
_PHONE = re.compile(r"[0-9+()（） -]{5,20}")


def open_notice(village_code: str, *, by: StaffMember, key: str, phone: str = "") -> Notice:
    """Announce all that is accepted in a village, for the programme's days of notice.

    The same key again returns the first notice. Without ``phone`` the nearest shop's is
    printed.

    Raises:
        NotFoundError: no such village, or not one ``by`` publishes in.
        NothingToAnnounceError: nothing waits there.
        PhoneNeededError, PhoneInvalidError: nobody could be called.
        NoSchemeError: no programme runs there.
        ConflictError: somebody changed one of the lines meanwhile.
    """
    if (known := _named(key)) is not None:
        if known.village_code != village_code or known.opened_by != by.id:
            raise KeyReusedError
        return known
    region = regions.region(village_code) if len(village_code) == VILLAGE else None
    if region is None or not by.scope(Permission.PUBLISH_NOTICES).covers_region(village_code):
        raise NotFoundError(what=village_code[:40])
    phone = _phone(phone, village_code)
    on = today()
    days = schemes.scheme(village_code, on).notice_days
    # Who opens at the same moment waits for the number and then finds nothing accepted.
    number = ledger.number(village_code, f"notice/{on.year}")
    declarations, _left = without_left(_accepted(village_code), by.id)
    if not declarations:
        raise NothingToAnnounceError(village=region.name)
    journal = ledger.open_journal(village_code)
    opened = Notice(
        code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
        village_code=village_code,
        year=on.year,
        number=number,
        opens_on=on,
        closes_on=on + timedelta(days=days),
        state=NoticeState.OPEN,
        head_number=journal.last_number,
        head_hash=journal.last_hash,
        phone=phone,
        key=key,
        opened_by=by.id,
        opened_at=now(),
    )
    db.session.add(opened)
    db.session.flush()
    _hang(opened, declarations)
    points = sum(found.points for found in declarations)
    audit.record(
        "notice.open",
        opened.reference,
        by=by.id,
        after={"lines": len(declarations), "points": points, "until": str(opened.closes_on)},
    )
    return opened


def _named(key: str) -> Notice | None:
    """Return what this key opened before; calls with the same key wait here for each other."""
    if not (8 <= len(key) <= 100 and key.isascii() and key.isprintable()):
        raise KeyInvalidError
    if ledger.named_by(key) is not None:
        raise KeyReusedError
    return db.session.scalar(select(Notice).where(Notice.key == key))


def _phone(typed: str, village_code: str) -> str:
    phone = cleaned(typed) or queries.nearest_phone(village_code)
    if not phone:
        raise PhoneNeededError
    if _PHONE.fullmatch(phone) is None:
        raise PhoneInvalidError
    return phone


def _accepted(village_code: str) -> Sequence[Declaration]:
    """Return what is to be announced: by household, so that a household's lines are neighbours."""
    return db.session.scalars(
        queries.announceable(village_code)
        .join(Household, Household.id == Declaration.household_id)
        .order_by(Household.code, Declaration.occurred_on, Declaration.id)
        .execution_options(populate_existing=True)
    ).all()


def _hang(opened: Notice, declarations: Sequence[Declaration]) -> None:
    """Write the lines, each with what its household holds, and let nobody change them now."""
    balances = {
        row.id: row.balance
        for row in db.session.execute(
            select(Household.id, Account.balance)
            .join(Account, Account.id == Household.account_id)
            .where(Household.id.in_({found.household_id for found in declarations}))
        )
    }
    db.session.execute(
        insert(NoticeLine),
        [
            {
                "notice_id": opened.id,
                "position": position,
                "declaration_id": found.id,
                "household_id": found.household_id,
                "points": found.points,
                "balance": balances[found.household_id],
            }
            for position, found in enumerate(declarations, start=1)
        ],
    )
    ids = [found.id for found in declarations]
    before, after = DeclarationState.ACCEPTED, DeclarationState.NOTICED
    if awards.advance(ids, before=before, after=after) != len(ids):
        raise ConflictError
