"""Which village people mean when they write its name."""

import re
import unicodedata
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import aliased

from supermarket.database import db
from supermarket.households.errors import (
    AmbiguousVillageError,
    UnknownVillageError,
    VillageOutsideError,
)
from supermarket.regions.models import COUNTY, Region
from supermarket.regions.queries import below
from supermarket.staff.models import Scope

_VILLAGE_NAME = re.compile(r"(.+?)(?:村村民委员会|村民委员会|村委会|村)")
_COMMUNITY_NAME = re.compile(r"(.+?)(?:社区居民委员会|居民委员会|社区|居委会)")
#: Villages named in a sentence that asks which one is meant.
_NAMED = 5


class Villages:
    """The villages there are, by everything people call them."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._called: dict[str, list[str]] = {}
        self._shown: dict[str, str] = {}
        self._known: dict[str, str] = {}
        township = aliased(Region)
        rows = db.session.execute(
            select(Region.code, Region.name, township.name)
            .join(township, township.code == Region.parent_code)
            .order_by(Region.code)
        )
        for code, name, township_name in rows:
            if len(code) == 12:
                self._shown[code] = f"{township_name}{name}"
                for called in set(_calls(name, township_name)):
                    self._called.setdefault(called, []).append(code)
        self._counties = tuple(county.name for county in below("", COUNTY))

    def name(self, code: str) -> str:
        """Return the name of a village with its township's."""
        return self._shown.get(code, code)

    def find(self, text: str) -> str:
        """Return the code of the village that ``text`` names: its name or its 12 digits.

        Of several of one name the only one in the scope is meant.

        Raises:
            UnknownVillageError: no village is called so.
            AmbiguousVillageError: several are.
            VillageOutsideError: it lies outside the scope.
        """
        found = self._known.get(text)
        if found is None:
            found = self._known[text] = self._found(text)
        return found

    def _found(self, text: str) -> str:
        plain = "".join(unicodedata.normalize("NFKC", text).split())
        for county in self._counties:
            plain = plain.removeprefix(county)
        codes = [plain] if plain in self._shown else self._called.get(plain, [])
        inside = [code for code in codes if self._scope.covers_region(code)]
        if len(inside) == 1:
            return inside[0]
        if inside:
            choices = "、".join(f"{self._shown[code]}（{code}）" for code in inside[:_NAMED])
            raise AmbiguousVillageError(count=len(inside), choices=choices)
        raise VillageOutsideError if codes else UnknownVillageError


def _calls(name: str, township: str) -> Iterator[str]:
    """What a village is called: its name with and without its ending and its township."""
    names = {name}
    if match := _VILLAGE_NAME.fullmatch(name):
        names |= {match[1] + ending for ending in ("", "村", "村委会", "村民委员会")}
    elif match := _COMMUNITY_NAME.fullmatch(name):
        names |= {match[1] + ending for ending in ("", "社区", "居委会", "社区居民委员会")}
    for called in names:
        yield called
        yield township + called
