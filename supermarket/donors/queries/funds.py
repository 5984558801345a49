"""Questions about funds: what they hold, what moved, what may be spent where."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select

from supermarket.database import db
from supermarket.donors.models import Donor, Fund, FundMove
from supermarket.errors import NotFoundError
from supermarket.ledger.models import Entry, EntryKind, Journal, MoneyAccount, MoneyLine
from supermarket.regions.models import above
from supermarket.regions.queries import under
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember


class FundRow(NamedTuple):
    """A fund in a list."""

    fund: Fund
    #: Whole fen it holds.
    balance_fen: int


class MoneyRow(NamedTuple):
    """One line of a fund's statement."""

    #: The number people see (单号).
    reference: str
    kind: EntryKind
    occurred_on: date
    posted_at: datetime
    #: Whole fen; positive into the fund, negative out of it.
    fen: int
    balance_after: int
    #: What for; of a purchase or reversal what the entry notes.
    summary: str
    donor: str
    receipt_number: str
    document: str
    actor: str
    place: int


def visible(scope: Scope) -> Select[Fund]:
    """Return the funds of a scope's regions, by code."""
    return select(Fund).where(under(Fund.region_code, scope.regions)).order_by(Fund.code)


def fund(code: str, scope: Scope) -> Fund | None:
    """Return a fund of a scope by code."""
    return db.session.scalar(visible(scope).where(Fund.code == cleaned(code).upper()))


def fund_or_404(code: str, scope: Scope) -> Fund:
    """Return a fund of a scope by code.

    Raises:
        NotFoundError: there is none, or it is another place's.
    """
    found = fund(code, scope)
    if found is None:
        raise NotFoundError(what=cleaned(code)[:40])
    return found


def funds(scope: Scope, *, active: bool | None = True) -> list[FundRow]:
    """Return the funds of a scope with what they hold, by code."""
    wanted = visible(scope).join(MoneyAccount, MoneyAccount.id == Fund.account_id)
    if active is not None:
        wanted = wanted.where(Fund.active == active)
    rows = db.session.execute(wanted.add_columns(MoneyAccount.balance_fen))
    return [FundRow(*row) for row in rows]


def spendable_at(shop_region: str) -> list[FundRow]:
    """Return the active funds that a shop standing in a region may be paid from, by code."""
    rows = db.session.execute(
        select(Fund, MoneyAccount.balance_fen)
        .join(MoneyAccount, MoneyAccount.id == Fund.account_id)
        .where(
            Fund.region_code.in_(above(shop_region)),
            Fund.active,
            Fund.only_region.in_(["", *above(shop_region)]),
        )
        .order_by(Fund.code)
    )
    return [FundRow(*row) for row in rows]


def balance(of: Fund) -> int:
    """Return the fen a fund holds."""
    return db.session.get_one(MoneyAccount, of.account_id, populate_existing=True).balance_fen


def fund_balance(region_code: str) -> int:
    """Return the fen all funds of a region and of the places below it hold together."""
    total = db.session.scalar(
        select(func.sum(MoneyAccount.balance_fen))
        .join(Fund, Fund.account_id == MoneyAccount.id)
        .where(under(Fund.region_code, (region_code,)))
    )
    return int(total or 0)


def statement(of: Fund, *, before: int | None = None, limit: int = 50) -> Sequence[MoneyRow]:
    """Return a fund's statement, newest first; ``before`` is the last place of the page before."""
    wanted = (
        select(
            Journal.code,
            Entry.number,
            Entry.kind,
            Entry.occurred_on,
            Entry.posted_at,
            MoneyLine.fen,
            MoneyLine.balance_after,
            func.coalesce(FundMove.summary, Entry.note),
            func.coalesce(Donor.name, ""),
            func.coalesce(FundMove.receipt_number, ""),
            Entry.document,
            StaffMember.name,
            MoneyLine.place,
        )
        .join(Entry, Entry.id == MoneyLine.entry_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .outerjoin(FundMove, FundMove.entry_id == Entry.id)
        .outerjoin(Donor, Donor.id == FundMove.donor_id)
        .where(MoneyLine.account_id == of.account_id)
        .order_by(MoneyLine.place.desc())
        .limit(limit)
    )
    if before is not None:
        wanted = wanted.where(MoneyLine.place < before)
    return [
        MoneyRow(f"{journal}-{number}", *facts)
        for journal, number, *facts in ((*row,) for row in db.session.execute(wanted))
    ]
