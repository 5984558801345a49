"""Donors and funds."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_


class DonorKind(enum.Enum):
    """What a donor is."""

    PERSON = "person"
    COMPANY = "company"
    ORGANISATION = "organisation"
    GOVERNMENT = "government"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            DonorKind.PERSON: N_("个人"),
            DonorKind.COMPANY: N_("企业"),
            DonorKind.ORGANISATION: N_("社会组织"),
            DonorKind.GOVERNMENT: N_("机关单位"),
        }[self]


class Donor(Base):
    """Somebody who gives goods or money (捐赠方)."""

    __tablename__ = "donor"
    __table_args__ = (Index("ix_donor_region_code_name", "region_code", "name"),)

    id: Mapped[int_pk]
    #: The region's code, D, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The county or township whose office keeps the contact.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    kind: Mapped[DonorKind] = mapped_column(choice(DonorKind, "known_donor_kind"))
    name: Mapped[str] = mapped_column(String(60))
    #: Who to talk to, and how; for the office only.
    contact: Mapped[str] = mapped_column(String(60), default="")
    phone: Mapped[str] = mapped_column(String(20), default="")
    #: Whether the name may be thanked in public; otherwise it is 爱心人士 or 爱心单位.
    public: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[utc]
    created_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class FundSource(enum.Enum):
    """Where the money of a fund comes from."""

    FINANCE = "finance"
    COLLECTIVE = "collective"
    DONATION = "donation"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            FundSource.FINANCE: N_("财政"),
            FundSource.COLLECTIVE: N_("集体收入"),
            FundSource.DONATION: N_("捐赠"),
            FundSource.OTHER: N_("其他"),
        }[self]


class Fund(Base):
    """Money kept for a purpose (资金); its balance and statement are in the cash books."""

    __tablename__ = "fund"
    __table_args__ = (Index("ix_fund_region_code", "region_code"),)

    id: Mapped[int_pk]
    #: The region's code, F, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    name: Mapped[str] = mapped_column(String(60))
    #: Whose money it is; it may be spent for the shops below.
    region_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    source: Mapped[FundSource] = mapped_column(choice(FundSource, "known_fund_source"))
    purpose: Mapped[str] = mapped_column(String(200), default="")
    #: The wish it is bound to: only for shops of this region, only for this category of
    #: goods; empty where it is free.
    only_region: Mapped[str] = mapped_column(Code, default="")
    only_category: Mapped[str] = mapped_column(String(30), default="")
    account_id: Mapped[int] = mapped_column(BigKey, ForeignKey("money_account.id"), unique=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[utc]
    created_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))


class FundMove(Base):
    """Money that came into a fund or left it by itself (收支单); a purchase has its goods-in."""

    __tablename__ = "fund_move"
    __table_args__ = (
        CheckConstraint("fen <> 0", "some_money"),
        Index("ix_fund_move_fund_id_entry_id", "fund_id", "entry_id"),
        Index("ix_fund_move_donor_id", "donor_id"),
    )

    entry_id: Mapped[int] = mapped_column(BigKey, ForeignKey("entry.id"), primary_key=True)
    fund_id: Mapped[int] = mapped_column(BigKey, ForeignKey("fund.id"))
    #: Whole fen; positive into the fund, negative out of it.
    fen: Mapped[int] = mapped_column(BigKey)
    occurred_on: Mapped[date]
    #: What for, in a few words (摘要).
    summary: Mapped[str] = mapped_column(String(200))
    donor_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("donor.id"))
    #: Number of the receipt given to the donor; empty if it was no gift.
    receipt_number: Mapped[str] = mapped_column(Code, default="")
    #: Number of the paper it settles, whose slice alone may take it back; empty if none.
    settles: Mapped[str] = mapped_column(Code, default="")
