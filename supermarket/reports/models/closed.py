"""Months that are final: their figures, and their papers as they were made."""

import enum
from datetime import date
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, utc
from supermarket.errors import N_


class MonthClose(Base):
    """The close of a county's month as reports see it (月结). Never updated, never deleted."""

    __tablename__ = "month_close"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "month"],
            ["closed_month.county_code", "closed_month.month"],
            name="fk_month_close_closed_month",
        ),
    )

    county_code: Mapped[str] = mapped_column(Code, primary_key=True)
    #: First day of the month.
    month: Mapped[date] = mapped_column(primary_key=True)
    closed_at: Mapped[utc]
    closed_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: SHA-256 over the figures of all places, in order: what they were when the month closed.
    fingerprint: Mapped[str] = mapped_column(String(64))
    #: SHA-256 over the heads of the county's journals: the state of the books it was made from.
    heads: Mapped[str] = mapped_column(String(64))


class MonthFigures(Base):
    """The figures of one place in a closed month. Never updated, never deleted."""

    __tablename__ = "month_figures"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "month"],
            ["month_close.county_code", "month_close.month"],
            name="fk_month_figures_month_close",
        ),
    )

    county_code: Mapped[str] = mapped_column(Code, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    #: The county, one of its townships or villages.
    place: Mapped[str] = mapped_column(Code, primary_key=True)
    #: The figures by the names of ``queries.monthly.Figures``.
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class PaperKind(enum.Enum):
    """How a monthly report is written."""

    EXCEL = "xlsx"
    PRINT = "html"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {PaperKind.EXCEL: N_("Excel 文件"), PaperKind.PRINT: N_("打印件")}[self]


class MonthPaper(Base):
    """The monthly report of one place as it was made (月报). Never updated, never deleted."""

    __tablename__ = "month_paper"
    __table_args__ = (
        ForeignKeyConstraint(
            ["county_code", "month", "place"],
            ["month_figures.county_code", "month_figures.month", "month_figures.place"],
            name="fk_month_paper_month_figures",
        ),
    )

    county_code: Mapped[str] = mapped_column(Code, primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    place: Mapped[str] = mapped_column(Code, primary_key=True)
    kind: Mapped[PaperKind] = mapped_column(choice(PaperKind, "known_paper"), primary_key=True)
    #: SHA-256 and size of the file as it is downloaded.
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    #: The file, deflated.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
