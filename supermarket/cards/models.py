"""Member cards and what happened to them."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_


class CardState(enum.Enum):
    """What a card is good for."""

    BLANK = "blank"
    ACTIVE = "active"
    LOST = "lost"
    REVOKED = "revoked"
    EXPIRED = "expired"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    CardState.BLANK: N_("未发放"),
    CardState.ACTIVE: N_("在用"),
    CardState.LOST: N_("已挂失"),
    CardState.REVOKED: N_("已注销"),
    CardState.EXPIRED: N_("已过期"),
}


class Card(Base):
    """A member card (积分卡): a number people read, a token the QR code holds signed.

    A household has at most one active card; a reissue revokes the old one.
    """

    __tablename__ = "card"
    __table_args__ = (
        CheckConstraint(
            "state = 'blank' OR household_id IS NOT NULL", "only_blanks_belong_to_nobody"
        ),
        Index(
            "uq_card_active_household",
            "household_id",
            unique=True,
            sqlite_where=text("state = 'active'"),
            postgresql_where=text("state = 'active'"),
        ),
        Index("ix_card_household_id", "household_id"),
    )

    id: Mapped[int_pk]
    #: Digits with a check digit.
    card_number: Mapped[str] = mapped_column(Code, unique=True)
    #: Random; with its signature it is the code in the QR.
    token: Mapped[str] = mapped_column(Code, unique=True)
    household_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household.id"))
    state: Mapped[CardState] = mapped_column(choice(CardState, "known_card_state"))
    issued_at: Mapped[utc]
    #: Last day it may be used; None while it has no end.
    expires_on: Mapped[date | None]


class CardEvent(Base):
    """One change of a card's state: when, by whom, why."""

    __tablename__ = "card_event"
    __table_args__ = (Index("ix_card_event_card_id", "card_id"),)

    id: Mapped[int_pk]
    card_id: Mapped[int] = mapped_column(BigKey, ForeignKey("card.id"))
    state: Mapped[CardState] = mapped_column(choice(CardState, "known_card_event_state"))
    at: Mapped[utc]
    #: None if the household did it on its own page, or the last day passed.
    actor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    reason: Mapped[str] = mapped_column(String(100), default="")


class RunKind(enum.Enum):
    """Whose cards a print run holds."""

    VILLAGE = "village"
    GROUP = "group"
    SELECTED = "selected"
    BLANKS = "blanks"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    RunKind.VILLAGE: N_("全村"),
    RunKind.GROUP: N_("村民小组"),
    RunKind.SELECTED: N_("挑选的农户"),
    RunKind.BLANKS: N_("空白卡"),
}


class PrintRun(Base):
    """Cards printed together (印卡批次): which, when, by whom; printing again is another run."""

    __tablename__ = "print_run"
    __table_args__ = (
        CheckConstraint("cards > 0", "some_cards"),
        Index("ix_print_run_region_code", "region_code", "id"),
        Index("ix_print_run_made_by", "made_by"),
    )

    id: Mapped[int_pk]
    #: Of the form that asked for it: a second tap finds the first one's run.
    key: Mapped[str] = mapped_column(String(100), unique=True)
    kind: Mapped[RunKind] = mapped_column(choice(RunKind, "known_run_kind"))
    #: The village; of blanks, the place whose staff made them.
    region_code: Mapped[str] = mapped_column(Code)
    group: Mapped[str] = mapped_column(String(30), default="")
    #: Whether heads' names and backs are printed.
    names: Mapped[bool]
    backs: Mapped[bool]
    cards: Mapped[int]
    #: The run it prints again.
    again_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("print_run.id"))
    made_at: Mapped[utc]
    #: None if the command line did it and was not told for whom.
    made_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class PrintRunCard(Base):
    """A card of a print run, in its place from 1 on."""

    __tablename__ = "print_run_card"
    __table_args__ = (
        UniqueConstraint("run_id", "place"),
        Index("ix_print_run_card_card_id", "card_id"),
    )

    run_id: Mapped[int] = mapped_column(BigKey, ForeignKey("print_run.id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(BigKey, ForeignKey("card.id"), primary_key=True)
    place: Mapped[int]


class CardHandover(Base):
    """Printed cards, or one of them, given into somebody's hands (交接)."""

    __tablename__ = "card_handover"
    __table_args__ = (
        CheckConstraint("(run_id IS NULL) <> (card_id IS NULL)", "of_a_run_or_a_card"),
        Index("ix_card_handover_run_id", "run_id"),
        Index("ix_card_handover_card_id", "card_id"),
    )

    id: Mapped[int_pk]
    #: All cards of a run,
    run_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("print_run.id"))
    #: or this one.
    card_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("card.id"))
    to_whom: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[utc]
    by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class HouseholdPin(Base):
    """The PIN (密码) a household opens its own page with; a new card does not change it.

    Never deleted, so that ``number`` never comes back.
    """

    __tablename__ = "household_pin"
    __table_args__ = (CheckConstraint("failures BETWEEN 0 AND 5", "five_tries"),)

    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"), primary_key=True)
    #: argon2id, with its parameters; empty while it has none.
    pin_hash: Mapped[str] = mapped_column(String(200), default="")
    #: Wrong tries since it was set or last fitted; five lock it.
    failures: Mapped[int] = mapped_column(default=0)
    #: Counts settings and resets: pages opened under an earlier number have closed.
    number: Mapped[int] = mapped_column(default=1)
    #: When and by whom it was set or reset; None if the household changed it itself.
    set_at: Mapped[utc]
    set_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
