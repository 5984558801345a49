"""Where somebody may be given work: the regions and shops of a scope, by code or name."""

import re
import unicodedata
from collections import defaultdict
from typing import NamedTuple

from sqlalchemy import column, select, table

from supermarket.database import db
from supermarket.errors import InvalidError
from supermarket.regions.models import LEVELS, Region, within
from supermarket.regions.queries import under
from supermarket.staff.errors import PlaceAmbiguousError, PlaceUnknownError, ShopUnknownError
from supermarket.staff.models import Scope

#: A role grant refers to a shop by its code, though shops stand on a floor above this one;
#: these are the columns it needs of them.
SHOP = table("shop", column("code"), column("name"), column("region_code"))
#: Shops, and regions, that are still offered while typing.
OFFERED = 1500


class Place(NamedTuple):
    """A region or a shop in it."""

    code: str
    name: str
    region_code: str


class Directory:
    """The places of a scope, found by what people write for them."""

    def __init__(self, regions: list[Region], shops: list[Place], above: dict[str, str]) -> None:
        self.regions = regions
        self.shops = shops
        names = above | {region.code: region.name for region in regions}
        self._full = {
            region.code: names.get(region.parent_code or "", "") + region.name for region in regions
        }
        self._named: dict[str, set[str]] = defaultdict(set)
        for region in regions:
            for name in (region.name, self._full[region.code]):
                self._named[name].add(region.code)
                self._named[_short(name)].add(region.code)

    def region(self, text: str) -> str:
        """Return the code of the region that is meant.

        Raises:
            PlaceUnknownError: none in the scope.
            PlaceAmbiguousError: several have this name.
        """
        written = _written(text)
        if digits := re.match(r"\d{2,12}", written):
            codes = {digits[0]} | {
                digits[0][:level] for level in LEVELS if _padded(digits[0], level)
            }
            found = {code for code in codes if code in self._full}
        else:
            found = self._named.get("".join(written.split()), set())
        if len(found) > 1:
            raise PlaceAmbiguousError
        if not found:
            raise PlaceUnknownError
        return next(iter(found))

    def shop(self, text: str) -> Place:
        """Return the shop that is meant.

        Raises:
            ShopUnknownError: none in the scope, or several have this name.
        """
        written = _written(text)
        code = re.match(r"\d{2,12}S\d{2}", written.upper())
        found = [
            shop
            for shop in self.shops
            if shop.code == (code[0] if code else None) or shop.name == written
        ]
        if len(found) != 1:
            raise ShopUnknownError
        return found[0]

    def shops_like(self, text: str) -> list[Place]:
        """Return the shops that may be meant: of that place, or with the text in their name.

        A shop is also found by its village's and township's name, as in 寄料镇安沟.
        """
        try:
            region = self.region(text)
        except InvalidError:
            wanted = "".join(_written(text).split()).upper()
            return [
                shop
                for shop in self.shops
                if wanted and wanted in f"{self._full.get(shop.region_code, '')}{shop.name}".upper()
            ]
        return [shop for shop in self.shops if within(shop.region_code, region)]

    @property
    def offers(self) -> list[str]:
        """Return what may be written, code and name, shops first; too much of a kind is not."""
        shops = [f"{shop.code} {shop.name}" for shop in self.shops]
        places = [f"{region.code} {self._full[region.code]}" for region in self.regions]
        return [offer for kind in (shops, places) if len(kind) <= OFFERED for offer in kind]


def directory(scope: Scope) -> Directory:
    """Return the places where somebody with this scope may give roles."""
    regions = db.session.scalars(
        select(Region).where(under(Region.code, scope.regions)).order_by(Region.code)
    ).all()
    shops = db.session.execute(
        select(SHOP.c.code, SHOP.c.name, SHOP.c.region_code).order_by(SHOP.c.code)
    )
    parents = {region.parent_code for region in regions if region.parent_code}
    above = db.session.execute(select(Region.code, Region.name).where(Region.code.in_(parents)))
    return Directory(
        list(regions),
        [Place(*row) for row in shops if scope.covers_region(row.region_code)],
        {row.code: row.name for row in above},
    )


def shop_names(codes: list[str]) -> dict[str, str]:
    """Return the names of shops by code."""
    rows = db.session.execute(select(SHOP.c.code, SHOP.c.name).where(SHOP.c.code.in_(codes)))
    return {row.code: row.name for row in rows}


def _written(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _short(name: str) -> str:
    """A name as people say it: 安沟村 for 安沟村民委员会."""
    for official, spoken in (("村民委员会", "村"), ("居民委员会", ""), ("村委会", "村")):
        if name.endswith(official):
            return name.removesuffix(official).removesuffix(spoken) + spoken
    return name


def _padded(code: str, level: int) -> bool:
    """Whether a code of 12 digits is one of ``level`` digits filled up with zeros."""
    return len(code) == 12 and level < 12 and not code[level:].strip("0")
