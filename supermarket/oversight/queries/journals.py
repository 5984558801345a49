"""Any journal as it stands: entries in order, their hashes, their lines."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.goods.models import Goods
from supermarket.households.models import Household
from supermarket.ledger.models import (
    ENTRIES_PER_JOURNAL,
    Entry,
    EntryKind,
    Journal,
    Lot,
    PointsLine,
    StockLine,
)
from supermarket.regions.models import Region
from supermarket.regions.queries import under
from supermarket.shops.models import Shop
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope, StaffMember

#: Entries that one file may hold.
LONGEST = 100_000
#: Entries read at a time for a file.
BATCH = 1000


class JournalRow(NamedTuple):
    """A journal and its head."""

    id: int
    code: str
    #: What the place or shop is called.
    name: str
    #: Number of the newest entry, and its hash: the head of the chain.
    last_number: int
    last_hash: str


class Narrow(NamedTuple):
    """Which entries are wanted; what is empty does not narrow. Both days are included."""

    kind: EntryKind | None = None
    since: date | None = None
    until: date | None = None
    #: A username.
    actor: str = ""
    #: A household's code, and a sku.
    household: str = ""
    goods: str = ""
    #: How the number of the paper begins.
    document: str = ""


class EntryRow(NamedTuple):
    """An entry as a reader sees it."""

    id: int
    journal: str
    number: int
    kind: EntryKind
    occurred_on: date
    posted_at: datetime
    actor: str
    username: str
    document: str
    note: str
    prev_hash: str
    hash: str
    #: The entry it takes back, and what that recorded; empty and None if it takes back none.
    reverses: str
    reversed_kind: EntryKind | None
    reverses_id: int | None

    @property
    def reference(self) -> str:
        """The number people see (单号)."""
        return f"{self.journal}-{self.number}"


def of_journals(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a journal is a place's of the scope, or a shop's in it."""
    shops = (
        and_(Journal.code >= f"{place}S", Journal.code < f"{place}T") for place in scope.regions
    )
    return or_(false(), under(Journal.code, scope.regions), *shops, Journal.code.in_(scope.shops))


def journals(scope: Scope, *, text: str = "", after: str = "", limit: int) -> list[JournalRow]:
    """Return the journals of a scope by code, those after ``after``; ``text`` is code or name."""
    wanted = _journals().where(of_journals(scope), Journal.code > after)
    text = cleaned(text)[:40]
    if text:
        wanted = wanted.where(
            or_(
                Journal.code.startswith(text.upper(), autoescape=True),
                func.coalesce(Shop.name, Region.name).contains(text, autoescape=True),
            )
        )
    rows = db.session.execute(wanted.order_by(Journal.code).limit(limit))
    return [JournalRow(*row) for row in rows]


def journal(code: str, scope: Scope) -> JournalRow | None:
    """Return a journal of a scope by code."""
    wanted = _journals().where(of_journals(scope), Journal.code == cleaned(code).upper()[:64])
    row = db.session.execute(wanted).first()
    return JournalRow(*row) if row else None


def _journals() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Journal.id,
            Journal.code,
            func.coalesce(Shop.name, Region.name, ""),
            Journal.last_number,
            Journal.last_hash,
        )
        .outerjoin(Shop, Shop.journal_id == Journal.id)
        .outerjoin(Region, Region.code == Journal.code)
    )


def entries(of: JournalRow, asked: Narrow, *, after: int = 0, limit: int) -> list[EntryRow]:
    """Return the entries of a journal in order, those after number ``after``."""
    wanted = _entries().where(*_inside(of, asked), Entry.id > of.id * ENTRIES_PER_JOURNAL + after)
    rows = db.session.execute(wanted.order_by(Entry.id).limit(limit))
    return [_entry(row) for row in rows]


