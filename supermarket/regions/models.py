"""Provinces down to villages, by their official codes."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from supermarket.database import Base, Code

#: Digits of a code at each level.
PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = 2, 4, 6, 9, 12
LEVELS = (PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE)


class Region(Base):
    """One place (行政区划). Its code begins with the code of the place it belongs to.

    Codes and names are those of the National Bureau of Statistics (统计用区划代码).
    """

    __tablename__ = "region"
    __table_args__ = (CheckConstraint("length(code) IN (2, 4, 6, 9, 12)", "code_has_a_level"),)

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(Code, ForeignKey("region.code"), index=True)

    @property
    def level(self) -> int:
        """Digits of the code: 2 province, 4 city, 6 county, 9 township, 12 village."""
        return len(self.code)


def parent_of(code: str) -> str | None:
    """Return the code of the place that ``code`` belongs to; None for a province."""
    shorter = [length for length in LEVELS if length < len(code)]
    return code[: shorter[-1]] if shorter else None


def above(code: str) -> list[str]:
    """Return ``code`` and the codes above it, nearest first."""
    return [code[:length] for length in reversed(LEVELS) if length <= len(code)]


def within(code: str, scope: str) -> bool:
    """Whether ``code`` is ``scope`` or lies under it."""
    return code.startswith(scope)


def after(scope: str) -> str:
    """Return the first text that no code under ``scope`` reaches: the end of a prefix range."""
    return scope + ":"  # the character after 9
