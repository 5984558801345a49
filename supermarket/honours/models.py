"""Honours that households and their members were given."""

import enum
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, choice, int_pk, utc
from supermarket.errors import N_

#: Titles that are given everywhere; others may be typed.
TITLES = (
    "文明家庭", "清洁庭院", "最美庭院", "好媳妇", "好婆婆", "道德模范", "身边好人", "致富带头人",
    "优秀志愿者",
)  # fmt: skip


class HonourLevel(enum.Enum):
    """Who gave it."""

    VILLAGE = "village"
    TOWNSHIP = "township"
    COUNTY = "county"

    @property
    def label(self) -> str:
        """The word people use, untranslated."""
        return {
            HonourLevel.VILLAGE: N_("村级"),
            HonourLevel.TOWNSHIP: N_("乡镇级"),
            HonourLevel.COUNTY: N_("县级及以上"),
        }[self]


class Honour(Base):
    """An honour (荣誉). Never deleted; only the last three columns change, once."""

    __tablename__ = "honour"
    __table_args__ = (
        CheckConstraint("length(title) > 0", "has_a_title"),
        CheckConstraint("(revoked_on IS NULL) = (revoked_by IS NULL)", "revoked_by_somebody"),
        Index("ix_honour_household_id", "household_id"),
        Index("ix_honour_village_code_awarded_on", "village_code", "awarded_on", "id"),
    )

    id: Mapped[int_pk]
    #: Village code, H, a number without gaps.
    code: Mapped[str] = mapped_column(Code, unique=True)
    #: The household's village when it was given.
    village_code: Mapped[str] = mapped_column(Code, ForeignKey("region.code"))
    household_id: Mapped[int] = mapped_column(BigKey, ForeignKey("household.id"))
    #: Who in the household; None if it is the whole household's.
    member_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("household_member.id"))
    title: Mapped[str] = mapped_column(String(40))
    level: Mapped[HonourLevel] = mapped_column(choice(HonourLevel, "known_honour_level"))
    awarded_on: Mapped[date]
    #: Number of the paper it rests on; empty if there is none.
    document: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    granted_by: Mapped[int] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]
    revoked_on: Mapped[date | None]
    revoked_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    #: Why it was taken back; empty while it stands.
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")