def entry(of: JournalRow, number: int) -> EntryRow | None:
    """Return one entry of a journal."""
    if not 0 < number < ENTRIES_PER_JOURNAL:
        return None
    row = db.session.execute(
        _entries().where(Entry.id == of.id * ENTRIES_PER_JOURNAL + number)
    ).first()
    return _entry(row) if row else None


def too_many(of: JournalRow, asked: Narrow) -> bool:
    """Whether there are more entries than one file may hold; counts no further than that."""
    some = select(Entry.id).where(*_inside(of, asked)).limit(LONGEST + 1).subquery()
    return (db.session.scalar(select(func.count()).select_from(some)) or 0) > LONGEST


def all_of(of: JournalRow, asked: Narrow) -> Iterator[list[EntryRow]]:
    """Yield the entries of a journal in order for a file, a batch of them in memory."""
    after = 0
    while batch := entries(of, asked, after=after, limit=BATCH):
        yield batch
        after = batch[-1].number


def reversed_by(entry_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the numbers of what took entries back, by the entry taken back."""
    rows = db.session.execute(
        select(Entry.reverses_id, Journal.code, Entry.number)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Entry.reverses_id.in_(entry_ids))
        .order_by(Entry.id)
    )
    found: dict[int, list[str]] = {}
    for of, code, number in rows:
        found.setdefault(of or 0, []).append(f"{code}-{number}")
    return found


def _inside(of: JournalRow, asked: Narrow) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a choice; the entries of a journal lie side by side."""
    first = of.id * ENTRIES_PER_JOURNAL
    yield Entry.id > first
    yield Entry.id <= first + of.last_number
    if asked.kind is not None:
        yield Entry.kind == asked.kind
    if asked.since is not None:
        yield Entry.occurred_on >= asked.since
    if asked.until is not None:
        yield Entry.occurred_on <= asked.until
    if asked.actor:
        yield Entry.actor_id.in_(select(StaffMember.id).where(StaffMember.username == asked.actor))
    if asked.document:
        yield Entry.document.startswith(asked.document, autoescape=True)
    if asked.household:
        yield Entry.id.in_(
            select(PointsLine.entry_id)
            .join(Household, Household.account_id == PointsLine.account_id)
            .where(Household.code == asked.household)
        )
    if asked.goods:
        yield Entry.id.in_(
            select(StockLine.entry_id)
            .join(Lot, Lot.id == StockLine.lot_id)
            .join(Goods, Goods.id == Lot.goods_id)
            .where(Goods.sku == asked.goods)
        )


def _entries() -> Select[*tuple[Any, ...]]:
    back, book = aliased(Entry), aliased(Journal)
    return (
        select(
            Entry,
            Journal.code,
            StaffMember.name,
            StaffMember.username,
            back.number,
            back.kind,
            book.code,
        )
        .join(Journal, Journal.id == Entry.journal_id)
        .join(StaffMember, StaffMember.id == Entry.actor_id)
        .outerjoin(back, back.id == Entry.reverses_id)
        .outerjoin(book, book.id == back.journal_id)
    )


def _entry(row: Any) -> EntryRow:
    found, journal_code, name, username, number, kind, book = row
    return EntryRow(
        id=found.id,
        journal=journal_code,
        number=found.number,
        kind=found.kind,
        occurred_on=found.occurred_on,
        posted_at=found.posted_at,
        actor=name,
        username=username,
        document=found.document,
        note=found.note,
        prev_hash=found.prev_hash,
        hash=found.hash,
        reverses=f"{book}-{number}" if number else "",
        reversed_kind=kind,
        reverses_id=found.reverses_id,
    )


def posted_by(reference: str) -> int | None:
    """Return who posted the entry of that number; None if there is none."""
    code, _dash, number = reference.rpartition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        return None
    return db.session.scalar(
        select(Entry.actor_id)
        .join(Journal, Journal.id == Entry.journal_id)
        .where(Journal.code == code.upper()[:64], Entry.number == int(number))
    )
