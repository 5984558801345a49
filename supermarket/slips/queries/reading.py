"""What people write on a slip: whose it is, and which goods."""

import re
import unicodedata
from typing import NamedTuple

from sqlalchemy import select

from supermarket.cards.queries import numbers as card_numbers
from supermarket.database import db
from supermarket.goods import queries as goods_queries
from supermarket.goods.errors import GoodsNotRecognisedError
from supermarket.goods.models import Goods
from supermarket.households import queries as households
from supermarket.households.models import HouseholdState
from supermarket.shops.models import Shop
from supermarket.slips.errors import (
    SeveralGoodsError,
    SeveralHouseholdsError,
    SlipOfNobodyError,
    UnknownGoodsError,
    UnknownPayerError,
)
from supermarket.spreadsheets.cells import cleaned
from supermarket.staff.models import Scope

#: Households and goods that are named when a word may mean several.
MOST_NAMED = 6
#: Goods offered while typing.
MOST_OFFERED = 300
_BETWEEN = re.compile(r"[\s\-]")


class Payer(NamedTuple):
    """Whose points a slip takes: a card's number or a household's code, the other None."""

    card: str | None
    household: str | None


def payer(text: str, shop: Shop) -> Payer:
    """Find whose slip it is by a card's number, a household's code, a name or its initials.

    Without a card only households of the shop's own region are found.

    Raises:
        SlipOfNobodyError, UnknownPayerError, SeveralHouseholdsError: nobody, or not one.
        CardNumberMistypedError: nine digits, of which one is wrong.
    """
    typed = cleaned(unicodedata.normalize("NFKC", text[:200]))
    if not typed:
        raise SlipOfNobodyError
    digits = _BETWEEN.sub("", typed)
    if digits.isascii() and digits.isdigit() and len(digits) == card_numbers.LENGTH:
        return Payer(card_numbers.parse(digits), None)
    scope = Scope((shop.region_code,), ())
    found = [
        home
        for home in households.search(typed, scope, limit=MOST_NAMED + 1)
        if home.state is HouseholdState.ACTIVE
    ]
    exact = [home for home in found if typed in {home.head, home.code}]
    chosen = exact or found
    if not chosen:
        raise UnknownPayerError(what=typed[:40])
    if len(chosen) > 1:
        names = "、".join(f"{home.head} {home.group} {home.code}" for home in chosen[:MOST_NAMED])
        raise SeveralHouseholdsError(what=typed[:40], names=names)
    return Payer(None, chosen[0].code)


class Wares:
    """The goods that may stand on a slip, looked up once for all rows."""

    def __init__(self) -> None:
        wanted = select(Goods).where(Goods.active).order_by(Goods.sku).limit(MOST_OFFERED)
        self._goods = db.session.scalars(wanted).all()

    @property
    def offered(self) -> list[str]:
        """What is offered while typing: number and full name."""
        return [f"{item.sku} {_full_name(item)}" for item in self._goods]

    def sku(self, text: str) -> str:
        """Return the number of goods that are named by number, barcode or name.

        Raises:
            UnknownGoodsError, SeveralGoodsError: none, or not one.
            GoodsInactiveError: they were taken off the catalogue.
        """
        typed = cleaned(unicodedata.normalize("NFKC", text[:200]))
        words = " ".join(typed.split())
        for item in self._goods:
            named = {item.sku, f"{item.sku} {_full_name(item)}"}
            if words.casefold() in {name.casefold() for name in named}:
                return item.sku
        exact = [item for item in self._goods if words in {item.name, _full_name(item)}]
        try:
            return exact[0].sku if len(exact) == 1 else _looked_up(words, exact)
        except GoodsNotRecognisedError:
            raise UnknownGoodsError(what=words[:40]) from None


def _looked_up(words: str, exact: list[Goods]) -> str:
    """Look behind the names: at barcodes, at initials, at what begins like it."""
    matching = goods_queries.catalogue(text=words).limit(MOST_NAMED + 1)
    found = exact or db.session.scalars(matching).all()
    if len(found) == 1:
        return found[0].sku
    if found:
        names = "、".join(f"{item.sku} {_full_name(item)}" for item in found[:MOST_NAMED])
        raise SeveralGoodsError(what=words[:40], names=names)
    return goods_queries.scan(words).sku


def _full_name(item: Goods) -> str:
    return " ".join(filter(None, (item.name, item.specification)))
