"""Households, their members and tags, and the terms they are found by."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_


class HouseholdState(enum.Enum):
    """Whether a household takes part."""

    ACTIVE = "active"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {HouseholdState.ACTIVE: N_("在册"), HouseholdState.LEFT: N_("已退出")}[self]


class TagKind(enum.Enum):
    """What a household is registered as (户类别). Sensitive: never in public output."""

    LIFTED = "lifted"
    LIFTED_UNSTABLE = "lifted_unstable"
    MARGINAL = "marginal"
    SUDDEN_HARDSHIP = "sudden_hardship"
    MINIMUM_LIVING = "minimum_living"
    EXTREME_POVERTY = "extreme_poverty"
    ORDINARY = "ordinary"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return _TAG_LABELS[self]


_TAG_LABELS = {
    TagKind.LIFTED: N_("脱贫户"),
    TagKind.LIFTED_UNSTABLE: N_("脱贫不稳定户"),
    TagKind.MARGINAL: N_("边缘易致贫户"),
    TagKind.SUDDEN_HARDSHIP: N_("突发困难户"),
    TagKind.MINIMUM_LIVING: N_("低保户"),
    TagKind.EXTREME_POVERTY: N_("特困户"),
    TagKind.ORDINARY: N_("一般户"),
}


class Household(Base):
    """A household (农户): it earns and spends points together."""

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_village_code_code", "village_code", "code"),)

    id: Mapped[int_pk]
    #: Village code and four digits: 16 digits, kept when the household moves.
    code: Mapped[str] = mapped_column(Code, unique=True)
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    #: Villagers' group (村民小组), e.g. 3组; empty if not known.
    group: Mapped[str] = mapped_column("group_name", String(30), default="")
    #: Name of the head (户主).
    head: Mapped[str] = mapped_column(String(60))
    #: Digits and + only; empty if there is none.
    phone: Mapped[str] = mapped_column(String(20), default="")
    #: Name of the paired helper (帮扶责任人); empty if there is none.
    helper: Mapped[str] = mapped_column(String(60), default="")
    #: Last four characters of the head's identity number, by consent; empty if not given.
    identity_tail: Mapped[str] = mapped_column(String(4), default="")
    #: Whether the head agreed to a name in large print on the card.
    name_on_card: Mapped[bool] = mapped_column(default=True)
    state: Mapped[HouseholdState] = mapped_column(
        choice(HouseholdState, "known_state"), default=HouseholdState.ACTIVE
    )
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("account.id"), unique=True)
    created_at: Mapped[utc]

    members: Mapped[list["HouseholdMember"]] = relationship(
        back_populates="household", order_by="HouseholdMember.id"
    )
    tags: Mapped[list["HouseholdTag"]] = relationship(
        back_populates="household", order_by="HouseholdTag.since"
    )


class HouseholdMember(Base):
    """Somebody who belongs to a household; the head is one of them."""

    __tablename__ = "household_member"
    __table_args__ = (Index("ix_household_member_household_id", "household_id"),)

    id: Mapped[int_pk]
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    name: Mapped[str] = mapped_column(String(60))
    #: To the head (与户主关系): 户主, 配偶, 子女 …
    relation: Mapped[str] = mapped_column(String(20), default="")
    #: Members who left or died are kept for the entries that name them.
    present: Mapped[bool] = mapped_column(default=True)

    household: Mapped[Household] = relationship(back_populates="members")


class HouseholdTag(Base):
    """What a household was registered as, from one day until another."""

    __tablename__ = "household_tag"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", "until_after_since"),
        Index("ix_household_tag_household_id", "household_id"),
    )

    id: Mapped[int_pk]
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    kind: Mapped[TagKind] = mapped_column(choice(TagKind, "known_tag"))
    since: Mapped[date]
    #: Last day it holds; None while it does.
    until: Mapped[date | None]

    household: Mapped[Household] = relationship(back_populates="tags")


class HouseholdTerm(Base):
    """Something a household is found by: the beginning of a name, pinyin, code or phone tail.

    Kept by the service whenever a household changes; a search is a range over ``term``.
    Two orders: within one village, and over all of them.
    """

    __tablename__ = "household_term"
    __table_args__ = (
        Index("ix_household_term_term", "term", "village_code", "household_id"),
        Index("ix_household_term_village_code", "village_code", "term", "household_id"),
        {"sqlite_with_rowid": False},
    )

    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"), primary_key=True)
    #: Folded as ``queries.words`` folds what is searched for: lower case, no spaces.
    term: Mapped[str] = mapped_column(Code, primary_key=True)
    village_code: Mapped[str] = mapped_column(Code)


class RosterUpload(Base):
    """A roster between its dry run and its confirmation; kept for a day, seen by its owner only."""

    __tablename__ = "roster_upload"

    #: Random; part of the page's address.
    token: Mapped[str] = mapped_column(Code, primary_key=True)
    staff_id: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    #: The village of rows that name none; empty if each must.
    village_code: Mapped[str] = mapped_column(Code, default="")
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[utc]
