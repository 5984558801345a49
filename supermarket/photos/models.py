"""Photos."""

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, BigKey, Code, int_pk, utc


class Photo(Base):
    """A photo (照片), made small and stripped of its metadata: where and by what it was taken."""

    __tablename__ = "photo"
    __table_args__ = (Index("ix_photo_likeness", "likeness"),)

    id: Mapped[int_pk]
    #: Random; part of its address.
    token: Mapped[str] = mapped_column(Code, unique=True)
    #: JPEG, at most 1600 pixels wide or high.
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    #: SHA-256 of ``content``.
    sha256: Mapped[str] = mapped_column(String(64))
    #: Difference hash, 16 hex digits: photos of the same scene differ in few bits.
    likeness: Mapped[str] = mapped_column(String(16))
    taken_by: Mapped[int | None] = mapped_column(BigKey, ForeignKey("staff_member.id"))
    created_at: Mapped[utc]
