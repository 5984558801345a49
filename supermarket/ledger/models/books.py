"""Journals and their entries, the numbers of papers, months that are final."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.ledger.models.kinds import EntryKind

#: The ``prev_hash`` of the first entry of every journal.
GENESIS = "0" * 64
#: Entries a journal can hold: an entry's id is its journal's id and its number side by side.
ENTRIES_PER_JOURNAL = 1_000_000_000


class Journal(Base):
    """The book (台账) of one village, township or shop: entries numbered without a gap."""

    __tablename__ = "journal"

    id: Mapped[int_pk]
    #: The region's code or the shop's.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: Number of the newest entry; 0 before the first.
    last_number: Mapped[int] = mapped_column(default=0)
    #: Hash of the newest entry: the head of the chain.
    last_hash: Mapped[str] = mapped_column(String(64), default=GENESIS)


class DocumentSeries(Base):
    """The papers of one kind of one region or shop: numbered from 1 without a gap."""

    __tablename__ = "document_series"

    #: The region's code or the shop's.
    owner_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: What is numbered, and for which year if it starts anew: notice/2026, transfer …
    series: Mapped[str] = mapped_column(Code, primary_key=True)
    last_number: Mapped[int] = mapped_column(default=0)


class ClosedMonth(Base):
    """A month of a county whose figures are final: nothing new may be dated in it."""

    __tablename__ = "closed_month"

    county_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"), primary_key=True)
    #: First day of the month.
    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[utc]
    closed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class Entry(Base):
    """One posted change of points or stock (凭证). Never updated, never deleted.

    Its id is ``journal_id * ENTRIES_PER_JOURNAL + number``: known before it is written,
    and in the order of the journal. ``hash`` covers its content, its lines and the hash
    of the entry before it.
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint("number > 0", "number_from_one"),
        CheckConstraint("id = journal_id * 1000000000 + number", "id_is_journal_and_number"),
        Index(  # few rows reverse another; the others need not pay for it
            "ix_entry_reverses_id",
            "reverses_id",
            sqlite_where=text("reverses_id IS NOT NULL"),
            postgresql_where=text("reverses_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))
    #: Place in the journal, from 1, without a gap.
    number: Mapped[int]
    kind: Mapped[EntryKind] = mapped_column(choice(EntryKind, "known_kind"))
    #: The day it happened, on the village's calendar.
    occurred_on: Mapped[date]
    posted_at: Mapped[utc]
    actor_id: Mapped[int] = mapped_column(ForeignKey("staff_member.id"))
    #: The client's name for this attempt; kept for ever, so a retry is recognised.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    #: SHA-256 of what the call asked for: the same key must ask for the same.
    fingerprint: Mapped[str] = mapped_column(String(64))
    reverses_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("entry.id"))
    #: Number of the paper or document it rests on; empty if none.
    document: Mapped[str] = mapped_column(String(64), default="")
    #: Why, in the actor's words; empty if the kind says enough.
    note: Mapped[str] = mapped_column(String(200), default="")
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
